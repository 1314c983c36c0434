"""The metrics of one app."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.registry import Collector


class Metrics:
    """Everything that `collectors` tell, and the answers counted, in a registry of their own."""

    def __init__(self, collectors: Iterable[Collector]) -> None:
        self._registry = CollectorRegistry()
        for collector in collectors:
            self._registry.register(collector)
        self._requests = Counter(
            "firstout_http_requests",
            "Requests answered, by route",
            ("method", "route", "status"),
            registry=self._registry,
        )

    def count(self, method: str, route: str, status: int) -> None:
        """Count an answer."""
        self._requests.labels(method, route, str(status)).inc()

    def text(self) -> bytes:
        """Give everything in Prometheus' text format."""
        return generate_latest(self._registry)

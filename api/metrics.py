"""What Prometheus may ask: is the plant being judged, what stands, and who listens."""

import math
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.judging import judged
from api.live import LiveStore
from api.recorder import RecorderState
from api.stream import Stream
from journal.read import Reader
from plant.errors import JournalError
from plant.moment import SECOND
from plant.plant import Plant

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PRIORITIES = ("critical", "high", "medium", "low")
_KINDS = ("fail", "suspect", "exceedance", "unknown")


class Metrics:
    """The metrics of one app, in their own registry."""

    def __init__(
        self,
        reader: Reader,
        live: LiveStore,
        stream: Stream,
        recorder: Callable[[], RecorderState | None],
        plant: Plant,
        now: Callable[[], int],
    ) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_State(reader, live, stream, plant, now))
        self._registry.register(_Recorder(recorder, now))
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


class Counting:
    """Counts answers by route, never by path: a path can be anything."""

    def __init__(self, app: ASGIApp, count: Callable[[str, str, int], None]) -> None:
        self._app = app
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count its answer when it begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "unmatched")
                method = scope["method"] if scope["method"] in _METHODS else "other"
                self._count(method, route, message["status"])
            await send(message)

        await self._app(scope, receive, counted)


class _State(Collector):
    """Reads the journal when Prometheus asks, so that no number is older than the question."""

    def __init__(
        self,
        reader: Reader,
        live: LiveStore,
        stream: Stream,
        plant: Plant,
        now: Callable[[], int],
    ) -> None:
        self._reader = reader
        self._live = live
        self._stream = stream
        self._plant = plant
        self._now = now

    def describe(self) -> Iterator[Metric]:
        """Say nothing in advance: describing must not read the journal."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Give the current state; without a journal only that there is none."""
        clients = "Open event streams"
        yield GaugeMetricFamily("firstout_event_clients", clients, value=self._stream.clients)
        dropped = "Live messages that did not follow the contract"
        yield CounterMetricFamily("firstout_live_dropped", dropped, value=self._live.dropped)
        readable = "1 when the journal can be read"
        try:
            found = list(self._journal())
        except JournalError:
            yield GaugeMetricFamily("firstout_journal_readable", readable, value=0)
            return
        yield GaugeMetricFamily("firstout_journal_readable", readable, value=1)
        yield from found

    def _journal(self) -> Iterator[Metric]:
        now = self._now()
        state = judged(self._reader.heartbeat(), self._plant, now)
        age = math.inf if state.heartbeat_at is None else (now - state.heartbeat_at) / SECOND
        lag = math.inf if state.judged_until is None else (now - state.judged_until) / SECOND
        what = "Seconds since the monitor's last heartbeat"
        yield GaugeMetricFamily("firstout_heartbeat_age_seconds", what, value=age)
        what = "Seconds by which judging lags behind"
        yield GaugeMetricFamily("firstout_judged_lag_seconds", what, value=lag)
        head = self._reader.head()
        what = "The journal's last entry"
        yield GaugeMetricFamily("firstout_journal_seq", what, value=head["seq"] if head else 0)
        alarms = self._reader.standing_alarm_counts()
        yield _by("firstout_standing_alarms", "Alarms that stand", "priority", _PRIORITIES, alarms)
        violations = self._reader.violation_counts()
        yield _by("firstout_violations", "Violations that stand", "kind", _KINDS, violations)


class _Recorder(Collector):
    """Tells what the recorder, which serves nobody itself, said last."""

    def __init__(
        self, recorder: Callable[[], RecorderState | None], now: Callable[[], int]
    ) -> None:
        self._recorder = recorder
        self._now = now

    def describe(self) -> Iterator[Metric]:
        """Say nothing in advance: describing must not read the file."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Give what it said; of one that never ran only that its word is infinitely old."""
        said, now = self._recorder(), self._now()
        age = math.inf if said is None else (now - said.said_at) / SECOND
        what = "Seconds since the recorder last said how it is"
        yield GaugeMetricFamily("firstout_recorder_age_seconds", what, value=age)
        if said is None:
            return
        what = "1 while the store takes what is written"
        yield GaugeMetricFamily("firstout_recorder_store_up", what, value=float(not said.fault))
        written = math.inf if said.written_at is None else (now - said.written_at) / SECOND
        what = "Seconds since samples were last written"
        yield GaugeMetricFamily("firstout_recorder_write_age_seconds", what, value=written)
        what = "Seconds since the latest sample that is kept was read"
        lag = GaugeMetricFamily("firstout_recorded_lag_seconds", what, labels=["node"])
        for node, until in said.until.items():
            lag.add_metric([node], (now - until) / SECOND)
        yield lag
        for name, what, value in (
            ("points", "Samples kept", said.points),
            ("failures", "Writes that the store did not take, tried again", said.failures),
            ("lost_records", "Records that a gateway no longer had", said.lost),
            ("dropped", "Samples of foreign nodes dropped while the store was away", said.dropped),
        ):
            yield CounterMetricFamily(f"firstout_recorder_{name}", what, value=value)
        if said.upkeep:
            what = (
                "What the store has done by itself since the recorder's start, failures included"
            )
            done = CounterMetricFamily("firstout_store_upkeep", what, labels=["what"])
            for name, count in said.upkeep.items():
                done.add_metric([name], count)
            yield done


def _by(
    name: str, what: str, label: str, values: tuple[str, ...], counts: dict[str, int]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=[label])
    for value in values:
        family.add_metric([value], counts.get(value, 0))
    return family

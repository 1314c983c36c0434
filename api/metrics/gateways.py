"""Figures of gateways, their devices and spools, and of those who consume them."""

import math
from collections.abc import Callable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from api.gateways import Gateway, GatewayStore
from api.metrics.families import Undescribed, quantiles
from plant.moment import SECOND
from telemetry.gateway_state import DeviceState, SpoolState

_DEVICE = ("node", "device")
_COUNTS: tuple[tuple[str, str, Callable[[DeviceState], int]], ...] = (
    ("polls", "Polls, or reports of a subscription", lambda device: device.polls),
    (
        "overruns",
        "Polls left out, or values dropped",
        lambda device: device.overruns,
    ),
    ("connections", "How often the device was found", lambda device: device.connections),
    ("crashes", "Errors that nobody expected", lambda device: device.crashes),
)
_SPOOL: tuple[tuple[str, str, Callable[[SpoolState], int]], ...] = (
    (
        "waiting_records",
        "Records that some consumer has yet to commit",
        lambda spool: spool.next - spool.first,
    ),
    ("bytes", "Bytes that the records in the spool take", lambda spool: spool.size),
    ("limit_bytes", "Bytes from which the oldest are dropped", lambda spool: spool.max_bytes),
)


class GatewayFigures(Undescribed):
    """Tells what gateways said last; of a silent one only what stays true: its counts."""

    def __init__(self, store: GatewayStore, ours: str, now: Callable[[], int]) -> None:
        self._store = store
        self._ours = ours
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Give the current figures."""
        now, gateways = self._now(), self._store.gateways()
        linked = float(self._store.linked_since is not None)
        what = "1 while this server is connected to the broker"
        yield GaugeMetricFamily("firstout_broker_linked", what, value=linked)
        what = "Messages of gateways that did not follow the contract"
        yield CounterMetricFamily(
            "firstout_gateway_messages_dropped", what, value=self._store.dropped
        )
        yield from self._silence(gateways, now)
        yield from _devices(gateways, now)
        yield from _spools(gateways)
        yield from _consumers(gateways, now)

    def _silence(self, gateways: Sequence[Gateway], now: int) -> Iterator[Metric]:
        what = "Seconds since the gateway last said how it is"
        age = GaugeMetricFamily("firstout_gateway_age_seconds", what, labels=["node"])
        for gateway in gateways:
            if gateway.id == self._ours or gateway.heard_at is not None:
                age.add_metric([gateway.id], _age(gateway.heard_at, now))
        yield age


def _devices(gateways: Sequence[Gateway], now: int) -> Iterator[Metric]:
    told = [
        ([gateway.id, device.id], device, gateway.silent(now))
        for gateway in gateways
        if gateway.state is not None
        for device in gateway.state.devices
    ]
    what = "1 while the device answers; 0 when it does not, and when its gateway is silent"
    connected = GaugeMetricFamily("firstout_device_connected", what, labels=_DEVICE)
    what = "Requests without a usable answer, by reason"
    failures = CounterMetricFamily("firstout_device_failures", what, labels=[*_DEVICE, "reason"])
    for labels, device, silent in told:
        connected.add_metric(labels, float(device.down is None and not silent))
        for reason, count in device.failures.items():
            failures.add_metric([*labels, reason.name], count)
    yield connected
    yield failures
    for name, what, count_of in _COUNTS:
        counts = CounterMetricFamily(f"firstout_device_{name}", what, labels=_DEVICE)
        for labels, device, _ in told:
            counts.add_metric(labels, count_of(device))
        yield counts
    speaking = [(labels, device) for labels, device, silent in told if not silent]
    what = "Seconds that a device took to answer, over the last minute"
    requests = [(labels, device.request) for labels, device in speaking]
    yield quantiles("firstout_device_request_seconds", what, _DEVICE, requests)
    what = "Seconds from reading to the record in the spool, over the last minute"
    spooled = [(labels, device.spooled) for labels, device in speaking]
    yield quantiles("firstout_device_spooled_seconds", what, _DEVICE, spooled)


def _spools(gateways: Sequence[Gateway]) -> Iterator[Metric]:
    told = [(gateway.id, gateway.state) for gateway in gateways if gateway.state is not None]
    for name, what, value_of in _SPOOL:
        family = GaugeMetricFamily(f"firstout_spool_{name}", what, labels=["node"])
        for node, state in told:
            family.add_metric([node], value_of(state.spool))
        yield family
    counts = {
        "spool_dropped_records": "Records that a full spool has dropped since its file was made",
        "spool_lost_records": "Records announced as lost since the gateway started",
        "published_messages": "Data messages published since the gateway started",
        "publish_rewinds": "How often records were sent again",
    }
    families = {
        name: CounterMetricFamily(f"firstout_{name}", what, labels=["node"])
        for name, what in counts.items()
    }
    for node, state in told:
        families["spool_dropped_records"].add_metric([node], state.spool.dropped)
        families["spool_lost_records"].add_metric([node], state.spool.lost)
        families["published_messages"].add_metric([node], state.sent)
        families["publish_rewinds"].add_metric([node], state.rewinds)
    yield from families.values()


def _consumers(gateways: Sequence[Gateway], now: int) -> Iterator[Metric]:
    labels = ["node", "consumer"]
    what = "Records of the spool that the consumer has yet to commit"
    lag = GaugeMetricFamily("firstout_consumer_lag_records", what, labels=labels)
    what = "Seconds since the consumer said how far it is"
    age = GaugeMetricFamily("firstout_consumer_age_seconds", what, labels=labels)
    for gateway in gateways:
        spool = None if gateway.state is None or gateway.silent(now) else gateway.state.spool
        for consumer in gateway.consumers.values():
            age.add_metric([gateway.id, consumer.name], _age(consumer.heard_at, now))
            if spool is not None:
                lag.add_metric([gateway.id, consumer.name], consumer.behind(spool))
    yield lag
    yield age


def _age(heard_at: int | None, now: int) -> float:
    return math.inf if heard_at is None else (now - heard_at) / SECOND

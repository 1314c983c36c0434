"""The edge node's side: births, data, deaths, and the one command that is obeyed."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from plant.errors import TelemetryError
from plant.moment import MILLISECOND
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from telemetry.sparkplug import quality
from telemetry.sparkplug.command import asks_rebirth
from telemetry.sparkplug.datatype import DataType
from telemetry.sparkplug.message import Message
from telemetry.sparkplug.names import (
    BD_SEQ,
    DELIVERY,
    LOST_FROM,
    LOST_TO,
    OFFSET,
    READ_TIME,
    REBIRTH,
    SPOOL,
)
from telemetry.sparkplug.payload import Value, Writer, decode
from telemetry.sparkplug.reported import Reported
from telemetry.sparkplug.topic import Topic, Verb, checked, parse

BD_SEQ_COUNT = 256

_DELIVERY_TYPES = {
    SPOOL: DataType.STRING,
    OFFSET: DataType.UINT64,
    READ_TIME: DataType.DATETIME,
    LOST_FROM: DataType.UINT64,
    LOST_TO: DataType.UINT64,
}


@dataclass(frozen=True, slots=True)
class EdgeMetric:
    """One signal that a device reports: a Boolean when discrete, else a Double."""

    name: str
    discrete: bool = False

    @property
    def datatype(self) -> DataType:
        """Its type on the wire."""
        return DataType.BOOLEAN if self.discrete else DataType.DOUBLE


@dataclass(frozen=True, slots=True)
class EdgeDevice:
    """A device behind the node, with everything it will ever report."""

    id: str
    metrics: tuple[EdgeMetric, ...]


class EdgeSession:
    """What an edge node says, in the order and numbering that Sparkplug asks.

    It holds the sequence number, the aliases of the current births and the latest value of each
    signal; times are given in ns since 1970. Everything before the first `births` of a connection
    would be refused by a host, so `data` raises until then.
    `counters` counts commands by what became of them, and values left out.
    """

    def __init__(self, group: str, node: str, devices: Sequence[EdgeDevice]) -> None:
        self.group = checked(group)
        self.node = checked(node)
        self.devices = tuple(devices)
        self.counters: Counter[str] = Counter()
        self._seq = 0
        self._born = False
        self._reported: dict[str, Reported] = {}
        self._delivery: dict[str, dict[str, int]] = {}  # aliases of what proves delivery
        alias = 1
        for device in self.devices:
            names = [metric.name for metric in device.metrics]
            if len({*names, *DELIVERY}) != len(names) + len(DELIVERY):
                raise TelemetryError(f"device {device.id!r} has a metric name twice")
            if checked(device.id) in self._reported:
                raise TelemetryError(f"node {node!r} has two devices {device.id!r}")
            discrete = [metric.discrete for metric in device.metrics]
            self._reported[device.id] = Reported(names, alias, discrete)
            alias += len(names)
            self._delivery[device.id] = {name: alias + at for at, name in enumerate(DELIVERY)}
            alias += len(DELIVERY)

    @property
    def command_topic(self) -> str:
        """Where commands to the node arrive; to be subscribed to with QoS 1.

        There is none for its devices: they have no outputs, so nobody has anything to say to them.
        """
        return str(Topic(self.group, Verb.NCMD, self.node))

    def death(self, bd_seq: int, now: int) -> Message:
        """NDEATH: the will of the CONNECT numbered `bd_seq`, and the word before disconnecting."""
        writer = Writer(now // MILLISECOND, None)
        writer.add(BD_SEQ, None, now // MILLISECOND, DataType.INT64, bd_seq % BD_SEQ_COUNT)
        writer.declare(DataType.INT64)
        return Message(str(Topic(self.group, Verb.NDEATH, self.node)), writer.done(), qos=1)

    def births(self, bd_seq: int, now: int) -> list[Message]:
        """NBIRTH and a DBIRTH for each device, to be published in this order, at once.

        The sequence starts again at 0. After a rebirth command `bd_seq` is the one before.
        """
        self._born = True
        self._seq = 0
        stamp = now // MILLISECOND
        writer = Writer(stamp, self._next_seq())
        for name, datatype, value in (
            (BD_SEQ, DataType.INT64, bd_seq % BD_SEQ_COUNT),
            (REBIRTH, DataType.BOOLEAN, False),
            # Declared by the node so that a host knows from the first message whose node it is.
            (SPOOL, DataType.STRING, None),
        ):
            writer.add(name, None, stamp, datatype, value)
            writer.declare(datatype)
        births = [Message(str(Topic(self.group, Verb.NBIRTH, self.node)), writer.done())]
        births += [self._device_birth(device, stamp) for device in self.devices]
        return births

    def data(
        self,
        now: int,
        device: str,
        spool: str,
        offset: int,
        read_time: int,
        readings: Readings,
        *,
        historical: bool = False,
        lost: tuple[int, int] | None = None,
    ) -> Message:
        """DDATA for one record of the spool; `lost` announces the range (inclusive) before it.

        A signal that the births did not declare is left out and counted. `device` must be one of
        `devices`, and the births must have been made; TelemetryError otherwise.
        """
        if device not in self._reported:
            raise TelemetryError(f"node {self.node!r} has no device {device!r}")
        seq, stamp = self._next_seq(), read_time // MILLISECOND
        writer = Writer(now // MILLISECOND, None)
        extras: list[tuple[str, Value]] = [(SPOOL, spool), (OFFSET, offset), (READ_TIME, stamp)]
        if lost is not None:
            extras += [(LOST_FROM, lost[0]), (LOST_TO, lost[1])]
        for name, value in extras:
            datatype = _DELIVERY_TYPES[name]
            alias = self._delivery[device][name]
            writer.add(None, alias, stamp, datatype, value, historical=historical)
        # A signal without a metric comes from a record of an earlier plant version.
        metrics, undeclared = self._reported[device].write(
            readings, read_time, historical=historical
        )
        if undeclared:
            self.counters["undeclared"] += undeclared
        # Protobuf joins messages by putting one behind the other.
        payload = writer.done() + metrics + Writer(None, seq).done()
        return Message(str(Topic(self.group, Verb.DDATA, self.node, device)), payload)

    def device_death(self, device: str, now: int) -> Message:
        """DDEATH: the device's values are no longer current."""
        writer = Writer(now // MILLISECOND, self._next_seq())
        return Message(str(Topic(self.group, Verb.DDEATH, self.node, device)), writer.done())

    def wants_rebirth(self, topic: str, payload: bytes) -> bool:
        """Read a command; True when the births must be sent again.

        Every other command, and every value, is counted and dropped: nothing flows down.
        """
        try:
            verb = parse(topic).verb
            rebirth = verb is Verb.NCMD and asks_rebirth(decode(payload))
        except TelemetryError:
            self.counters["command_malformed"] += 1
            return False
        self.counters["rebirth" if rebirth else "command_refused"] += 1
        return rebirth

    def _device_birth(self, device: EdgeDevice, stamp: int) -> Message:
        writer = Writer(stamp, self._next_seq())
        latest = self._reported[device.id].latest()
        for metric, (alias, reading, seen) in zip(device.metrics, latest, strict=True):
            value, properties = _said(reading)
            at = stamp if seen is None else seen
            writer.add(metric.name, alias, at, metric.datatype, value, properties=properties)
            writer.declare(metric.datatype)
        for name, alias in self._delivery[device.id].items():
            writer.add(name, alias, stamp, _DELIVERY_TYPES[name], None)
            writer.declare(_DELIVERY_TYPES[name])
        return Message(str(Topic(self.group, Verb.DBIRTH, self.node, device.id)), writer.done())

    def _next_seq(self) -> int:
        if not self._born:
            raise TelemetryError("a node is born before it says anything")
        seq = self._seq
        self._seq = (seq + 1) % 256
        return seq


def _said(reading: Reading) -> tuple[float | None, dict[str, int]]:
    """Give the value and the properties that say how far it may be trusted."""
    if reading.quality not in (Quality.GOOD, Quality.UNCERTAIN):
        return None, quality.to_wire(reading.quality, reading.reason)
    if not math.isfinite(reading.value):
        return None, quality.to_wire(Quality.BAD, Reason.NOT_DECODABLE)
    return reading.value, quality.to_wire(reading.quality, reading.reason)

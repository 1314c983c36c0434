"""The host application's side: messages in, facts out."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from plant.errors import TelemetryError
from plant.moment import MILLISECOND, SECOND
from telemetry.sparkplug import birth as births
from telemetry.sparkplug.birth import Table
from telemetry.sparkplug.events import (
    Data,
    DeviceBorn,
    DeviceDied,
    Event,
    NodeBorn,
    NodeDied,
    RebirthWanted,
)
from telemetry.sparkplug.names import BD_SEQ, SPOOL
from telemetry.sparkplug.order import SEQ_COUNT, Order
from telemetry.sparkplug.payload import MAX_BYTES, Payload, decode
from telemetry.sparkplug.samples import Samples, from_fields, from_payload
from telemetry.sparkplug.topic import Topic, Verb, checked, parse
from telemetry.sparkplug.wire import Fields, Wire

_NODE_LIMIT = 1000
_DEVICE_LIMIT = 1000
_MAX_MILLIS = ((1 << 63) - 1) // MILLISECOND

_Held = tuple[Topic, bytes, int]


@dataclass(slots=True)
class _Node:
    """What the last births of a node said; `alive` until its death, `in_sync` until a gap."""

    bd_seq: int
    ours: bool
    order: Order[_Held]
    alive: bool = True
    in_sync: bool = True
    tables: dict[str, Table] = field(default_factory=dict)


class HostSession:
    """Hears the nodes of one group.

    Nothing is believed that no birth declared: data before a birth, with an unknown alias, or
    after a gap in the sequence asks for a rebirth (at most one a node in `rebirth_every` ns).
    `counters` counts what was dropped, by reason; the text of the last refusal is in `last_fault`.
    """

    def __init__(
        self,
        group: str,
        bind: Mapping[tuple[str, str, str], int],
        *,
        reorder: int = SECOND // 2,
        rebirth_every: int = 5 * SECOND,
    ) -> None:
        """Store the binding.

        Args:
            group: the Sparkplug group, which is the plant's id.
            bind: (node, device, metric) to the caller's slot; device is "" for node metrics.
            reorder: how long an early message waits for the missing one, in ns.
            rebirth_every: the least time between two requests to the same node, in ns.
        """
        self.group = checked(group)
        self.counters: Counter[str] = Counter()
        self.last_fault = ""
        self._bind: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for (node, device, metric), slot in bind.items():
            self._bind[node, device][metric] = slot
        self._reorder = reorder
        self._rebirth_every = rebirth_every
        self._asked: dict[str, int] = {}
        self._nodes: dict[str, _Node] = {}
        self._wire = Wire()

    def receive(self, topic: str, payload: bytes, arrival: int) -> list[Event]:
        """Hear one message that arrived at `arrival` (ns); whatever it holds, it never raises."""
        events: list[Event] = []
        try:
            self._receive(topic, payload, arrival, events)
        except TelemetryError as error:
            self.counters["malformed"] += 1
            self.last_fault = f"{topic[:200]!r}: {error}"
        return events

    def tick(self, now: int) -> list[Event]:
        """Let time pass: sequences that wait too long are given up."""
        events: list[Event] = []
        for name, node in self._nodes.items():
            self._check_order(name, node, now, events)
        return events

    def disconnected(self, now: int) -> list[Event]:
        """The broker is lost: every node that was online is not known to be so any more."""
        died = [name for name, node in self._nodes.items() if node.alive]
        self._nodes.clear()
        self._asked.clear()
        return [NodeDied(name, now) for name in died]

    def _receive(self, text: str, payload: bytes, now: int, events: list[Event]) -> None:
        topic = parse(text)
        if topic.group != self.group:
            self.counters["other_group"] += 1
            return
        if len(payload) > MAX_BYTES:
            raise TelemetryError(f"{len(payload)} bytes are more than {MAX_BYTES}")
        match topic.verb:
            case Verb.NCMD | Verb.DCMD:
                return
            case Verb.NBIRTH:
                self._node_birth(topic, decode(payload), now, events)
            case Verb.NDEATH:
                self._node_death(topic, decode(payload), now, events)
            case _:
                self._in_order(topic, payload, now, events)

    def _in_order(self, topic: Topic, payload: bytes, now: int, events: list[Event]) -> None:
        node = self._nodes.get(topic.node)
        if node is None or not (node.alive and node.in_sync):
            self.counters["unborn"] += 1
            self._want_birth(topic.node, "its birth is not known", now, events)
            return
        parsed = self._parse(payload)
        if parsed.seq is None or parsed.seq >= SEQ_COUNT:
            raise TelemetryError("a message of a node needs a sequence number from 0 to 255")
        ready = node.order.offer(parsed.seq, (topic, payload, now), now)
        if not ready:
            self.counters["early"] += 1
        for index, (held, data, arrival) in enumerate(ready):
            try:
                # The arrays of the parsed message last until the next one is parsed.
                again = parsed if index == 0 else self._parse(data)
                self._handle(node, held, data, again, arrival, events)
            except TelemetryError as error:
                self.counters["malformed"] += 1
                self.last_fault = f"{str(held)[:200]!r}: {error}"
        self._check_order(topic.node, node, now, events)

    def _parse(self, payload: bytes) -> Fields | Payload:
        return self._wire.read(payload) or decode(payload)

    def _check_order(self, name: str, node: _Node, now: int, events: list[Event]) -> None:
        if node.in_sync and node.order.broken(now):
            self.counters["sequence_gap"] += 1
            node.in_sync = False
            self._want_birth(name, "messages of it are missing", now, events)

    def _handle(
        self,
        node: _Node,
        topic: Topic,
        payload: bytes,
        parsed: Fields | Payload,
        arrival: int,
        events: list[Event],
    ) -> None:
        match topic.verb:
            case Verb.DBIRTH:
                birth = parsed if isinstance(parsed, Payload) else decode(payload)
                self._device_birth(node, topic, birth, arrival, events)
            case Verb.DDEATH:
                if node.tables.pop(topic.device, None) is not None:
                    events.append(DeviceDied(topic.node, topic.device, arrival))
            case _:
                self._data(node, topic, payload, parsed, arrival, events)

    def _node_birth(self, topic: Topic, payload: Payload, now: int, events: list[Event]) -> None:
        bd_seq = _bd_seq(payload)
        if payload.seq != 0:
            raise TelemetryError("an NBIRTH must have sequence number 0")
        if topic.node not in self._nodes and len(self._nodes) >= _NODE_LIMIT:
            raise TelemetryError(f"more than {_NODE_LIMIT} nodes")
        ours = any(metric.name == SPOOL for metric in payload.metrics)
        table = Table(payload, self._bind.get((topic.node, ""), {}), ours=ours)
        node = _Node(bd_seq, ours, Order(self._reorder, expected=1), tables={"": table})
        self._nodes[topic.node] = node
        events.append(NodeBorn(topic.node, now, ours))
        self._birth_values(node, topic, payload, table, now, events)

    def _node_death(self, topic: Topic, payload: Payload, now: int, events: list[Event]) -> None:
        node = self._nodes.get(topic.node)
        if node is None or not node.alive or node.bd_seq != _bd_seq(payload):
            # The will of an earlier connection may arrive after the birth of the next one.
            self.counters["old_death"] += 1
            return
        node.alive = False
        node.tables.clear()
        events.append(NodeDied(topic.node, now))

    def _device_birth(
        self, node: _Node, topic: Topic, payload: Payload, now: int, events: list[Event]
    ) -> None:
        if topic.device not in node.tables and len(node.tables) > _DEVICE_LIMIT:
            raise TelemetryError(f"more than {_DEVICE_LIMIT} devices at one node")
        bind = self._bind.get((topic.node, topic.device), {})
        table = Table(payload, bind, ours=node.ours)
        node.tables[topic.device] = table
        events.append(DeviceBorn(topic.node, topic.device, now))
        self._birth_values(node, topic, payload, table, now, events)

    def _birth_values(
        self,
        node: _Node,
        topic: Topic,
        payload: Payload,
        table: Table,
        now: int,
        events: list[Event],
    ) -> None:
        # The values in the births of our own gateways are in their spools too, with an offset.
        if not node.ours:
            samples = from_payload(payload, table, ours=False)
            self.counters["unbound"] += samples.unbound
            _add_foreign(topic, samples, now, events, born=True)

    def _data(
        self,
        node: _Node,
        topic: Topic,
        payload: bytes,
        parsed: Fields | Payload,
        arrival: int,
        events: list[Event],
    ) -> None:
        table = node.tables.get(topic.device)
        if table is None:
            self.counters["unborn"] += 1
            self._want_birth(topic.node, f"{topic.device!r} was not born", arrival, events)
            return
        if isinstance(parsed, Payload):
            self.counters["slow_path"] += 1
            samples = from_payload(parsed, table, ours=node.ours)
        else:
            samples = from_fields(parsed, table, payload)
        self.counters["unbound"] += samples.unbound
        if samples.unknown:
            self.counters["unknown_alias"] += samples.unknown
            self._want_birth(
                topic.node, "it sent an alias that no birth declared", arrival, events
            )
        if not node.ours:
            _add_foreign(topic, samples, arrival, events, born=False)
        elif not samples.unknown:
            events.append(_own(topic, samples))

    def _want_birth(self, node: str, reason: str, now: int, events: list[Event]) -> None:
        asked = self._asked.get(node)
        if asked is not None and 0 <= now - asked < self._rebirth_every:
            return
        if len(self._asked) >= _NODE_LIMIT:
            self._asked = {n: t for n, t in self._asked.items() if now - t < self._rebirth_every}
        self._asked[node] = now
        events.append(RebirthWanted(node, reason))


def _bd_seq(payload: Payload) -> int:
    for metric in payload.metrics:
        if metric.name == BD_SEQ and isinstance(metric.value, int):
            return metric.value
    raise TelemetryError("a node's birth and death need a bdSeq")


def _own(topic: Topic, samples: Samples) -> Data:
    spool = samples.delivery.get(births.SPOOL_AT)
    offset = samples.whole(births.OFFSET_AT)
    millis = samples.whole(births.READ_TIME_AT)
    if not isinstance(spool, str) or offset is None or millis is None or millis > _MAX_MILLIS:
        raise TelemetryError("a data message of a gateway needs spool, offset and read_time")
    first, last = samples.whole(births.LOST_FROM_AT), samples.whole(births.LOST_TO_AT)
    read_time = millis * MILLISECOND
    return Data(
        node=topic.node,
        device=topic.device,
        spool=spool,
        offset=offset,
        lost=None if first is None or last is None else (first, last),
        read_time=read_time,
        historical=samples.late,
        slots=samples.slots,
        times=np.full(len(samples.slots), read_time, np.int64),
        values=samples.values,
        quality=samples.quality,
        reason=samples.reason,
        sources=_stamped(samples.millis, millis),
    )


def _stamped(own: NDArray[np.int64], read: int) -> NDArray[np.int64] | None:
    """Give in ns the times (ms) that a source has stamped; a gateway's own stamp is `read`."""
    stamped = (own > 0) & (own <= _MAX_MILLIS) & (own != read)
    return np.where(stamped, own, 0) * MILLISECOND if stamped.any() else None


def _add_foreign(
    topic: Topic, samples: Samples, arrival: int, events: list[Event], *, born: bool
) -> None:
    for historical in (True, False):
        part = samples.part(samples.historical == historical)
        if not len(part.slots):
            continue
        times = np.full(len(part.slots), arrival, np.int64)
        own = (part.millis > 0) & (part.millis <= _MAX_MILLIS)
        sources = np.where(own, part.millis, 0) * MILLISECOND
        if historical:
            # What the sender says is old holds at its own time, if that is a time at all.
            times[own] = np.minimum(sources[own], arrival)
        events.append(
            Data(
                node=topic.node,
                device=topic.device,
                spool=None,
                offset=None,
                lost=None,
                read_time=arrival,
                historical=historical,
                slots=part.slots,
                times=times,
                values=part.values,
                quality=part.quality,
                reason=part.reason,
                sources=None if born or not own.any() else sources,
            )
        )

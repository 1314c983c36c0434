"""What the plant's nodes say, as inputs for the judge, each record exactly once and in order."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from monitor.compiled import Compiled, route
from monitor.inputs import Born, Died, Input, Samples
from plant.errors import TelemetryError
from plant.moment import MILLISECOND, SECOND
from telemetry.delivery import Accept, Gap, Intake, Position, committed_topic, encode_committed
from telemetry.sparkplug import state
from telemetry.sparkplug.command import rebirth
from telemetry.sparkplug.events import (
    Data,
    DeviceBorn,
    DeviceDied,
    Event,
    NodeBorn,
    NodeDied,
    RebirthWanted,
)
from telemetry.sparkplug.host import HostSession
from telemetry.sparkplug.message import Message

# The consumers that a gateway keeps its records for, by the names under which they commit.
MONITOR = "monitor"
RECORDER = "recorder"
HOST = "firstout"

Judged = NDArray[np.int64] | None

_REWIND_EVERY = SECOND // 2
# A node that has not spoken so long after our start is away; sooner than it would be called live.
_UNHEARD = 5 * SECOND // 2
# How long after a pause of ours something read before it may still arrive.
_IN_FLIGHT = 3 * SECOND


@dataclass(frozen=True)
class Lost:
    """A range of records (inclusive) that a full spool has dropped for ever."""

    node: str
    spool: str
    first: int
    last: int


@dataclass
class Heard:
    """What came of some messages: inputs to judge, losses to record, messages to answer with."""

    inputs: list[Input] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    replies: list[Message] = field(default_factory=list)


class PlantIntake:
    """Hears all nodes of one plant.

    `committed` is what `consumer` has of each node's spool; what follows is accepted once and in
    order, and what is missing is asked for again from there.
    While `holding` is true the records of spools are left where they are: the gateway keeps them.
    """

    def __init__(
        self,
        compiled: Compiled,
        committed: Mapping[str, tuple[str, int]],
        consumer: str = MONITOR,
    ) -> None:
        self._compiled = compiled
        self._consumer = consumer
        self.holding = False
        plant = compiled.plant
        bind = {
            route(plant, signal.id): compiled.slot[signal.id]
            for signal in plant.signals
            if signal.device
        }
        self._host = HostSession(plant.id, bind)
        self.committed = {node: Position(*place) for node, place in committed.items()}
        self._intakes = {node: Intake(place) for node, place in self.committed.items()}
        self._rewound: dict[str, int] = {}
        self._alive: set[str] = set()
        self._expected_by: int | None = None
        self._resumed_at = 0
        self.counters: Counter[str] = Counter()

    def following(self, compiled: Compiled, now: int) -> "PlantIntake":
        """Give what hears the nodes from now on, for another version of the plant.

        No birth is known to it. A gateway that is called otherwise goes on with its spool.
        """
        places = self.positions()
        before, gateway = self._compiled.plant.gateway, compiled.plant.gateway
        if before in places:
            places.setdefault(gateway, places[before])
        intake = PlantIntake(compiled, places, self._consumer)
        intake.expect_nodes(now)
        return intake

    def receive(
        self, topic: str, payload: bytes, arrival: int, judged: Judged, into: Heard
    ) -> None:
        """Hear one message; `judged` has, per signal, the time of the last sample judged.

        A foreign node's sample that is older is left out; None leaves out nothing.
        """
        if topic == state.topic(HOST):
            # Of our consumers the monitor is the host that the plant's nodes may wait for.
            if self._consumer == MONITOR:
                self._hear_of_ourselves(payload, arrival, into)
            return
        for event in self._host.receive(topic, payload, arrival):
            self._take(event, arrival, judged, into)

    def tick(self, now: int, judged: Judged, into: Heard) -> None:
        """Let time pass for sequences that wait for a missing message, and for nodes' births."""
        for event in self._host.tick(now):
            self._take(event, now, judged, into)
        if self._expected_by is not None and now >= self._expected_by:
            self._expected_by = None
            silent = (node for node in self._compiled.nodes if node not in self._alive)
            into.inputs += [Died(node, "", now) for node in silent]

    def expect_nodes(self, now: int) -> None:
        """We have started: a node that is not born soon went away while nobody listened."""
        self._expected_by = now + _UNHEARD

    def resumed(self, now: int) -> None:
        """We stood still until `now`; what was read before that is a backlog, whoever says it."""
        self._resumed_at = now

    def disconnected(self, now: int, judged: Judged, into: Heard) -> None:
        """The broker is lost, and with it every node."""
        for event in self._host.disconnected(now):
            self._take(event, now, judged, into)

    def positions(self) -> dict[str, tuple[str, int]]:
        """Give how far each node's spool has been accepted, to be committed."""
        return _told({node: intake.position for node, intake in self._intakes.items()})

    @property
    def all_committed(self) -> bool:
        """True when nothing has been accepted since the last commit."""
        return self.positions() == _told(self.committed)

    def note_committed(self) -> None:
        """Everything accepted so far has been committed."""
        self.committed = {node: intake.position for node, intake in self._intakes.items()}

    def progress(self, *, rewind: bool) -> list[Message]:
        """Say how far each node's spool is committed, retained."""
        return [self._progress(node, rewind=rewind) for node in self._our_nodes()]

    def greetings(self, now: int) -> list[Message]:
        """Ask our own nodes for births, and to go on from what is committed."""
        group = self._compiled.plant.id
        births = [rebirth(group, node, now // MILLISECOND) for node in self._our_nodes()]
        return births + self.progress(rewind=True)

    @property
    def refusals(self) -> Counter[str]:
        """How many messages were dropped, by reason."""
        return self._host.counters + self.counters

    @property
    def last_fault(self) -> str:
        """The text of the last refusal."""
        return self._host.last_fault

    def _our_nodes(self) -> list[str]:
        return list(dict.fromkeys((self._compiled.plant.gateway, *self._intakes)))

    def _progress(self, node: str, *, rewind: bool) -> Message:
        place = self.committed.get(node, Position())
        topic = committed_topic(self._compiled.plant.id, node, self._consumer)
        return Message(topic, encode_committed(place, rewind=rewind), qos=1, retain=True)

    def _take(self, event: Event, now: int, judged: Judged, into: Heard) -> None:
        if event.node not in self._compiled.node_index:
            self.counters["undeclared_node"] += 1
            return
        match event:
            case NodeBorn():
                self._alive.add(event.node)
                into.inputs.append(Born(event.node, "", event.time))
            case DeviceBorn():
                into.inputs.append(Born(event.node, event.device, event.time))
            case NodeDied():
                self._alive.discard(event.node)
                into.inputs.append(Died(event.node, "", event.time))
            case DeviceDied():
                into.inputs.append(Died(event.node, event.device, event.time))
            case RebirthWanted():
                group = self._compiled.plant.id
                into.replies.append(rebirth(group, event.node, now // MILLISECOND))
            case Data():
                self._data(event, now, judged, into)

    def _hear_of_ourselves(self, payload: bytes, now: int, into: Heard) -> None:
        """Contradict the will of an earlier connection of ours that comes late."""
        try:
            answer = state.answer(HOST, payload, now // MILLISECOND)
        except TelemetryError:
            self.counters["malformed"] += 1
            return
        if answer is not None:
            into.replies.append(answer)

    def _data(self, data: Data, now: int, judged: Judged, into: Heard) -> None:
        if data.spool is None or data.offset is None:
            into.inputs.append(self._samples(data, now, self._newer(data, judged)))
            return
        if self.holding:
            self.counters["left_in_spool"] += 1
            return
        intake = self._intakes.setdefault(data.node, Intake())
        verdict = intake.accept(data.spool, data.offset, data.lost)
        if isinstance(verdict, Accept):
            if verdict.lost is not None:
                into.lost.append(Lost(data.node, data.spool, *verdict.lost))
            into.inputs.append(self._samples(data, now, slice(None)))
        elif isinstance(verdict, Gap):
            self.counters["after_gap"] += 1
            if now - self._rewound.get(data.node, 0) > _REWIND_EVERY:
                self._rewound[data.node] = now
                into.replies.append(self._progress(data.node, rewind=True))
        else:
            self.counters["duplicate"] += 1

    def _newer(self, data: Data, judged: Judged) -> slice | NDArray[np.bool_]:
        """Leave out a foreign node's samples that are older than what was judged."""
        if judged is None:
            return slice(None)
        newer = data.times >= judged[data.slots]
        self.counters["foreign_late"] += int(len(newer) - newer.sum())
        return newer

    def _samples(self, data: Data, now: int, chosen: slice | NDArray[np.bool_]) -> Samples:
        in_flight = data.read_time < self._resumed_at and now < self._resumed_at + _IN_FLIGHT
        return Samples(
            node=data.node,
            historical=data.historical or in_flight,
            slots=data.slots[chosen],
            times=data.times[chosen],
            values=data.values[chosen],
            quality=data.quality[chosen],
            reasons=data.reason[chosen],
            known_at=now,
            sources=None if data.sources is None else data.sources[chosen],
        )


def _told(places: Mapping[str, Position]) -> dict[str, tuple[str, int]]:
    """Leave out the nodes of which nothing was accepted yet."""
    return {
        node: (place.spool, place.offset)
        for node, place in places.items()
        if place.spool is not None
    }

"""Which lessons a plant plays, and what its faults do at a moment. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from plant.plant import Equipment, Plant
from plant.signal import Signal
from simulators.actuator import Place
from simulators.faults import INSTRUMENT, OUTPUT, At, Fault, Kind, Which, rest
from simulators.lessons import LESSONS, SECONDS, Lesson


@dataclass(frozen=True)
class Placed:
    """A fault at its time of the cycle, and what it acts on.

    `targets` are equipment ids, signal ids of an instrument's fault or device ids of one that is
    away; `places` are the actuators of a controller's fault.
    """

    fault: Fault
    targets: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Disturbance:
    """What the faults do at one moment, `time` seconds into the cycle.

    `processes` are the moved quantities by equipment, bypass switches among them; `instruments`
    the faults by signal, `slow` how many times as long an actuator takes, `failing` the actuators
    that do nothing, `away` the devices that do not answer.
    """

    time: float = 0.0
    processes: Mapping[str, Mapping[Kind, float]] = field(default_factory=dict)
    instruments: Mapping[str, Sequence[Fault]] = field(default_factory=dict)
    slow: Mapping[Place, float] = field(default_factory=dict)
    failing: frozenset[Place] = frozenset()
    away: frozenset[str] = frozenset()

    def bypassed(self, equipment: str) -> bool:
        """Say whether the bypass switch of an equipment is on."""
        return self.processes.get(equipment, {}).get(Kind.BYPASS, 0.0) > 0.5


@dataclass(frozen=True)
class Schedule:
    """A plant's lessons, each minute's faults, and how long they take together."""

    lessons: tuple[Lesson, ...]
    minutes: tuple[tuple[Placed, ...], ...]

    @cached_property
    def cycle_seconds(self) -> float:
        """After so many seconds the lessons begin again."""
        return SECONDS * max(1, len(self.lessons))

    def disturbance(self, elapsed: float) -> Disturbance:
        """Give what the faults do `elapsed` seconds after the start."""
        time = elapsed % self.cycle_seconds
        if not self.minutes:
            return Disturbance(time)
        placed = self.minutes[int(time // SECONDS)]
        acting = [item for item in placed if item.fault.share(time) > 0]
        return _together(time, acting) if acting else Disturbance(time)


def scheduled(plant: Plant) -> Schedule:
    """Give the plant's schedule: each lesson whose every fault finds something to act on."""
    lessons: list[Lesson] = []
    minutes: list[tuple[Placed, ...]] = []
    for lesson in LESSONS:
        start = SECONDS * len(lessons)
        placed = tuple(_placed(plant, fault, start) for fault in lesson.faults)
        if all(item.targets or item.places for item in placed):
            lessons.append(lesson)
            minutes.append(placed)
    return Schedule(tuple(lessons), tuple(minutes))


def _placed(plant: Plant, fault: Fault, start: float) -> Placed:
    moved = replace(fault, start=start + fault.start, end=start + fault.end)
    at = fault.at
    items = _equipment(plant, at)
    signals = [signal for item in items for signal in _in_role(plant, item, at)]
    if fault.kind in INSTRUMENT:
        return Placed(moved, tuple(signal.id for signal in signals))
    if fault.kind in OUTPUT:
        return Placed(moved, places=tuple((item.id, at.role) for item in items if at.role))
    if fault.kind is Kind.AWAY:
        served = (signal.device for item in items for signal in _measured(plant, item))
        return Placed(moved, tuple(dict.fromkeys(served)))
    return Placed(moved, tuple(item.id for item in items))


def _equipment(plant: Plant, at: At) -> list[Equipment]:
    """Give the equipment that a fault means: of its kind, and measured at all."""
    items = [
        item for item in plant.equipment if item.kind == at.kind and any(_measured(plant, item))
    ]
    match at.which:
        case Which.ALL:
            return items
        case Which.FIRST:
            return items[:1]
        case Which.LAST:
            return items[-1:]


def _measured(plant: Plant, item: Equipment) -> list[Signal]:
    return [each for each in plant.signals if each.equipment == item.id and not each.formula]


def _in_role(plant: Plant, item: Equipment, at: At) -> Sequence[Signal]:
    found = plant.signals_in(item.id, at.role)
    return found if at.place is None else found[at.place : at.place + 1]


def _together(time: float, acting: Sequence[Placed]) -> Disturbance:
    of = {kind: [item for item in acting if item.fault.kind is kind] for kind in Kind}
    lies = [
        (name, item.fault) for kind in INSTRUMENT for item in of[kind] for name in item.targets
    ]
    return Disturbance(
        time,
        processes=_moved(time, acting),
        instruments={name: [fault for other, fault in lies if other == name] for name, _ in lies},
        slow={place: item.fault.value for item in of[Kind.SLOW] for place in item.places},
        failing=frozenset(place for item in of[Kind.FAILS] for place in item.places),
        away=frozenset(device for item in of[Kind.AWAY] for device in item.targets),
    )


def _moved(time: float, acting: Sequence[Placed]) -> dict[str, dict[Kind, float]]:
    """Give the quantities that are not at rest, by equipment; faults of one kind add up."""
    moved: dict[str, dict[Kind, float]] = {}
    for item in acting:
        fault = item.fault
        if fault.kind in INSTRUMENT | OUTPUT | {Kind.AWAY}:
            continue
        quiet = rest(fault.kind)
        for equipment in item.targets:
            own = moved.setdefault(equipment, {})
            by = fault.share(time) * (fault.value - quiet)
            own[fault.kind] = own.get(fault.kind, quiet) + by
    return moved

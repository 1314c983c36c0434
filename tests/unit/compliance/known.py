"""What is known, made up: a plant of one caster, a view of chosen trust and values, and facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compliance.bound import Binder
from compliance.criterion import Requirement
from compliance.facts import Facts, Horizon, LastDemand, Record, Shelf, shelve
from compliance.operating import Operating
from compliance.requirements import judge
from compliance.verdict import Finding, all_of
from monitor.changes import InterlockState
from plant.moment import SECOND
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Signal
from tests.small_plant import analog, at, interlock, limit, plant_of, switch

DAY = 86_400 * SECOND
NOW = at(1000 * 86_400)
GOOD = (Quality.GOOD, Reason.NONE)
UNCERTAIN = (Quality.UNCERTAIN, Reason.NONE)
LOST = (Quality.BAD, Reason.NO_ANSWER)
FAULTY = (Quality.BAD, Reason.SENSOR_FAULT)

POINTS = {"LL": 20.0, "L": 30.0, "H": 70.0, "HH": 80.0}


@dataclass
class Seen:
    """A view in which every signal is GOOD and 0 unless said otherwise."""

    trusts: Mapping[str, tuple[Quality, Reason]] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    passed: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def trust(self, signal: str) -> tuple[Quality, Reason]:
        return self.trusts.get(signal, GOOD)

    def usable(self, signal: str) -> tuple[float, int]:
        return self.values.get(signal, 0.0), NOW

    def active(self) -> Mapping[str, tuple[int, int]]:
        return self.passed


def caster_plant(
    *levels: str,
    effects: tuple[tuple[str, int, float], ...] = (("gate", 1, 3.0),),
    more: tuple[Signal, ...] = (),
) -> Plant:
    flow = analog("flow", *(limit("flow", level, POINTS[level]) for level in levels))
    return plant_of(
        [flow, switch("gate"), switch("drain", role="emergency_drain.open"), *more],
        [interlock("trip", ["flow:LL"], effects)] if "LL" in levels else [],
    )


def shelf(*records: Record) -> Shelf:
    found: Shelf = {}
    for record in records:
        shelve(found, record)
    return found


def record(type_: str, subject: str, days_ago: float, **more: object) -> Record:
    performed = NOW - round(days_ago * DAY)
    return Record(f"{type_}-{days_ago}", type_, subject, performed, **more)  # type: ignore[arg-type]


def proven(days_ago: float) -> Shelf:
    return shelf(record("proof_test", "trip", days_ago))


@dataclass
class Known:
    """Facts to be: by default all is well, and the interlock is armed and was tested yesterday."""

    plant: Plant
    view: Seen = field(default_factory=Seen)
    now: int = NOW
    interlocks: Mapping[str, InterlockState] = field(
        default_factory=lambda: {"trip": InterlockState.ARMED}
    )
    demands: Mapping[str, LastDemand] = field(default_factory=dict)
    evidence: Shelf = field(default_factory=lambda: proven(1))
    operating: Mapping[str, Operating] = field(default_factory=dict)

    def facts(self) -> Facts:
        return Facts(
            self.plant,
            self.view,
            self.now,
            self.interlocks,
            self.demands,
            self.evidence,
            self.operating,
            {signal: value >= 0.5 for signal, value in self.view.values.items()},
            Horizon(self.now),
        )


def finding(requirement: Requirement, known: Known, subject: str = "caster") -> Finding:
    bound = Binder(known.plant).bind(requirement, known.plant.subject_by_id[subject])
    return all_of(point.finding for point in judge([bound], known.facts()))


def verdict(
    requirement: Requirement, known: Known, subject: str = "caster"
) -> tuple[str, list[str]]:
    found = finding(requirement, known, subject)
    return found.verdict.value, [ground.code for ground in found.grounds]


def due(requirement: Requirement, known: Known) -> int | None:
    """Give the next moment at which the finding may change with time alone."""
    bound = Binder(known.plant).bind(requirement, known.plant.subjects[1])
    facts = known.facts()
    judge([bound], facts)
    return facts.horizon.due

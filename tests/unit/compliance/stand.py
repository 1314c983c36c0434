"""A caster and its pit with gated criteria, driven through the engine, in seconds."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace

from compliance.criterion import (
    AnyOf,
    Criterion,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    Scope,
    ValidEvidence,
    WhileProducing,
    WhileState,
    WorkingInterlock,
)
from compliance.facts import Record
from compliance.judge import ComplianceJudge, VerdictChange
from compliance.memory import ComplianceMemory
from compliance.violations import Violation
from monitor.changes import Change
from plant.name import Name
from plant.plant import Equipment, Plant
from plant.quality import Quality, Reason
from plant.signal import Level
from plant.subject import SubjectKind
from tests.small_plant import Bench, analog, at, interlock, limit, plant_of, switch

Said = VerdictChange | Violation

_LEVELS = {"LL": 20.0, "L": 30.0, "HH": 80.0}
_SHUTS = (("fast_gate.closed", 1),)
_PRODUCING = WhileProducing()


def criterion(
    name: str,
    *requires: Requirement,
    subject: SubjectKind = SubjectKind.EQUIPMENT,
    kinds: tuple[str, ...] = ("deep_well_caster",),
    order10: str = "5",
) -> Criterion:
    title = Name("题", "title")
    scope = Scope(subject, kinds if subject is SubjectKind.EQUIPMENT else ())
    return Criterion(name, title, title, 2, 1, order10, "memory", "v", scope, requires)


FLOW = MonitoredLimits("mould.water_flow", (Level.LL, Level.L), (Level.LL,))
RUNS = RunningCondition("mould.water_flow", (Level.LL, Level.HH), 3.0)
TRIP = WorkingInterlock("mould.water_flow", Level.LL, _SHUTS)
DRILL = ValidEvidence("drill", Name("演练", "drill"), 1.0, 2.0)

CRITERIA = (
    criterion("flow", FLOW),
    criterion("gated-flow", replace(FLOW, during=_PRODUCING)),
    criterion("run", replace(RUNS, during=_PRODUCING)),
    criterion("locked", replace(FLOW, during=WhileState("mechanical_lock.locked", 1))),
    criterion("trip", TRIP, DRILL),
    criterion("any", AnyOf(((replace(RUNS, during=_PRODUCING),), (TRIP,)))),
    criterion("pit", replace(DRILL, during=_PRODUCING), kinds=("caster_pit",)),
    criterion("firm", DRILL, subject=SubjectKind.ENTERPRISE, order10=""),
)


def stand_plant() -> Plant:
    base = plant_of(
        [
            analog("flow", *(limit("flow", level, point) for level, point in _LEVELS.items())),
            switch("gate"),
            switch("lock", role="mechanical_lock.locked"),
            switch("run", role="equipment.producing"),
            analog("speed", role="casting.speed"),
            switch("by", role="interlock.bypass"),
        ],
        [interlock("trip", ["flow:LL"], [("gate", 1, 2.0)], ["by"])],
    )
    pit = Equipment(
        "pit", "caster_pit", Name("坑", "pit"), relations=(("produces_with", ("caster",)),)
    )
    return replace(base, equipment=(*base.equipment, pit))


PLANT = stand_plant()
JUDGE = ComplianceJudge(PLANT, CRITERIA)
CALM = {"flow": 50.0, "gate": 0.0, "lock": 0.0, "run": 1.0, "speed": 1.0, "by": 0.0}


class Stand:
    """One run; `said` is everything that compliance said."""

    def __init__(self, judge: ComplianceJudge = JUDGE) -> None:
        self.judge = judge
        self.memory = ComplianceMemory()
        self.bench = Bench(PLANT)
        self.said: list[Said] = []

    def copy(self) -> "Stand":
        """Give another run that goes on from here."""
        twin = Stand(self.judge)
        twin.memory = deepcopy(self.memory)
        twin.bench.state = deepcopy(self.bench.state)
        twin.bench.now = self.bench.now
        return twin

    def take(self, changes: Iterable[Change], now: int | None = None) -> list[Said]:
        """Let compliance take in changes."""
        at_moment = self.bench.now if now is None else now
        said = self.judge.advance(self.memory, changes, self.bench.view, at_moment)
        self.said += said
        return said

    def poll(
        self,
        second: float,
        spoilt: Iterable[str] = (),
        trust: Quality = Quality.BAD,
        **wild: float,
    ) -> list[Said]:
        """Let every signal be read at `second`, those `spoilt` in quality `trust`."""
        spoilt = set(spoilt)
        values = CALM | wild
        good = {name: value for name, value in values.items() if name not in spoilt}
        changes = self.bench.values(second, **good)
        if spoilt:
            bad = {name: values[name] for name in sorted(spoilt)}
            reason = Reason.NONE if trust is Quality.UNCERTAIN else Reason.NO_ANSWER
            changes += self.bench.values(second, trust, reason, **bad)
        return self.take(changes)

    def tick(self, second: float) -> list[Said]:
        return self.take(self.bench.tick(second))

    def run(self, first: float, last: float, **wild: float) -> list[Said]:
        """Poll and tick every half second from `first` to `last`."""
        said, half = [], round(first * 2)
        while half <= last * 2:
            said += self.poll(half / 2, **wild) + self.tick(half / 2 + 0.05)
            half += 1
        return said

    def record(self, type_: str, subject: str, performed: float, **more: object) -> None:
        name = f"{type_}-{subject}-{performed}"
        given = Record(name, type_, subject, at(performed), **more)  # type: ignore[arg-type]
        self.judge.add_evidence(self.memory, given)

    def verdict(self, key: str) -> str:
        return str(self.memory.cells[key].finding.verdict)

    def codes(self, key: str) -> list[str]:
        return [ground.code for ground in self.memory.cells[key].finding.grounds]

    def violations(self, key: str) -> list[tuple[str, str]]:
        return [
            (item.event.value, item.standing.kind.value)
            for item in self.said
            if isinstance(item, Violation) and f"{item.criterion}@{item.subject}" == key
        ]

    def open(self, key: str) -> list[str]:
        return [entry.kind.value for entry in self.memory.violations.get(key, {}).values()]

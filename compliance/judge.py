"""Verdicts of all criteria at all their subjects, and the violations that follow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from compliance.criterion import Criterion
from compliance.facts import Facts, LastDemand, Record
from compliance.requirements import bound_limits, gaps, judge
from compliance.verdict import Finding, Ground, Verdict, all_of
from compliance.violations import Standing, Violation, judge_violations
from monitor.changes import Change, DemandChange, InterlockChange, InterlockState
from monitor.interlocks import View
from plant.moment import SECOND
from plant.plant import Equipment, Plant

# Verdicts also change with time alone (a record expires): look again at least this often.
LOOK_AGAIN = SECOND


@dataclass(frozen=True)
class VerdictChange:
    """The verdict, or its reasons, of one criterion at one subject has changed."""

    criterion: str
    subject: str
    before: Verdict | None
    verdict: Verdict
    stale: bool
    grounds: tuple[Ground, ...]
    time: int


@dataclass(frozen=True)
class Point:
    """One finding that must hold, and whether it stands on data now lost."""

    finding: Finding
    stale: bool = False


@dataclass
class Judged:
    """The standing verdict of one cell, since when, whether it stands on lost data; its points."""

    finding: Finding
    since: int
    stale: bool
    points: list[Point]


@dataclass
class ComplianceMemory:
    """What compliance remembers: cells by `criterion@subject`, and what verdicts rest on."""

    cells: dict[str, Judged] = field(default_factory=dict)
    interlocks: dict[str, InterlockState] = field(default_factory=dict)
    demands: dict[str, LastDemand] = field(default_factory=dict)
    evidence: dict[str, Record] = field(default_factory=dict)
    violations: dict[str, Standing] = field(default_factory=dict)
    opened: int = 0
    looked_at: int = 0


def shift_clock(memory: ComplianceMemory, by: int) -> None:
    """Move what is waited for by `by` nanoseconds, after the clock was stepped back."""
    memory.looked_at += by
    for judged in memory.cells.values():
        judged.since += by


class ComplianceJudge:
    """Judges one plant against the criteria; the caller owns the memory."""

    def __init__(self, plant: Plant, criteria: Iterable[Criterion]) -> None:
        self._plant = plant
        self.cells: tuple[tuple[Criterion, Equipment], ...] = tuple(
            (criterion, equipment)
            for criterion in criteria
            for equipment in plant.equipment
            if criterion.applies_to(equipment)
        )

    def advance(
        self, memory: ComplianceMemory, changes: Iterable[Change], view: View, now: int
    ) -> list[VerdictChange | Violation]:
        """Take in changes and the time `now`; return verdicts and violations that changed."""
        changed = False
        for change in changes:
            changed = True
            match change:
                case InterlockChange():
                    memory.interlocks[change.interlock] = change.after
                case DemandChange():
                    last = LastDemand(change.demand, change.result, change.opened)
                    memory.demands[change.interlock] = last
                case _:
                    pass
        if not changed and now - memory.looked_at < LOOK_AGAIN:
            return []
        memory.looked_at = now
        facts = Facts(self._plant, view, now, memory.interlocks, memory.demands, memory.evidence)
        said: list[VerdictChange | Violation] = []
        for criterion, equipment in self.cells:
            said += self._cell(memory, criterion, equipment, facts)
        return said

    def add_evidence(self, memory: ComplianceMemory, record: Record) -> None:
        """Take in a record; verdicts follow at the next `advance`."""
        memory.evidence[record.id] = record
        memory.looked_at = 0

    def _cell(
        self, memory: ComplianceMemory, criterion: Criterion, equipment: Equipment, facts: Facts
    ) -> Iterator[VerdictChange | Violation]:
        key = f"{criterion.id}@{equipment.id}"
        known = memory.cells.get(key)
        found = [f for item in criterion.requires for f in judge(item, equipment, facts)]
        judged = _settle(known, found, facts.now)
        memory.cells[key] = judged
        if known is None or (known.finding, known.stale) != (judged.finding, judged.stale):
            yield VerdictChange(
                criterion=criterion.id,
                subject=equipment.id,
                before=known.finding.verdict if known else None,
                verdict=judged.finding.verdict,
                stale=judged.stale,
                grounds=judged.finding.grounds,
                time=facts.now,
            )
        limits = bound_limits(criterion.roles, equipment, self._plant)
        yield from judge_violations(
            memory.violations,
            criterion,
            equipment,
            judged.finding,
            since=judged.since,
            stale=judged.stale,
            limits=limits,
            facts=facts,
            number=self._number(memory),
        )

    @staticmethod
    def _number(memory: ComplianceMemory) -> Iterator[int]:
        while True:
            memory.opened += 1
            yield memory.opened


def _settle(known: Judged | None, found: list[Finding], now: int) -> Judged:
    """Combine the points; the verdict is stale when all that makes it stands on lost data."""
    points = [Point(finding) for finding in found]
    if known is not None:
        points = [_keep(*pair) for pair in zip(known.points, points, strict=True)]
    worst = all_of(point.finding for point in points)
    stale = all(point.stale for point in points if point.finding.verdict is worst.verdict)
    lasts = known is not None and known.finding.verdict is worst.verdict
    return Judged(worst, known.since if known is not None and lasts else now, stale, points)


def _keep(before: Point, after: Point) -> Point:
    """A fail or suspect that loses its data stays what it is."""
    wrong = before.finding.verdict in (Verdict.FAIL, Verdict.SUSPECT)
    lost = wrong and after.finding.verdict is Verdict.UNKNOWN
    return Point(before.finding, stale=True) if lost else after


def coverage(
    plant: Plant, criteria: Iterable[Criterion]
) -> list[tuple[Criterion, Equipment, tuple[Ground, ...]]]:
    """Give the coverage matrix: for each criterion and equipment in scope, what is not set."""
    return [
        (
            criterion,
            equipment,
            tuple(g for item in criterion.requires for g in gaps(item, equipment, plant)),
        )
        for criterion, equipment in ComplianceJudge(plant, criteria).cells
    ]

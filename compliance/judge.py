"""Verdicts of all criteria at all their subjects, and the violations that follow.

Only the cells that a change can touch are judged, and those of which a moment has come at which
time alone may change them. This is the same as judging all cells on every input (a test).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compliance import wording_records
from compliance.bound import Binder, Cell
from compliance.criterion import Criterion
from compliance.facts import Facts, Horizon, LastDemand, Record, shelve
from compliance.memory import LONG_AGO, ComplianceMemory, Judged, judge_anew
from compliance.operating import Declared, operating
from compliance.requirements import Point, judge
from compliance.touched import Touched
from compliance.verdict import Finding, Ground, Verdict, all_of
from compliance.violations import Violation, close_all, judge_violations
from monitor.changes import (
    Change,
    DemandChange,
    InterlockChange,
    QualityChange,
    Response,
    ValueChange,
)
from monitor.view import View
from plant.moment import SECOND
from plant.plant import Plant

# Not every value is told as a change: signs of work and gates are looked at this often.
OBSERVE = SECOND

_WRONG = (Verdict.FAIL, Verdict.SUSPECT)


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


class ComplianceJudge:
    """Judges one plant against the criteria; the caller owns the memory."""

    def __init__(self, plant: Plant, criteria: Iterable[Criterion]) -> None:
        criteria = tuple(criteria)
        self._plant = plant
        self.cells: tuple[Cell, ...] = Binder(plant).cells(criteria)
        self._touched = Touched(plant, self.cells)
        self._place = {cell.key: index for index, cell in enumerate(self.cells)}
        self._basis = hashlib.sha256(f"{plant.version}{criteria!r}".encode()).hexdigest()

    def advance(
        self, memory: ComplianceMemory, changes: Iterable[Change], view: View, now: int
    ) -> list[VerdictChange | Violation]:
        """Take in changes and the time `now`; return verdicts and violations that changed."""
        changes = list(changes)
        if memory.basis != self._basis or now < memory.looked_at:
            memory.basis = self._basis
            judge_anew(memory)
        memory.looked_at = now
        memory.reached = max(memory.reached, now)
        self.note(memory, changes)
        touched = self._touched.cells(changes)
        touched |= self._observe(memory, changes, view, now)
        if memory.due is not None and now >= memory.due:
            touched |= self._due(memory, now)
        if not touched:
            return []
        said = [
            item
            for index in sorted(touched)
            for item in self._cell(memory, self.cells[index], view, now)
        ]
        dues = (judged.due for judged in memory.cells.values() if judged.due is not None)
        memory.due = min(dues, default=None)
        return said

    def note(self, memory: ComplianceMemory, changes: Iterable[Change]) -> None:
        """Remember what changes tell of interlocks; verdicts follow when they are judged."""
        for change in changes:
            match change:
                case InterlockChange():
                    memory.interlocks[change.interlock] = change.after
                case DemandChange() if _tells(change):
                    known = memory.demands.get(change.interlock)
                    if known is None or _count(change.demand) >= _count(known.demand):
                        last = LastDemand(change.demand, change.result, change.opened)
                        memory.demands[change.interlock] = last
                case _:
                    pass

    def add_evidence(self, memory: ComplianceMemory, record: Record) -> None:
        """Take in a record; verdicts follow at the next `advance`."""
        shelve(memory.evidence, record)
        judge_anew(memory)

    def declare_operating(self, memory: ComplianceMemory, act: Declared) -> None:
        """Take in a signed act; verdicts follow at the next `advance`."""
        memory.declared[act.equipment] = act
        judge_anew(memory)

    def retire(self, memory: ComplianceMemory, now: int) -> list[VerdictChange | Violation]:
        """Settle what a new plant version no longer has.

        Cells that are no more end as not applicable, since the applied change says so, and are
        forgotten; their violations are closed. All others are judged anew at the next `advance`.
        """
        said: list[VerdictChange | Violation] = []
        for key in [key for key in memory.cells if key not in self._place]:
            gone = memory.cells.pop(key)
            criterion, _, subject = key.partition("@")
            said.append(
                VerdictChange(
                    criterion=criterion,
                    subject=subject,
                    before=gone.finding.verdict,
                    verdict=Verdict.NOT_APPLICABLE,
                    stale=False,
                    grounds=(wording_records.out_of_scope(),),
                    time=now,
                )
            )
            said += close_all(key, memory.violations.pop(key, {}), now)
        kept = self._plant.interlock_by_id
        memory.interlocks = {k: v for k, v in memory.interlocks.items() if k in kept}
        memory.demands = {k: v for k, v in memory.demands.items() if k in kept}
        equipment = self._plant.equipment_by_id
        memory.declared = {k: v for k, v in memory.declared.items() if k in equipment}
        memory.operating = {k: v for k, v in memory.operating.items() if k in equipment}
        memory.switches.clear()
        judge_anew(memory)
        return said

    def _due(self, memory: ComplianceMemory, now: int) -> set[int]:
        """Give the cells whose moment has come, and those that were never judged."""
        known = memory.cells
        return {
            index
            for index, cell in enumerate(self.cells)
            if (judged := known.get(cell.key)) is None
            or (judged.due is not None and judged.due <= now)
        }

    def _observe(
        self, memory: ComplianceMemory, changes: list[Change], view: View, now: int
    ) -> set[int]:
        """Bring operating states and gates up to date; give the cells of those that changed."""
        ended = [
            act.equipment for act in memory.declared.values() if not act.holds(memory.reached)
        ]
        for equipment in ended:
            del memory.declared[equipment]
        if ended or memory.observed_at == LONG_AGO:
            look = set(self._touched.gated)
        else:
            look = self._touched.work(changes)
        touched: set[int] = set()
        if now - memory.observed_at >= OBSERVE:
            look.update(self._touched.gated)
            memory.observed_at = now
            switches = set(self._touched.switches)
        else:
            switches = {c.signal for c in changes if isinstance(c, QualityChange | ValueChange)}
        for signal in sorted(switches & self._touched.switches.keys()):
            on = view.usable(signal)[0] >= 0.5
            if memory.switches.get(signal) is not on:
                memory.switches[signal] = on
                touched |= self._touched.switches[signal]
        for equipment in sorted(look):
            state = operating(self._plant, equipment, view, memory.declared, memory.reached)
            if memory.operating.get(equipment) is not state:
                memory.operating[equipment] = state
                touched |= self._touched.gated[equipment]
        return touched

    def _cell(
        self, memory: ComplianceMemory, cell: Cell, view: View, now: int
    ) -> Iterator[VerdictChange | Violation]:
        facts = self._facts(memory, view, now)
        known = memory.cells.get(cell.key)
        judged = self._judge(cell, known, facts)
        memory.cells[cell.key] = judged
        if known is None or (known.finding, known.stale) != (judged.finding, judged.stale):
            yield VerdictChange(
                criterion=cell.criterion.id,
                subject=cell.subject.id,
                before=known.finding.verdict if known else None,
                verdict=judged.finding.verdict,
                stale=judged.stale,
                grounds=judged.finding.grounds,
                time=now,
            )
        slots = memory.violations.setdefault(cell.key, {})
        yield from judge_violations(
            slots,
            cell,
            judged.finding,
            since=judged.since,
            stale=judged.stale,
            facts=facts,
            number=_number(memory),
        )
        if not slots:
            del memory.violations[cell.key]
        judged.due = facts.horizon.due

    def _facts(self, memory: ComplianceMemory, view: View, now: int) -> Facts:
        return Facts(
            self._plant,
            view,
            now,
            memory.interlocks,
            memory.demands,
            memory.evidence,
            memory.operating,
            memory.switches,
            Horizon(now),
            memory.reached,
        )

    def _judge(self, cell: Cell, known: Judged | None, facts: Facts) -> Judged:
        ended_at = cell.criterion.ended_at(self._plant.zone)
        if ended_at is not None:
            facts.horizon.at(ended_at)
            if facts.dated >= ended_at:
                return _not_asked(known, wording_records.rule_ended(cell.criterion), facts)
        statement = facts.not_applicable(cell.criterion.id, cell.subject.id)
        if statement is None:
            return _settle(known, judge(cell.requirements, facts), facts)
        ground = wording_records.not_applicable(statement, self._plant.zone)
        return _not_asked(known, ground, facts)


def _not_asked(known: Judged | None, ground: Ground, facts: Facts) -> Judged:
    finding = Finding(Verdict.NOT_APPLICABLE, (ground,))
    return Judged(finding, _since(known, finding, facts), stale=False, points=[])


def _tells(change: DemandChange) -> bool:
    """Say whether a demand shows how the interlock works.

    Not while it is in progress; not when it was bypassed, which is judged by itself; and a trip
    without a known cause is counted, but no answer to a demand. What was shown before stands.
    """
    waiting = change.result in (Response.WAITING, Response.SPURIOUS)
    return bool(change.causes) and not change.bypassed and not waiting


def _count(demand: str) -> int:
    """Give the number of a demand (`interlock/number`): what is found out late is no later."""
    return int(demand.rpartition("/")[2])


def _number(memory: ComplianceMemory) -> Iterator[int]:
    while True:
        memory.opened += 1
        yield memory.opened


def _settle(known: Judged | None, found: list[Point], facts: Facts) -> Judged:
    """Combine the points; the verdict is stale when all that makes it stands on lost data."""
    before = {point.key: point for point in known.points} if known else {}
    points = [_keep(before.get(point.key), point) for point in found]
    worst = all_of(point.finding for point in points)
    stale = all(point.stale for point in points if point.finding.verdict is worst.verdict)
    wrong = [point for point in points if point.finding.verdict in _WRONG]
    return Judged(worst, _since(known, worst, facts), stale, wrong)


def _since(known: Judged | None, finding: Finding, facts: Facts) -> int:
    """An unknown lasts by the latest time reached, else a node's backlog would make it old."""
    if known is not None and known.finding.verdict is finding.verdict:
        return known.since
    return facts.dated if finding.verdict is Verdict.UNKNOWN else facts.now


def _keep(before: Point | None, after: Point) -> Point:
    """A fail or suspect that loses its data stays what it is."""
    if before is None or after.finding.verdict is not Verdict.UNKNOWN:
        return after
    return Point(after.key, before.finding, stale=True)

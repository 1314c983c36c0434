"""The coverage matrix: what the criteria ask of each subject, and what the plant folder sets.

It is read from the plant folder alone; whether what is set works, only the data show.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from compliance.bound import Binder
from compliance.criterion import (
    Criterion,
    MonitoredLimits,
    RunningCondition,
    WorkingInterlock,
)
from compliance.verdict import Ground
from plant.equipment_kind import EQUIPMENT_KINDS
from plant.evidence import NOT_APPLICABLE
from plant.name import Name
from plant.plant import Plant
from plant.subject import Subject, SubjectKind

_MEASURED = (MonitoredLimits, RunningCondition, WorkingInterlock)

# The trades of the notice's sections; its last section asks everybody.
_TRADES = ("steel", "aluminium", "casting", "dust", "confined", "battery")

_SUBJECTS = {
    SubjectKind.PROJECT: Name("建设项目", "project"),
    SubjectKind.PERSON: Name("人员岗位", "person"),
    SubjectKind.CONTRACTOR: Name("承包承租单位", "contractor"),
    SubjectKind.STREET_TOWN: Name("街镇", "street or town"),
}


class Coverage(StrEnum):
    """How a cell is covered."""

    WATCHED = "watched"
    BY_EVIDENCE = "by_evidence"
    GAP = "gap"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class CoveredCell:
    """One criterion at one subject: how it is covered, and what is not set (未设置)."""

    criterion: Criterion
    subject: Subject
    covered: Coverage
    gaps: tuple[Ground, ...]


def coverage(plant: Plant, criteria: Iterable[Criterion]) -> list[CoveredCell]:
    """Give the coverage of every cell, criterion by criterion.

    A statement of `not_applicable` in the folder counts here whatever its date: there is no clock.
    """
    stated = {
        (item.criterion, item.subject)
        for item in plant.evidence
        if item.type == NOT_APPLICABLE and item.ok
    }
    found = []
    for cell in Binder(plant).cells(criteria):
        gaps = cell.gaps
        if (cell.criterion.id, cell.subject.id) in stated:
            covered, gaps = Coverage.NOT_APPLICABLE, ()
        elif gaps:
            covered = Coverage.GAP
        elif any(isinstance(part.requirement, _MEASURED) for part in cell.parts):
            covered = Coverage.WATCHED
        else:
            covered = Coverage.BY_EVIDENCE
        found.append(CoveredCell(cell.criterion, cell.subject, covered, gaps))
    return found


def undeclared(plant: Plant, criteria: Iterable[Criterion]) -> Iterator[Name]:
    """Name the criteria of the plant's trades for which no subject is declared at all."""
    for criterion in criteria:
        scope = criterion.applies_to
        trades = scope.industries or _TRADES[criterion.section - 1 : criterion.section]
        if trades and set(trades).isdisjoint(plant.industries):
            continue
        if not any(scope.covers(subject) for subject in plant.subjects):
            what = _wanted(criterion)
            yield Name(
                f"{criterion.id}：未登记{what.zh}",
                f"no {what.en} is declared for {criterion.id}",
            )


def _wanted(criterion: Criterion) -> Name:
    scope = criterion.applies_to
    names = [EQUIPMENT_KINDS[kind].name for kind in scope.kinds]
    if scope.subject is not SubjectKind.EQUIPMENT:
        names = [_SUBJECTS.get(scope.subject, Name("企业", "enterprise"))]
    answers = scope.attributes
    with_zh = "".join(f"（{key} 为 {' 或 '.join(accepted)}）" for key, accepted in answers)
    with_en = " and".join(f" with {key} {' or '.join(accepted)}" for key, accepted in answers)
    return Name(
        "或".join(name.zh for name in names) + with_zh,
        " or ".join(name.en for name in names) + with_en,
    )

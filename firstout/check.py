"""`firstout check`: what the criteria lack in a plant folder, criterion by equipment."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from compliance.criterion import Criterion, ValidEvidence
from compliance.judge import coverage
from plant.plant import Plant
from plant.references import doubts

_WATCHED = {"watched": "已监测 watched", "by_evidence": "凭记录 by evidence", "gap": "缺口 gap"}


@dataclass(frozen=True)
class Cell:
    """One criterion at one equipment: how it is covered, and what is not set."""

    criterion: Criterion
    equipment: str
    covered: str
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class CheckReport:
    """The result of checking a plant folder without faults."""

    plant: Plant
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Give the report for programs."""
        return {
            "ok": True,
            "plant": self.plant.id,
            "version": self.plant.version,
            "notes": list(self.notes),
            "coverage": [
                {
                    "criterion": cell.criterion.id,
                    "equipment": cell.equipment,
                    "covered": cell.covered,
                    "gaps": list(cell.gaps),
                }
                for cell in self.cells
            ],
        }

    def print(self, console: Console) -> None:
        """Show the report to a person."""
        plant = self.plant
        console.print(
            f"{plant.name.zh} {plant.name.en}: {len(plant.equipment)} 台设备 equipment, "
            f"{len(plant.signals)} 个测点 signals, {len(plant.interlocks)} 个联锁 interlocks"
        )
        for note in self.notes:
            console.print(f"注意 note: {note}", markup=False)
        table = Table("判定标准 criterion", "设备 equipment", "覆盖 coverage", "未设置 not set")
        for cell in self.cells:
            title = cell.criterion.title
            table.add_row(
                f"{cell.criterion.id} {title.zh}\n{title.en}",
                cell.equipment,
                _WATCHED[cell.covered],
                "\n".join(cell.gaps),
            )
        console.print(table)


def report(plant: Plant, criteria: Iterable[Criterion]) -> CheckReport:
    """Compare what the criteria ask with what the plant folder sets."""
    cells = tuple(
        Cell(
            criterion,
            equipment.id,
            _covered(criterion, gaps=bool(gaps)),
            tuple(f"{gap.zh} {gap.en}" for gap in gaps),
        )
        for criterion, equipment, gaps in coverage(plant, criteria)
    )
    return CheckReport(plant, cells, tuple(doubts(plant)))


def _covered(criterion: Criterion, *, gaps: bool) -> str:
    if gaps:
        return "gap"
    only_records = all(isinstance(item, ValidEvidence) for item in criterion.requires)
    return "by_evidence" if only_records else "watched"

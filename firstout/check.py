"""`firstout check`: what the criteria lack in a plant folder, criterion by subject."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from compliance.coverage import Coverage, CoveredCell, coverage, undeclared
from compliance.criterion import Criterion
from plant.doubts import doubts
from plant.plant import Plant

_COVERED = {
    Coverage.WATCHED: "已监测 watched",
    Coverage.BY_EVIDENCE: "凭记录 by evidence",
    Coverage.GAP: "缺口 gap",
    Coverage.NOT_APPLICABLE: "不适用 not applicable",
}

_SIMULATED = (
    "模拟装置 A simulated plant: 数值由模拟产生，不读取真实控制器 its values are made up, "
    "no real controller is read"
)


@dataclass(frozen=True)
class CheckReport:
    """The result of checking a plant folder without faults."""

    plant: Plant
    cells: tuple[CoveredCell, ...]
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
                    "subject": cell.subject.id,
                    "covered": cell.covered,
                    "gaps": [{"code": gap.code, "zh": gap.zh, "en": gap.en} for gap in cell.gaps],
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
        if plant.simulated:
            console.print(_SIMULATED, soft_wrap=True)
        for note in self.notes:
            console.print(f"注意 note: {note}", markup=False)
        table = Table()
        for header in (
            "判定标准 criterion",
            "判定对象 subject",
            "覆盖 coverage",
            "未设置 not set",
        ):
            table.add_column(header, overflow="fold")  # Chinese has no spaces to wrap at
        for cell in self.cells:
            title = cell.criterion.title
            table.add_row(
                f"{cell.criterion.id} {title.zh}\n{title.en}",
                f"{cell.subject.id}\n{cell.subject.name.zh}",
                _COVERED[cell.covered],
                "\n".join(f"{gap.zh}\n{gap.en}" for gap in cell.gaps),
            )
        console.print(table)

    def matrix(self) -> str:
        """Give the matrix as plain text that depends on nothing but the plant and the criteria.

        One line a cell: criterion, subject, coverage, and what is not set, between tabs; sorted.
        Notes follow, one line each.
        """
        lines = sorted(
            "\t".join(
                (
                    cell.criterion.id,
                    cell.subject.id,
                    cell.covered,
                    *(f"{gap.code}: {gap.en}" for gap in cell.gaps),
                )
            )
            for cell in self.cells
        )
        return "".join(f"{line}\n" for line in (*lines, *(f"note\t{n}" for n in self.notes)))


def report(plant: Plant, criteria: Iterable[Criterion]) -> CheckReport:
    """Compare what the criteria ask with what the plant folder sets."""
    criteria = tuple(criteria)
    missing = (f"{name.zh} {name.en}" for name in undeclared(plant, criteria))
    return CheckReport(plant, tuple(coverage(plant, criteria)), (*doubts(plant), *missing))

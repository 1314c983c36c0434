"""Writes the tables of `docs/reference/criteria.md` from the criterion files.

`python -m tests.unit.compliance.criteria_page` writes them; a test compares them.
"""

from collections.abc import Iterable
from pathlib import Path

from compliance.criterion import (
    AnyOf,
    Criterion,
    DeclaredAttribute,
    DeclaredRelation,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    ValidEvidence,
    WorkingInterlock,
)
from firstout.plant_folder import criteria
from plant.role import ROLES
from plant.subject import SubjectKind
from plant.unit import shown

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "criteria.md"

SECTIONS = (
    "Steel (钢铁)",
    "Aluminium deep-well casting (铝加工深井铸造)",
    "Mechanical casting (机械铸造)",
    "Combustible dust (粉尘涉爆)",
    "Confined space (有限空间)",
    "Lithium-thionyl-chloride battery (锂亚电池)",
    "Other (其他)",
)
_KINDS: tuple[tuple[type, str, str], ...] = (
    (MonitoredLimits, "limit", "limits"),
    (RunningCondition, "condition", "conditions"),
    (WorkingInterlock, "interlock", "interlocks"),
    (ValidEvidence, "record", "records"),
    (DeclaredRelation, "relation", "relations"),
    (DeclaredAttribute, "attribute", "attributes"),
)


def render(items: Iterable[Criterion], page: str) -> str:
    """Give the page with its tables made anew; what stands before them stays."""
    head, _, _ = page.partition(f"## 1. {SECTIONS[0]}")
    parts = [head.removesuffix("\n")]
    ordered = sorted(items, key=lambda item: (item.section, item.item))
    for number, title in enumerate(SECTIONS, 1):
        rows = [_row(item) for item in ordered if item.section == number]
        parts.append(f"## {number}. {title}\n\n{_TABLE}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


_TABLE = """\
| id | title | Order 10 | basis | judged for | asks | shown by |
|---|---|---|---|---|---|---|"""


def _row(item: Criterion) -> str:
    cells = (
        f"`{item.id}`",
        f"{item.title.zh}<br>{item.title.en}",
        item.order10 or "notice only",
        item.order10_basis,
        _judged_for(item),
        f"{item.asks.zh}<br>{item.asks.en}",
        ", ".join(_shown_by(item.all_requirements)),
    )
    return f"| {' | '.join(cells)} |"


def _judged_for(item: Criterion) -> str:
    scope = item.applies_to
    of = scope.kinds if scope.subject is SubjectKind.EQUIPMENT else (str(scope.subject),)
    answers = [f"`{key}`: {', '.join(accepted)}" for key, accepted in scope.attributes]
    trades = [f"in {', '.join(scope.industries)}"] if scope.industries else []
    return "; ".join([", ".join(f"`{name}`" for name in of), *answers, *trades])


def _shown_by(requirements: tuple[Requirement, ...]) -> list[str]:
    counts = [
        (sum(isinstance(each, kind) for each in requirements), one, more)
        for kind, one, more in _KINDS
    ]
    found = [f"{count} {one if count == 1 else more}" for count, one, more in counts if count]
    records = dict.fromkeys(
        f"`{each.type}`{' of the enterprise' if each.of_enterprise else ''}"
        for each in requirements
        if isinstance(each, ValidEvidence)
    )
    found = [f"{each} ({', '.join(records)})" if "record" in each else each for each in found]
    found += [_figures(each) for each in requirements if getattr(each, "figures", ())]
    found += _longest(requirements)
    alternatives = any(isinstance(each, AnyOf) for each in requirements)
    return [*found, "some of them alternatives"] if alternatives else found


def _figures(item: Requirement) -> str:
    assert isinstance(item, MonitoredLimits | RunningCondition)
    points = ", ".join(f"{level} {figure:g}" for level, figure in item.figures)
    rule = f"{item.rule}, {item.basis}" if item.rule else item.basis
    return f"`{item.role}` at {points} {shown(ROLES[item.role].unit)} ({rule})"


def _longest(requirements: tuple[Requirement, ...]) -> list[str]:
    """Give the longest allowances and test intervals that pass without a person's word."""
    found = []
    trips = [each for each in requirements if isinstance(each, WorkingInterlock)]
    for what, unit, key in (
        ("acting within", "s", "within_s"),
        ("tested every", "days", "proof_test_days"),
    ):
        given = {getattr(each, key) for each in trips} - {None}
        if given:
            listed = " or ".join(f"{each:g}" for each in sorted(given))
            found.append(f"{what} {listed} {unit} (default)")
    return found


if __name__ == "__main__":
    PAGE.write_text(render(criteria(), PAGE.read_text("utf-8")), "utf-8")

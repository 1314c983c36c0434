"""`firstout template`: what an equipment of a kind must have, before there is a plant folder."""

from collections.abc import Iterable
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from compliance.criterion import Criterion
from compliance.template import Template, template_of
from plant.equipment_kind import EQUIPMENT_KINDS, EquipmentKind
from plant.errors import Fault, PlantError
from plant.evidence import EVIDENCE_TYPES
from plant.role import ROLES
from plant.signal import Level


def find_template(kind: str, answers: Iterable[str], criteria: Iterable[Criterion]) -> Template:
    """Give the template of a kind for `answers` to its questions, each as `attribute=answer`.

    Raises:
        PlantError: the kind, a question or an answer is not known, or one is not answered.
    """
    if kind not in EQUIPMENT_KINDS:
        known = ", ".join(sorted(EQUIPMENT_KINDS))
        raise PlantError([Fault(kind, "", "is no kind of equipment", known)])
    return template_of(kind, _read(EQUIPMENT_KINDS[kind], answers), criteria)


def _read(kind: EquipmentKind, answers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    given = dict(answer.partition("=")[::2] for answer in answers)
    faults = [
        Fault(f"--answer {key}", "", f"is no question of {kind.id}", ", ".join(kind.attributes))
        for key in given
        if key not in kind.attributes
    ]
    faults += [
        Fault(f"--answer {key}", "", _wrong(given.get(key)), ", ".join(accepted))
        for key, accepted in kind.attributes.items()
        if given.get(key) not in accepted
    ]
    if faults:
        raise PlantError(faults)
    return tuple(given.items())


def _wrong(answer: str | None) -> str:
    return "is missing" if answer is None else f"is {answer!r}"


def as_json(template: Template) -> dict[str, object]:
    """Give a template for programs."""
    return asdict(template)


def print_template(kind: str, template: Template, console: Console) -> None:
    """Show a template to a person."""
    name = EQUIPMENT_KINDS[kind].name
    table = Table(title=f"{name.zh} {name.en}", title_justify="left")
    for header in ("要求 must have", "内容 what", "判定标准 criteria"):
        table.add_column(header, overflow="fold")
    for signal in template.signals:
        what = f"{_role(signal.role)}\n{_levels(signal.levels, signal.state)}".rstrip()
        table.add_row("测点 signal", what, ", ".join(signal.criteria))
    for interlock in template.interlocks:
        effects = "\n".join(f"→ {_role(role)} = {state}" for role, state in interlock.effects)
        cause = _levels((interlock.level,), interlock.state)
        what = f"{_role(interlock.role)} {cause}\n{effects}"
        table.add_row("联锁 interlock", what, ", ".join(interlock.criteria))
    for record in template.evidence:
        evidence = EVIDENCE_TYPES[record.type]
        days = "" if record.within_days is None else f"\n≤ {record.within_days:g} 天 days"
        what = f"{record.type} {evidence.zh}\n{evidence.en}{days}"
        table.add_row("佐证材料 evidence", what, ", ".join(record.criteria))
    for relation in template.relations:
        table.add_row("关系 relation", relation, "")
    console.print(table)


def kinds_as_json() -> list[dict[str, object]]:
    """Give every kind of equipment with its questions, for programs."""
    return [
        {
            "kind": kind.id,
            "name": kind.name.as_json(),
            "answers": {key: list(accepted) for key, accepted in kind.attributes.items()},
        }
        for kind in EQUIPMENT_KINDS.values()
    ]


def print_kinds(console: Console) -> None:
    """Show every kind of equipment with its questions."""
    table = Table("类型 kind", "名称 name", "须回答 answers")
    for kind in EQUIPMENT_KINDS.values():
        asked = "\n".join(f"{key} = {' | '.join(a)}" for key, a in kind.attributes.items())
        table.add_row(kind.id, f"{kind.name.zh}\n{kind.name.en}", asked)
    console.print(table)


def _levels(levels: Iterable[Level], state: int | None) -> str:
    """Name limits; of a switch also the state that is wrong."""
    return " ".join(
        f"{level} {state}" if level is Level.STATE and state is not None else level
        for level in levels
    )


def _role(role: str) -> str:
    name = ROLES[role].name
    return f"{role} {name.zh} {name.en}"

"""A criterion as its data file states it.

A criterion names roles, levels and kinds of record, never signals of one plant. Python is added
only when a new way of judging is needed: a new requirement class here and its judge in
`requirements`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from plant.errors import Fault, PlantError
from plant.evidence import EVIDENCE_TYPES
from plant.form import Faults, Form
from plant.name import Name
from plant.plant import Equipment
from plant.read import EQUIPMENT_KINDS
from plant.role import ROLES
from plant.signal import Level

# How sure we are of a figure or a citation (standards 0.1): seen in a standard's text, recalled
# and to be verified, an engineering default, or asked by the notice alone.
_ANY = ""
BASES = ("standard", "memory", "default", "notice")


@dataclass(frozen=True)
class MonitoredLimits:
    """Each signal in `role` must exist, be trusted now, and have limits at all `levels`."""

    role: str
    levels: tuple[Level, ...]
    basis: str


@dataclass(frozen=True)
class WorkingInterlock:
    """A limit (`role`, `level`) must lead to all `effects` (role, state), armed and proven."""

    role: str
    level: Level
    effects: tuple[tuple[str, int], ...]
    basis: str


@dataclass(frozen=True)
class ValidEvidence:
    """A record of `type` for the subject, not older than `within_days`."""

    type: str
    name: Name
    within_days: float
    basis: str


Requirement = MonitoredLimits | WorkingInterlock | ValidEvidence


@dataclass(frozen=True)
class Criterion:
    """One item of the notice, in our own words.

    `section` and `item` are its place in the notice; `order10` is its counterpart in Order 10
    ("" when it has none), `order10_basis` how sure that is.
    It is judged for each equipment of `equipment_kind` whose attributes match.
    """

    id: str
    title: Name
    asks: Name
    section: int
    item: int
    order10: str
    order10_basis: str
    equipment_kind: str
    attributes: tuple[tuple[str, str], ...]
    requires: tuple[Requirement, ...]

    def applies_to(self, equipment: Equipment) -> bool:
        """Say whether this equipment is within the criterion's scope."""
        has = dict(equipment.attributes)
        return equipment.kind == self.equipment_kind and all(
            has.get(key) == value for key, value in self.attributes
        )

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the measured signals that the criterion binds."""
        measured = (MonitoredLimits, WorkingInterlock)
        return frozenset(item.role for item in self.requires if isinstance(item, measured))


def read_criterion(file: str, text: str) -> Criterion:
    """Read one criterion file.

    Raises:
        PlantError: with every fault in the file.
    """
    faults: list[Fault] = []
    try:
        table: Mapping[str, object] = tomllib.loads(text)
    except ValueError as error:
        raise PlantError([Fault(file, "", f"is not TOML: {error}", "TOML 1.0")]) from error
    form = Form(table, "", Faults(file, faults))
    scope = Form(form.table("applies_to"), "applies_to", form.faults)
    kind = scope.choice("equipment_kind", sorted(EQUIPMENT_KINDS))
    attributes = Form(scope.table("attributes"), "applies_to.attributes", form.faults)
    criterion = Criterion(
        id=form.id("id"),
        title=form.name("title"),
        asks=form.name("asks"),
        section=form.whole("section", 1, 7),
        item=form.whole("item", 1, 9),
        order10=form.text("order10", ""),
        order10_basis=form.choice("order10_basis", BASES),
        equipment_kind=kind,
        attributes=tuple(
            (key, value)
            for key, choices in EQUIPMENT_KINDS[kind].items()
            if (value := attributes.choice(key, choices, _ANY)) != _ANY
        ),
        requires=form.forms("requires", _read_requirement, at_least=1),
    )
    attributes.close()
    scope.close()
    form.close()
    if faults:
        raise PlantError(faults)
    return criterion


def _read_requirement(form: Form) -> Requirement:
    kind = form.choice("kind", ("limits", "interlock", "evidence"))
    basis = form.choice("basis", BASES)
    if kind == "evidence":
        within = form.number("within_days", 0.01, 3660)
        return ValidEvidence(form.choice("type", EVIDENCE_TYPES), form.name("name"), within, basis)
    role = form.choice("role", sorted(ROLES))
    if kind == "interlock":
        level = Level(form.choice("level", Level))
        effects = form.forms(
            "effects", lambda f: (f.choice("role", ROLES), f.whole("state", 0, 1)), at_least=1
        )
        return WorkingInterlock(role, level, effects, basis)
    known = {str(level): level for level in Level}
    levels = form.texts("levels")
    for name in levels:
        if name not in known:
            form.fault("levels", f"names {name!r}", ", ".join(known))
    return MonitoredLimits(role, tuple(known[name] for name in levels if name in known), basis)

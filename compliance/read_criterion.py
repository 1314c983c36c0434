"""A criterion file's text → a Criterion, or every fault in it at once."""

import tomllib
from collections.abc import Callable, Iterable, Mapping

from compliance.criterion import (
    BASES,
    AnyOf,
    Asked,
    Criterion,
    DeclaredAttribute,
    DeclaredRelation,
    Figures,
    Gate,
    Having,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    Scope,
    ValidEvidence,
    WhileProducing,
    WhileState,
    WorkingInterlock,
)
from plant.equipment_kind import EQUIPMENT_KINDS
from plant.errors import Fault, PlantError
from plant.evidence import EVIDENCE_TYPES, NOT_APPLICABLE
from plant.form import Faults, Form
from plant.read_subjects import INDUSTRIES
from plant.role import ROLES
from plant.signal import Level
from plant.subject import SUBJECT_ATTRIBUTES, SubjectKind

# A level whose passing is an exceedance unless the file says otherwise (architecture section 4).
_BINDING = (Level.LL, Level.HH, Level.STATE)
_MOST_DAYS = 3660
_MOST_FIGURE = 1e9
_MEASURED = ("limits", "interlock", "condition", "relation")


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
    scope = _read_scope(Form(form.table("applies_to"), "applies_to", form.faults))
    reader = _Requirements(scope)
    criterion = Criterion(
        id=form.id("id"),
        title=form.name("title"),
        asks=form.name("asks"),
        section=form.whole("section", 1, 7),
        item=form.whole("item", 1, 9),
        order10=form.text("order10", ""),
        order10_basis=form.choice("order10_basis", BASES),
        rule_version=form.text("rule_version"),
        applies_to=scope,
        requires=form.forms("requires", reader.read, at_least=1),
        ends=form.day("ends"),
    )
    form.close()
    if faults:
        raise PlantError(faults)
    return criterion


def _read_scope(form: Form) -> Scope:
    subject = SubjectKind(form.choice("subject", SubjectKind, SubjectKind.EQUIPMENT))
    kinds: tuple[str, ...] = ()
    if subject is SubjectKind.EQUIPMENT:
        kinds = _listed(form, "kinds", sorted(EQUIPMENT_KINDS))
    industries = _listed(form, "industries", INDUSTRIES, ())
    known = attributes_of(subject, kinds)
    scope = Scope(subject, kinds, industries, _read_having(form, "attributes", known))
    form.close()
    return scope


def attributes_of(subject: SubjectKind, kinds: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Give the attributes that subjects of these kinds can have, with all their answers."""
    tables = (
        [EQUIPMENT_KINDS[kind].attributes for kind in kinds]
        if subject is SubjectKind.EQUIPMENT
        else [SUBJECT_ATTRIBUTES.get(subject, {})]
    )
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for key, answers in table.items():
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *answers)))
    return found


def _read_having(form: Form, key: str, known: Mapping[str, tuple[str, ...]]) -> Having:
    inner = Form(form.table(key), f"{form.where}.{key}", form.faults)
    having = tuple(
        (name, _listed(inner, name, answers)) for name, answers in known.items() if inner.has(name)
    )
    for name in form.table(key):
        if name not in known:
            form.fault(f"{key}.{name}", "is not an attribute of these subjects", _either(known))
    return having


class _Requirements:
    """Reads the requirements of one criterion; `scope` says what they may speak of."""

    def __init__(self, scope: Scope) -> None:
        self._of_equipment = scope.subject is SubjectKind.EQUIPMENT
        self._attributes = attributes_of(scope.subject, scope.kinds)
        self._relations = sorted(
            {name for kind in scope.kinds for name in EQUIPMENT_KINDS[kind].relations}
        )

    def read(self, form: Form) -> Requirement:
        readers: dict[str, Callable[[Form, Asked], Requirement]] = {
            "limits": _read_limits,
            "interlock": _read_interlock,
            "evidence": _read_evidence,
            "condition": _read_condition,
            "relation": self._read_relation,
            "attribute": self._read_attribute,
            "any": self._read_any,
        }
        kind = form.choice("kind", readers)
        if kind in _MEASURED and not self._of_equipment:
            form.fault("kind", f"is {kind!r}, only equipment has it", "evidence, attribute, any")
        basis = form.choice("basis", BASES, "notice" if kind == "any" else None)
        asked = Asked(
            basis=basis,
            rule=form.text("rule", ""),
            when=_read_having(form, "when", self._attributes),
            during=self._read_gate(form),
        )
        return readers[kind](form, asked)

    def _read_gate(self, form: Form) -> Gate | None:
        if not form.has("while"):
            return None
        if not self._of_equipment:
            form.fault("while", "is given for a subject that is no equipment", "no gate")
        if not form.is_table("while"):
            form.choice("while", ("producing",))
            return WhileProducing()
        inner = Form(form.table("while"), f"{form.where}.while", form.faults)
        discrete = sorted(role for role in ROLES if ROLES[role].discrete)
        gate = WhileState(inner.choice("role", discrete), inner.whole("state", 0, 1))
        inner.close()
        return gate

    def _read_relation(self, form: Form, asked: Asked) -> Requirement:
        bounds = {
            key: form.whole(key, 0, 1000) if form.has(key) else None
            for key in ("at_least", "at_most")
        }
        if set(bounds.values()) == {None}:
            form.fault("at_least", "and at_most are both missing", "at least one of them")
        return DeclaredRelation(
            form.choice("relation", self._relations or [""]),
            form.name("name"),
            bounds["at_least"],
            bounds["at_most"],
            **vars(asked),
        )

    def _read_attribute(self, form: Form, asked: Asked) -> Requirement:
        attribute = form.choice("attribute", sorted(self._attributes) or [""])
        allowed = _listed(form, "allowed", self._attributes.get(attribute, ()))
        return DeclaredAttribute(attribute, allowed, form.name("name"), **vars(asked))

    def _read_any(self, form: Form, asked: Asked) -> Requirement:
        alternatives = form.forms(
            "either", lambda each: each.forms("requires", self.read, at_least=1), at_least=2
        )
        return AnyOf(alternatives, **vars(asked))


def _read_limits(form: Form, asked: Asked) -> Requirement:
    levels = _levels(form, "levels")
    binds = tuple(level for level in levels if level in _BINDING)
    if form.has("binds"):
        binds = tuple(Level(item) for item in _listed(form, "binds", levels, ()))
    days = None
    if form.has("calibration_days"):
        days = form.number("calibration_days", 0.01, _MOST_DAYS)
    role, state = _role(form), _read_state(form, levels)
    figures = _read_figures(form, levels)
    return MonitoredLimits(role, levels, binds, days, state, figures, **vars(asked))


def _read_interlock(form: Form, asked: Asked) -> Requirement:
    discrete = sorted(role for role in ROLES if ROLES[role].discrete)
    level = Level(form.choice("level", Level))
    effects = form.forms(
        "effects", lambda f: (f.choice("role", discrete), f.whole("state", 0, 1)), at_least=1
    )
    state = _read_state(form, (level,))
    within_s = form.number("within_s", 0.01, 3600) if form.has("within_s") else None
    days = None
    if form.has("proof_test_days"):
        days = form.number("proof_test_days", 1, _MOST_DAYS)
    return WorkingInterlock(_role(form), level, effects, state, within_s, days, **vars(asked))


def _read_condition(form: Form, asked: Asked) -> Requirement:
    for_s = form.number("for_s", 0, 86_400, 0.0)
    role, levels = _role(form), _levels(form, "levels")
    state, figures = _read_state(form, levels), _read_figures(form, levels)
    return RunningCondition(role, levels, for_s, state, figures, **vars(asked))


def _read_evidence(form: Form, asked: Asked) -> Requirement:
    within, fail_after = (
        form.number(key, 0.01, _MOST_DAYS) if form.has(key) else None
        for key in ("within_days", "fail_after_days")
    )
    if fail_after is not None and (within is None or fail_after < within):
        form.fault("fail_after_days", f"is {fail_after:g}", "within_days, and no fewer days here")
    return ValidEvidence(
        type=form.choice("type", sorted(set(EVIDENCE_TYPES) - {NOT_APPLICABLE})),
        name=form.name("name"),
        within_days=within,
        fail_after_days=fail_after,
        missing_fails=form.choice("missing", ("unknown", "fail"), "unknown") == "fail",
        of_enterprise=form.choice("of", ("subject", "enterprise"), "subject") == "enterprise",
        **vars(asked),
    )


def _read_state(form: Form, levels: Iterable[Level]) -> int | None:
    """Read which state is wrong: required where a STATE limit is asked for, and only there."""
    if Level.STATE in levels:
        return form.whole("state", 0, 1)
    if form.has("state"):
        form.fault("state", "is given without the level STATE", "no state")
    return None


def _read_figures(form: Form, levels: Iterable[Level]) -> Figures:
    accepted = [level for level in levels if level.ordered]
    inner = Form(form.table("figures"), f"{form.where}.figures", form.faults)
    figures = tuple(
        (level, inner.number(level, -_MOST_FIGURE, _MOST_FIGURE))
        for level in accepted
        if inner.has(level)
    )
    inner.close()
    return figures


def _role(form: Form) -> str:
    return form.choice("role", sorted(ROLES))


def _levels(form: Form, key: str) -> tuple[Level, ...]:
    return tuple(Level(item) for item in _listed(form, key, Level))


def _listed(
    form: Form, key: str, known: Iterable[str], default: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Read a list out of `known`; without a default at least one must be given."""
    accepted = tuple(str(item) for item in known)
    given = form.texts(key, default)
    for item in given:
        if item not in accepted:
            form.fault(key, f"names {item!r}", _either(accepted))
    if not given and default is None and form.has(key):
        form.fault(key, "names nothing", _either(accepted))
    return tuple(item for item in given if item in accepted)


def _either(names: Iterable[str]) -> str:
    return ", ".join(names) or "(none)"

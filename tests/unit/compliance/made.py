"""A small plant with everything that one criterion asks of one subject, made from the criterion.

Nothing here knows any of the criteria: what a criterion asks is built, and can be taken away.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from compliance.criterion import (
    AnyOf,
    Criterion,
    DeclaredAttribute,
    DeclaredRelation,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    ValidEvidence,
    WhileProducing,
    WhileState,
    WorkingInterlock,
    existing,
)
from compliance.facts import Record
from plant.catalogue.entry import TEXT
from plant.equipment_kind import EQUIPMENT_KINDS
from plant.interlock import Effect, Interlock
from plant.name import Name
from plant.plant import Equipment, Plant
from plant.role import ROLES
from plant.signal import Level, Limit, Signal
from plant.subject import SUBJECT_ATTRIBUTES, Subject, SubjectKind
from tests.small_plant import analog, at, interlock, limit, plant_of, switch

IT, ENTERPRISE = "it", "small"
PRODUCING, BYPASS = "equipment.producing", "interlock.bypass"
SECTIONS = ("steel", "aluminium", "casting", "dust", "confined", "battery", "steel")

# Where each analogue limit lies that has no figure, and a value that passes it and no outer one;
# calm is 50.
POINTS = {Level.LL: 20.0, Level.L: 30.0, Level.H: 70.0, Level.HH: 80.0, Level.RATE: 5.0}
PASSING = {Level.LL: 10.0, Level.L: 25.0, Level.H: 75.0, Level.HH: 85.0, Level.RATE: 56.0}
CALM = 50.0
PERIOD_S, MAX_AGE_S, WITHIN_S = 10.0, 30.0, 60.0

Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Way:
    """One way in which a subject lies in a criterion's scope.

    `kind` is that of an equipment, `choice` says which alternative it has where it may choose.
    """

    criterion: Criterion
    kind: str
    attributes: Attributes
    choice: int = 0

    def __str__(self) -> str:
        answers = ",".join(f"{key}={value}" for key, value in self.attributes)
        return f"{self.criterion.id}-{self.kind}-{answers}-{self.choice}"

    @property
    def asked(self) -> tuple[Requirement, ...]:
        """What is asked of the subject."""
        return existing(self.criterion.requires, self.attributes)

    @property
    def firm(self) -> tuple[Requirement, ...]:
        """What is asked whatever the subject chooses."""
        return tuple(item for item in self.asked if not isinstance(item, AnyOf))

    @property
    def chosen(self) -> tuple[Requirement, ...]:
        """What the alternatives ask that the subject chose."""
        return tuple(
            part
            for item in self.asked
            if isinstance(item, AnyOf)
            for part in self.of(item)[min(self.choice, len(self.of(item)) - 1)]
        )

    @property
    def gated(self) -> tuple[Requirement, ...]:
        """Everything that may carry a gate."""
        return (*self.asked, *self.chosen)

    def of(self, item: AnyOf) -> list[tuple[Requirement, ...]]:
        """Give the alternatives that exist for the subject."""
        found = [existing(each, self.attributes) for each in item.alternatives]
        return [each for each in found if each]

    @property
    def others_hold(self) -> bool:
        """Say whether another alternative holds anyway, by records that are asked for firmly."""
        types = {item.type for item in self.firm if isinstance(item, ValidEvidence)}
        return any(
            all(isinstance(part, ValidEvidence) and part.type in types for part in each)
            for item in self.asked
            if isinstance(item, AnyOf)
            for each in self.of(item)
        )

    @property
    def allowed(self) -> bool:
        """Say whether the answers themselves can pass."""
        given = dict(self.attributes)
        return all(
            given.get(item.attribute) in item.allowed
            for item in self.asked
            if isinstance(item, DeclaredAttribute)
        )

    @property
    def key(self) -> str:
        """The cell's name."""
        of_firm = self.criterion.applies_to.subject is SubjectKind.ENTERPRISE
        return f"{self.criterion.id}@{ENTERPRISE if of_firm else IT}"


def ways(criterion: Criterion) -> Iterator[Way]:
    """Give every way in which a subject can lie in the criterion's scope and choose."""
    scope = criterion.applies_to
    of_kind = {kind: EQUIPMENT_KINDS[kind].attributes for kind in scope.kinds}
    tables = of_kind or {"": SUBJECT_ATTRIBUTES.get(scope.subject, {})}
    wanted = dict(scope.attributes)
    for kind, table in tables.items():
        for values in itertools.product(*table.values()):
            given = tuple(zip(table, values, strict=True))
            if any(dict(given).get(key) not in accepted for key, accepted in wanted.items()):
                continue
            way = Way(criterion, kind, given)
            counts = [len(way.of(item)) for item in way.asked if isinstance(item, AnyOf)]
            yield from (replace(way, choice=choice) for choice in range(max(counts, default=1)))


def levels_of(way: Way) -> dict[str, set[Level]]:
    """Give the roles that the plant needs signals in, and their limits."""
    found: dict[str, set[Level]] = {}
    for item in (*way.firm, *way.chosen):
        match item:
            case MonitoredLimits() | RunningCondition():
                found.setdefault(item.role, set()).update(item.levels)
            case WorkingInterlock():
                found.setdefault(item.role, set()).add(item.level)
                found.setdefault(BYPASS, set())
                for role, _ in item.effects:
                    found.setdefault(role, set())
            case _:
                pass
    for item in way.gated:
        if isinstance(item.during, WhileProducing):
            found.setdefault(PRODUCING, set())
        elif isinstance(item.during, WhileState):
            found.setdefault(item.during.role, set())
    return found


def figures_of(way: Way, role: str) -> dict[Level, float]:
    """Give the set-points that the criterion names for a role."""
    items = [*way.firm, *way.chosen]
    return {
        level: figure
        for item in items
        if isinstance(item, MonitoredLimits | RunningCondition) and item.role == role
        for level, figure in item.figures
    }


def wrong_states(way: Way) -> dict[str, int]:
    """Give the wrong state of each role whose STATE is asked for."""
    return {
        item.role: item.state
        for item in (*way.firm, *way.chosen)
        if isinstance(item, MonitoredLimits | RunningCondition | WorkingInterlock)
        and item.state is not None
    }


def _calm(way: Way, role: str) -> float:
    if ROLES[role].discrete:
        return 1.0 - wrong_states(way).get(role, 1)
    figures = figures_of(way, role)
    low = [figure for level, figure in figures.items() if not level.high]
    high = [figure for level, figure in figures.items() if level.high]
    return (max(low, default=0.0) + min(high)) / 2 if high else CALM


def calm(way: Way) -> dict[str, float]:
    """Give the values with which nothing is passed, no interlock acts and every gate is open."""
    values = {role: _calm(way, role) for role in levels_of(way)}
    for item in (*way.firm, *way.chosen):
        if isinstance(item, WorkingInterlock):
            values.update({role: 1.0 - state for role, state in item.effects})
    for item in way.gated:
        if isinstance(item.during, WhileState):
            values[item.during.role] = float(item.during.state)
        elif isinstance(item.during, WhileProducing):
            values[PRODUCING] = 1.0
    return values


def passing(way: Way, role: str, level: Level) -> float:
    """Give a value that passes a limit."""
    if level is Level.STATE:
        return float(wrong_states(way)[role])
    figures = figures_of(way, role)
    if level not in figures:
        return PASSING[level]
    return figures[level] * (1.01 if level.high else 0.99)


def _limit(way: Way, role: str, level: Level) -> Limit:
    if level is Level.STATE:
        return limit(role, level, passing(way, role, level))
    point = figures_of(way, role).get(level, POINTS[level])
    return limit(role, level, point, window_s=600.0 if level is Level.RATE else 0.0)


def _signal(way: Way, role: str, levels: set[Level]) -> Signal:
    limits = [_limit(way, role, level) for level in Level if level in levels]
    if ROLES[role].discrete:
        made = switch(role, *limits, role=role, period_s=PERIOD_S)
    else:
        made = analog(role, *limits, role=role, period_s=PERIOD_S)
    return replace(made, equipment=IT, unit=ROLES[role].unit, max_age_s=MAX_AGE_S)


def _interlocks(way: Way) -> Iterator[Interlock]:
    items = (item for item in (*way.firm, *way.chosen) if isinstance(item, WorkingInterlock))
    for number, item in enumerate(dict.fromkeys(items)):
        effects = [(role, state, item.within_s or WITHIN_S) for role, state in item.effects]
        causes = [f"{item.role}:{item.level}"]
        made = interlock(f"trip-{number}", causes, effects, [BYPASS])
        days = int(item.proof_test_days or made.proof_test_days)
        yield replace(made, equipment=IT, proof_test_days=days)


def relations_of(way: Way) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give as many related things as are asked for."""
    return tuple(
        (item.relation, tuple(f"{item.relation}-{n}" for n in range(item.at_least or 1)))
        for item in way.asked
        if isinstance(item, DeclaredRelation)
    )


def _related(way: Way) -> Iterator[Equipment]:
    known = EQUIPMENT_KINDS[way.kind].relations if way.kind else {}
    for relation, names in relations_of(way):
        for name in names if known[relation] != TEXT else ():
            yield Equipment(name, known[relation], Name("相关", "related"))


def plant_for(way: Way) -> Plant:
    """Give a plant in which the subject has everything that is asked of it."""
    scope = way.criterion.applies_to
    trade = (scope.industries or (SECTIONS[way.criterion.section - 1],))[0]
    base = replace(
        plant_of([_signal(way, *item) for item in levels_of(way).items()], _interlocks(way)),
        industries=(trade,),
        equipment=(),
    )
    name = Name("对象", "it")
    match scope.subject:
        case SubjectKind.EQUIPMENT:
            it = Equipment(IT, way.kind, name, way.attributes, trade, relations_of(way))
            return replace(base, equipment=(it, *_related(way)))
        case SubjectKind.ENTERPRISE:
            return base
        case other:
            return replace(
                base, declared_subjects=(Subject(IT, other, name, attributes=way.attributes),)
            )


def owner_of(way: Way, item: ValidEvidence) -> str:
    """Give the subject of a record."""
    return ENTERPRISE if item.of_enterprise else way.key.partition("@")[2]


def record(type_: str, subject: str, days_ago: float, **more: object) -> Record:
    """Give a record that was made so many days before the run."""
    performed = at(-days_ago * 86_400)
    return Record(f"{type_}@{subject}", type_, subject, performed, **more)  # type: ignore[arg-type]


def records_for(way: Way) -> list[Record]:
    """Give every record that is asked for, a minute old."""
    fresh = 60 / 86_400
    found = [record("proof_test", item.id, fresh) for item in _interlocks(way)]
    for item in (*way.firm, *way.chosen):
        if isinstance(item, ValidEvidence):
            found.append(record(item.type, owner_of(way, item), fresh))
        elif isinstance(item, MonitoredLimits) and item.calibration_days is not None:
            found.append(record("calibration", item.role, fresh))
    return list({item.id: item for item in found}.values())


def without_signal(plant: Plant, role: str) -> Plant:
    """Take a signal out of a plant: what it causes is gone, what it proves is unproven."""
    kept = tuple(item for item in plant.signals if item.id != role)
    interlocks = tuple(
        replace(item, effects=tuple(_unseen(effect, role) for effect in item.effects))
        for item in plant.interlocks
        if role not in item.cause_signals
    )
    return replace(plant, signals=kept, interlocks=interlocks)


def _unseen(effect: Effect, role: str) -> Effect:
    return replace(effect, signal="", role=role) if effect.signal == role else effect


def with_limit(plant: Plant, name: str, **how: object) -> Plant:
    """Set a limit of a plant otherwise."""
    return replace(
        plant,
        signals=tuple(
            replace(
                item,
                limits=tuple(
                    replace(each, **how) if each.id == name else each  # type: ignore[arg-type]
                    for each in item.limits
                ),
            )
            for item in plant.signals
        ),
    )


def without_limit(plant: Plant, name: str) -> Plant:
    """Take a limit out of a plant, and what it causes."""
    signals = tuple(
        replace(item, limits=tuple(each for each in item.limits if each.id != name))
        for item in plant.signals
    )
    kept = tuple(item for item in plant.interlocks if name not in item.cause_limits)
    return replace(plant, signals=signals, interlocks=kept)


def without_interlock(plant: Plant, name: str) -> Plant:
    """Take an interlock out of a plant."""
    return replace(plant, interlocks=tuple(i for i in plant.interlocks if i.id != name))


def without_effect(plant: Plant, name: str, role: str) -> Plant:
    """Let an interlock no longer have one of its effects."""
    return replace(
        plant,
        interlocks=tuple(
            replace(item, effects=tuple(e for e in item.effects if e.signal != role))
            if item.id == name
            else item
            for item in plant.interlocks
        ),
    )

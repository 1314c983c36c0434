"""What an equipment of a kind must have, computed from the criteria that can apply to it.

There is no second list: the coverage matrix finds what is not set from the same requirements.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compliance.criterion import (
    AnyOf,
    Criterion,
    DeclaredRelation,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    ValidEvidence,
    WhileState,
    WorkingInterlock,
    existing,
)
from plant.name import Name
from plant.signal import Level
from plant.subject import Subject, SubjectKind

_STATED = (MonitoredLimits, RunningCondition, WorkingInterlock)


@dataclass(frozen=True)
class RequiredSignal:
    """A signal in `role` with limits at all `levels`, in the order of the levels.

    `state` is the one that a STATE limit must be passed in, None where none is asked for.
    """

    role: str
    levels: tuple[Level, ...]
    criteria: tuple[str, ...]
    state: int | None = None


@dataclass(frozen=True)
class RequiredInterlock:
    """An interlock from a limit (`role`, `level`) to all `effects` (role, state).

    `state` is the one that a STATE limit must be passed in, None for other levels.
    """

    role: str
    level: Level
    effects: tuple[tuple[str, int], ...]
    criteria: tuple[str, ...]
    state: int | None = None


@dataclass(frozen=True)
class RequiredEvidence:
    """A record of `type`, to be renewed every `within_days` (None: it does not expire)."""

    type: str
    within_days: float | None
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """What must be there; where the criteria leave a choice, everything that can be chosen."""

    signals: tuple[RequiredSignal, ...]
    interlocks: tuple[RequiredInterlock, ...]
    evidence: tuple[RequiredEvidence, ...]
    relations: tuple[str, ...]


def template_of(
    kind: str,
    attributes: tuple[tuple[str, str], ...],
    criteria: Iterable[Criterion],
    industries: tuple[str, ...] = (),
) -> Template:
    """Give the template of an equipment kind with these answers.

    Without `industries` a criterion of any trade counts.
    """
    levels: dict[str, dict[Level, None]] = {}
    interlocks: dict[tuple[str, Level, tuple[tuple[str, int], ...]], dict[str, None]] = {}
    states: dict[str, int] = {}  # one a role, as a test makes sure
    records: dict[tuple[str, float | None], dict[str, None]] = {}
    relations: dict[str, None] = {}
    askers: dict[str, dict[str, None]] = {}
    for criterion, item in _asked(kind, attributes, criteria, industries):
        if isinstance(item.during, WhileState):
            levels.setdefault(item.during.role, {})
            askers.setdefault(item.during.role, {})[criterion] = None
        if isinstance(item, _STATED) and item.state is not None:
            states[item.role] = item.state
        match item:
            case MonitoredLimits() | RunningCondition():
                levels.setdefault(item.role, {}).update(dict.fromkeys(item.levels))
                askers.setdefault(item.role, {})[criterion] = None
            case WorkingInterlock():
                interlocks.setdefault((item.role, item.level, item.effects), {})[criterion] = None
            case ValidEvidence() if not item.of_enterprise:
                records.setdefault((item.type, item.within_days), {})[criterion] = None
            case DeclaredRelation():
                relations[item.relation] = None
            case _:
                pass
    return Template(
        signals=tuple(
            RequiredSignal(
                role,
                tuple(level for level in Level if level in wanted),
                tuple(askers[role]),
                states.get(role) if Level.STATE in wanted else None,
            )
            for role, wanted in levels.items()
        ),
        interlocks=tuple(
            RequiredInterlock(
                role,
                level,
                effects,
                tuple(by),
                states.get(role) if level is Level.STATE else None,
            )
            for (role, level, effects), by in interlocks.items()
        ),
        evidence=tuple(RequiredEvidence(*key, tuple(by)) for key, by in records.items()),
        relations=tuple(relations),
    )


def _asked(
    kind: str,
    attributes: tuple[tuple[str, str], ...],
    criteria: Iterable[Criterion],
    industries: tuple[str, ...],
) -> Iterator[tuple[str, Requirement]]:
    for criterion in criteria:
        scope = criterion.applies_to
        subject = Subject(
            id="",
            kind=SubjectKind.EQUIPMENT,
            name=Name("", ""),
            equipment_kind=kind,
            industries=industries or scope.industries,
            attributes=attributes,
        )
        for item in _flat(criterion.asked_of(subject), attributes):
            yield criterion.id, item


def _flat(
    requirements: Iterable[Requirement], attributes: tuple[tuple[str, str], ...]
) -> Iterator[Requirement]:
    for item in requirements:
        yield item
        if isinstance(item, AnyOf):
            for alternative in item.alternatives:
                yield from _flat(existing(alternative, attributes), attributes)

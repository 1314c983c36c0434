"""Requirements bound to one plant: which signals, limits and interlocks of a subject they mean.

What the plant folder lacks (未设置) follows from this alone, whatever the data say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import assert_never

from compliance import wording, wording_records
from compliance.criterion import (
    AnyOf,
    Criterion,
    DeclaredAttribute,
    DeclaredRelation,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    ValidEvidence,
    WhileState,
    WorkingInterlock,
    existing,
)
from compliance.set_points import counting, laxer_interlock, laxer_limits, left_out, unset
from compliance.verdict import Ground
from plant.interlock import Interlock
from plant.plant import Plant
from plant.signal import Level, Signal
from plant.subject import Subject


@dataclass(frozen=True, eq=False)
class Bound:
    """One requirement at one subject.

    `signals` play its role and `interlocks` do what it asks; `unproven` are those (interlock,
    effect's role) for which no feedback exists; `gate` are the signals of its role gate;
    `binding` are the limits whose passing is an exceedance; `gaps` and `gate_gaps` are what is not
    set of itself and of its gate; `laxer` is what is set less strictly than is usual, for a person
    to confirm. `alternatives` are those of AnyOf.
    """

    requirement: Requirement
    subject: Subject
    signals: tuple[Signal, ...] = ()
    interlocks: tuple[Interlock, ...] = ()
    unproven: tuple[tuple[str, str], ...] = ()
    gate: tuple[Signal, ...] = ()
    binding: tuple[str, ...] = ()
    gaps: tuple[Ground, ...] = ()
    gate_gaps: tuple[Ground, ...] = ()
    laxer: tuple[Ground, ...] = ()
    alternatives: tuple[tuple["Bound", ...], ...] = ()

    @property
    def parts(self) -> Iterator["Bound"]:
        """Give this and everything inside its alternatives."""
        yield self
        for alternative in self.alternatives:
            for each in alternative:
                yield from each.parts

    @property
    def unset(self) -> tuple[Ground, ...]:
        """Give what is not set: of alternatives nothing, once one of them is set whole."""
        own = (*self.gaps, *self.gate_gaps)
        lacking = [tuple(g for b in each for g in b.unset) for each in self.alternatives]
        if not all(lacking):
            return own
        return (*own, *dict.fromkeys(ground for each in lacking for ground in each))

    def bindings(self, gates: tuple["Bound", ...] = ()) -> Iterator["Binding"]:
        """Give the limits whose passing is an exceedance, each with the gates it lies behind."""
        gates = (*gates, self) if self.requirement.during else gates
        for limit in self.binding:
            yield limit, gates
        for alternative in self.alternatives:
            for each in alternative:
                yield from each.bindings(gates)


# A limit whose passing is an exceedance, and the gates that it lies behind.
Binding = tuple[str, tuple[Bound, ...]]


@dataclass(frozen=True, eq=False)
class Cell:
    """One criterion at one subject, bound to the plant."""

    criterion: Criterion
    subject: Subject
    requirements: tuple[Bound, ...]

    @cached_property
    def key(self) -> str:
        """`criterion@subject`, unique in the plant."""
        return f"{self.criterion.id}@{self.subject.id}"

    @cached_property
    def parts(self) -> tuple[Bound, ...]:
        """Every requirement of the cell, those inside alternatives too."""
        return tuple(part for item in self.requirements for part in item.parts)

    @cached_property
    def bindings(self) -> tuple[Binding, ...]:
        """The limits whose passing is an exceedance, each with the gates it lies behind."""
        return tuple(pair for item in self.requirements for pair in item.bindings())

    @cached_property
    def has_device(self) -> bool:
        """Say whether a device of the plant is judged, not records alone."""
        return any(part.signals or part.interlocks for part in self.parts)

    @property
    def gaps(self) -> tuple[Ground, ...]:
        """What the plant folder lacks for this cell."""
        return tuple(dict.fromkeys(g for item in self.requirements for g in item.unset))


class Binder:
    """Binds criteria to one plant."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._by_cause: dict[str, list[Interlock]] = {}
        for interlock in plant.interlocks:
            for limit in interlock.cause_limits:
                self._by_cause.setdefault(limit, []).append(interlock)

    def cells(self, criteria: Iterable[Criterion]) -> tuple[Cell, ...]:
        """Give the cells that exist, criterion by criterion."""
        return tuple(
            Cell(criterion, subject, tuple(self.bind(item, subject) for item in asked))
            for criterion in criteria
            for subject in self._plant.subjects
            if (asked := criterion.asked_of(subject))
        )

    def bind(self, requirement: Requirement, subject: Subject) -> Bound:
        """Bind one requirement to a subject."""
        bound = self._bind(requirement, subject)
        if requirement.during is None:
            return bound
        gate, gaps = self._gate(requirement, subject)
        return replace(bound, gate=gate, gate_gaps=gaps)

    def _bind(self, requirement: Requirement, subject: Subject) -> Bound:
        match requirement:
            case MonitoredLimits():
                return self._limits(requirement, requirement.binds, subject)
            case RunningCondition():
                return self._limits(requirement, requirement.levels, subject)
            case WorkingInterlock():
                return self._interlock(requirement, subject)
            case DeclaredRelation():
                declared = dict(subject.relations).get(requirement.relation)
                lack = () if declared else (wording_records.no_relation(requirement, subject),)
                return Bound(requirement, subject, gaps=lack)
            case AnyOf():
                alternatives = tuple(
                    tuple(self.bind(item, subject) for item in asked)
                    for each in requirement.alternatives
                    if (asked := existing(each, subject.attributes))
                )
                return Bound(requirement, subject, alternatives=alternatives)
            case ValidEvidence() | DeclaredAttribute():
                return Bound(requirement, subject)
        assert_never(requirement)

    def _limits(
        self,
        requirement: MonitoredLimits | RunningCondition,
        binds: tuple[Level, ...],
        subject: Subject,
    ) -> Bound:
        found = self._signals(requirement.role, subject)
        state = requirement.state
        return Bound(
            requirement,
            subject,
            found,
            binding=tuple(limit.id for limit in counting(found, binds, state)),
            gaps=tuple(unset(requirement.role, requirement.levels, state, found)),
            laxer=tuple(laxer_limits(requirement, found)),
        )

    def _signals(self, role: str, subject: Subject) -> tuple[Signal, ...]:
        return self._plant.signals_in(subject.id, role)

    def _gate(
        self, requirement: Requirement, subject: Subject
    ) -> tuple[tuple[Signal, ...], tuple[Ground, ...]]:
        gate = requirement.during
        if not isinstance(gate, WhileState):
            return (), ()
        found = self._signals(gate.role, subject)
        return found, () if found else (wording.no_signal(gate.role),)

    def _interlock(self, requirement: WorkingInterlock, subject: Subject) -> Bound:
        signals = self._signals(requirement.role, subject)
        limits = [limit.id for limit in counting(signals, (requirement.level,), requirement.state)]
        found = {
            interlock.id: interlock
            for limit in limits
            for interlock in self._by_cause.get(limit, ())
            if self._effects(interlock).keys() >= set(requirement.effects)
            and _alone(interlock, set(limits))
        }
        laxer = [*left_out(requirement, signals, found.values())]
        for interlock in found.values():
            laxer += laxer_interlock(requirement, interlock, self._plant)
        unproven = tuple(
            (interlock.id, role)
            for interlock in found.values()
            for role, state in requirement.effects
            if not self._effects(interlock)[role, state]
        )
        gaps = [wording.unprovable(found[key], role) for key, role in unproven]
        return Bound(
            requirement,
            subject,
            signals,
            tuple(found.values()),
            unproven=unproven,
            gaps=tuple(gaps) if found else (wording.no_interlock(requirement),),
            laxer=tuple(laxer),
        )

    def _effects(self, interlock: Interlock) -> dict[tuple[str, int], bool]:
        """Give an interlock's effects by role and state, and whether feedback shows each."""
        found: dict[tuple[str, int], bool] = {}
        for effect in interlock.effects:
            key = self._plant.role_of(effect), effect.state
            found[key] = found.get(key, False) or effect.signal != ""
        return found


def _alone(interlock: Interlock, limits: set[str]) -> bool:
    """Say whether these limits can make a cause by themselves, without those of another role."""
    return any(len(limits.intersection(c.limits)) >= c.votes for c in interlock.causes)

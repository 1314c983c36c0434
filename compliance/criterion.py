"""A criterion as its data file states it.

A criterion names roles, levels, relations and kinds of record, never signals of one plant. Python
is added only when a new way of judging is needed: a new requirement class here, how it is read in
`read_criterion`, what it rests on in `bound`, and its judge in `requirements`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from plant.moment import SECOND
from plant.name import Name
from plant.signal import Level
from plant.subject import Subject, SubjectKind

# How sure we are of a figure or a citation (standards 0.1): seen in a standard's text, recalled
# and to be verified, an engineering default, or asked by the notice alone.
BASES = ("standard", "memory", "default", "notice")

# What a subject must be: one of the named answers to each attribute.
Having = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class WhileProducing:
    """Asked only while the equipment produces; unknown means producing."""


@dataclass(frozen=True)
class WhileState:
    """Asked only while a signal in `role` shows `state` (0 or 1)."""

    role: str
    state: int


Gate = WhileProducing | WhileState


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What every requirement says of itself.

    `basis` says how sure its figure is and `rule` which rule and version gives it; it exists only
    for subjects that are `when`, and asks only while the gate `during` is open.
    """

    basis: str = "notice"
    rule: str = ""
    when: Having = ()
    during: Gate | None = None


# Set-points that a rule names, in the role's unit.
Figures = tuple[tuple[Level, float], ...]


@dataclass(frozen=True)
class MonitoredLimits(Asked):
    """Each signal in `role` must exist, be trusted now, and have limits at all `levels`.

    With `calibration_days` each must have been calibrated within so many days; of a computed
    signal the signals it is measured by. `binds` are the levels whose passing is an exceedance.
    `state` (0 or 1) is the wrong one, which the STATE limit must be passed in; None: either.
    `figures` are set-points in the role's unit; one set laxer leaves a doubt for a person.
    """

    role: str
    levels: tuple[Level, ...]
    binds: tuple[Level, ...] = ()
    calibration_days: float | None = None
    state: int | None = None
    figures: Figures = ()


@dataclass(frozen=True)
class WorkingInterlock(Asked):
    """A limit (`role`, `level`) must lead to all `effects` (role, state), armed and proven.

    `state` is the wrong one of a STATE limit, as with limits. An allowance longer than `within_s`
    seconds, or a proof-test interval longer than `proof_test_days`, leaves a doubt for a person.
    """

    role: str
    level: Level
    effects: tuple[tuple[str, int], ...]
    state: int | None = None
    within_s: float | None = None
    proof_test_days: float | None = None


@dataclass(frozen=True)
class ValidEvidence(Asked):
    """A record of `type` for the subject, or for the enterprise when `of_enterprise`.

    It expires after `within_days` (None: not by itself); until `fail_after_days` that is suspect,
    then a fail. `missing_fails` makes a missing record a fail instead of unknown.
    """

    type: str
    name: Name
    within_days: float | None = None
    fail_after_days: float | None = None
    missing_fails: bool = False
    of_enterprise: bool = False


@dataclass(frozen=True)
class RunningCondition(Asked):
    """No limit at `levels` of the signals in `role` may stay passed for `for_s` seconds.

    `state` and `figures` are as with limits.
    """

    role: str
    levels: tuple[Level, ...]
    for_s: float = 0.0
    state: int | None = None
    figures: Figures = ()


@dataclass(frozen=True)
class DeclaredRelation(Asked):
    """The equipment's `relation` must name `at_least` to `at_most` others (None: no bound)."""

    relation: str
    name: Name
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class DeclaredAttribute(Asked):
    """The subject's `attribute` must be one of `allowed`."""

    attribute: str
    allowed: tuple[str, ...]
    name: Name


@dataclass(frozen=True)
class AnyOf(Asked):
    """One of the `alternatives` must hold, each of which is requirements that must all hold."""

    alternatives: tuple[tuple["Requirement", ...], ...]


Requirement = (
    MonitoredLimits
    | WorkingInterlock
    | ValidEvidence
    | RunningCondition
    | DeclaredRelation
    | DeclaredAttribute
    | AnyOf
)


@dataclass(frozen=True)
class Scope:
    """Which subjects a criterion is judged for.

    `kinds` are equipment kinds; empty `industries` mean any.
    """

    subject: SubjectKind
    kinds: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    attributes: Having = ()

    def covers(self, subject: Subject) -> bool:
        """Say whether a subject lies in this scope."""
        return (
            subject.kind is self.subject
            and (subject.kind is not SubjectKind.EQUIPMENT or subject.equipment_kind in self.kinds)
            and (not self.industries or not set(self.industries).isdisjoint(subject.industries))
            and has(subject.attributes, self.attributes)
        )


@dataclass(frozen=True)
class Criterion:
    """One item of the notice, in our own words.

    `section` and `item` are its place in the notice; `order10` is its counterpart in Order 10
    ("" when it has none), `order10_basis` how sure that is, `rule_version` the version cited.
    `ends` is the last day on which it is asked (such as 2026-12-31), "" when it has no end.
    """

    id: str
    title: Name
    asks: Name
    section: int
    item: int
    order10: str
    order10_basis: str
    rule_version: str
    applies_to: Scope
    requires: tuple[Requirement, ...]
    ends: str = ""

    def ended_at(self, zone: ZoneInfo) -> int | None:
        """Give the moment from which it is asked no more, at a plant in `zone`."""
        if not self.ends:
            return None
        day = datetime.fromisoformat(self.ends) + timedelta(days=1)
        return int(day.replace(tzinfo=zone).timestamp()) * SECOND

    def asked_of(self, subject: Subject) -> tuple[Requirement, ...]:
        """Give what the criterion requires of a subject; nothing when it is out of scope."""
        if not self.applies_to.covers(subject):
            return ()
        return existing(self.requires, subject.attributes)

    @property
    def all_requirements(self) -> tuple[Requirement, ...]:
        """Every requirement in the file, those inside alternatives too."""
        return tuple(_flat(self.requires))

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the measured signals that the criterion binds."""
        measured = (MonitoredLimits, WorkingInterlock, RunningCondition)
        return frozenset(item.role for item in self.all_requirements if isinstance(item, measured))


def has(attributes: Iterable[tuple[str, str]], having: Having) -> bool:
    """Say whether each attribute is answered by one of the accepted answers."""
    answers = dict(attributes)
    return all(answers.get(key) in accepted for key, accepted in having)


def existing(
    requirements: Iterable[Requirement], attributes: tuple[tuple[str, str], ...]
) -> tuple[Requirement, ...]:
    """Give those requirements that exist for a subject with these attributes."""
    return tuple(
        item
        for item in requirements
        if has(attributes, item.when)
        and not (
            isinstance(item, AnyOf)
            and not any(existing(each, attributes) for each in item.alternatives)
        )
    )


def _flat(requirements: Iterable[Requirement]) -> Iterator[Requirement]:
    for item in requirements:
        yield item
        if isinstance(item, AnyOf):
            for alternative in item.alternatives:
                yield from _flat(alternative)

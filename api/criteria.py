"""The criteria as readers see them; what they mean is decided elsewhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from compliance.bound import Binder, Bound
from compliance.criterion import (
    Criterion as CriterionFile,
)
from compliance.criterion import MonitoredLimits, ValidEvidence, WorkingInterlock
from plant.name import Name
from plant.plant import Plant
from plant.read import read_plant
from plant.subject import Subject


@dataclass(frozen=True)
class Criterion:
    """One item of the notice, as it applies to this plant.

    `subjects` are the equipment, enterprise ... it must be judged for here: with them the API
    counts what nobody has judged. `judged` is False for an item in scope that nothing judges yet.
    `file` is its data file, which says what it asks; None when there is none.
    """

    id: str
    title: Name
    section: Name
    item: int
    order10: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    judged: bool = True
    file: CriterionFile | None = None


@dataclass(frozen=True)
class Scope:
    """The cells that exist in one plant version: `asked` has each criterion's subjects."""

    version: str
    subjects: tuple[Subject, ...]
    asked: Mapping[str, tuple[str, ...]]

    @cached_property
    def cells(self) -> frozenset[tuple[str, str]]:
        """Every (criterion, subject)."""
        return frozenset((name, one) for name, found in self.asked.items() for one in found)


@dataclass(frozen=True)
class Version:
    """A plant version by its hash; `files` loads its text when it is not known yet."""

    hash: str
    files: Callable[[], Mapping[str, str]] = field(compare=False)


def scope_now(criteria: Iterable[Criterion], plant: Plant) -> Scope:
    """Give the cells of the plant version in force."""
    return Scope(plant.version, plant.subjects, {item.id: item.subjects for item in criteria})


def scope_then(criteria: Iterable[Criterion], version: Version) -> Scope:
    """Give the cells of a plant version that was in force once, by today's criteria.

    Raises:
        PlantError: this program cannot read that version any more.
    """
    subjects = _subjects(version)
    asked = {
        item.id: tuple(one.id for one in subjects if item.file.asked_of(one))
        for item in criteria
        if item.file is not None
    }
    return Scope(version.hash, subjects, asked)


@lru_cache(maxsize=16)
def _subjects(version: Version) -> tuple[Subject, ...]:
    """Reading a plant's folder takes longer than all else, and a version never changes."""
    return read_plant(version.files()).subjects


# Which records show something: by their type and subject.
Kept = set[tuple[str, str]]


def rests_on(plant: Plant, criterion: CriterionFile, subject: Subject) -> Kept:
    """Give the (type, subject) of all records that the criterion asks for at `subject`."""
    binder = Binder(plant)
    bound = (binder.bind(item, subject) for item in criterion.asked_of(subject))
    return {kept for whole in bound for part in whole.parts for kept in _kept(plant, part)}


def _kept(plant: Plant, part: Bound) -> Iterator[tuple[str, str]]:
    match part.requirement:
        case ValidEvidence() as asked:
            owner = plant.subjects[0] if asked.of_enterprise else part.subject
            yield asked.type, owner.id
        case MonitoredLimits(calibration_days=days) if days is not None:
            for signal in part.signals:
                for measured in plant.measured(signal):
                    yield "calibration", measured.id
                    yield "calibration", measured.equipment
        case WorkingInterlock():
            for interlock in part.interlocks:
                yield "proof_test", interlock.id
        case _:
            return

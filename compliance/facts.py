"""What is known when a criterion is judged: the plant, the engine's view, demands and evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from compliance.operating import Operating
from monitor.changes import InterlockState, Response
from monitor.view import View
from plant.evidence import NOT_APPLICABLE
from plant.name import Name
from plant.plant import Plant


@dataclass(frozen=True)
class Record:
    """One piece of evidence with its resolved dates (nanoseconds since 1970).

    It shows nothing more after `valid_until` (None: no end of its own). `criterion` is that of a
    statement that the criterion does not apply, for the reason `name`.
    """

    id: str
    type: str
    subject: str
    performed_at: int
    valid_until: int | None = None
    ok: bool = True
    criterion: str = ""
    name: Name = field(default=Name("", ""))

    def valid(self, now: int) -> bool:
        """Say whether the record's own validity has not ended."""
        return self.valid_until is None or now <= self.valid_until


# Records by `type@subject`, oldest first.
Shelf = dict[str, tuple[Record, ...]]


def shelve(shelf: Shelf, record: Record) -> None:
    """Put a record into its place; one with the same id is replaced."""
    for key, known in list(shelf.items()):
        kept = tuple(item for item in known if item.id != record.id)
        if not kept:
            del shelf[key]
        elif len(kept) < len(known):
            shelf[key] = kept
    key = f"{record.type}@{record.subject}"
    shelf[key] = tuple(sorted((*shelf.get(key, ()), record), key=_order))


def _order(record: Record) -> tuple[int, bool, str]:
    """Of two records of one moment the one that tells of something wrong counts as the later."""
    return record.performed_at, not record.ok, record.id


@dataclass(frozen=True)
class LastDemand:
    """The latest demand of an interlock that says something of it."""

    demand: str
    result: Response
    opened: int


@dataclass
class Horizon:
    """The first moment after `now` at which something that was asked changes by time alone."""

    now: int
    due: int | None = None

    def at(self, moment: int) -> None:
        """Note that something changes at `moment`; the past changes no more."""
        if moment > self.now and (self.due is None or moment < self.due):
            self.due = moment


@dataclass(frozen=True)
class Facts:
    """Everything a requirement may ask; all of it holds at `now`.

    Whoever asks about something that ends with time notes the moment in `horizon`.
    """

    plant: Plant
    view: View
    now: int
    interlocks: Mapping[str, InterlockState] = field(default_factory=dict)
    demands: Mapping[str, LastDemand] = field(default_factory=dict)
    evidence: Shelf = field(default_factory=dict)
    operating: Mapping[str, Operating] = field(default_factory=dict)
    switches: Mapping[str, bool] = field(default_factory=dict)
    horizon: Horizon = field(default_factory=lambda: Horizon(0))
    reached: int = 0

    @property
    def dated(self) -> int:
        """The moment by which records and durations count: the latest that was ever reached.

        A node that catches up brings its samples' time back, but no record that has expired.
        """
        return max(self.now, self.reached)

    def latest(self, record_type: str, subjects: Iterable[str]) -> Record | None:
        """Give the newest record of a type for any of the subjects, up to now."""
        newest: Record | None = None
        for subject in subjects:
            for record in reversed(self.evidence.get(f"{record_type}@{subject}", ())):
                if record.performed_at > self.dated:
                    self.horizon.at(record.performed_at)  # of the future: shows nothing yet
                    continue
                if newest is None or _order(record) > _order(newest):
                    newest = record
                break
        return newest

    def not_applicable(self, criterion: str, subject: str) -> Record | None:
        """Give the standing statement that a criterion does not apply to a subject.

        One without an end is no statement: every silence expires.
        """
        for record in reversed(self.evidence.get(f"{NOT_APPLICABLE}@{subject}", ())):
            if record.criterion != criterion or not record.ok or record.valid_until is None:
                continue
            self.horizon.at(record.performed_at)
            self.horizon.at(record.valid_until + 1)
            if record.performed_at <= self.dated <= record.valid_until:
                return record
        return None

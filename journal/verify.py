"""Walking the chain: is every entry what was written, in its place, with none left out?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, func, select, union_all
from sqlalchemy.exc import SQLAlchemyError

from journal.canonical import canonical, parse
from journal.entry import GENESIS, Head, entry_hash
from journal.open import begin_reading
from journal.tables import PROJECTIONS, entry, journal_identity
from journal.trouble import explained
from plant.errors import JournalError

_PAGE = 1000
_COLUMNS = tuple(entry.c.keys())
# Stands in a row instead of the columns that the database could not give back.
_UNREADABLE = "unreadable"

_Row = Mapping[str, Any]


class Break(StrEnum):
    """How an entry is broken; the words are stable for programs."""

    CHANGED = "changed"  # its content does not give its hash
    MISSING = "missing"  # its number is not there
    REORDERED = "reordered"  # it is another entry, put in this one's place
    WRONG_PREVIOUS = "wrong_previous"  # it does not follow the entry before it
    NOT_CANONICAL = "not_canonical"  # its body is not the one text that RFC 8785 allows
    FOREIGN = "foreign"  # it is another plant's, or numbered below 1
    UNREADABLE = "unreadable"  # the database cannot give it back
    TRUNCATED = "truncated"  # entries at the end are gone that the current state came from


_Fault = tuple[int, Break, str]


@dataclass(frozen=True)
class VerifyReport:
    """What a walk found: `entries` are good, counted from the first; `head` is the last good one.

    When `ok` is false, `first_broken` is the number of the first broken entry, `how` the kind
    of break and `what` a sentence about it.
    """

    ok: bool
    entries: int
    head: Head
    first_broken: int | None = None
    how: Break | None = None
    what: str = ""


def verify(engine: Engine, progress: Callable[[int], None] | None = None) -> VerifyReport:
    """Walk all entries in constant memory and stop at the first broken one.

    `progress` is told the number of good entries now and then.

    Raises:
        JournalError: the database itself does not answer.
    """
    head = GENESIS
    with begin_reading(engine) as connection:
        # Asked first: entries that are written meanwhile can then only make the chain longer.
        projected = last_projected(connection)
        plant = connection.execute(select(journal_identity.c.plant)).scalar_one_or_none()
        for row in _rows(connection):
            fault = _fault(connection, row, head, plant)
            if fault is not None:
                return _broken(head, *fault)
            head = Head(row["seq"], row["hash"])
            if progress is not None and head.seq % _PAGE == 0:
                progress(head.seq)
    if projected > head.seq:
        what = (
            f"the journal ends at entry {head.seq}, but the current state comes from entry "
            f"{projected}: the last entries are gone"
        )
        return _broken(head, head.seq + 1, Break.TRUNCATED, what)
    return VerifyReport(ok=True, entries=head.seq, head=head)


def _rows(connection: Connection) -> Iterator[_Row]:
    last: int | None = None
    while True:
        page = select(entry).order_by(entry.c.seq).limit(_PAGE)
        if last is not None:
            page = page.where(entry.c.seq > last)
        try:
            rows: list[_Row] = [
                dict(zip(_COLUMNS, row, strict=True)) for row in connection.execute(page)
            ]
        except SQLAlchemyError:
            numbers = page.with_only_columns(entry.c.seq)
            rows = [_row(connection, seq) for seq in connection.execute(numbers).scalars()]
        if not rows:
            return
        yield from rows
        last = rows[-1]["seq"]


def _row(connection: Connection, seq: int) -> _Row:
    """Read one entry of a page that could not be read at once."""
    try:
        row = connection.execute(select(entry).where(entry.c.seq == seq)).one()
    except SQLAlchemyError as error:
        return {"seq": seq, _UNREADABLE: str(explained(error, "the database says"))}
    return dict(zip(_COLUMNS, row, strict=True))


def _fault(connection: Connection, row: _Row, head: Head, plant: str | None) -> _Fault | None:
    """Say which entry is the first broken one, how, and in words; None when `row` is good."""
    seq: int = row["seq"]
    if seq != head.seq + 1:
        return _out_of_place(seq, head)
    if _UNREADABLE in row:
        return seq, Break.UNREADABLE, f"entry {seq} cannot be read: {row[_UNREADABLE]}"
    if _hash(row) != row["hash"]:
        return _changed(connection, row, head)
    return _misfit(row, head, plant)


def _misfit(row: _Row, head: Head, plant: str | None) -> _Fault | None:
    """Say what is wrong with an entry that gives its hash, yet is not what was written here."""
    seq: int = row["seq"]
    if row["previous_hash"] != head.hash:
        what = f"entry {seq} does not follow entry {head.seq}: one of the two was written anew"
        return seq, Break.WRONG_PREVIOUS, what
    if row["plant"] != plant:
        what = f"entry {seq} is of plant {row['plant']!r}, the journal is {plant!r}'s"
        return seq, Break.FOREIGN, what
    if not _is_canonical(row["body"]):
        what = f"the body of entry {seq} is not canonical JSON, so no Firstout wrote it"
        return seq, Break.NOT_CANONICAL, what
    return None


def _out_of_place(seq: int, head: Head) -> _Fault:
    if seq < 1:
        return seq, Break.FOREIGN, f"an entry has the number {seq}; the first is 1"
    before = f"entry {head.seq}" if head.seq else "the beginning"
    what = f"entry {head.seq + 1} is missing: {before} is followed by entry {seq}"
    return head.seq + 1, Break.MISSING, what


def _changed(connection: Connection, row: _Row, head: Head) -> _Fault:
    """Say as exactly as can be known how an entry was changed that does not give its hash."""
    seq: int = row["seq"]
    if _hash({**row, "previous_hash": head.hash}) == row["hash"]:
        what = f"entry {seq} names another entry before it than {head.seq}; the rest is unchanged"
        return seq, Break.WRONG_PREVIOUS, what
    place = _own_place(connection, row)
    if place is not None:
        what = f"entry {seq} is really entry {place}, put in this place"
        return seq, Break.REORDERED, what
    return seq, Break.CHANGED, f"entry {seq} was changed: its content does not give its hash"


def _own_place(connection: Connection, row: _Row) -> int | None:
    """Find the number under which an entry's content does give its hash, if it is near."""
    seq: int = row["seq"]
    before = select(entry.c.seq).where(entry.c.hash == row["previous_hash"])
    known: list[int] = list(connection.execute(before).scalars())
    places = (seq + 1, seq - 1, *known, *(place + 1 for place in known))
    return next((place for place in places if _hash({**row, "seq": place}) == row["hash"]), None)


def _hash(row: _Row) -> str | None:
    if not isinstance(row["body"], str):
        return None
    try:
        return entry_hash(row, row["body"])
    except (JournalError, UnicodeError):
        return None


def _is_canonical(body: str) -> bool:
    try:
        return canonical(parse(body)) == body
    except (JournalError, ValueError, RecursionError):
        return False


def last_projected(connection: Connection) -> int:
    """Give the number of the last entry that the current state comes from."""
    lasts = union_all(*(select(func.max(table.c.seq)) for table in PROJECTIONS))
    found = connection.execute(lasts).scalars()
    return max((seq for seq in found if isinstance(seq, int)), default=0)


def _broken(head: Head, seq: int, how: Break, what: str) -> VerifyReport:
    return VerifyReport(
        ok=False, entries=head.seq, head=head, first_broken=seq, how=how, what=what
    )

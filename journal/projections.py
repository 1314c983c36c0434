"""The current state: kept with each entry, and made anew from all of them."""

from functools import cache

from sqlalchemy import (
    ClauseElement,
    Connection,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from journal.entry import Entry, parsed_body
from journal.operations import RowChange, operations
from journal.tables import PROJECTIONS, entry

# How many entries a rebuild holds in memory at once.
_PAGE = 1000


def project(connection: Connection, new: Entry) -> None:
    """Bring the projections up to `new`, in the caller's transaction.

    Raises:
        JournalError: the entry does not say what its kind must say.
    """
    for change in operations(new):
        apply(connection, change)


def rebuild(connection: Connection) -> int:
    """Empty every projection and fill it again from the entries; give the number of entries.

    Use it inside `begin_writing`, so that readers see the old rows or the new ones.

    Raises:
        JournalError: an entry cannot be understood; the message names it.
    """
    for table in PROJECTIONS:
        connection.execute(delete(table))
    return replay(connection, connection)


def replay(source: Connection, into: Connection) -> int:
    """Project all entries of `source` onto the empty projections of `into`; give their number.

    Raises:
        JournalError: an entry cannot be understood; the message names it.
    """
    last = count = 0
    # By pages and not by one open cursor: SQLite's cursors must not overlap with writes.
    query = select(entry).order_by(entry.c.seq).limit(_PAGE)
    while rows := source.execute(query.where(entry.c.seq > last)).mappings().all():
        for row in rows:
            project(into, Entry(**{**row, "body": parsed_body(row["body"])}))
        last = rows[-1]["seq"]
        count += len(rows)
    return count


def apply(connection: Connection, change: RowChange) -> None:
    """Make one row say what `change` says, whether it was there or not."""
    # UPDATE, then INSERT when nothing was there: every database has both.
    key = {f"key_{name}": value for name, value in change.key.items()}
    plain = {name: value for name, value in change.values.items() if not _computed(value)}
    statement = _update(change.table, tuple(change.key), tuple(plain))
    if len(plain) < len(change.values):
        statement = statement.values(dict(change.values))
    done = connection.execute(statement, key | plain)
    if done.rowcount == 0 and not change.only_existing:
        row = {**change.first, **change.values, **change.key}
        connection.execute(insert(change.table).values(row))


def _computed(value: object) -> bool:
    return isinstance(value, ClauseElement)


@cache
def _update(table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Update:
    # Building a statement costs more than running it, and there are only a few shapes.
    where = and_(*(table.c[name] == bindparam(f"key_{name}") for name in key))
    return update(table).where(where).values({name: bindparam(name) for name in columns})

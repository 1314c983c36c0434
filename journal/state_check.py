"""Is what the journal says now what its entries say? Only then may the current state be shown."""

from dataclasses import replace

from sqlalchemy import Connection, Engine, Table, create_engine, select

from journal.open import begin_reading
from journal.projections import replay
from journal.tables import PROJECTIONS, metadata
from journal.verify import VerifyReport, verify


def verify_all(engine: Engine) -> VerifyReport:
    """Walk the chain, then compare the current state with what the whole entries say.

    Raises:
        JournalError: the database does not answer.
    """
    report = verify(engine)
    altered = altered_state(engine) if report.ok else None
    return report if altered is None else replace(report, ok=False, what=altered)


def altered_state(engine: Engine) -> str | None:
    """Make the current state anew from the entries, apart, and compare.

    Gives a sentence that names the first table whose rows are not those, None when all are.
    Verify the chain first: this believes the entries.

    Raises:
        JournalError: the database does not answer, or an entry cannot be understood.
    """
    scratch = create_engine("sqlite://")
    try:
        metadata.create_all(scratch)
        with begin_reading(engine) as stored, scratch.begin() as anew:
            replay(stored, anew)
            for table in PROJECTIONS:
                if difference := _difference(table, stored, anew):
                    return difference
    finally:
        scratch.dispose()
    return None


def _difference(table: Table, stored: Connection, anew: Connection) -> str | None:
    keys = [column.name for column in table.primary_key]
    query = select(table).order_by(*(table.c[key] for key in keys))
    found = {tuple(row[key] for key in keys): row for row in stored.execute(query).mappings()}
    meant = {tuple(row[key] for key in keys): row for row in anew.execute(query).mappings()}
    for key in [*meant, *found]:
        if found.get(key) != meant.get(key):
            name = "/".join(str(part) for part in key)
            return (
                f"the entries are whole, but the current state is not what they say: {table.name} "
                f"{name} was changed, removed or added by somebody else"
            )
    return None

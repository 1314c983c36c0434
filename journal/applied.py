"""The applied plant version: the files every part loads, whatever the plant folder says now."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from journal.open import begin_reading
from journal.tables import plant_version


@dataclass(frozen=True)
class AppliedVersion:
    """The plant folder as it was taken in: `version` is its SHA-256, `files` name → text.

    `applied_at` is RFC 3339 UTC text and `seq` the entry that applied it.
    """

    version: str
    applied_at: str
    files: dict[str, str]
    seq: int


def applied_version(engine: Engine) -> AppliedVersion | None:
    """Load the version in force; None before the first was applied.

    Raises:
        JournalError: the journal cannot be read.
    """
    with begin_reading(engine) as connection:
        return read_applied(connection)


def version_in_force(engine: Engine) -> str | None:
    """Load only the hash of the version in force, cheap enough to look each second.

    Raises:
        JournalError: the journal cannot be read.
    """
    newest = select(plant_version.c.version).order_by(plant_version.c.seq.desc()).limit(1)
    with begin_reading(engine) as connection:
        return connection.execute(newest).scalar_one_or_none()


def read_applied(connection: Connection) -> AppliedVersion | None:
    """Load the version in force within a transaction that is open already."""
    row = connection.execute(
        select(plant_version).order_by(plant_version.c.seq.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return None
    return AppliedVersion(row.version, row.applied_at, row.files, row.seq)

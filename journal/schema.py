"""The database's tables, old and new: the writer brings them up to date, readers only check."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from journal.open import begin_reading, begin_writing
from plant.errors import JournalError

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Make the tables, or bring them up to this program's revision, in one transaction.

    Raises:
        JournalError: the journal was written by a newer program, or cannot be written.
    """
    with begin_writing(engine) as connection:
        if _known(connection) == newest_revision():
            return
        upgrade(connection, "head")


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the tables up to `revision`, in the caller's transaction."""
    # Not read from a file: a configuration file would also change the process's logging.
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def check_revision(engine: Engine) -> None:
    """Say whether this program can read the journal as it stands; for everyone but the writer.

    Raises:
        JournalError: the tables are missing, older or newer than this program expects.
    """
    with begin_reading(engine) as connection:
        found = _known(connection)
    if found is None:
        raise JournalError("the journal is empty; start the monitor, which makes its tables")
    if found != newest_revision():
        raise JournalError(
            f"the journal is at revision {found}, this program expects {newest_revision()}; "
            "restart the monitor, which brings it up to date"
        )


@cache
def newest_revision() -> str:
    """Give the revision this program writes."""
    return str(ScriptDirectory(str(_SCRIPTS)).get_current_head())


def _known(connection: Connection) -> str | None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}
    if found is not None and found not in known:
        raise JournalError(
            f"the journal is at revision {found}, which this program does not know; "
            "it was written by a newer Firstout: use that one"
        )
    return found

"""The journal has one writer: a second one is refused before it touches anything."""

import fcntl
import os

from sqlalchemy import Engine

from journal.open import database_path
from plant.errors import JournalError


class WriterLock:
    """A lock file beside the journal, held as long as this process lives or until `release`.

    The operating system frees it when the process dies, however it dies; the file stays.
    """

    def __init__(self, engine: Engine) -> None:
        """Take the lock.

        Raises:
            JournalError: another writer has it, or the file cannot be made.
        """
        journal = database_path(engine)
        if journal is None:
            raise JournalError(
                "the journal can be written to an SQLite file only: a database server's "
                "journal has no lock yet that would refuse a second writer"
            )
        self.path = journal.with_name(journal.name + ".lock")
        try:
            self._file = self.path.open("a+")
        except OSError as error:
            raise JournalError(f"{self.path} cannot be opened: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read(20).strip() or "unknown"
            self._file.close()
            raise JournalError(
                f"the journal {journal} already has a writer (process {holder}); "
                "stop that monitor before starting another"
            ) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let another writer in; may be called twice."""
        self._file.close()

"""What a database error means, and what a person can do about it."""

import sqlite3

from sqlalchemy.exc import SQLAlchemyError

from plant.errors import JournalError

# By SQLite's primary result code (the low byte of the extended one).
_ADVICE = {
    sqlite3.SQLITE_FULL: "the disk is full; free space where the journal is kept",
    sqlite3.SQLITE_BUSY: (
        "another program holds the journal's write lock; close whatever has the file open"
    ),
    sqlite3.SQLITE_LOCKED: (
        "another program holds the journal's write lock; close whatever has the file open"
    ),
    sqlite3.SQLITE_READONLY: (
        "the journal may not be written; give this account write access to the file and its folder"
    ),
    sqlite3.SQLITE_PERM: "the journal's file may not be opened; check its owner and permissions",
    sqlite3.SQLITE_CANTOPEN: (
        "the journal's file cannot be opened; check that it exists, and the folder's permissions"
    ),
    sqlite3.SQLITE_IOERR: "the disk does not read or write; check it and the system's log",
    sqlite3.SQLITE_CORRUPT: (
        "the journal's file is damaged; keep it, and restore the last backup beside it"
    ),
    sqlite3.SQLITE_NOTADB: "the journal's file is no SQLite database; check the path",
}


def explained(error: SQLAlchemyError, doing: str) -> JournalError:
    """Say in one sentence what failed while `doing`, why, and what helps."""
    cause: object = getattr(error, "orig", None) or error
    advice = _ADVICE.get(_code(error))
    reason = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
    return JournalError(f"{doing}: {advice} ({reason})" if advice else f"{doing}: {reason}")


def is_busy(error: SQLAlchemyError) -> bool:
    """Say whether somebody else holds the lock: the one trouble that passes by itself."""
    return _code(error) == sqlite3.SQLITE_BUSY


def _code(error: SQLAlchemyError) -> int:
    """Give SQLite's primary result code; 0 when it is not SQLite's error."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    return code & 0xFF if isinstance(code, int) else 0

"""The spool's SQLite file: its tables, opening it for one process alone, setting it aside."""

import sqlite3
from contextlib import suppress
from pathlib import Path

_VERSION = 2
_FORMER = 1  # the same records in another form, which `spool_record` reads, and no layouts
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_TABLES = """
    CREATE TABLE fact (
        spool_id TEXT NOT NULL, next_offset INTEGER NOT NULL, dropped INTEGER NOT NULL,
        bd_seq INTEGER NOT NULL, boot TEXT NOT NULL, clean INTEGER NOT NULL
    );
    CREATE TABLE record (
        offset INTEGER PRIMARY KEY, device TEXT NOT NULL, read_time INTEGER NOT NULL,
        readings BLOB NOT NULL
    );
"""
_LAYOUTS = """
    CREATE TABLE layout (digest BLOB PRIMARY KEY, ids BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE layout_again (digest BLOB PRIMARY KEY, ids BLOB NOT NULL) WITHOUT ROWID;
"""


def opened(path: Path) -> sqlite3.Connection:
    """Open the file for this process alone, with its tables.

    Raises:
        sqlite3.DatabaseError: `is_broken` tells a broken file from one that another process has.
    """
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=1.0)
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # a second gateway must not get in
        db.execute("PRAGMA journal_mode = WAL")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version:
            _check(db, version)
        if version != _VERSION:
            added = _LAYOUTS if version else _TABLES + _LAYOUTS
            db.executescript(f"BEGIN;{added}PRAGMA user_version = {_VERSION};COMMIT;")
    except BaseException:
        db.close()
        raise
    return db


def is_broken(error: sqlite3.DatabaseError) -> bool:
    """Say whether the error means that the file itself is unusable."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BROKEN


def set_aside(path: Path) -> Path:
    """Rename a broken file, with what belongs to it, and give its new name."""
    number = 1
    while (target := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(target.with_name(target.name + suffix))
    return path.rename(target)


def _check(db: sqlite3.Connection, version: int) -> None:
    if version not in (_FORMER, _VERSION):
        raise _unusable(f"its form is {version}, not {_FORMER} or {_VERSION}")
    problems = [str(row[0]) for row in db.execute("PRAGMA quick_check(1)")]
    if problems != ["ok"]:
        raise _unusable("; ".join(problems))
    (facts,) = db.execute("SELECT count(*) FROM fact").fetchone()
    if facts > 1:
        raise _unusable("it has two identities")


def _unusable(why: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(f"the spool cannot be used: {why}")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error

"""Opening the journal's database, and the two ways to use it: reading and writing.

All that is particular to SQLite is in this file: the file's write-ahead log, how durable a
commit is, and how a transaction begins.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from journal.trouble import explained, is_busy
from plant.errors import JournalError

# How long a statement waits for another's lock before it gives up.
BUSY_TIMEOUT_S = 5.0

# The write-ahead log shrinks to this after a burst or a long read, in bytes.
_LOG_LIMIT = 64 * 1024 * 1024

# How often a writer looks whether the lock is free.
_LOOK_EVERY_MS = 1

_WRITING = "firstout_writing"


def open_database(
    where: str | Path, *, create: bool = False, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> Engine:
    """Give an engine for the journal at `where`: a path to an SQLite file, or a database URL.

    Only the writer says `create`; everybody else is refused when there is no journal yet.
    No connection is made here. Use the engine through `begin_reading` and `begin_writing`.

    Raises:
        JournalError: there is no such file, its folder cannot be made, or the URL cannot be
            understood.
    """
    url = _url(where)
    if url.get_backend_name() != "sqlite":
        return _engine(url)
    path = Path(url.database or "")
    if not url.database or url.database == ":memory:":
        raise JournalError("the journal needs a file; a database in memory is no record")
    if create:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(
                f"the folder {path.parent} cannot be made for the journal: {error.strerror}"
            ) from error
    elif not path.is_file():
        raise JournalError(f"there is no journal at {path}; start the monitor, which makes it")
    engine = _engine(
        URL.create(
            "sqlite",
            database=path.absolute().as_uri(),
            query={"mode": "rwc" if create else "rw", "uri": "true"},
        ),
        timeout=busy_timeout_s,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def database_path(engine: Engine) -> Path | None:
    """Say which file holds the journal; None when it is in a database server."""
    if engine.dialect.name != "sqlite":
        return None
    with begin_reading(engine) as connection:
        row = connection.exec_driver_sql("PRAGMA database_list").one()
    return Path(str(row[2]))


@contextmanager
def begin_reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one consistent state throughout, and blocks nobody.

    Raises:
        JournalError: the database does not answer; the message says what to do.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise explained(error, "the journal cannot be read") from error


@contextmanager
def begin_writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection that holds the write lock from its start and commits at its end.

    Waits for the lock up to the busy timeout. When anything raises, nothing is written.

    Raises:
        JournalError: the lock, the disk or the database failed; the message says what to do.
    """
    try:
        with engine.connect() as connection:
            connection.execution_options(**{_WRITING: True})
            with connection.begin():
                yield connection
    except SQLAlchemyError as error:
        raise explained(error, "nothing was written to the journal") from error


def _url(where: str | Path) -> URL:
    if isinstance(where, str) and "://" in where:
        try:
            return make_url(where)
        except ArgumentError as error:
            raise JournalError(f"the journal's address is no database URL: {error}") from error
    return URL.create("sqlite", database=str(where))


def _engine(url: URL, **connect_args: object) -> Engine:
    try:
        return create_engine(url, json_serializer=_json, connect_args=connect_args)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise JournalError(
            f"no driver for {url.drivername} is installed ({error}); "
            "use a file, or install the driver"
        ) from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _set_up(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # The sqlite3 module must not open transactions on its own: `_begin` does, so that a
    # reader's SELECTs share one snapshot and a writer's BEGIN is IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT}")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_WRITING):
        _wait_for_lock(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _wait_for_lock(connection: Connection) -> None:
    # SQLite itself looks only every 100 ms after a while; beside a monitor that catches up,
    # commit after commit, a person's act could then wait for seconds.
    (timeout_ms,) = connection.exec_driver_sql("PRAGMA busy_timeout").one()
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        for _ in range(timeout_ms // _LOOK_EVERY_MS):
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as error:
                if not is_busy(error):
                    raise
                time.sleep(_LOOK_EVERY_MS / 1000)
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {timeout_ms}")

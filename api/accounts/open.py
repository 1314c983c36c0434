"""Opening the accounts database: private to the server, and brought up to this program's shape."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from api.accounts.tables import metadata, schema
from plant.errors import FirstoutError

# How to get from each version to the next; the tables module is always the latest shape.
_STEPS: dict[int, Callable[[Connection], None]] = {}
_VERSION = 1 + len(_STEPS)


_BEGIN = "accounts_begin"


class AccountsError(FirstoutError):
    """The accounts database cannot be used; the message says what to do."""


def open_accounts(path: Path) -> Engine:
    """Open the SQLite file at `path`, making it (readable by its owner only) when it is new.

    Raises:
        AccountsError: it cannot be opened, or was written by a newer program.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise AccountsError(f"{path} cannot be opened: {error.strerror}") from error
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    try:
        with writing(engine) as connection:
            _bring_up_to_date(connection)
    except AccountsError as error:
        engine.dispose()
        raise AccountsError(f"{path} cannot be used: {error}") from error
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection that holds the write lock from its start and commits at its end.

    Raises:
        AccountsError: the database does not take it; nothing was written.
    """
    try:
        with engine.connect() as connection:
            connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
            with connection.begin():
                yield connection
    except SQLAlchemyError as error:
        raise _unusable(error) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one consistent state and blocks nobody.

    Raises:
        AccountsError: the database does not answer.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise _unusable(error) from error


def _unusable(error: SQLAlchemyError) -> AccountsError:
    return AccountsError(f"the accounts database does not answer: {getattr(error, 'orig', error)}")


def _bring_up_to_date(connection: Connection) -> None:
    if not inspect(connection).has_table(schema.name):
        metadata.create_all(connection)
        connection.execute(insert(schema).values(version=_VERSION))
        return
    version = int(connection.execute(select(schema.c.version)).scalar_one())
    if version > _VERSION:
        raise AccountsError(
            f"it was written by a newer program (shape {version}, this one knows {_VERSION}); "
            "run that program, or restore the backup from before it"
        )
    for old in range(version, _VERSION):
        _STEPS[old](connection)
    connection.execute(update(schema).values(version=_VERSION))


def _set_up(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, see `_begin`
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: one that read first could find that it was overtaken.
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

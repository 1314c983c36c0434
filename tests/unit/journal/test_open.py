import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from journal.open import begin_reading, begin_writing, database_path, open_database
from journal.tables import node
from journal.write import Writer
from plant.errors import JournalError

ROW = {"state": "online", "since": "2026-11-24T00:00:00.000000Z", "seq": 1}


def test_every_connection_is_durable(writer):
    with begin_reading(writer.engine) as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 300,
    }


@pytest.mark.parametrize(
    ("name", "as_url"),
    [
        ("journal.db", False),
        ("journal.db", True),
        ("a b%20c?d#e/日志.db", False),  # in a URL, a question mark begins its query
    ],
)
def test_finds_its_file_by_path_and_by_url(tmp_path, name, as_url):
    path = tmp_path / name
    engine = open_database(f"sqlite:///{path}" if as_url else path, create=True)
    assert database_path(engine) == path
    assert path.is_file()
    engine.dispose()


def test_a_reader_makes_no_journal(tmp_path):
    with pytest.raises(JournalError, match="start the monitor"):
        open_database(tmp_path / "journal.db")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(JournalError, match="data cannot be made for the journal"):
        open_database(tmp_path / "data" / "journal.db", create=True)


@pytest.mark.parametrize("where", [":memory:", "sqlite://", "sqlite:///:memory:"])
def test_memory_is_no_record(where):
    with pytest.raises(JournalError, match="in memory is no record"):
        open_database(where, create=True)


def test_an_address_that_is_none_is_refused():
    with pytest.raises(JournalError, match="no database URL"):
        open_database("://x")
    with pytest.raises(JournalError, match="no driver for nosuch"):
        open_database("nosuch://host/db")


def test_a_file_that_is_no_database_is_named(path: Path):
    path.write_bytes(b"this is a text file, not a journal" * 100)
    with pytest.raises(JournalError, match="no SQLite database"):
        Writer.open(path, "demo")


def test_a_file_that_may_not_be_opened_is_explained(tmp_path: Path):
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(JournalError, match="cannot be opened"):
        Writer.open(tmp_path / "journal.db", "demo")


def test_a_reader_sees_one_state_throughout(writer, path):
    reader = open_database(path)
    count = select(func.count()).select_from(node)
    with begin_reading(reader) as reading:
        before = reading.execute(count).scalar_one()
        with begin_writing(writer.engine) as writing:
            writing.execute(insert(node).values(id="gw1", **ROW))
        assert reading.execute(count).scalar_one() == before
    with begin_reading(reader) as reading:
        assert reading.execute(count).scalar_one() == before + 1
    reader.dispose()


def test_writing_takes_the_lock_at_once_and_waits_no_longer_than_told(writer, path):
    other = open_database(path, busy_timeout_s=0.2)
    with begin_writing(writer.engine):
        started = time.monotonic()
        with (
            pytest.raises(JournalError, match="holds the journal's write lock"),
            begin_writing(other),
        ):
            pytest.fail("there were two writers at once")
        assert 0.15 < time.monotonic() - started < 2
        with begin_reading(other) as reading:  # a reader does not wait at all
            reading.execute(select(node)).all()
    other.dispose()


def test_what_raises_is_not_written(writer):
    def fail_in_the_middle():
        with begin_writing(writer.engine) as writing:
            writing.execute(insert(node).values(id="gw1", **ROW))
            raise KeyError

    with pytest.raises(KeyError):
        fail_in_the_middle()
    with begin_reading(writer.engine) as reading:
        assert reading.execute(select(node)).all() == []


def test_a_damaged_file_is_explained(writer, path):
    with writer.transaction() as commit:
        commit.save_blocks({"big": b"x" * 200_000})
    writer.close()
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(JournalError, match="damaged"):
        Writer.open(path, "demo")

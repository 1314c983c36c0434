import logging

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from journal.open import begin_reading, begin_writing, open_database
from journal.schema import check_revision, migrate, newest_revision, upgrade
from journal.tables import alarm, metadata
from journal.write import Writer
from plant.errors import JournalError


def test_migrations_make_the_tables_that_the_program_uses(writer):
    with begin_reading(writer.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_leaves_the_logging_alone(path):
    before = list(logging.root.handlers), logging.root.level, logging.getLogger("alembic").level
    Writer.open(path, "demo").close()
    after = list(logging.root.handlers), logging.root.level, logging.getLogger("alembic").level
    assert before == after
    assert not logging.getLogger("journal").disabled


def test_migrating_again_changes_nothing(writer):
    migrate(writer.engine)
    check_revision(writer.engine)


def test_numbers_are_keys_of_sqlite_itself(writer):
    with begin_reading(writer.engine) as connection:
        made = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE name IN ('entry', 'inbox')")
        ).scalars()
        assert all("INTEGER" in sql for sql in made)


def test_readers_are_told_when_there_is_nothing_yet(path):
    empty = open_database(path, create=True)
    with pytest.raises(JournalError, match="is empty; start the monitor"):
        check_revision(empty)
    empty.dispose()


def test_a_newer_journal_is_refused(writer, path):
    with begin_writing(writer.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(JournalError, match="newer Firstout"):
        check_revision(writer.engine)
    writer.close()
    with pytest.raises(JournalError, match="newer Firstout"):
        Writer.open(path, "demo")


def test_an_older_journal_waits_for_the_monitor(writer, monkeypatch):
    monkeypatch.setattr("journal.schema.newest_revision", lambda: "0004")
    with pytest.raises(JournalError, match="restart the monitor"):
        check_revision(writer.engine)
    assert newest_revision() == "0003"


def test_alarms_of_the_first_journal_are_neither_latched_nor_suppressed(path):
    """What stood when the columns came is kept, row by row, and can be made anew."""
    engine = open_database(path, create=True)
    with begin_writing(engine) as connection:
        upgrade(connection, "0001")
        connection.execute(
            text(
                "INSERT INTO alarm (id, kind, active, acknowledged, priority, occurrence, message,"
                " raised_at, changed_at, known_at, seq)"
                " VALUES ('a:low', 'low', 1, 0, 'high', 3, '{}', 't', 't', 't', 7)"
            )
        )
    migrate(engine)
    with begin_reading(engine) as connection:
        row = connection.execute(select(alarm)).mappings().one()
    engine.dispose()
    assert (row["id"], row["occurrence"], row["active"]) == ("a:low", 3, True)
    assert (row["latched"], row["suppressed_by"]) == (False, None)

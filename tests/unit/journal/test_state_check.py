"""An edited current state is found, although every entry is whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from journal.entry import Draft
from journal.open import open_database
from journal.state_check import verify_all
from journal.verify import verify
from journal.write import Writer
from plant.errors import JournalError

NOW = 1_764_000_000_000_000_000
BODY = {"from": None, "state": "online"}


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    with Writer.open(path, "demo") as writer, writer.transaction() as commit:
        commit.append(Draft("node", f"gw{n}", NOW, NOW, "monitor", BODY) for n in (1, 2))
    return path


def tamper(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)


def test_an_untouched_state_is_what_the_entries_say(journal: Path) -> None:
    report = verify_all(open_database(journal))

    assert (report.ok, report.entries) == (True, 2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE node SET state = 'offline' WHERE id = 'gw2'",
        "DELETE FROM node WHERE id = 'gw2'",
        "UPDATE node SET id = 'gw2x' WHERE id = 'gw2'",
    ],
)
def test_a_changed_state_is_named(journal: Path, statement: str) -> None:
    tamper(journal, statement)
    report = verify_all(open_database(journal))

    assert verify(open_database(journal)).ok
    assert not report.ok
    assert "node gw2 was changed, removed or added" in report.what


def test_a_journal_whose_end_was_cut_off_is_not_written_on(journal: Path) -> None:
    tamper(journal, "DELETE FROM entry WHERE seq = 2")

    with pytest.raises(JournalError, match="the last entries are gone"):
        Writer.open(journal, "demo")

import hashlib
import json
import sqlite3

import pytest
import rfc8785

from journal.entry import GENESIS
from journal.open import open_database
from journal.tables import entry
from journal.verify import Break, verify
from journal.write import Writer
from plant.errors import JournalError


@pytest.fixture
def written(writer, alarm, path):
    """Give a path to a journal of ten entries that nobody holds open."""
    with writer.transaction() as commit:
        commit.append(alarm(at, occurrence=at) for at in range(1, 11))
    writer.close()
    return path


def touch(path, *statements):
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(*((statement,) if isinstance(statement, str) else statement))
    connection.close()


def move(path, *moves):
    """Give entries other numbers: pairs of (now, then), in this order."""
    touch(path, *(("UPDATE entry SET seq = ? WHERE seq = ?", (to, seq)) for seq, to in moves))


def report(path):
    engine = open_database(path)
    try:
        return verify(engine)
    finally:
        engine.dispose()


def test_an_empty_journal_is_whole(writer):
    found = verify(writer.engine)
    assert (found.ok, found.entries, found.head) == (True, 0, GENESIS)


def test_a_whole_journal_says_so(writer, alarm):
    with writer.transaction() as commit:
        commit.append(alarm(at) for at in range(5))
    found = verify(writer.engine)
    assert (found.ok, found.entries, found.head) == (True, 5, writer.head())


def test_progress_is_told_and_pages_join(writer, alarm, monkeypatch):
    monkeypatch.setattr("journal.verify._PAGE", 4)
    with writer.transaction() as commit:
        commit.append(alarm(at) for at in range(10))
    told: list[int] = []
    assert verify(writer.engine, told.append).ok
    assert told == [4, 8]


CHANGES = {
    "plant": "'other'",
    "time": "'2026-11-24T00:00:00.000000Z'",
    "known_at": "'2026-11-24T00:00:00.000000Z'",
    "kind": "'node'",
    "subject": "'caster-1.water_flow:high'",
    "actor": "'somebody'",
    "body": "replace(body, '151', '191')",
    "hash": "'" + "a" * 64 + "'",
}


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("seq", [1, 5, 10])
def test_a_change_of_any_column_is_found_and_named(written, column, seq):
    touch(written, f"UPDATE entry SET {column} = {CHANGES[column]} WHERE seq = {seq}")  # noqa: S608
    found = report(written)
    assert (found.ok, found.first_broken, found.how) == (False, seq, Break.CHANGED)
    assert found.entries == seq - 1
    assert f"entry {seq} was changed" in found.what


def test_every_column_is_tried():
    assert {*CHANGES, "seq", "previous_hash"} == set(entry.c.keys())


def test_a_changed_previous_hash_is_named(written):
    touch(written, "UPDATE entry SET previous_hash = 'x' WHERE seq = 5")
    assert (report(written).first_broken, report(written).how) == (5, Break.WRONG_PREVIOUS)


def test_a_missing_entry_is_named(written):
    touch(written, "DELETE FROM entry WHERE seq BETWEEN 4 AND 6")
    found = report(written)
    assert (found.first_broken, found.how) == (4, Break.MISSING)
    assert found.what == "entry 4 is missing: entry 3 is followed by entry 7"


def test_a_missing_first_entry_is_named(written):
    touch(written, "DELETE FROM entry WHERE seq = 1")
    assert report(written).what == "entry 1 is missing: the beginning is followed by entry 2"


def test_a_moved_entry_leaves_a_gap(written):
    move(written, (5, 500))
    assert (report(written).first_broken, report(written).how) == (5, Break.MISSING)


def test_an_entry_before_the_first_is_named(written):
    move(written, (5, 0))
    assert (report(written).first_broken, report(written).how) == (0, Break.FOREIGN)


@pytest.mark.parametrize(("one", "other"), [(4, 5), (3, 8)])
def test_two_entries_that_changed_places_are_named(written, one, other):
    move(written, (one, 999), (other, one), (999, other))
    found = report(written)
    assert (found.first_broken, found.how) == (one, Break.REORDERED)
    assert found.what == f"entry {one} is really entry {other}, put in this place"


def test_entries_that_moved_up_to_hide_a_gap_are_named(written):
    touch(written, "DELETE FROM entry WHERE seq = 5")
    move(written, *((seq, seq - 1) for seq in range(6, 11)))
    found = report(written)
    assert (found.first_broken, found.how) == (5, Break.REORDERED)
    assert "really entry 6" in found.what


def test_a_truncated_end_is_seen_from_the_state_that_came_from_it(written):
    touch(written, "DELETE FROM entry WHERE seq > 7")
    found = report(written)
    assert (found.ok, found.entries, found.first_broken) == (False, 7, 8)
    assert found.how is Break.TRUNCATED


def rehashed(path, seq, **changed):
    """Rewrite an entry with a hash that fits it, as somebody who knows the rules would."""
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM entry WHERE seq = ?", (seq,)).fetchone())
    connection.close()
    row |= changed
    fields = {**row, "body": json.loads(row["body"])}
    fields.pop("hash")
    digest = hashlib.sha256(rfc8785.dumps(fields)).hexdigest()
    changed |= {"hash": digest}
    for column, value in changed.items():
        touch(path, (f"UPDATE entry SET {column} = ? WHERE seq = ?", (value, seq)))  # noqa: S608


def test_an_entry_written_anew_breaks_the_next(written):
    rehashed(written, 5, actor="somebody")
    found = report(written)
    assert (found.first_broken, found.how) == (6, Break.WRONG_PREVIOUS)
    assert "does not follow entry 5" in found.what


def test_a_last_entry_of_another_plant_is_named(written):
    rehashed(written, 10, plant="other")
    assert (report(written).first_broken, report(written).how) == (10, Break.FOREIGN)


def test_a_body_that_is_not_canonical_is_named(written):
    # Its hash is taken over exactly this text, so only the form gives it away.
    with sqlite3.connect(written) as connection:
        row = connection.execute("SELECT * FROM entry WHERE seq = 10").fetchone()
    connection.close()
    seq, plant, time, known_at, kind, subject, actor, body, previous, _ = row
    spaced = body.replace(",", ", ", 1)
    whole = (
        f'{{"actor":"{actor}","body":{spaced},"kind":"{kind}","known_at":"{known_at}",'
        f'"plant":"{plant}","previous_hash":"{previous}","seq":{seq},"subject":"{subject}",'
        f'"time":"{time}"}}'
    )
    digest = hashlib.sha256(whole.encode()).hexdigest()
    touch(written, ("UPDATE entry SET body = ?, hash = ? WHERE seq = 10", (spaced, digest)))
    assert (report(written).first_broken, report(written).how) == (10, Break.NOT_CANONICAL)


@pytest.mark.parametrize(
    ("value", "how"),
    [
        ("CAST(x'ff00fe' AS TEXT)", Break.UNREADABLE),
        ("CAST(body AS BLOB)", Break.CHANGED),
        ("12", Break.CHANGED),
        ("'{'", Break.CHANGED),
        ("replace(body, ':151', ':NaN')", Break.CHANGED),
    ],
)
def test_a_body_of_the_wrong_sort_is_named(written, value, how):
    touch(written, f"UPDATE entry SET body = {value} WHERE seq = 6")  # noqa: S608
    found = report(written)
    assert (found.first_broken, found.how) == (6, how)


def test_a_touched_projection_does_not_confuse(written):
    touch(written, "UPDATE alarm SET seq = 'many'")
    assert report(written).ok


def test_a_reader_can_verify_while_the_writer_writes(writer, alarm, path):
    reader = open_database(path)
    with writer.transaction() as commit:
        commit.append([alarm(1)])
        assert verify(reader).entries == 0
    assert verify(reader).entries == 1
    reader.dispose()


def test_a_writer_does_not_continue_a_chain_that_was_touched(written, alarm):
    with Writer.open(written, "demo") as again:
        touch(written, "DELETE FROM entry WHERE seq = 10")
        with (
            pytest.raises(JournalError, match=r"ends at entry 9 .* not at 10"),
            again.transaction() as commit,
        ):
            commit.append([alarm(11)])

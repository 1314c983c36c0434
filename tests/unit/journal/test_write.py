import json
import resource
import sqlite3
import threading
import time

import pytest
from sqlalchemy import func, insert, select, update

from journal.applied import applied_version
from journal.entry import GENESIS, Draft
from journal.lock import WriterLock
from journal.open import begin_reading, begin_writing, open_database
from journal.tables import alarm as alarm_table
from journal.tables import entry, heartbeat, inbox
from journal.verify import verify
from journal.write import Writer
from plant.errors import JournalError
from plant.moment import SECOND, to_text


def count(engine, table):
    with begin_reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def ask(engine, key, state="asked", body=None):
    row = {
        "idempotency_key": key,
        "actor": "a1",
        "kind": "acknowledge",
        "body": body or {"alarm": "x"},
        "asked_at": to_text(SECOND),
        "state": state,
    }
    with begin_writing(engine) as connection:
        key_of = connection.execute(insert(inbox).values(row)).inserted_primary_key
        return key_of[0]


# --- one writer ---------------------------------------------------------------------------------


def test_a_second_writer_is_refused_and_told_who_has_it(writer, path):
    with pytest.raises(JournalError, match=r"already has a writer \(process \d+\); stop"):
        Writer.open(path, "demo")
    writer.close()
    writer.close()
    Writer.open(path, "demo").close()


def test_a_refused_plant_leaves_no_lock_behind(writer, path):
    writer.close()
    with pytest.raises(JournalError, match="of plant 'demo', not of 'other'"):
        Writer.open(path, "other")
    Writer.open(path, "demo").close()


def test_a_lock_that_cannot_be_made_is_explained(path):
    path.with_name(path.name + ".lock").mkdir()
    with pytest.raises(JournalError, match="lock cannot be opened"):
        Writer.open(path, "demo")


def test_a_server_has_no_lock_yet(writer, monkeypatch):
    monkeypatch.setattr("journal.lock.database_path", lambda _: None)
    with pytest.raises(JournalError, match="SQLite file only"):
        WriterLock(writer.engine)


def test_opening_again_finds_the_same_journal(writer, path, alarm):
    with writer.transaction() as commit:
        commit.append([alarm()])
    head, epoch = writer.head(), writer.epoch
    writer.close()
    with Writer.open(path, "demo") as again:
        assert (again.head(), again.epoch) == (head, epoch)
        assert len(epoch) == 16


def test_another_journal_has_another_epoch(writer, tmp_path):
    with Writer.open(tmp_path / "b.db", "demo") as other:
        assert other.epoch != writer.epoch


def test_somebody_else_s_entry_stops_the_writer(writer, path, alarm):
    # As if the lock had been circumvented: two writers would fork the chain.
    with sqlite3.connect(path) as stranger:
        stranger.execute("INSERT INTO entry VALUES (1,'demo','t','t','k','s','a','{}','p','h')")
    stranger.close()
    with (
        pytest.raises(JournalError, match=r"ends at entry 1 .* not at 0"),
        writer.transaction() as commit,
    ):
        commit.append([alarm()])


# --- all or nothing -----------------------------------------------------------------------------


def test_everything_of_a_commit_is_there_after_it(writer, alarm):
    asked = ask(writer.engine, "k1")
    with writer.transaction() as commit:
        assert [one.id for one in commit.asked()] == [asked]
        (made,) = commit.append([alarm()])
        commit.answer(asked, {"ok": True, "seq": made.seq})
        commit.save_blocks({"alarms": b"\x00\xff", "old": b"1"})
        commit.save_positions({"gw1": ("spool-a", 41)})
        commit.beat(2 * SECOND, SECOND, {"catching_up": False})
    with writer.transaction() as commit:
        assert commit.asked() == []
        commit.save_blocks({"alarms": b"new"}, removed=["old", "never"])
        commit.save_positions({"gw1": ("spool-b", 0), "gw2": ("x", -1)})
        commit.beat(3 * SECOND, 3 * SECOND, {})
    assert writer.head() == (1, made.hash)
    assert writer.load_blocks() == {"alarms": b"new"}
    assert writer.load_positions() == {"gw1": ("spool-b", 0), "gw2": ("x", -1)}
    with begin_reading(writer.engine) as connection:
        beats = connection.execute(select(heartbeat)).all()
        answer = connection.execute(select(inbox.c.state, inbox.c.answer)).one()
    assert beats == [("monitor", to_text(3 * SECOND), to_text(3 * SECOND), {})]
    assert answer == ("answered", {"ok": True, "seq": 1})


def test_nothing_of_a_failed_commit_is_there_and_it_can_be_tried_again(writer, alarm):
    drafts = [alarm(1), alarm(2, occurrence=2)]

    def fail():
        with writer.transaction() as commit:
            commit.append(drafts)
            commit.save_blocks({"alarms": b"x"})
            commit.save_positions({"gw1": ("s", 1)})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert writer.head() == GENESIS
    assert (writer.load_blocks(), writer.load_positions()) == ({}, {})
    assert count(writer.engine, alarm_table) == 0
    with writer.transaction() as commit:
        assert [made.seq for made in commit.append(drafts)] == [1, 2]
    assert verify(writer.engine).entries == 2


def test_a_commit_with_a_failed_part_cannot_be_committed(writer, alarm):
    bad = Draft("node", "gw1", 0, 0, "monitor", {})

    def swallow():
        with writer.transaction() as commit:
            with pytest.raises(JournalError, match="has no 'state'"):
                commit.append([alarm(), bad])
            with pytest.raises(JournalError, match="a part of it failed"):
                commit.append([alarm()])

    with pytest.raises(JournalError, match="nothing was written"):
        swallow()
    assert count(writer.engine, entry) == 0
    assert writer.head() == GENESIS


def test_a_commit_is_of_no_use_after_its_end(writer, alarm):
    with writer.transaction() as commit:
        pass
    with pytest.raises(JournalError, match="it has ended"):
        commit.append([alarm()])


def test_an_empty_append_is_no_entry(writer):
    with writer.transaction() as commit:
        assert commit.append([]) == []
    assert writer.head() == GENESIS


@pytest.mark.parametrize("given", [{"x": float("nan")}, {"x": b"raw"}])
def test_an_answer_that_is_no_json_is_refused(writer, given):
    asked = ask(writer.engine, "k1")
    with pytest.raises(JournalError, match="nothing was written"), writer.transaction() as commit:
        commit.answer(asked, given)
    with writer.transaction() as commit:
        assert [one.id for one in commit.asked()] == [asked]


# --- a disk that fails --------------------------------------------------------------------------


def test_a_full_database_is_explained_and_the_same_drafts_fit_later(writer, alarm):
    with writer.transaction() as commit:
        commit.append([alarm()])
    drafts = [alarm(at, message={"zh": "满" * 3000, "en": "full"}) for at in range(20)]
    head = writer.head()
    limit(writer, 60)

    def write():
        with writer.transaction() as commit:
            commit.save_blocks({"alarms": b"changed"})
            commit.append(drafts)

    with pytest.raises(JournalError, match=r"nothing was written .* the disk is full; free space"):
        write()
    assert writer.head() == head
    assert writer.load_blocks() == {}
    limit(writer, 100_000)
    write()
    assert verify(writer.engine).entries == 21


def limit(writer, pages):
    with begin_reading(writer.engine) as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def test_a_disk_that_takes_no_more_bytes_is_explained_and_tried_again(writer, alarm, path):
    # The kernel itself refuses to let the write-ahead log grow, in the middle of a COMMIT.
    with writer.transaction() as commit:
        commit.append([alarm()])
    head = writer.head()
    drafts = [alarm(at, occurrence=at) for at in range(2, 300)]

    def write():
        with writer.transaction() as commit:
            commit.append(drafts)
            commit.save_positions({"gw1": ("s", 9)})

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = path.with_name(path.name + "-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 20_000, hard))
    try:
        with pytest.raises(JournalError, match=r"nothing was written .*disk"):
            write()
        assert writer.head() == head
        assert writer.load_positions() == {}
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    write()
    assert verify(writer.engine).entries == 299


def test_a_lock_that_is_held_too_long_is_explained_and_tried_again(writer, path, alarm):
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with (
        pytest.raises(JournalError, match="close whatever has the file open"),
        writer.transaction() as commit,
    ):
        commit.append([alarm()])
    stranger.execute("ROLLBACK")
    stranger.close()
    with writer.transaction() as commit:
        commit.append([alarm()])
    assert writer.head().seq == 1


# --- the inbox ----------------------------------------------------------------------------------


def test_acts_come_in_order_and_only_those_that_wait(writer):
    first = ask(writer.engine, "k1", body={"alarm": "水"})
    ask(writer.engine, "k2", state="withdrawn")
    ask(writer.engine, "k3", state="answered")
    last = ask(writer.engine, "k4")
    with writer.transaction() as commit:
        found = commit.asked()
    assert [one.id for one in found] == [first, last]
    assert (found[0].actor, found[0].idempotency_key, found[0].kind) == ("a1", "k1", "acknowledge")
    assert (found[0].body, found[0].asked_at) == ({"alarm": "水"}, SECOND)


@pytest.mark.parametrize("state", ["withdrawn", "answered", None])
def test_what_does_not_wait_is_not_answered_and_nothing_is_written_for_it(writer, alarm, state):
    number = 77 if state is None else ask(writer.engine, "k1", state=state)

    def judge():
        with writer.transaction() as commit:
            commit.append([alarm(event="acknowledge", acknowledged=True, actor="a1")])
            commit.answer(number, {"ok": True})

    with pytest.raises(JournalError, match=f"act {number} waits for no answer"):
        judge()
    assert count(writer.engine, entry) == 0
    with begin_reading(writer.engine) as connection:
        states = connection.execute(select(inbox.c.state, inbox.c.answer)).all()
    assert states == ([] if state is None else [(state, None)])


def test_an_act_cannot_be_withdrawn_while_it_is_judged(writer, path):
    number = ask(writer.engine, "k1")
    asking = open_database(path, busy_timeout_s=2)
    outcome: list[int] = []

    def withdraw():
        with begin_writing(asking) as connection:
            done = connection.execute(
                update(inbox)
                .where(inbox.c.id == number, inbox.c.state == "asked")
                .values(state="withdrawn")
            )
            outcome.append(done.rowcount)

    thread = threading.Thread(target=withdraw)
    with writer.transaction() as commit:
        (asked,) = commit.asked()
        thread.start()
        time.sleep(0.1)
        commit.answer(asked.id, {"ok": True})
    thread.join()
    assert outcome == [0]
    asking.dispose()


# --- readers and askers beside the writer -------------------------------------------------------


def test_readers_and_askers_do_not_wait_long_for_the_writer(writer, path, alarm):
    stop = threading.Event()
    slowest: list[float] = []
    troubles: list[str] = []

    def use(what):
        engine = open_database(path, busy_timeout_s=2)
        worst = 0.0
        number = 0
        while not stop.is_set():
            started = time.monotonic()
            try:
                what(engine, number)
            except JournalError as error:
                troubles.append(str(error))
            worst = max(worst, time.monotonic() - started)
            number += 1
        slowest.append(worst)
        engine.dispose()

    def read(engine, _):
        with begin_reading(engine) as connection:
            last = connection.execute(select(func.max(entry.c.seq))).scalar_one()
            projected = connection.execute(select(func.max(alarm_table.c.seq))).scalar_one()
            assert last == projected

    threads = [
        threading.Thread(target=use, args=(read,)),
        threading.Thread(target=use, args=(read,)),
        threading.Thread(target=use, args=(lambda engine, n: ask(engine, f"k{n}"),)),
    ]
    for thread in threads:
        thread.start()
    answered = 0
    for at in range(100):
        with writer.transaction() as commit:
            for one in commit.asked():
                commit.answer(one.id, {"ok": True})
                answered += 1
            commit.append(alarm(at, occurrence=n) for n in range(10))
            commit.save_blocks({"alarms": b"x" * 50_000})
    stop.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert max(slowest) < 2
    assert answered > 0
    assert verify(writer.engine).entries == 1000


# --- the applied plant version ------------------------------------------------------------------


def test_readers_load_the_version_in_force(writer, path):
    assert writer.applied_version() is None
    files = {"plant.toml": "id = '演示'\n", "signals.csv": "id\n"}
    body = {"version": "v1", "files": files}
    with writer.transaction() as commit:
        commit.append([Draft("plant", "v1", SECOND, SECOND, "a1", body)])
    reader = open_database(path)
    found = applied_version(reader)
    reader.dispose()
    assert found == writer.applied_version()
    assert found is not None
    assert (found.version, found.files, found.seq) == ("v1", files, 1)
    assert found.applied_at == to_text(SECOND)


def test_the_body_is_kept_as_it_was_hashed(writer, alarm):
    with writer.transaction() as commit:
        commit.append([alarm(value=1.0)])
    with begin_reading(writer.engine) as connection:
        body = connection.execute(select(entry.c.body)).scalar_one()
    assert json.loads(body)["value"] == 1
    assert '"value":1}' in body

"""A spool whose records share their signal ids, and one that a former Firstout has left."""

import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.spool import Spool
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings

MEGABYTE = 1_000_000
SIGNALS = tuple(f"caster-1.signal_{number}" for number in range(50))

_opened: list[Spool] = []


@pytest.fixture(autouse=True)
def _close_all() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()


def _open(path: Path) -> Spool:
    _opened.append(Spool(path, MEGABYTE, lambda: "one"))
    return _opened[-1]


def _polled(value: float) -> Readings:
    return Readings.of([Reading(signal, value) for signal in SIGNALS])


def _filled(path: Path, count: int) -> Spool:
    spool, first = _open(path), _polled(0.0)
    for number in range(count):
        polled = _polled(float(number))
        readings = Readings(first.signals, polled.values, polled.quality, polled.reasons)
        spool.append("plc", number, readings)
    return spool


def _values(spool: Spool) -> list[list[float]]:
    return [record.readings.values.tolist() for record in spool.read(0, 1000)]


def _edit(path: Path, script: str) -> None:
    db = sqlite3.connect(path)
    db.executescript(script)
    db.close()


def test_records_of_the_same_signals_come_back_with_the_very_same_tuple(tmp_path: Path) -> None:
    spool = _filled(tmp_path / "spool", 5)
    spool.close()

    records = _open(tmp_path / "spool").read(1, 10)

    assert [record.readings.signals for record in records] == [SIGNALS] * 4
    assert len({id(record.readings.signals) for record in records}) == 1


def test_ids_are_kept_once(tmp_path: Path) -> None:
    spool = _filled(tmp_path / "spool", 2)
    before = spool.size

    _polled_again = _filled(tmp_path / "other", 102)

    assert _polled_again.size - before == 100 * (8 * len(SIGNALS) + 14 + 48)


@pytest.mark.parametrize("loss", ["DELETE FROM layout", "DELETE FROM layout_again"])
def test_one_copy_of_a_layout_may_be_lost(tmp_path: Path, loss: str) -> None:
    path = tmp_path / "spool"
    _filled(path, 5).close()
    _edit(path, loss)

    assert _values(_open(path)) == [[float(number)] * 50 for number in range(5)]


def test_a_copy_that_is_not_what_its_digest_says_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    _filled(path, 5).close()
    _edit(path, "UPDATE layout SET ids = x'0100000061'")

    assert {record.readings.signals for record in _open(path).read(0, 10)} == {SIGNALS}


def test_a_record_without_any_layout_keeps_its_offset(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    _filled(path, 3).close()
    _edit(path, "DELETE FROM layout; DELETE FROM layout_again")

    records = _open(path).read(0, 10)

    assert [(record.offset, len(record.readings)) for record in records] == [
        (0, 50),  # the first of its signals has them in itself
        (1, 0),
        (2, 0),
    ]


def test_a_layout_goes_when_its_last_record_is_gone_and_the_spool_opened(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    spool = _filled(path, 5)
    spool.release(through=3)
    spool.close()
    spool = _open(path)
    assert _values(spool) == [[4.0] * 50]
    spool.release(through=4)
    spool.close()
    _open(path).close()

    db = sqlite3.connect(path)
    assert db.execute("SELECT count(*) FROM layout").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM layout_again").fetchone() == (0,)
    db.close()


def test_signals_that_come_together_once_make_no_layout(tmp_path: Path) -> None:
    spool = _open(tmp_path / "spool")
    for number in range(20):
        spool.append("plc", number, Readings.of([Reading(f"s{number}", 1.0)]))
    spool.close()

    db = sqlite3.connect(tmp_path / "spool")
    assert db.execute("SELECT count(*) FROM layout").fetchone() == (0,)
    db.close()


def test_a_layout_that_was_rolled_back_is_written_again(tmp_path: Path) -> None:
    spool, polled = _open(tmp_path / "spool"), _polled(1.0)
    spool.append("plc", 0, polled)
    spool._db.execute("CREATE TRIGGER full BEFORE INSERT ON record BEGIN "
                      "SELECT raise(ABORT, 'disk full'); END")  # fmt: skip
    with pytest.raises(sqlite3.IntegrityError, match="disk full"):
        spool.append("plc", 1, polled)
    spool._db.execute("DROP TRIGGER full")

    for number in range(1, 4):
        spool.append("plc", number, polled)
    spool.close()

    assert _values(_open(tmp_path / "spool")) == [[1.0] * 50] * 4


def test_what_travels_with_a_value_is_kept(tmp_path: Path) -> None:
    said = [
        Reading("a", 1.0, source=123_456_789),
        Reading("b", 2.0, Quality.UNCERTAIN, Reason.OUT_OF_RANGE),
    ]
    spool, readings = _open(tmp_path / "spool"), Readings.of(said)
    for number in range(3):
        spool.append("plc", number, readings)

    assert [list(record.readings) for record in spool.read(0, 10)] == [said] * 3


FORMER_FILE = """
    CREATE TABLE fact (
        spool_id TEXT NOT NULL, next_offset INTEGER NOT NULL, dropped INTEGER NOT NULL,
        bd_seq INTEGER NOT NULL, boot TEXT NOT NULL, clean INTEGER NOT NULL
    );
    CREATE TABLE record (
        offset INTEGER PRIMARY KEY, device TEXT NOT NULL, read_time INTEGER NOT NULL,
        readings BLOB NOT NULL
    );
    INSERT INTO fact VALUES ('0123456789abcdef', 7, 2, 5, 'one', 0);
    PRAGMA user_version = 1;
"""


def test_a_spool_of_the_former_format_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    _edit(path, FORMER_FILE)
    db = sqlite3.connect(path)
    blob = (
        struct.pack(">BBdH", 0, 0, 200.0, 5) + b"water" + struct.pack(">BBdH", 2, 1, 0, 1) + b"g"
    )
    for offset in (5, 6):
        db.execute("INSERT INTO record VALUES (?, 'plc', 3, ?)", (offset, blob))
    db.commit()
    db.close()

    spool = _open(path)
    spool.append("plc", 9, Readings.of([Reading("water", 1.0)]))

    assert spool.set_aside is None
    assert (spool.spool_id, spool.dropped, spool.next_bd_seq()) == ("0123456789abcdef", 2, 5)
    former = [
        Reading("water", 200.0),
        Reading("g", 0.0, Quality.BAD, Reason.NO_ANSWER),
    ]
    assert [(record.offset, list(record.readings)) for record in spool.read(0, 10)] == [
        (5, former),
        (6, former),
        (7, [Reading("water", 1.0)]),
    ]


def test_other_signals_of_the_same_digest_are_not_mistaken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.spool_layout.digest_of", lambda _: b"the same")
    spool, first = _open(tmp_path / "spool"), _polled(1.0)
    others = tuple(f"{signal}_too" for signal in SIGNALS)
    other = Readings(others, first.values, first.quality, first.reasons)
    for number in range(3):
        spool.append("plc", number, first)
        spool.append("plc", number, other)
    spool.close()

    said = [record.readings.signals for record in _open(tmp_path / "spool").read(0, 10)]
    assert said == [SIGNALS, others] * 3


def test_a_damaged_layout_is_written_anew_when_its_signals_come_again(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    _filled(path, 3).close()
    _edit(path, "UPDATE layout SET ids = x'00'; UPDATE layout_again SET ids = x'01'")
    spool, polled = _open(path), _polled(9.0)
    for number in range(3):
        spool.append("plc", number, polled)
    spool.close()

    assert [len(values) for values in _values(_open(path))] == [50] * 6


@pytest.mark.parametrize("moment", ["layout", "layout_again", "record"])
def test_a_layout_of_which_not_all_could_be_written_is_none(tmp_path: Path, moment: str) -> None:
    spool, polled = _open(tmp_path / "spool"), _polled(1.0)
    spool.append("plc", 0, polled)
    spool._db.execute(f"CREATE TRIGGER full BEFORE INSERT ON {moment} BEGIN "
                      "SELECT raise(ABORT, 'disk full'); END")  # fmt: skip
    with pytest.raises(sqlite3.IntegrityError, match="disk full"):
        spool.append("plc", 1, polled)
    spool._db.execute("DROP TRIGGER full")

    tables = ("layout", "layout_again", "record")
    counts = [spool._db.execute(f"SELECT count(*) FROM {name}").fetchone() for name in tables]  # noqa: S608
    assert counts == [(0,), (0,), (1,)]
    assert spool.next_offset() == 1

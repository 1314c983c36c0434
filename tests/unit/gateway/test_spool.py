import os
import signal as signals
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.spool import Spool, running_boot
from gateway.spool_record import pack
from plant.reading import Reading, Readings
from telemetry.backlog import Backlog, Record

MEGABYTE = 1_000_000
READINGS = Readings.of([Reading("caster-1.water_flow", 200.0), Reading("caster-1.bypass", 0.0)])
# The first record of certain signals has their ids in it, the others name them.
FIRST, SIZE = len(pack(READINGS)) + 48, len(pack(READINGS, b"a digest")) + 48

Row = tuple[int, str, int, list[Reading]]


_opened: list[Spool] = []


@pytest.fixture(autouse=True)
def _close_all() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()


def _open(path: Path, max_bytes: int, boot: Callable[[], str] = lambda: "one") -> Spool:
    _opened.append(Spool(path, max_bytes, boot))
    return _opened[-1]


def _filled(path: Path, count: int, max_bytes: int = MEGABYTE) -> Spool:
    spool = _open(path, max_bytes)
    for number in range(count):
        spool.append("plc", number, READINGS)
    return spool


def _rows(records: Iterable[Record]) -> list[Row]:
    return [(r.offset, r.device, r.read_time, list(r.readings)) for r in records]


def _row(offset: int, read_time: int) -> Row:
    return offset, "plc", read_time, list(READINGS)


def test_a_spool_is_a_backlog(tmp_path: Path) -> None:
    spool: Backlog = _filled(tmp_path / "spool", 3)

    assert (spool.oldest(), spool.next_offset()) == (0, 3)
    assert _rows(spool.read(1, 10)) == [_row(1, 1), _row(2, 2)]


def test_a_spool_counts_anew_when_it_is_renewed_and_so_it_stays(tmp_path: Path) -> None:
    spool = _filled(tmp_path / "spool", 5)
    former = spool.spool_id
    spool.release(through=1)
    spool.renew()
    renewed = spool.spool_id
    assert renewed != former
    assert spool.append("plc", 5, READINGS) == 3
    spool.close()

    spool = _open(tmp_path / "spool", MEGABYTE)
    assert spool.spool_id == renewed
    assert _rows(spool.read(0, 9)) == [_row(n, n + 2) for n in range(4)]


def test_offsets_go_on_when_the_spool_is_empty_and_reopened(tmp_path: Path) -> None:
    spool = _filled(tmp_path / "spool", 3)
    former = spool.spool_id
    spool.release(through=2)
    assert spool.oldest() is None
    spool.close()

    spool = _open(tmp_path / "spool", MEGABYTE)

    assert (spool.spool_id, spool.oldest(), spool.next_offset()) == (former, None, 3)
    assert spool.append("plc", 9, READINGS) == 3


def test_a_full_spool_drops_its_oldest_and_counts(tmp_path: Path) -> None:
    spool = _filled(tmp_path / "spool", 10, max_bytes=4 * SIZE)

    assert (spool.oldest(), spool.next_offset(), spool.dropped) == (6, 10, 6)
    assert spool.size == 4 * SIZE
    spool.close()
    assert _open(tmp_path / "spool", MEGABYTE).dropped == 6


def test_the_newest_record_is_kept_whatever_its_size(tmp_path: Path) -> None:
    spool = _filled(tmp_path / "spool", 3, max_bytes=1)

    assert [record.offset for record in spool.read(0, 10)] == [2]


def test_bd_seq_counts_to_255_and_round_across_restarts(tmp_path: Path) -> None:
    numbers = []
    for _ in range(2):
        spool = _open(tmp_path / "spool", MEGABYTE)
        numbers += [spool.next_bd_seq() for _ in range(130)]
        spool.close()

    assert numbers == [number % 256 for number in range(260)]


def test_two_processes_cannot_share_a_spool(tmp_path: Path) -> None:
    first = _filled(tmp_path / "spool", 1)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        _open(tmp_path / "spool", MEGABYTE)
    assert first.append("plc", 1, READINGS) == 1


def test_threads_may_share_a_spool(tmp_path: Path) -> None:
    spool = _open(tmp_path / "spool", MEGABYTE)

    def work(number: int) -> list[int]:
        offsets = []
        for _ in range(100):
            offsets.append(spool.append(f"plc-{number}", 1, READINGS))
            spool.read(0, 5)
            spool.release(spool.next_offset() - 50)
        return offsets

    with ThreadPoolExecutor(4) as pool:
        offsets = [offset for some in pool.map(work, range(4)) for offset in some]

    assert sorted(offsets) == list(range(400))
    kept = spool.read(0, 1000)
    assert [record.offset for record in kept] == list(range(400 - len(kept), 400))
    assert spool.size == len(kept) * SIZE


_ENDLESS = """
import sys
from pathlib import Path
from gateway.spool import Spool, running_boot
from plant.reading import Reading, Readings
spool = Spool(Path(sys.argv[1]), 1_000_000)
readings = Readings.of([Reading("s", 1.0)])
while True:
    print(spool.spool_id, spool.append("plc", 0, readings), flush=True)
"""


def test_what_was_appended_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    seen = -1
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", _ENDLESS, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        with child:
            assert child.stdout is not None
            lines = [child.stdout.readline().split() for _ in range(50)]
            child.send_signal(signals.SIGKILL)
            rest = child.stdout.read().splitlines(keepends=True)
            lines += [line.split() for line in rest if line.endswith("\n")]
        first = int(lines[0][1])
        assert first > seen  # an offset is never used again
        seen = int(lines[-1][1])
        assert [int(line[1]) for line in lines] == list(range(first, seen + 1))
        identity = lines[0][0]

    spool = _open(path, MEGABYTE, running_boot)

    assert spool.spool_id == identity
    assert spool.next_offset() in (seen + 1, seen + 2)  # the last may have died unprinted
    expected = [(n, "plc", 0, [Reading("s", 1.0)]) for n in range(spool.next_offset())]
    assert _rows(spool.read(0, 10**6)) == expected


def test_a_power_cut_gives_a_new_id_and_loses_nothing_kept(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    spool = _open(path, MEGABYTE, boot=lambda: "before")
    for number in range(5):
        spool.append("plc", number, READINGS)
    spool.release(through=1)
    former = spool.spool_id
    spool._db.close()  # as a power cut does

    spool = _open(path, MEGABYTE, boot=lambda: "after")

    assert spool.spool_id != former
    assert _rows(spool.read(0, 10)) == [_row(n, n + 2) for n in range(3)]
    assert (spool.oldest(), spool.next_offset()) == (0, 3)


def test_a_clean_close_keeps_the_id_across_a_boot(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    spool = _open(path, MEGABYTE, boot=lambda: "before")
    former = spool.spool_id
    spool.close()

    assert _open(path, MEGABYTE, boot=lambda: "after").spool_id == former


@pytest.mark.parametrize("damage", ["rubbish", "page", "layout"])
def test_a_broken_spool_is_set_aside_under_a_new_id(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "spool"
    spool = _filled(path, 500)
    former = spool.spool_id
    spool.close()
    data = bytearray(path.read_bytes())
    match damage:
        case "rubbish":
            data = bytearray(b"this was a spool once" * 100)
        case "page":
            data[8192:12288] = b"\xff" * 4096
        case "layout":
            data[60:64] = (99).to_bytes(4, "big")  # user_version
    path.write_bytes(data)

    spool = _open(path, MEGABYTE)

    assert spool.set_aside == tmp_path / "spool.broken-1"
    assert spool.set_aside.exists()
    assert spool.spool_id != former
    assert (spool.oldest(), spool.next_offset()) == (None, 0)
    assert spool.append("plc", 1, READINGS) == 0


def test_a_damaged_record_keeps_its_offset_and_gives_no_reading(tmp_path: Path) -> None:
    spool = _filled(tmp_path / "spool", 3)
    spool._db.execute("UPDATE record SET readings = x'00ff' WHERE offset = 1")

    assert [(record.offset, len(record.readings)) for record in spool.read(0, 10)] == [
        (0, 2),
        (1, 0),
        (2, 2),
    ]


class SpoolMachine(RuleBasedStateMachine):
    """A spool against a list, through appends, releases, overflow, closing and dying."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "spool"
        self.spool = Spool(self.path, 6 * SIZE, boot=lambda: "one")
        self.spool_id = self.spool.spool_id
        self.kept: list[tuple[Row, int]] = []
        self.next = self.dropped = 0
        self.opened = True

    @rule(count=st.integers(1, 4))
    def append(self, count: int) -> None:
        for _ in range(count):
            assert self.spool.append("plc", self.next, READINGS) == self.next
            self.kept.append((_row(self.next, self.next), FIRST if self.opened else SIZE))
            self.next += 1
            self.opened = False
            while sum(size for _, size in self.kept) > 6 * SIZE:
                self.dropped += 1
                self.kept.pop(0)

    @rule(back=st.integers(0, 8))
    def release(self, back: int) -> None:
        through = self.next - back
        self.spool.release(through)
        self.kept = [kept for kept in self.kept if kept[0][0] > through]

    @rule(first=st.integers(0, 30), count=st.integers(0, 5))
    def read(self, first: int, count: int) -> None:
        expected = [row for row, _ in self.kept if row[0] >= first][:count]
        assert _rows(self.spool.read(first, count)) == expected

    @rule()
    def close_and_open(self) -> None:
        self.spool.close()
        self.spool = Spool(self.path, 6 * SIZE, boot=lambda: "one")
        self.opened = True

    @rule()
    def die_and_open(self) -> None:
        self.spool._db.close()
        self.spool = Spool(self.path, 6 * SIZE, boot=lambda: "one")
        self.opened = True

    @rule()
    @precondition(lambda self: self.kept)
    def lose_power_and_open(self) -> None:
        self.spool._db.close()
        self.spool = Spool(self.path, 6 * SIZE, boot=lambda: "two")
        self.spool._db.execute("UPDATE fact SET boot = 'one'")
        assert self.spool.spool_id != self.spool_id
        self.spool_id = self.spool.spool_id
        self.kept = [((place, *row[1:]), size) for place, (row, size) in enumerate(self.kept)]
        self.next = len(self.kept)
        self.opened = True

    @invariant()
    def agrees(self) -> None:
        assert self.spool.spool_id == self.spool_id
        assert self.spool.next_offset() == self.next
        assert self.spool.dropped == self.dropped
        assert self.spool.oldest() == (self.kept[0][0][0] if self.kept else None)
        assert self.spool.size == sum(size for _, size in self.kept)

    def teardown(self) -> None:
        self.spool.close()
        self.folder.cleanup()


TestSpoolMachine = SpoolMachine.TestCase
TestSpoolMachine.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)

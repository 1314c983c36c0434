import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from historian.embedded import durable, tail_file
from historian.embedded.block import Block, Head, pack, pack_head, unpack, unpack_head
from historian.embedded.frame import framed
from historian.embedded.series import Series
from historian.embedded.store import Embedded
from historian.embedded.tail_view import TailView
from historian.embedded.upkeep import Sealing
from historian.historian import HistorianError
from tests.historian_contract import HOUR, START, Sample, everything, points, same, series

NAMES = st.text(min_size=1, max_size=8)
POSITIONS = st.dictionaries(NAMES, st.tuples(NAMES, st.integers(0, 2**64 - 1)), max_size=3)
INT64 = st.integers(-(2**63), 2**63 - 1)
BYTE = st.integers(0, 255)
ROWS = st.lists(st.tuples(st.integers(0, 2**31 - 1), INT64, INT64, st.floats(), BYTE, BYTE))


# --- blocks ----------------------------------------------------------------------------------


@given(st.lists(NAMES), POSITIONS, ROWS)
def test_a_block_is_read_back_as_it_was(names, positions, rows) -> None:
    which, *columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 6
    kinds = (np.int64, np.int64, np.float64, np.uint8, np.uint8)
    arrays = [np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    block = Block(tuple(names), positions, np.array(which, np.int32), Series(*arrays))

    got = unpack(memoryview(pack(block)))
    assert (got.names, got.positions) == (block.names, positions)
    np.testing.assert_array_equal(got.which, block.which)
    for one, other in zip(vars(got.samples).values(), arrays, strict=True):
        np.testing.assert_array_equal(one, other)


@given(POSITIONS)
def test_a_head_is_read_back_as_it_was(positions) -> None:
    head = Head(7, "id", positions)
    assert unpack_head(memoryview(pack_head(head))) == head


def test_a_tail_of_a_later_firstout_is_not_touched(tmp_path: Path) -> None:
    later = pack_head(Head(1, "id", {})).replace(b'"version":1', b'"version":2')
    (tmp_path / "tail").write_bytes(framed(later))

    for writing in (True, False):
        with pytest.raises(HistorianError, match="its version is 2; this Firstout reads 1"):
            Embedded.open(tmp_path, writing=writing).positions()
    assert (tmp_path / "tail").read_bytes() == framed(later)


# --- torn and damaged ------------------------------------------------------------------------


def three_writes(folder: Path) -> tuple[bytes, list[int]]:
    """Give the tail's bytes, and its size after opening and after each write."""
    store = Embedded.open(folder, writing=True)
    sizes = [(folder / "tail").stat().st_size]
    for number in range(3):
        store.write(points(series(f"s{number}", 3)), {"gw": ("spool", number)})
        sizes.append((folder / "tail").stat().st_size)
    store.close()
    return (folder / "tail").read_bytes(), sizes


def test_a_tail_torn_anywhere_keeps_samples_and_positions_of_whole_writes(tmp_path) -> None:
    data, sizes = three_writes(tmp_path)
    for length in range(sizes[0], len(data) + 1):
        (tmp_path / "tail").write_bytes(data[:length])
        whole = sum(size <= length for size in sizes[1:])
        for writing in (False, True):
            store = Embedded.open(tmp_path, writing=writing)
            kept = [everything(store, f"s{number}") for number in range(3)]
            assert kept == [series(f"s{n}", 3) if n < whole else [] for n in range(3)]
            wanted = {"gw": ("spool", whole - 1)} if whole else {}
            assert dict(store.positions()) == wanted
            store.close()
        assert (tmp_path / "tail").stat().st_size == sizes[whole]


def test_what_follows_damage_is_set_aside_and_asked_for_again(tmp_path: Path) -> None:
    data, sizes = three_writes(tmp_path)
    damaged = bytearray(data)
    damaged[sizes[1] + 40] ^= 1
    (tmp_path / "tail").write_bytes(damaged)

    store = Embedded.open(tmp_path, writing=True)
    assert dict(store.positions()) == {"gw": ("spool", 0)}  # so the gateway gives the rest again
    (aside,) = tmp_path.glob("tail.damaged-*")
    assert aside.read_bytes() == bytes(damaged[sizes[1] :])
    store.write(points(series("s1", 3)), {"gw": ("spool", 1)})
    same(everything(store, "s1"), series("s1", 3))


def test_a_tail_that_was_damaged_under_its_writer_is_not_sealed_short(tmp_path: Path) -> None:
    store = Embedded.open(tmp_path, writing=True, sealing=Sealing(size=600))
    store.write(points(series("a", 3)), {"gw": ("spool", 0)})
    with (tmp_path / "tail").open("r+b") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"???")
    for number in range(1, 3):
        store.write(points(series("b", 9)), {"gw": ("spool", number)})

    assert (store.counts.sealed, store.counts.failures > 0) == (0, True)
    with pytest.raises(HistorianError, match="tail is damaged; start the recorder again"):
        store.write(points(series("b", 9)), {"gw": ("spool", 3)})
    store.close()
    assert Embedded.open(tmp_path, writing=True).positions() == {}
    assert list(tmp_path.glob("tail.damaged-*"))


def test_a_tail_without_a_head_is_set_aside_whole(tmp_path: Path) -> None:
    data, _ = three_writes(tmp_path)
    (tmp_path / "tail").write_bytes(b"?" + data[1:])

    store = Embedded.open(tmp_path, writing=True)
    assert dict(store.positions()) == {}
    (aside,) = tmp_path.glob("tail.damaged-*")
    assert aside.read_bytes() == b"?" + data[1:]


# --- a write that fails ----------------------------------------------------------------------


def test_a_failed_write_keeps_neither_names_nor_samples_nor_positions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Embedded.open(tmp_path, writing=True)
    store.write(points(series("a", 3)), {"gw": ("spool", 0)})
    with monkeypatch.context() as failing:
        failing.setattr(tail_file.os, "fdatasync", _no_space)
        with pytest.raises(HistorianError, match=f"{tmp_path} cannot be written: No space left"):
            store.write(points(series("b", 3)), {"gw": ("spool", 1)})
    assert (everything(store, "b"), dict(store.positions())) == ([], {"gw": ("spool", 0)})

    store.write(points(series("c", 3)), {"gw": ("spool", 1)})
    store.close()
    again = Embedded.open(tmp_path, writing=True)
    assert [len(everything(again, signal)) for signal in "abc"] == [3, 0, 3]


def test_a_reader_forgets_what_a_failed_write_showed_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, reader = (Embedded.open(tmp_path, writing=writing) for writing in (True, False))
    seen = []

    def fail(_: int) -> None:
        seen.append(everything(reader, "a"))
        _no_space(0)

    with monkeypatch.context() as failing:
        failing.setattr(tail_file.os, "fdatasync", fail)
        failing.setattr(tail_file.os, "ftruncate", _no_space)
        with pytest.raises(HistorianError):
            store.write(points([Sample("a", START, 1.0)]), {"gw": ("spool", 0)})
    store.write(points([Sample("a", START, 2.0)]), {"gw": ("spool", 0)})

    assert seen == [[Sample("a", START, 1.0)]]
    assert everything(reader, "a") == [Sample("a", START, 2.0)]


def test_what_a_killed_writer_had_not_synced_is_synced_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its positions are told to the gateways, which forget what lies before them."""
    three_writes(tmp_path)
    synced: list[int] = []
    monkeypatch.setattr(
        tail_file.os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino)
    )
    store = Embedded.open(tmp_path, writing=True)

    assert {(tmp_path / "tail").stat().st_ino, tmp_path.stat().st_ino} <= set(synced)
    store.close()


@pytest.mark.parametrize("kept", [False, True])
def test_no_write_goes_to_a_tail_that_another_has_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, kept: bool
) -> None:
    """The new tail has its name, but whether that is on the disk is not known."""
    store = Embedded.open(tmp_path, writing=True, sealing=Sealing(size=1))
    store.write(points(series("a", 3)), {"gw": ("spool", 0)})
    with monkeypatch.context() as failing:
        failing.setattr(durable, "sync_folder", _fail_in(tmp_path))
        store.write(points(series("a", 3, START + HOUR)), {"gw": ("spool", 1)})
        failing.setattr(tail_file, "sync_folder", _no_space)
        if not kept:
            with pytest.raises(HistorianError, match="cannot be written: No space left"):
                store.write(points(series("a", 3, START + 2 * HOUR)), {"gw": ("spool", 2)})
    if kept:
        store.write(points(series("a", 3, START + 2 * HOUR)), {"gw": ("spool", 2)})

    reader = Embedded.open(tmp_path, writing=False)
    assert [one.time for one in everything(reader, "a")[::3]] == [
        START + hour * HOUR for hour in range(2 + kept)
    ]
    assert reader.positions() == {"gw": ("spool", 1 + kept)}
    assert store.counts.failures == 0
    store.close()


def _fail_in(folder: Path):
    real = durable.sync_folder

    def sync_folder(synced: Path) -> None:
        if synced == folder:
            _no_space()
        real(synced)

    return sync_folder


def test_a_view_reads_only_what_is_new(tmp_path: Path) -> None:
    store, view = Embedded.open(tmp_path, writing=True), TailView(tmp_path / "tail")
    first = view.refresh()
    for number in range(5):
        store.write(points(series("a", 2, START + number)), {})
        content = view.refresh()
        assert content is first
        assert len(content.which) == 2 * (number + 1)
    view.close()
    store.close()


def test_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    os.umask(0o022)
    three_writes(tmp_path / "deep" / "history")

    folder = tmp_path / "deep" / "history"
    assert (tmp_path / "deep").stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")

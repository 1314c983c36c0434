"""A wrong bit, wherever it is, is an error with a file's name: no other value, and no gap."""

import random
from pathlib import Path

import numpy as np
import pytest

from historian.embedded import durable
from historian.embedded.footer import DamagedError, footer_of, prove
from historian.embedded.layout import days, listed
from historian.embedded.segment import by_signal
from historian.embedded.store import Embedded
from historian.embedded.upkeep import Sealing
from historian.historian import HistorianError
from historian.points import Points
from tests.historian_contract import HOUR, START, everything, points, same, series

DAY = 24 * HOUR
WROTE = {"a": series("a", 300), "b": series("b", 300), "c": series("c", 300)}


def flip(path: Path, place: int, bit: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 1 << bit]))


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    """Three signals in the one row group of the one segment."""
    store = Embedded.open(tmp_path, writing=True, sealing=Sealing(size=1))
    store.write(points([sample for part in WROTE.values() for sample in part]), {"gw": ("s", 1)})
    store.close()
    (found,) = listed(tmp_path, days(tmp_path)[0])
    return found.path


def test_what_is_whole_proves_itself(segment: Path) -> None:
    footer = footer_of(segment)
    (group,) = footer.groups

    prove(segment, footer.groups)
    assert (group.first, group.last, group.rows, footer.rows) == ("a", "c", 900, 900)
    assert footer.facts.positions == {"gw": ("s", 1)}


def test_row_groups_and_footer_are_all_of_a_segment(tmp_path: Path) -> None:
    """Between `PAR1` and the footer no byte is without a checksum."""
    store = Embedded.open(tmp_path, writing=True, sealing=Sealing(size=1))
    chance = np.random.default_rng(3)
    count, zeros = 40_000, np.zeros(120_000, np.uint8)
    store.write(
        Points(
            tuple("abc"),
            np.repeat(np.arange(3, dtype=np.int32), count),
            np.tile(START + np.arange(count) * 10**9, 3),
            np.zeros(3 * count, np.int64),
            chance.normal(size=3 * count),
            zeros,
            zeros,
        ),
        {},
    )
    (path,) = (one.path for one in listed(tmp_path, START // DAY))
    groups = footer_of(path).groups

    assert [(group.first, group.last) for group in groups] == [(name, name) for name in "abc"]
    assert groups[0].start == len(b"PAR1")
    assert [group.start for group in groups[1:]] == [group.end for group in groups[:-1]]
    flip(path, groups[-1].end - 1)
    assert len(store.samples("a", START, START + DAY, 9).times) == 9
    with pytest.raises(HistorianError, match=f"{path} is damaged"):
        store.samples("c", START, START + DAY, 9)
    store.close()


@pytest.mark.parametrize("seed", range(4))
def test_no_bit_of_a_segment_changes_what_is_read(
    tmp_path: Path, segment: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - where to damage needs no secrecy
    reader = Embedded.open(tmp_path, writing=False)
    for _ in range(60):
        place = chance.randrange(len(b"PAR1"), segment.stat().st_size)
        bit = chance.randrange(8)
        flip(segment, place, bit)
        with pytest.raises(HistorianError, match=str(segment)):
            everything(reader, "b")
        with pytest.raises(HistorianError, match=str(segment)):
            reader.buckets("b", START, START + DAY, HOUR)
        flip(segment, place, bit)
        same(everything(reader, "b"), WROTE["b"])


@pytest.mark.parametrize("left", [0, 3, 8, 1000])
def test_a_segment_cut_short_is_an_error(tmp_path: Path, segment: Path, left: int) -> None:
    segment.write_bytes(segment.read_bytes()[:left])

    with pytest.raises(HistorianError, match=str(segment)):
        everything(Embedded.open(tmp_path, writing=False), "a")


def test_a_wrong_value_is_not_written_on_by_a_merge(segment: Path) -> None:
    flip(segment, 500)

    with pytest.raises(DamagedError, match=f"{segment} is damaged .*put it back from a back-up"):
        list(by_signal(segment))


# --- the tail --------------------------------------------------------------------------------


def damaged_tail(folder: Path) -> Path:
    """Give a tail of five writes of which the second is damaged."""
    store = Embedded.open(folder, writing=True)
    ends = []
    for number in range(5):
        ends.append((folder / "tail").stat().st_size)
        store.write(points(series("a", 3, START + number * HOUR)), {"gw": ("spool", number)})
    store.close()
    flip(folder / "tail", ends[2] - 5)
    return folder / "tail"


def test_damage_in_the_tail_is_no_gap(tmp_path: Path) -> None:
    tail = damaged_tail(tmp_path)
    reader = Embedded.open(tmp_path, writing=False)

    for ask in (lambda: everything(reader, "a"), reader.positions):
        with pytest.raises(HistorianError, match=f"{tail} is damaged at byte"):
            ask()


def test_a_disk_too_full_to_set_damage_aside_is_not_filled_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged_tail(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(durable.os, "fsync", _no_space)
        for _ in range(3):
            with pytest.raises(HistorianError, match="No space left"):
                Embedded.open(tmp_path, writing=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", "tail"]

    store = Embedded.open(tmp_path, writing=True)
    same(everything(store, "a"), series("a", 3))
    assert store.positions() == {"gw": ("spool", 0)}


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")

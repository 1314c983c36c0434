from pathlib import Path

import pyarrow.parquet as pq
import pytest

from historian.embedded import upkeep
from historian.embedded.layout import counting, days, listed, segment
from historian.embedded.merge import FAN, Sized, choose
from historian.embedded.store import Embedded
from historian.embedded.upkeep import Sealing
from plant.moment import SECOND
from tests.historian_contract import HOUR, START, Sample, everything, points, same, series

DAY = START // (24 * HOUR)
MB = 1 << 20


def sized(*sizes: int) -> list[Sized]:
    return [
        Sized(segment(Path("h"), DAY, number, number), size)
        for number, size in enumerate(sizes, start=1)
    ]


def chosen(*sizes: int, over: bool = False) -> list[int]:
    return [one.first for one in choose(sized(*sizes), over=over)]


# --- what is merged --------------------------------------------------------------------------


def test_a_running_day_is_merged_when_there_are_enough_of_a_size() -> None:
    assert chosen(*[MB] * (FAN - 1)) == []
    assert chosen(*[MB] * FAN) == list(range(1, FAN + 1))


def test_large_files_are_not_written_again_for_small_ones() -> None:
    assert chosen(100 * MB, *[MB] * FAN) == list(range(2, FAN + 2))
    assert chosen(100 * MB, *[MB] * (FAN - 1)) == []


def test_only_neighbours_are_merged() -> None:
    assert chosen(*[MB] * (FAN - 1), 200 * MB, *[MB] * (FAN - 1)) == []


def test_a_day_that_is_over_becomes_one_file() -> None:
    assert chosen(10 * MB, MB, MB, over=True) == [1, 2, 3]
    assert chosen(10 * MB, over=True) == []


def test_a_few_late_samples_do_not_have_the_day_written_again() -> None:
    assert chosen(100 * MB, MB, over=True) == []
    assert chosen(100 * MB, *[MB] * FAN, over=True) == list(range(2, FAN + 2))


def test_a_day_of_steady_seals_never_has_many_files() -> None:
    """1,000 signals at 1 Hz give 86 tails a day; each choice is merged at once."""
    files: list[int] = []
    most = 0
    for _ in range(200):
        files.append(5 * MB)
        while found := chosen(*files):
            first, last = found[0] - 1, found[-1]
            files[first:last] = [sum(files[first:last])]
        most = max(most, len(files))
    assert most <= 3 * (FAN - 1)


# --- merging ---------------------------------------------------------------------------------


def written(folder: Path, parts: list[list[Sample]], **options: object) -> Embedded:
    store = Embedded.open(folder, writing=True, sealing=Sealing(size=1), **options)
    for number, part in enumerate(parts):
        store.write(points(part), {"gw": ("spool", number)})
    return store


def test_merged_segments_hold_the_same_in_one_file(tmp_path: Path) -> None:
    wrote = series("a", 40) + series("b", 40) + series("c", 40)
    store = written(tmp_path, [wrote[number::FAN] for number in range(FAN)])
    idle = points([])
    while store.counts.merged == 0:
        store.write(idle, {})

    files = listed(tmp_path, DAY)
    assert [(one.first, one.last) for one in files] == [(1, FAN)]
    for signal in "abc":
        same(everything(store, signal), [one for one in wrote if one.signal == signal])
    assert pq.read_metadata(files[0].path).num_rows == len(wrote)


def test_of_doubled_samples_the_last_written_survives_merging(tmp_path: Path) -> None:
    parts = [[Sample("a", START, float(number))] for number in range(FAN)]
    store = written(tmp_path, parts)
    while store.counts.merged == 0:
        store.write(points([]), {})

    assert everything(store, "a") == parts[-1]
    (file,) = listed(tmp_path, DAY)
    assert pq.read_metadata(file.path).num_rows == 1


def test_the_day_before_becomes_one_file_an_hour_after_midnight(tmp_path: Path) -> None:
    today, noon = START + 24 * HOUR, START + 12 * HOUR
    store = written(tmp_path, [series("a", 5, noon), series("a", 5, noon + HOUR)])
    store.write(points(series("a", 5, today)), {})
    store.write(points(series("a", 5, today + HOUR - 5 * SECOND)), {})
    assert [len(listed(tmp_path, day)) for day in days(tmp_path)] == [2, 2]
    for number in range(4):
        store.write(points(series("a", 1, today + HOUR + (number + 10) * SECOND)), {})

    assert len(listed(tmp_path, DAY)) == 1
    assert len(everything(store, "a")) == 24


def test_what_was_sealed_in_vain_is_not_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the segments of a tail and the next tail: that tail goes on and is sealed
    again, so a merge that held the first sealing would replace the second."""
    wrote = [series("a", 3, START + hour * HOUR // 10) for hour in range(60)]
    store = written(tmp_path, wrote[: FAN - 1])
    with monkeypatch.context() as killing:
        killing.setattr(upkeep, "new_tail", _killed)
        with pytest.raises(KeyboardInterrupt):
            store.write(points(wrote[FAN - 1]), {"gw": ("spool", FAN - 1)})
    store.close()

    store = Embedded.open(tmp_path, writing=True, sealing=Sealing(size=3000))
    for number in range(FAN, len(wrote)):
        store.write(points(wrote[number]), {"gw": ("spool", number)})
        same(everything(store, "a"), [one for batch in wrote[: number + 1] for one in batch])
    assert store.counts.sealed > 1
    store.close()


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_segments_of_another_history_are_not_taken_for_replaced_ones(tmp_path: Path) -> None:
    """Put among those of the same day, as a person might do who wants to join two histories."""
    store = written(tmp_path / "mine", [series("a", 3, START + n * HOUR) for n in range(FAN)])
    while store.counts.merged == 0:
        store.write(points([]), {})
    store.close()
    written(tmp_path / "other", [series("b", 3, START + n * HOUR) for n in range(3)]).close()
    others = [one.path for one in listed(tmp_path / "other", DAY)]
    for path in others:
        path.rename(tmp_path / "mine" / path.parent.name / path.name)

    Embedded.open(tmp_path / "mine", writing=True).close()
    left = {one.path.name for one in listed(tmp_path / "mine", DAY)}
    assert left >= {path.name for path in others}


def test_a_segment_replaces_those_of_its_numbers_on_its_day() -> None:
    whole = segment(Path("h"), DAY, 3, 9)
    inside = [segment(Path("h"), DAY, 3, 5), segment(Path("h"), DAY, 9, 9)]
    apart = [segment(Path("h"), DAY, 2, 3), segment(Path("h"), DAY + 1, 4, 5)]

    assert counting([*inside, whole, *apart]) == [whole, *apart]


@pytest.mark.parametrize("name", ["2026-13-01", "2026-02-30", "2026-11-31", "notes", "20261124"])
def test_other_folders_are_no_days(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / "2026-11-30").mkdir()

    assert len(days(tmp_path)) == 1

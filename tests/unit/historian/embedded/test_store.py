import shutil
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from historian.embedded.layout import days, listed
from historian.embedded.sealed import Sealed
from historian.embedded.store import Embedded
from historian.embedded.upkeep import Sealing
from historian.historian import HistorianError
from plant.moment import SECOND
from plant.quality import Quality
from tests.historian_contract import HOUR, START, Sample, everything, points, same, series

DAY = 24 * HOUR
OFTEN = Sealing(size=1)


# --- one writer, any readers ------------------------------------------------------------------


def test_a_second_writer_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    first = Embedded.open(tmp_path, writing=True)
    with pytest.raises(HistorianError, match=r"already has a writer \(process \d+\); stop"):
        Embedded.open(tmp_path, writing=True)
    Embedded.open(tmp_path, writing=False).close()
    first.close()
    Embedded.open(tmp_path, writing=True).close()


def test_who_may_not_write_or_has_closed_is_told(tmp_path: Path) -> None:
    reader = Embedded.open(tmp_path, writing=False)
    with pytest.raises(HistorianError, match="opened for reading; nothing was written"):
        reader.write(points(series("a", 1)), {})
    reader.close()
    with pytest.raises(HistorianError, match="is closed"):
        reader.positions()


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HistorianError, match="file/h cannot be opened for writing"):
        Embedded.open(tmp_path / "file" / "h", writing=True)


def test_reading_touches_nothing(tmp_path: Path) -> None:
    reader = Embedded.open(tmp_path / "h", writing=False)
    assert everything(reader, "a") == []

    assert not (tmp_path / "h").exists()


# --- everything, whatever happens -------------------------------------------------------------

TIMES = st.integers(-6, 30).map(lambda hours: START + hours * HOUR)
BATCH = st.lists(st.tuples(st.sampled_from("abc"), TIMES, st.floats(-9, 9)), max_size=6)
STEPS = st.lists(st.one_of(BATCH, st.just("reopen"), st.just("idle")), max_size=15)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, size=st.sampled_from([1, 400, 1 << 20]))
def test_a_history_is_what_was_written_last_at_each_time(tmp_path: Path, steps, size) -> None:
    shutil.rmtree(tmp_path / "h", ignore_errors=True)
    store = Embedded.open(tmp_path / "h", writing=True, sealing=Sealing(size=size))
    model: dict[tuple[str, int], float] = {}
    for number, step in enumerate(steps):
        if step == "reopen":
            store.close()
            store = Embedded.open(tmp_path / "h", writing=True, sealing=Sealing(size=size))
        elif step == "idle":
            store.write(points([]), {})
        else:
            store.write(points([Sample(*one) for one in step]), {"gw": ("spool", number)})
            model |= {(signal, time): value for signal, time, value in step}
            assert store.positions()["gw"] == ("spool", number)

    for signal in "abc":
        wanted = sorted((time, value) for (name, time), value in model.items() if name == signal)
        got = [(sample.time, sample.value) for sample in everything(store, signal)]
        assert got == wanted
        counted = store.buckets(signal, START - 100 * HOUR, START + 100 * HOUR, 5 * HOUR)
        assert int(counted.samples.sum()) == len(wanted)
    store.close()


# --- files -------------------------------------------------------------------------------------


def sealed_days(folder: Path, count: int, **options: object) -> Embedded:
    store = Embedded.open(folder, writing=True, sealing=OFTEN, **options)
    for day in range(count):
        store.write(points(series("a", 3, START + day * DAY)), {"gw": ("spool", day)})
    return store


def test_each_utc_day_has_its_folder(tmp_path: Path) -> None:
    sealed_days(tmp_path, 2)

    folders = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert folders == ["2026-11-24", "2026-11-25"]


def test_old_days_are_deleted_whole_and_counted(tmp_path: Path) -> None:
    store = sealed_days(tmp_path, 10, keep_days=4)

    assert [day - START // DAY for day in days(tmp_path)] == [5, 6, 7, 8, 9]
    assert store.counts.days_deleted == 5
    assert len(everything(store, "a")) == 15


def test_all_days_stay_when_nothing_else_is_said(tmp_path: Path) -> None:
    assert len(days(sealed_days(tmp_path, 10).folder)) == 10


def test_one_wrong_clock_does_not_delete_the_history(tmp_path: Path) -> None:
    store = sealed_days(tmp_path, 6, keep_days=6)
    store.write(points(series("a", 3, START + 9000 * DAY)), {})

    assert len(days(tmp_path)) == 7 - store.counts.days_deleted
    assert store.counts.days_deleted <= 1


def test_keeping_no_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HistorianError, match="accepted: 1 or more"):
        Embedded.open(tmp_path, writing=True, keep_days=0)


def test_a_deleted_day_is_a_gap(tmp_path: Path) -> None:
    store = sealed_days(tmp_path, 3)
    assert len(everything(store, "a")) == 9
    shutil.rmtree(tmp_path / "2026-11-25")

    assert [one.time // DAY - START // DAY for one in everything(store, "a")] == [0] * 3 + [2] * 3


def test_a_copy_of_the_files_is_a_history(tmp_path: Path) -> None:
    """Made while the store is in use: the tail first, then the days."""
    store = sealed_days(tmp_path / "h", 2)
    store.write(points(series("b", 2)), {"gw": ("spool", 9)})
    shutil.copytree(tmp_path / "h", tmp_path / "copy")

    for writing in (False, True):
        copy = Embedded.open(tmp_path / "copy", writing=writing)
        same(everything(copy, "a"), everything(store, "a"))
        same(everything(copy, "b"), series("b", 2))
        assert copy.positions() == {"gw": ("spool", 9)}


def test_sealed_files_alone_are_a_history_with_its_positions(tmp_path: Path) -> None:
    sealed_days(tmp_path, 3).close()
    (tmp_path / "tail").unlink()

    for writing in (False, True):
        store = Embedded.open(tmp_path, writing=writing)
        assert len(everything(store, "a")) == 9
        assert store.positions() == {"gw": ("spool", 2)}
        store.close()


def test_days_put_into_a_younger_history_are_found(tmp_path: Path) -> None:
    sealed_days(tmp_path / "old", 5).close()
    young = Embedded.open(tmp_path / "young", writing=True)
    young.write(points(series("a", 2, START + 7 * DAY)), {"gw": ("new", 0)})
    young.close()
    for day in days(tmp_path / "old"):
        place = listed(tmp_path / "old", day)[0].path.parent
        shutil.copytree(place, tmp_path / "young" / place.name)

    store = Embedded.open(tmp_path / "young", writing=True)
    assert len(everything(store, "a")) == 17
    assert store.positions() == {"gw": ("new", 0)}


def test_a_damaged_segment_is_an_error_and_no_gap(tmp_path: Path) -> None:
    store = sealed_days(tmp_path, 2)
    (segment,) = listed(tmp_path, START // DAY)
    segment.path.write_bytes(b"not Parquet")

    with pytest.raises(HistorianError, match=str(segment.path)):
        everything(store, "a")
    assert len(store.samples("a", START + DAY, START + 2 * DAY, 9).times) == 3


def test_any_tool_reads_a_segment(tmp_path: Path) -> None:
    sealed_days(tmp_path, 1)
    (file,) = tmp_path.glob("*/*.parquet")

    rows = (
        duckdb.read_parquet(str(file)).select("signal", "time_ms", "value", "quality").fetchall()
    )
    wanted = [(s.signal, s.time // 1_000_000, s.value, Quality.GOOD) for s in series("a", 3)]
    assert rows == wanted


@pytest.mark.parametrize("name", ["h [1]*?", "day=2026", "it's", "电炉"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    store = sealed_days(tmp_path / name, 2)

    assert len(everything(store, "a")) == 6


def test_duckdb_reads_this_folder_and_nothing_else(tmp_path: Path) -> None:
    sealed_days(tmp_path / "h", 1)
    sealed = Sealed(tmp_path / "h")
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")

    with pytest.raises(duckdb.PermissionException):
        sealed._cursor().execute("FROM read_csv(?)", [str(tmp_path / "secret.csv")])
    with pytest.raises(duckdb.InvalidInputException, match="locked"):
        sealed._cursor().execute("SET enable_external_access = true")
    with pytest.raises(duckdb.Error):
        sealed._cursor().execute("INSTALL httpfs")
    sealed.close()


def test_the_tail_is_sealed_by_age_too_when_it_is_worth_a_file(tmp_path: Path) -> None:
    rule = Sealing(size=1 << 20, age=60 * SECOND, least=1000)
    store = Embedded.open(tmp_path, writing=True, sealing=rule)
    for second in range(61):
        assert store.counts.sealed == 0
        store.write(points(series("a", 10, START + second * SECOND, 1_000_000)), {})

    assert store.counts.sealed == 1


def test_a_tail_of_positions_alone_does_not_grow_for_ever(tmp_path: Path) -> None:
    store = Embedded.open(tmp_path, writing=True, sealing=Sealing(size=2000))
    for number in range(200):
        store.write(points([]), {"gw": ("spool", number)})

    assert (tmp_path / "tail").stat().st_size < 3000
    assert dict(store.positions()) == {"gw": ("spool", 199)}
    assert days(tmp_path) == []


# --- upkeep that fails -------------------------------------------------------------------------


def test_a_tail_that_cannot_be_sealed_keeps_every_write_and_is_sealed_later(
    tmp_path: Path,
) -> None:
    (tmp_path / "2026-11-24").write_text("in the way of the day's folder")
    store = Embedded.open(tmp_path, writing=True, sealing=Sealing(size=4000))
    wrote = series("a", 400)
    for number in range(0, 200, 2):
        store.write(points(wrote[number : number + 2]), {"gw": ("spool", number)})
    assert (store.counts.sealed, store.counts.failures > 0) == (0, True)

    (tmp_path / "2026-11-24").unlink()
    for number in range(200, 400, 2):
        store.write(points(wrote[number : number + 2]), {"gw": ("spool", number)})
    assert store.counts.sealed > 0
    same(everything(store, "a"), wrote)


def test_a_damaged_segment_stops_neither_writing_nor_the_merging_of_other_days(
    tmp_path: Path,
) -> None:
    for day in range(2):
        for number in range(3):
            store = Embedded.open(tmp_path, writing=True, sealing=OFTEN)
            store.write(points(series("a", 3, START + day * DAY + number * HOUR // 6)), {})
            store.close()
    damaged = listed(tmp_path, START // DAY)[0].path
    damaged.write_bytes(b"not Parquet")

    store = Embedded.open(tmp_path, writing=True, sealing=OFTEN)
    for number in range(8):
        store.write(points(series("a", 3, START + 2 * DAY + (2 + number) * HOUR)), {})
    assert store.counts.failures >= 1
    assert [len(listed(tmp_path, START // DAY + day)) for day in range(2)][1] == 1
    assert damaged.read_bytes() == b"not Parquet"

"""Virtual time: beats of 100 ms, samples at their instants, whatever the file's order."""

import random
from itertools import pairwise
from pathlib import Path

import pytest

from firstout.replaying import recording_file
from firstout.replaying.feed import LONG_SILENCE, SPARSE_TICK, TICK, Feed
from firstout.replaying.oddities import Oddities, Oddity
from firstout.replaying.table import RecordedTable
from monitor.compiled import compile_plant
from monitor.inputs import Born, Input, Samples, Started, Tick
from plant.moment import SECOND
from tests.small_plant import analog, plant_of

PLANT = plant_of([analog("a"), analog("b", device="far")], foreign=["far"])
T0 = 1_795_478_400


def _inputs(path: Path, text: str, run_on: int = 0) -> tuple[list[Input], Oddities]:
    path.write_text(text)
    odd = Oddities()
    table = RecordedTable(path, PLANT, {}, odd)
    survey = table.survey
    feed = Feed(compile_plant(PLANT), odd)
    return list(feed.inputs(table.chunks(), survey.first, survey.last + run_on)), odd


def _samples(inputs: list[Input]) -> list[tuple[str, int, list[int], list[float]]]:
    return [
        (x.node, x.known_at // SECOND - T0, x.slots.tolist(), x.values.tolist())
        for x in inputs
        if isinstance(x, Samples)
    ]


def test_a_start_as_live_then_beats(tmp_path: Path) -> None:
    inputs, _ = _inputs(tmp_path / "r.csv", f"time,a,b\n{T0},1,2\n{T0 + 1},3,4\n")

    assert [type(x) for x in inputs[:3]] == [Started, Born, Born]
    assert _samples(inputs) == [
        ("gw", 0, [0], [1.0]),
        ("far", 0, [1], [2.0]),
        ("gw", 1, [0], [3.0]),
        ("far", 1, [1], [4.0]),
    ]
    ticks = [x.known_at - T0 * SECOND for x in inputs if isinstance(x, Tick)]
    assert ticks == [beat * TICK for beat in range(11)]


def test_ticks_become_rare_in_a_long_silence(tmp_path: Path) -> None:
    inputs, _ = _inputs(tmp_path / "r.csv", f"time,a\n{T0},1\n{T0 + 86400},2\n", SECOND)

    ticks = [x.known_at for x in inputs if isinstance(x, Tick)]
    steps = {later - earlier for earlier, later in pairwise(ticks)}
    assert max(steps) == SPARSE_TICK
    assert len(ticks) < LONG_SILENCE // TICK + 86400 // 60 + 20
    assert ticks[-1] - ticks[-2] == TICK


def test_a_time_that_is_wrong_by_decades_does_not_take_decades(tmp_path: Path) -> None:
    inputs, _ = _inputs(tmp_path / "r.csv", f"time,a\n5,1\n{T0},2\n")

    assert len(inputs) < 40_000


def test_rows_in_any_order_over_many_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_file, "_BLOCK", 300)
    rows = [f"{T0 + i},{i},{-i}\n" for i in range(300)]
    sorted_inputs, none = _inputs(tmp_path / "a.csv", "time,a,b\n" + "".join(rows))
    random.Random(4).shuffle(rows)  # noqa: S311 - an order, no secret

    shuffled, odd = _inputs(tmp_path / "b.csv", "time,a,b\n" + "".join(rows))

    assert _samples(shuffled) == _samples(sorted_inputs)
    assert Oddity.UNSORTED in odd.noted
    assert Oddity.UNSORTED not in none.noted


def test_repeats_are_taken_once_across_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_file, "_BLOCK", 40)
    rows = "".join(f"{T0},{value}\n" for value in [1, 1, 1, 2, 2, 1, "nan", "nan"])

    inputs, odd = _inputs(tmp_path / "r.csv", "time,a\n" + rows)

    ((_, _, slots, values),) = _samples(inputs)
    assert (slots, values[:3]) == ([0] * 4, [1.0, 2.0, 1.0])
    assert odd.noted[Oddity.REPEATED].count == 4
    assert odd.noted[Oddity.CONTRADICTED].count == 3
    assert odd.noted[Oddity.REPEATED].first == "a, 2026-11-24T00:00:00.000000Z"


def test_late_samples_are_backlog_and_never_known_before_they_were_read(tmp_path: Path) -> None:
    text = f"time,signal,value,known_at\n{T0},a,1,{T0 + 5}\n{T0 + 5},a,2,{T0}\n{T0},b,3,\n"

    inputs, _ = _inputs(tmp_path / "r.csv", text)

    told = [(x.known_at // SECOND - T0, x.historical) for x in inputs if isinstance(x, Samples)]
    assert told == [(0, False), (5, True), (5, False)]


def test_source_times_go_along(tmp_path: Path) -> None:
    text = f"time,signal,value,source_time\n{T0},a,1,{T0 - 1}\n{T0},b,1,\n{T0 + 1},a,1,\n"

    inputs, _ = _inputs(tmp_path / "r.csv", text)

    sources = [
        x.sources.tolist() for x in inputs if isinstance(x, Samples) and x.sources is not None
    ]
    assert sources[0] == [(T0 - 1) * SECOND]
    assert sources[1] == [0]

"""Histories: bounded, honest about their end, and gaps are gaps."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from api.history import BusyError, HistoryReaders
from api.models.history import SampleReason
from api.recorder import RecorderState
from historian.historian import HistorianError
from historian.points import Points
from plant.moment import MILLISECOND, SECOND, to_text
from plant.quality import Quality, Reason
from tests.api_world import START, World
from tests.historian_in_memory import HistorianInMemory

FLOW = "caster-1.water_flow"
PATH = f"/api/v1/plants/demo/signals/{FLOW}"
HOUR = 3600 * SECOND
GOOD, UNCERTAIN, BAD = Quality.GOOD, Quality.UNCERTAIN, Quality.BAD


def keep(
    world: World,
    values: list[float],
    *,
    first: int = START,
    step: int = SECOND,
    quality: Quality = GOOD,
    reason: Reason = Reason.NONE,
    source: int = 0,
) -> None:
    """Put samples of the flow into the store, a `step` apart."""
    count = len(values)
    points = Points(
        names=(FLOW,),
        which=np.zeros(count, np.int32),
        times=first + step * np.arange(count),
        sources=np.full(count, source),
        values=np.array(values, np.float64),
        quality=np.full(count, quality, np.uint8),
        reasons=np.full(count, reason, np.uint8),
    )
    world.historian.write(points, {"gw1": ("spool", first // SECOND)})


async def get(world: World, what: str, status: int = 200, **params: Any) -> dict[str, Any]:
    async with world.client() as client:
        answer = await client.get(f"{PATH}/{what}", params=params)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def minute(number: int) -> str:
    return to_text(START + number * 60 * SECOND)


async def test_buckets_with_their_quality_and_a_gap(world: World) -> None:
    keep(world, [10.0, 30.0, 20.0])
    keep(world, [5.0], first=START + 30 * SECOND, quality=UNCERTAIN)
    keep(world, [np.nan], first=START + 40 * SECOND, quality=BAD, reason=Reason.NO_ANSWER)
    keep(world, [np.nan], first=START + 180 * SECOND, quality=BAD, reason=Reason.NO_ANSWER)
    found = await get(world, "history", start=minute(0), end=minute(5), bucket=60)

    assert (found["signal"], found["unit"], found["width_s"]) == (FLOW, "m3/h", 60)
    assert found["starts"] == [minute(0), minute(3)]
    assert (found["samples"], found["good"], found["uncertain"]) == ([5, 1], [3, 0], [1, 0])
    assert (found["min"], found["max"]) == ([5.0, None], [30.0, None])
    assert found["mean"] == [16.25, None]
    assert (found["first"], found["last"]) == ([10.0, None], [5.0, None])


async def test_the_last_hour_in_buckets_of_a_round_width_by_default(world: World) -> None:
    world.advance(3600)
    keep(world, [1.0] * 3600)
    found = await get(world, "history")

    assert (found["start"], found["end"]) == (to_text(START), to_text(world.now))
    assert found["width_s"] == 10
    assert sum(found["samples"]) == 3600


@pytest.mark.parametrize(
    ("hours", "width_s"), [(0.001, 1), (1, 10), (24, 300), (720, 7200), (17_520, 2 * 86_400)]
)
async def test_the_default_width_makes_few_buckets(
    world: World, hours: float, width_s: float
) -> None:
    start = to_text(START - round(hours * HOUR))
    found = await get(world, "history", start=start, end=to_text(START))

    assert found["width_s"] == width_s
    assert hours * 3600 / width_s < 500


async def test_the_end_is_exclusive_and_times_may_be_local(world: World) -> None:
    keep(world, [1.0, 2.0, 3.0])
    found = await get(
        world,
        "samples",
        start="2026-11-24T16:00:00+08:00",
        end="2026-11-24T16:00:02+08:00",
    )
    assert found["values"] == [1.0, 2.0]
    assert found["next"] is None


@pytest.mark.parametrize("limit", [1, 2, 5, 7, 100])
async def test_pages_hold_each_sample_once_in_order(world: World, limit: int) -> None:
    keep(world, [float(number) for number in range(7)], step=1_000_001)
    values: list[float] = []
    cursor: dict[str, str] = {}
    while True:
        asked = {"start": to_text(START), "end": minute(1), "limit": limit} | cursor
        page = await get(world, "samples", **asked)
        assert len(page["values"]) <= limit
        values += page["values"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert values == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


async def test_a_sample_says_all_that_is_known_of_it(world: World) -> None:
    keep(world, [7.5], source=START - 20 * MILLISECOND)
    keep(
        world,
        [np.nan],
        first=START + SECOND,
        quality=BAD,
        reason=Reason.OUT_OF_RANGE,
    )
    found = await get(world, "samples", start=minute(0), end=minute(1))

    assert found["times"] == [to_text(START), to_text(START + SECOND)]
    assert found["source_times"] == [to_text(START - 20 * MILLISECOND), None]
    assert found["values"] == [7.5, None]
    assert found["qualities"] == ["GOOD", "BAD"]
    assert found["reasons"] == ["NONE", "OUT_OF_RANGE"]


def test_every_reason_can_be_told() -> None:
    assert set(get_args(SampleReason)) == {reason.name for reason in Reason}


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["history", "samples"])
@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"start": minute(2), "end": minute(2)}, "invalid_range"),
        ({"start": minute(3), "end": minute(2)}, "invalid_range"),
        ({"start": minute(3)}, "invalid_range"),
        ({"start": "1969-12-31T23:59:59Z"}, "invalid_range"),
        ({"end": "2200-01-01T00:00:01Z"}, "invalid_range"),
        ({"start": "2026-11-24T08:00:00"}, "invalid_request"),
        ({"start": "yesterday"}, "invalid_request"),
        ({"from": minute(1)}, "unknown_parameter"),
    ],
)
async def test_a_time_that_cannot_be_is_refused(
    world: World, what: str, params: dict[str, str], code: str
) -> None:
    problem = await get(world, what, 422, **params)
    assert problem["code"] == code


@pytest.mark.parametrize("bucket", ["0", "-1", "0.0001", "nan", "inf", "1e30", "60s"])
async def test_a_width_that_cannot_be_is_refused(world: World, bucket: str) -> None:
    assert (await get(world, "history", 422, bucket=bucket))["code"] == "invalid_request"


async def test_too_many_buckets_are_refused_with_what_is_accepted(world: World) -> None:
    asked = {"start": minute(0), "end": to_text(START + 10 * HOUR)}
    problem = await get(world, "history", 422, bucket=1, **asked)
    assert problem["code"] == "too_many_buckets"
    assert "36000 buckets, more than 5000" in problem["detail"]
    assert "at least 7.202 s" in problem["detail"]
    await get(world, "history", bucket=7.202, **asked)


@pytest.mark.parametrize("limit", ["0", "10001"])
async def test_a_page_is_bounded(world: World, limit: str) -> None:
    await get(world, "samples", 422, limit=limit)


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WzEsICJhIl0", "Wy05LCAtOV0"])
async def test_a_forged_cursor_breaks_nothing(world: World, cursor: str) -> None:
    async with world.client() as client:
        answer = await client.get(f"{PATH}/samples", params={"cursor": cursor})
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("what", ["history", "samples"])
@pytest.mark.parametrize("path", [f"other/signals/{FLOW}", "demo/signals/caster-1.nothing"])
async def test_what_does_not_exist_is_not_found(world: World, what: str, path: str) -> None:
    async with world.client() as client:
        answer = await client.get(f"/api/v1/plants/{path}/{what}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


# --- how far it is recorded ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "recording"),
    [
        (None, "away"),
        (RecorderState(START, {"gw1": START - SECOND}), "current"),
        (RecorderState(START, {"gw1": START - 60 * SECOND}), "behind"),
        (RecorderState(START, {}), "behind"),
        (RecorderState(START, {"gw1": START - SECOND}, fault="disk full"), "failing"),
        (RecorderState(START - 6 * SECOND, {"gw1": START - SECOND}), "away"),
        (RecorderState(START + 6 * SECOND, {"gw1": START - SECOND}), "away"),
    ],
)
async def test_a_trend_that_ends_says_why(
    world: World, said: RecorderState | None, recording: str
) -> None:
    world.recorder = said
    found = await get(world, "history")

    assert found["recording"] == recording
    assert found["recording_fault"] == ("disk full" if recording == "failing" else None)
    until = said.until.get("gw1") if said else None
    assert found["recorded_until"] == (to_text(until) if until else None)


async def test_metrics_tell_how_the_recorder_is(world: World) -> None:
    async with world.client() as client:
        assert "firstout_recorder_age_seconds +Inf" in (await client.get("/metrics")).text
        world.recorder = RecorderState(
            START - 2 * SECOND,
            {"gw1": START - 3 * SECOND},
            points=12,
            written_at=START - 4 * SECOND,
            failures=3,
            lost=2,
            dropped=1,
            fault="away",
            upkeep={"sealed": 5, "failures": 1},
        )
        text = (await client.get("/metrics")).text
    for line in (
        "firstout_recorder_age_seconds 2.0",
        "firstout_recorder_store_up 0.0",
        "firstout_recorder_write_age_seconds 4.0",
        'firstout_recorded_lag_seconds{node="gw1"} 3.0',
        "firstout_recorder_points_total 12.0",
        "firstout_recorder_failures_total 3.0",
        "firstout_recorder_lost_records_total 2.0",
        "firstout_recorder_dropped_total 1.0",
        'firstout_store_upkeep_total{what="sealed"} 5.0',
        'firstout_store_upkeep_total{what="failures"} 1.0',
    ):
        assert line in text


# --- a store that fails ----------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[World]:
    """A world whose history folder is a file."""
    made = World(tmp_path)
    made.history_folder = tmp_path / "file"
    made.history_folder.write_text("")
    yield made
    made.close()


@pytest.mark.parametrize("what", ["history", "samples"])
async def test_a_store_that_cannot_be_read_is_told_with_what_to_do(
    broken: World, what: str
) -> None:
    problem = await get(broken, what, 503)
    assert problem["code"] == "history_unavailable"
    assert "See that the store runs" in problem["detail"]


async def test_it_is_read_again_when_it_is_back(broken: World, tmp_path: Path) -> None:
    keep(broken, [4.5])
    await get(broken, "samples", 503, start=minute(0), end=minute(1))
    broken.history_folder = tmp_path / "history"
    found = await get(broken, "samples", start=minute(0), end=minute(1))
    assert found["values"] == [4.5]


def test_a_reader_that_failed_is_closed_and_another_opened() -> None:
    shelves: list[HistorianInMemory] = []

    def opened() -> HistorianInMemory:
        shelves.append(HistorianInMemory())
        return shelves[-1]

    readers = HistoryReaders(opened, at_once=1)
    with readers.reader() as store:
        store.samples("a", 0, 1, 1)
    with readers.reader() as store:
        shelves[0].refuses = True
        with pytest.raises(HistorianError):
            store.samples("a", 0, 1, 1)
    with pytest.raises(HistorianError), readers.reader() as store:
        store.samples("a", 0, 1, 1)
    assert shelves[0].closed
    with readers.reader() as store:
        assert store is shelves[1]
    readers.close()
    assert shelves[1].closed


def test_so_many_are_read_at_once_and_the_next_waits_or_is_told() -> None:
    readers = HistoryReaders(HistorianInMemory, at_once=1, wait_s=0.05)
    with readers.reader(), pytest.raises(BusyError), readers.reader():
        pass
    patient = HistoryReaders(HistorianInMemory, at_once=1, wait_s=5)
    with patient.reader():
        got = threading.Event()

        def second() -> None:
            with patient.reader():
                got.set()

        waiting = threading.Thread(target=second)
        waiting.start()
        assert not got.wait(0.05)
    waiting.join(5)
    assert got.is_set()

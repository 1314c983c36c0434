from dataclasses import replace

import numpy as np
import pytest

from firstout.latencies import Latencies
from monitor.inputs import Samples
from plant.moment import MILLISECOND, SECOND

NOON = 1_795_521_600 * SECOND
LIVE = Samples(
    node="gw1",
    historical=False,
    slots=np.array([0, 1], np.int32),
    times=np.array([NOON + MILLISECOND, NOON]),
    values=np.zeros(2),
    quality=np.zeros(2, np.uint8),
    reasons=np.zeros(2, np.uint8),
    known_at=NOON,
)
EMPTY = replace(LIVE, times=LIVE.times[:0])


def test_a_live_record_counts_by_what_was_read_first() -> None:
    latencies = Latencies("gw1")
    latencies.note_judged(LIVE, NOON + 250 * MILLISECOND)

    assert latencies.told() == {
        "judged": {"count": 1, "p50_s": 0.25, "p99_s": 0.25, "max_s": 0.25},
        "commit": None,
    }


@pytest.mark.parametrize(
    "given", [replace(LIVE, historical=True), replace(LIVE, node="edge7"), EMPTY]
)
def test_a_backlog_or_a_foreign_clock_does_not_count(given: Samples) -> None:
    latencies = Latencies("gw1")
    latencies.note_judged(given, NOON + 600 * SECOND)

    assert latencies.told()["judged"] is None


def test_another_plant_version_may_name_the_gateway_anew() -> None:
    latencies = Latencies("gw1")
    latencies.follow("gw2")
    latencies.note_judged(LIVE, NOON)
    latencies.note_judged(replace(LIVE, node="gw2"), NOON - SECOND)

    assert latencies.told()["judged"] == {"count": 1, "p50_s": 0.0, "p99_s": 0.0, "max_s": 0.0}


def test_only_a_commit_that_went_through_is_measured() -> None:
    latencies = Latencies("gw1")
    with pytest.raises(OSError, match="full"), latencies.commit():
        raise OSError("full")
    assert latencies.told()["commit"] is None
    with latencies.commit():
        pass

    told = latencies.told()["commit"]
    assert isinstance(told, dict)
    assert (told["count"], 0 <= told["max_s"] < 1) == (1, True)

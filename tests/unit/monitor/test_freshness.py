"""Ages, nodes and time: the rules of docs/reference/judging.md."""

import pytest

from monitor.changes import LimitChange, NodeChange, NodeState, QualityChange
from monitor.nodes import judged_until
from plant.quality import Quality, Reason
from tests.small_plant import Bench, analog, at, limit, only, plant_of, switch

GOOD, UNCERTAIN, BAD, STALE, MISSING = Quality


@pytest.fixture
def bench() -> Bench:
    """Two signals of two devices, each fresh for 1.5 s, behind one gateway."""
    return Bench(plant_of([analog("a", limit("a", "H", 100)), analog("b", device="drive")]))


def qualities(bench: Bench, signal: str = "a") -> list[tuple[Quality, Reason, float]]:
    return [
        (change.after, change.reason, (change.time - at(0)) / 1e9)
        for change in bench.of(QualityChange)
        if change.signal == signal
    ]


def test_a_signal_is_missing_until_its_first_sample(bench: Bench) -> None:
    assert bench.view.trust("a") == (MISSING, Reason.NEVER_SEEN)
    bench.tick(10)
    assert bench.of(QualityChange) == []
    bench.values(11, a=1)
    assert qualities(bench) == [(GOOD, Reason.NONE, 11)]


def test_a_signal_is_stale_once_older_than_its_fresh_time_and_says_since_when(
    bench: Bench,
) -> None:
    bench.values(0, a=1)
    bench.tick(1.5)
    assert bench.view.trust("a") == (GOOD, Reason.NONE)
    bench.tick(1.9)
    assert qualities(bench)[1:] == [(STALE, Reason.AGED, 1.5)]


def test_max_age_may_be_shorter_than_three_periods() -> None:
    bench = Bench(plant_of([analog("a", period_s=1.0, max_age_s=1.2)]))
    bench.values(0, a=1)
    bench.tick(1.3)
    assert qualities(bench)[1:] == [(STALE, Reason.AGED, 1.2)]


def test_a_bad_sample_is_a_sign_of_life(bench: Bench) -> None:
    bench.values(0, a=1)
    bench.bad(1, "a", reason=Reason.OUT_OF_RANGE)
    bench.tick(2.4)
    assert qualities(bench)[1:] == [(BAD, Reason.OUT_OF_RANGE, 1)]
    bench.tick(2.6)
    assert qualities(bench)[2:] == [(STALE, Reason.AGED, 2.5)]


def test_another_reason_is_a_change_of_quality(bench: Bench) -> None:
    bench.bad(0, "a", reason=Reason.NO_ANSWER)
    bench.bad(0.5, "a", reason=Reason.SENSOR_FAULT)
    assert [reason for _, reason, _ in qualities(bench)] == [
        Reason.NO_ANSWER,
        Reason.SENSOR_FAULT,
    ]


def test_a_historical_sample_does_not_end_staleness(bench: Bench) -> None:
    bench.values(0, a=1)
    bench.tick(5)
    bench.values(1, historical=True, known=6, a=1)
    assert bench.view.trust("a") == (STALE, Reason.AGED)
    bench.values(6.5, a=1)
    assert bench.view.trust("a") == (GOOD, Reason.NONE)


def test_a_historical_sample_may_still_worsen_what_was_trusted(bench: Bench) -> None:
    bench.values(0, a=1)
    bench.values(0.5, BAD, Reason.OUT_OF_RANGE, historical=True, known=1, a=0)
    assert qualities(bench)[1:] == [(BAD, Reason.OUT_OF_RANGE, 0.5)]


def test_a_dead_node_takes_all_its_signals_with_it(bench: Bench) -> None:
    bench.values(0, a=1, b=1)
    bench.died(0.7)
    assert qualities(bench)[1:] == [(STALE, Reason.NODE_OFFLINE, 0.7)]
    assert qualities(bench, "b")[1:] == [(STALE, Reason.NODE_OFFLINE, 0.7)]
    assert bench.of(NodeChange)[-1].after is NodeState.OFFLINE


def test_a_dead_device_takes_only_its_own_signals(bench: Bench) -> None:
    bench.values(0, a=1, b=1)
    bench.died(0.7, "drive")
    assert qualities(bench)[1:] == []
    assert qualities(bench, "b")[1:] == [(STALE, Reason.NODE_OFFLINE, 0.7)]


def test_what_is_stale_already_is_not_said_again(bench: Bench) -> None:
    bench.values(0, a=1)
    bench.tick(2)
    bench.died(3)
    assert len(qualities(bench)) == 2


def test_staleness_clears_no_limit(bench: Bench) -> None:
    bench.values(0, a=100)
    bench.tick(60)
    bench.died(61)
    bench.born(70)
    bench.tick(80)
    assert [c.active for c in bench.of(LimitChange)] == [True]
    assert "a:H" in bench.view.active()


def test_a_live_node_is_online_at_once(bench: Bench) -> None:
    changes = bench.values(0, a=1)
    assert only(changes, NodeChange) == [NodeChange("gw", None, NodeState.ONLINE, at(0))]


def test_a_node_that_never_speaks_is_offline_after_three_seconds(bench: Bench) -> None:
    bench.tick(3)
    assert bench.of(NodeChange) == []
    bench.tick(3.1)
    assert bench.of(NodeChange) == [NodeChange("gw", None, NodeState.OFFLINE, at(3.1))]


def test_a_node_behind_is_catching_up_and_its_signals_read_stale(bench: Bench) -> None:
    bench.values(0, a=1)
    bench.died(1)
    bench.born(600)
    for known in (601, 602, 603):
        bench.values(known - 590, historical=True, known=known, a=1)
    assert bench.of(NodeChange)[-1].after is NodeState.OFFLINE
    bench.values(14, historical=True, known=603.5, a=1)
    assert bench.of(NodeChange)[-1] == NodeChange(
        "gw", NodeState.OFFLINE, NodeState.CATCHING_UP, at(603.5)
    )
    assert bench.view.trust("a")[0] is STALE
    bench.values(604, a=1)
    assert bench.of(NodeChange)[-1].after is NodeState.ONLINE
    assert bench.view.trust("a") == (GOOD, Reason.NONE)


def test_while_it_catches_up_its_samples_are_its_time(bench: Bench) -> None:
    bench.values(0, a=1)
    bench.born(600)
    bench.values(10, historical=True, known=600.5, a=1)
    bench.tick(601)
    assert judged_until(bench.state) == at(10)
    assert bench.now == at(10)
    assert qualities(bench) == [(GOOD, Reason.NONE, 0), (STALE, Reason.AGED, 1.5)]


def test_a_node_that_has_said_nothing_for_three_seconds_is_settled(bench: Bench) -> None:
    bench.values(0, a=1)
    bench.born(600)
    bench.tick(603)
    assert judged_until(bench.state) == at(0)
    bench.tick(603.1)
    assert judged_until(bench.state) == at(603.1)
    assert qualities(bench)[1:] == [(STALE, Reason.AGED, 1.5)]


def test_a_step_of_the_clock_moves_timers_and_ages() -> None:
    bench = Bench(plant_of([analog("a", limit("a", "H", 100, on=1))]))
    bench.values(3600, a=100)
    bench.tick(3600.2)
    bench.tick(0.2)  # an hour back: the sample is 0.2 s old, as it was
    bench.tick(0.9)
    assert bench.of(LimitChange) == []
    bench.tick(1.0)
    [tripped] = bench.of(LimitChange)
    assert (tripped.time, tripped.latest) == (at(1), at(0))
    bench.tick(1.6)
    assert qualities(bench)[1:] == [(STALE, Reason.AGED, 1.5)]


def test_a_step_within_a_second_is_none(bench: Bench) -> None:
    bench.values(10, a=1)
    bench.tick(10.5)
    bench.tick(9.5)
    bench.tick(11.6)
    assert qualities(bench)[1:] == [(STALE, Reason.AGED, 11.5)]


def test_a_node_that_was_never_heard_does_not_hold_back_time() -> None:
    plant = plant_of([analog("a"), analog("b", device="elsewhere")], foreign=["elsewhere"])
    bench = Bench(plant)
    bench.values(0, a=1)
    bench.tick(1.6)
    assert bench.now == at(1.6)
    assert qualities(bench)[1:] == [(STALE, Reason.AGED, 1.5)]


def test_a_plant_without_limits_is_put_away_and_taken_out() -> None:
    bench = Bench(plant_of([switch("gate")]))
    bench.values(0, gate=1)
    assert bench.view.usable("gate") == (1.0, at(0))

"""Computed signals: the rules of docs/reference/judging.md."""

import numpy as np
import pytest

from monitor.changes import LimitChange, QualityChange
from monitor.compiled import compile_plant
from plant.quality import Quality, Reason
from plant.signal import Signal
from tests.small_plant import (
    NODE,
    Bench,
    Point,
    analog,
    at,
    computed,
    limit,
    plant_of,
    samples,
    switch,
)

GOOD, UNCERTAIN, BAD, STALE, MISSING = Quality


def bench_of(*derived: Signal, max_age_s: float = 2.0) -> Bench:
    members = [analog(name, max_age_s=max_age_s) for name in "abc"]
    return Bench(plant_of([*derived, *members]))


def value(bench: Bench, signal: str = "x") -> tuple[float, float]:
    found, time = bench.view.usable(signal)
    return found, (time - at(0)) / 1e9


@pytest.mark.parametrize(
    ("function", "members", "parameter", "expected"),
    [
        ("difference", "ab", None, 4),
        ("ratio", "ab", None, 1.5),
        ("percent", "ab", None, 150),
        ("percent", "ab", 20, 60),
        ("percent", "ab", 8, 150),
        ("sum", "abc", None, 21),
        ("mean", "abc", None, 7),
        ("median", "abc", None, 8),
        ("median", "cab", None, 8),
        ("median", "bca", None, 8),
    ],
)
def test_what_is_computed(
    function: str, members: str, parameter: float | None, expected: float
) -> None:
    bench = bench_of(computed("x", function, members, parameter=parameter))
    bench.values(1, a=12, b=8, c=1)
    assert value(bench) == (expected, 1)
    assert bench.view.trust("x") == (GOOD, Reason.NONE)


@pytest.mark.parametrize(
    ("function", "floor"), [("ratio", None), ("percent", None), ("percent", 0)]
)
def test_division_by_zero_is_bad_and_never_a_number(function: str, floor: float | None) -> None:
    bench = bench_of(computed("x", function, "ab", parameter=floor))
    bench.values(1, a=12, b=0)
    assert bench.view.trust("x") == (BAD, Reason.NOT_DECODABLE)
    assert np.isnan(bench.view.usable("x")[0])


def test_it_is_computed_once_an_instant_whatever_the_order_of_the_members() -> None:
    """A step that both members show is no difference for an instant."""
    bench = bench_of(computed("x", "difference", "ab", limit("x", "H", 10)))
    bench.values(0, a=50, b=50)
    bench.values(0.5, a=100, b=100)
    bench.values(1, b=20, a=20)
    assert bench.of(LimitChange) == []
    bench.values(1.5, a=31, b=20)
    assert [c.time for c in bench.of(LimitChange)] == [at(1.5)]


def test_members_are_paired_within_their_tolerance_and_the_newest_tells_the_time() -> None:
    bench = bench_of(computed("x", "difference", "ab"), max_age_s=60)
    bench.values(0, a=10)
    assert bench.view.trust("x") == (MISSING, Reason.NEVER_SEEN)
    bench.values(1, b=4)
    assert value(bench) == (6, 1)
    bench.values(2.1, a=20)  # 1.1 s after b: not a pair, but the last one still holds
    assert value(bench) == (6, 1)
    bench.values(2.2, b=4)
    assert value(bench) == (16, 2.2)


def test_when_no_pair_has_come_for_too_long_it_is_bad() -> None:
    bench = bench_of(computed("x", "difference", "ab"), max_age_s=60)
    bench.values(0, a=10, b=4)
    bench.values(1.5, a=10)
    assert bench.view.trust("x") == (GOOD, Reason.NONE)
    bench.values(1.6, a=10)
    assert bench.view.trust("x") == (BAD, Reason.NOT_PAIRED)
    bench.values(1.7, b=4)
    assert bench.view.trust("x") == (GOOD, Reason.NONE)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (Reason.NO_ANSWER, Reason.NOT_PAIRED),
        (Reason.OUT_OF_RANGE, Reason.OUT_OF_RANGE),
        (Reason.SENSOR_FAULT, Reason.SENSOR_FAULT),
        (Reason.FROZEN, Reason.FROZEN),
    ],
)
def test_a_bad_member_makes_it_bad_and_a_broken_channel_stays_visible(
    reason: Reason, shown: Reason
) -> None:
    bench = bench_of(computed("x", "sum", "abc"))
    bench.values(0, a=1, b=2, c=3)
    bench.bad(0.5, "b", reason=reason)
    assert bench.view.trust("x") == (BAD, shown)
    assert value(bench) == (6, 0)
    bench.values(1, a=1, b=2, c=3)
    assert bench.view.trust("x") == (GOOD, Reason.NONE)


def test_an_uncertain_member_makes_it_uncertain_with_its_reason() -> None:
    bench = bench_of(computed("x", "sum", "ab"))
    bench.values(0, a=1, b=2)
    bench.values(0.5, UNCERTAIN, Reason.CLOCK, a=1)
    assert bench.view.trust("x") == (UNCERTAIN, Reason.CLOCK)


def test_it_ages_by_its_own_period() -> None:
    bench = bench_of(computed("x", "sum", "ab", period_s=1.0, max_age_s=60), max_age_s=60)
    bench.values(0, a=1, b=2)
    bench.tick(3)
    assert bench.view.trust("x") == (GOOD, Reason.NONE)
    bench.tick(3.1)
    assert QualityChange("x", GOOD, STALE, Reason.AGED, at(3)) in bench.said


def test_a_value_outside_its_range_is_no_fault_of_an_instrument() -> None:
    bench = bench_of(computed("x", "sum", "ab", limit("x", "H", 5)))
    bench.values(0, a=9e6, b=9e6)
    assert bench.view.trust("x") == (GOOD, Reason.NONE)
    assert "x:H" in bench.view.active()


def test_computed_of_computed_follows_in_the_same_instant_wherever_it_stands() -> None:
    bench = bench_of(
        computed("y", "percent", ["x", "a"], parameter=10), computed("x", "difference", "ab")
    )
    bench.values(0, a=100, b=90)
    assert value(bench, "y") == (10, 0)
    bench.values(0.5, a=5, b=4)
    assert value(bench, "y") == (10, 0.5)


def test_a_circle_is_refused() -> None:
    plant = plant_of([computed("x", "sum", "ya"), computed("y", "sum", "xa"), analog("a")])
    with pytest.raises(ValueError, match="in a circle"):
        compile_plant(plant)


def test_several_instants_in_one_message_are_worked_out_one_by_one() -> None:
    bench = bench_of(computed("x", "sum", "ab", limit("x", "H", 10)))
    slot = bench.compiled.slot
    points = [
        Point(slot[name], at(second), number)
        for second, number in ((0, 1.0), (0.5, 6.0), (1.0, 1.0))
        for name in "ab"
    ]
    changes, _ = bench.engine.advance(bench.state, samples(points, at(1)))
    limits = [c for c in changes if isinstance(c, LimitChange)]
    assert [(c.active, c.time) for c in limits] == [(True, at(0.5)), (False, at(1))]


class TestDeath:
    def plant(self) -> Bench:
        return Bench(
            plant_of(
                [
                    computed("y", "sum", ["x", "a"]),
                    computed("x", "sum", "ab"),
                    analog("a"),
                    analog("b", device="drive"),
                ]
            )
        )

    def test_a_members_death_makes_it_and_what_follows_stale_at_once(self) -> None:
        bench = self.plant()
        bench.values(0, a=1, b=2)
        bench.died(0.2, "drive")
        for signal in "xy":
            assert QualityChange(signal, GOOD, STALE, Reason.NODE_OFFLINE, at(0.2)) in bench.said
        assert bench.view.trust("a") == (GOOD, Reason.NONE)

    def test_a_living_member_does_not_revive_it(self) -> None:
        bench = self.plant()
        bench.values(0, a=1, b=2)
        bench.died(0.2, "drive")
        bench.values(0.5, a=1)
        assert bench.view.trust("x") == bench.view.trust("y") == (STALE, Reason.NODE_OFFLINE)
        bench.values(1, b=2)
        assert bench.view.trust("y") == (GOOD, Reason.NONE)


class TestSeveralNodes:
    def plant(self, on: float = 0) -> Bench:
        signals = [
            computed("x", "sum", "ab", limit("x", "H", 10, on=on)),
            analog("a"),
            analog("b", device="far"),
        ]
        return Bench(plant_of(signals, foreign=["far"]))

    def test_its_time_is_that_of_the_slowest(self) -> None:
        bench = self.plant(on=1)
        bench.values(0, a=6)
        bench.values(0.1, b=6, node="far")
        bench.give(samples([], at(0.2), historical=True, node="far"))
        bench.tick(1.3)  # far is not settled: nothing is known past 0.1
        assert bench.of(LimitChange) == []
        bench.values(1.3, b=6, node="far")
        bench.tick(1.35)
        assert [c.time for c in bench.of(LimitChange)] == [at(1.1)]

    def test_a_node_away_makes_it_stale(self) -> None:
        bench = self.plant()
        bench.values(0, a=6)
        bench.values(0.1, b=6, node="far")
        assert bench.view.trust("x") == (GOOD, Reason.NONE)
        bench.died(0.2, node="far")
        assert bench.view.trust("x") == (STALE, Reason.NODE_OFFLINE)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)


class TestCount:
    def plant(self, parameter: float = 10, period_s: float = 0.5) -> Bench:
        return Bench(
            plant_of(
                [
                    computed("x", "count", "s", limit("x", "H", 3), parameter=parameter),
                    switch("s", period_s=period_s),
                ]
            )
        )

    def test_it_counts_rising_edges_in_the_window(self) -> None:
        bench = self.plant()
        counts = []
        for second in range(16):
            bench.values(second / 2, s=second % 2)
            counts.append(bench.view.usable("x")[0])
        assert counts == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8]
        assert [c.time for c in bench.of(LimitChange)] == [at(2.5)]

    def test_an_edge_exactly_a_window_ago_counts_no_more(self) -> None:
        bench = self.plant(parameter=1)
        bench.values(0, s=0)
        bench.values(0.5, s=1)
        bench.values(1.4, s=1)
        assert value(bench) == (1, 1.4)
        bench.values(1.5, s=1)
        assert value(bench) == (0, 1.5)

    def test_the_first_value_is_no_edge(self) -> None:
        bench = self.plant()
        bench.values(0, s=1)
        assert value(bench) == (0, 0)

    def test_while_a_gap_lies_in_the_window_it_is_uncertain(self) -> None:
        bench = self.plant(parameter=4)
        bench.values(0, s=0)
        bench.values(2, s=1)  # held for 1.5 s: whatever it did between is not known
        assert (value(bench), bench.view.trust("x")[0]) == ((1, 2), UNCERTAIN)
        for second in (3, 4, 5, 5.9):
            bench.values(second, s=1)
            assert bench.view.trust("x")[0] is UNCERTAIN
        bench.values(6, s=1)
        assert (value(bench), bench.view.trust("x")[0]) == ((0, 6), GOOD)

    def test_when_there_is_no_room_for_more_it_says_so(self) -> None:
        bench = self.plant(parameter=3)  # room for 16
        for step in range(40):
            bench.values(step / 100, s=step % 2)
        assert (value(bench)[0], bench.view.trust("x")[0]) == (16, UNCERTAIN)


def test_a_message_of_the_node_alone_is_nothing_new() -> None:
    bench = bench_of(computed("x", "sum", "ab"))
    bench.values(0, a=1, b=2)
    assert bench.give(samples([], at(0.1), node=NODE)) == []

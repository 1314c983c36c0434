"""Data that are too old, dead, implausible or not yet whole clear nothing.

The rules of docs/reference/judging.md; everything here is fresh for 1.5 s.
"""

import pytest

from monitor.changes import LimitChange, QualityChange, SuppressionChange
from monitor.compiled import compile_plant
from monitor.inputs import Started
from monitor.state import from_blocks, to_blocks
from monitor.state_view import StateView
from plant.name import Name
from plant.quality import Quality, Reason
from plant.suppression import Condition, Suppression
from tests.small_plant import Bench, analog, at, computed, limit, plant_of, switch

GOOD, UNCERTAIN, BAD, STALE, MISSING = Quality


def told(bench: Bench) -> list[tuple[str, bool, float]]:
    return [(c.limit, c.active, (c.time - at(0)) / 1e9) for c in bench.of(LimitChange)]


def qualities(bench: Bench, signal: str = "a") -> list[tuple[Quality, Reason, float]]:
    return [
        (change.after, change.reason, (change.time - at(0)) / 1e9)
        for change in bench.of(QualityChange)
        if change.signal == signal
    ]


@pytest.fixture
def bench() -> Bench:
    return Bench(plant_of([analog("a", limit("a", "H", 100, off=1))]))


class TestDeath:
    @pytest.mark.parametrize("device", ["", "plc"])
    def test_no_off_delay_runs_out_on_what_is_dead(self, bench: Bench, device: str) -> None:
        bench.values(0, a=100)
        bench.values(0.5, a=50)
        bench.died(0.7, device)
        bench.tick(1.6)
        assert told(bench) == [("a:H", True, 0)]
        bench.values(1.7, a=50)
        bench.tick(2.7)
        assert told(bench)[1:] == [("a:H", False, 2.7)]

    def test_nor_on_what_follows_from_it(self) -> None:
        rate = limit("a", "RATE", 10, window_s=1, off=1)
        bench = Bench(plant_of([analog("a", rate)]))
        for half, value in enumerate([0, 0, 50, 50, 50, 50]):
            bench.values(half / 2, a=value)
        bench.died(2.7)
        bench.tick(3.6)
        assert told(bench) == [("a:RATE", True, 1)]


class TestGap:
    def test_it_is_told_though_no_tick_came_between(self, bench: Bench) -> None:
        """As when the monitor stood still and the node has nothing to deliver."""
        bench.values(0, a=50)
        bench.give(Started(at(600)))
        bench.values(600, a=50)
        assert qualities(bench) == [
            (GOOD, Reason.NONE, 0),
            (STALE, Reason.AGED, 1.5),
            (GOOD, Reason.NONE, 600),
        ]

    def test_exactly_the_fresh_time_is_none(self, bench: Bench) -> None:
        bench.values(0, a=50)
        bench.values(1.5, a=50)
        assert qualities(bench) == [(GOOD, Reason.NONE, 0)]

    def test_in_a_backlog_it_leaves_the_signal_stale_until_it_is_live(self, bench: Bench) -> None:
        bench.values(0, a=50)
        bench.born(600)
        bench.values(10, historical=True, known=600, a=50)
        assert bench.view.trust("a") == (STALE, Reason.AGED)
        bench.values(600, a=50)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)


class TestTooOldAsItComes:
    """Its source stamped it within 2 s, but longer ago than it is fresh."""

    def test_it_passes_and_clears_nothing(self) -> None:
        bench = Bench(plant_of([analog("a", limit("a", "H", 100))]))
        bench.values(10, a=100, source=8.4)
        assert bench.view.trust("a") == (MISSING, Reason.NEVER_SEEN)
        bench.values(10.4, a=50, source=8.8)
        assert told(bench) == [("a:H", True, 10)]
        bench.values(10.8, a=50, source=9.3)
        assert told(bench)[1:] == [("a:H", False, 10.8)]
        assert bench.view.trust("a") == (GOOD, Reason.NONE)

    def test_what_was_trusted_is_stale_with_it(self, bench: Bench) -> None:
        bench.values(10, a=50)
        bench.values(10.4, a=50, source=8.9)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)
        bench.values(10.4, UNCERTAIN, a=50, source=8.8)
        assert bench.view.trust("a") == (UNCERTAIN, Reason.CLOCK)
        bench.values(10.8, a=50)
        bench.values(11.2, a=50, source=9.6)
        assert qualities(bench)[-2:] == [(GOOD, Reason.NONE, 10.8), (STALE, Reason.AGED, 11.2)]

    def test_a_fault_that_comes_late_is_a_fault(self, bench: Bench) -> None:
        bench.values(10, a=50)
        bench.values(10.4, BAD, Reason.SENSOR_FAULT, a=0, source=8.8)
        assert bench.view.trust("a") == (BAD, Reason.SENSOR_FAULT)


class TestTooOldBesideTheOthers:
    """A wide tolerance pairs no sample that is stale already."""

    def test_a_computed_signal_has_no_value(self) -> None:
        total = computed("x", "sum", "ab", pair_within_s=30)
        bench = Bench(plant_of([analog("a"), analog("b"), total]))
        bench.values(0, a=1, b=1)
        for half in range(1, 7):
            bench.values(half / 2, a=1)
            bench.tick(half / 2 + 0.1)
        assert bench.view.trust("b") == (STALE, Reason.AGED)
        assert bench.view.trust("x")[0] is not GOOD
        bench.values(3.5, a=1)
        assert bench.view.trust("x") == (BAD, Reason.NOT_PAIRED)

    def test_a_member_of_a_group_is_left_out(self) -> None:
        group = ("a", "b", "slow")
        deviation = limit("a", "DEVIATION", 5, group=group)
        bench = Bench(
            plant_of(
                [analog("a", deviation), analog("b"), analog("slow", period_s=10, max_age_s=60)]
            )
        )
        bench.values(0, a=10, b=50, slow=50)
        assert told(bench) == [("a:DEVIATION", True, 0)]
        bench.values(0.5, b=10, slow=50, a=10)
        assert told(bench)[1:] == [("a:DEVIATION", False, 0.5)]
        for half in range(2, 12):
            bench.values(half / 2, a=10)
        bench.values(6, a=10, slow=50)
        assert told(bench)[2:] == [("a:DEVIATION", True, 2.5)]


class TestFirstWindow:
    """What was before the first value is not known."""

    def test_a_count_is_uncertain_until_its_window_is_whole(self) -> None:
        bench = Bench(plant_of([switch("s"), computed("x", "count", "s", parameter=2.0)]))
        for half in range(4):
            bench.values(half / 2, s=0)
            assert bench.view.trust("x") == (UNCERTAIN, Reason.NONE)
        bench.values(2, s=0)
        assert bench.view.trust("x") == (GOOD, Reason.NONE)

    def test_a_rise_clears_only_then(self) -> None:
        bench = Bench(plant_of([analog("a", limit("a", "RATE", 10, window_s=2))]))
        bench.values(0, a=50)
        bench.values(0.5, a=60)
        bench.values(1, a=50)
        bench.values(1.5, a=50)
        assert told(bench) == [("a:RATE", True, 0.5)]
        bench.values(2, a=50)
        assert told(bench)[1:] == [("a:RATE", False, 2)]


WRONG = limit("a", "LL", -5, indicates="instrument")


class TestImplausible:
    """While a limit proves the instrument of `a` wrong, its values clear nothing else."""

    def test_it_clears_no_limit_of_the_process(self) -> None:
        bench = Bench(plant_of([analog("a", limit("a", "H", 100), WRONG)]))
        bench.values(0, a=100)
        bench.values(0.5, a=-5)
        bench.values(1, a=-5)
        assert told(bench) == [("a:H", True, 0), ("a:LL", True, 0.5)]
        bench.values(1.5, a=50)  # what was known before it says that it is wrong
        assert told(bench)[2:] == [("a:LL", False, 1.5)]
        bench.values(2, a=50)
        assert told(bench)[3:] == [("a:H", False, 2)]

    def test_nor_a_rate(self) -> None:
        bench = Bench(plant_of([analog("a", limit("a", "RATE", 30, window_s=1), WRONG)]))
        for half, value in enumerate([0, 0, 0, 30]):
            bench.values(half / 2, a=value)
        bench.values(2, UNCERTAIN, a=-5)
        for half in range(5, 10):
            bench.values(half / 2, a=-5)
        assert told(bench) == [("a:RATE", True, 1.5), ("a:LL", True, 2)]

    def test_what_is_computed_from_it_is_uncertain(self) -> None:
        bench = Bench(plant_of([analog("a", WRONG), analog("b"), computed("x", "sum", "ab")]))
        bench.values(0, a=-5, b=1)
        bench.values(0.5, a=-5, b=1)
        assert bench.view.trust("x") == (UNCERTAIN, Reason.IMPLAUSIBLE)
        bench.values(1, a=5, b=1)
        bench.values(1.5, a=5, b=1)
        assert bench.view.trust("x") == (GOOD, Reason.NONE)

    def test_so_is_a_count_and_it_goes_on_after_a_restart(self) -> None:
        wrong = limit("s", "STATE", 1, indicates="instrument")
        plant = plant_of([switch("s", wrong), computed("x", "count", "s", parameter=0.5)])
        bench = Bench(plant)
        bench.values(0, s=0)
        bench.values(0.5, s=1)
        bench.state = from_blocks(compile_plant(plant), to_blocks(bench.state))
        bench.values(1, s=1)
        bench.values(1.5, s=1)
        view = StateView(bench.compiled, bench.state)
        assert view.trust("x") == (UNCERTAIN, Reason.IMPLAUSIBLE)

    def test_it_holds_no_alarm_back(self) -> None:
        start = Suppression("start", Name("启", "start"), Condition("a", below=20), ("b:L",), 60)
        signals = [analog("a", WRONG), analog("b", limit("b", "L", 5))]
        bench = Bench(plant_of(signals, suppressions=[start]))
        bench.values(0, a=10, b=1)
        bench.values(0.5, a=-5, b=1)
        bench.values(1, a=10, b=1)
        assert [(c.on, c.time) for c in bench.of(SuppressionChange)] == [
            (True, at(0)),
            (False, at(0.5)),
            (True, at(1)),
        ]

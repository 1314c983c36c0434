"""Suppression by design, and the leak rule of cooling water that needs it."""

import pytest

from monitor.changes import LimitChange, SuppressionChange
from plant.name import Name
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.suppression import Condition, Suppression
from tests.small_plant import Bench, analog, at, computed, limit, plant_of, switch

GOOD, UNCERTAIN, BAD, STALE, MISSING = Quality
NAME = Name("泵启动", "pump start")


def bench_of(condition: Condition, max_s: float = 120) -> Bench:
    item = Suppression("start", NAME, condition, ("a:L",), max_s)
    signals = [analog("a", limit("a", "L", 50)), switch("s")]
    return Bench(plant_of(signals, suppressions=[item]))


def told(bench: Bench) -> list[tuple[bool, int]]:
    return [(c.on, c.time) for c in bench.of(SuppressionChange)]


BELOW = Condition("a", below=20)


@pytest.mark.parametrize(
    ("condition", "outside", "inside"),
    [
        (BELOW, {"a": 20.1}, {"a": 20}),
        (Condition("a", above=80), {"a": 79.9}, {"a": 80}),
        (Condition("s", state=1), {"s": 0}, {"s": 1}),
        (Condition("s", state=0), {"s": 1}, {"s": 0}),
    ],
)
def test_it_holds_while_its_condition_does(
    condition: Condition, outside: dict[str, float], inside: dict[str, float]
) -> None:
    bench = bench_of(condition)
    bench.values(0, **outside)
    assert told(bench) == []
    bench.values(0.5, **inside)
    bench.values(1, **outside)
    assert told(bench) == [(True, at(0.5)), (False, at(1))]


def test_a_condition_is_no_limit_of_anybody() -> None:
    bench = bench_of(BELOW)
    bench.values(0, a=10)
    assert [c.limit for c in bench.of(LimitChange)] == ["a:L"]
    assert set(bench.view.active()) == {"a:L"}


def test_it_begins_before_and_ends_after_the_limits_of_its_instant() -> None:
    bench = bench_of(BELOW)
    begun = bench.values(0, a=10)
    assert [type(c) for c in begun if isinstance(c, LimitChange | SuppressionChange)] == [
        SuppressionChange,
        LimitChange,
    ]
    ended = bench.values(0.5, a=60)
    assert [type(c) for c in ended if isinstance(c, LimitChange | SuppressionChange)] == [
        LimitChange,
        SuppressionChange,
    ]


def test_every_silence_expires_and_does_not_begin_again_by_itself() -> None:
    bench = bench_of(BELOW, max_s=2)
    for step in range(10):
        bench.values(step / 2, a=10)
    assert told(bench) == [(True, at(0)), (False, at(2))]
    bench.values(5, a=60)
    bench.values(5.5, a=10)
    assert told(bench)[2:] == [(True, at(5.5))]


def test_it_expires_on_a_tick_at_its_exact_end() -> None:
    bench = bench_of(BELOW, max_s=1.2)
    bench.values(0, a=10)
    bench.tick(1.19)
    assert told(bench) == [(True, at(0))]
    bench.tick(1.4)
    assert told(bench)[1:] == [(False, at(1.2))]


def test_data_that_are_lost_hold_nothing_back() -> None:
    bench = bench_of(BELOW)
    bench.values(0, a=10)
    bench.tick(1.6)
    assert told(bench) == [(True, at(0)), (False, at(1.5))]
    bench.values(2, a=10)
    assert told(bench)[2:] == [(True, at(2))]
    bench.bad(2.5, "a")
    assert told(bench)[3:] == [(False, at(2.5))]
    bench.values(3, a=10)
    bench.died(3.2)
    assert told(bench)[4:] == [(True, at(3)), (False, at(3.2))]


def test_lost_data_do_not_lengthen_it() -> None:
    bench = bench_of(BELOW, max_s=2)
    bench.values(0, a=10)
    bench.bad(0.5, "a")
    bench.values(1, a=10)
    bench.values(2, a=10)
    bench.values(2.5, a=10)
    assert told(bench) == [
        (True, at(0)),
        (False, at(0.5)),
        (True, at(1)),
        (False, at(2)),
    ]


def test_doubtful_data_hold_nothing_back() -> None:
    bench = bench_of(BELOW)
    bench.values(0, UNCERTAIN, Reason.CLOCK, a=10)
    assert told(bench) == []
    bench.values(0.5, a=10)
    bench.values(1, UNCERTAIN, a=10)
    assert told(bench) == [(True, at(0.5)), (False, at(1))]


def test_in_a_backlog_it_is_judged_as_it_was() -> None:
    bench = bench_of(BELOW, max_s=1)
    bench.born(600)
    for step, value in enumerate([60, 10, 10, 10, 10]):
        bench.values(step / 2, historical=True, known=600, a=value)
    assert told(bench) == [(True, at(0.5)), (False, at(1.5))]


def leak_plant() -> Plant:
    """Give standards 2.3 items 1 to 4, with 100 m3/h by design."""
    share = computed(
        "share",
        "percent",
        ["d", "q_in"],
        limit("share", "L", -2, on=60, indicates="instrument"),
        limit("share", "H", 2, on=10),
        limit("share", "HH", 5, on=3),
        parameter=20,
        period_s=1.0,
        max_age_s=3.0,
    )
    start = Suppression(
        "start", NAME, Condition("q_in", below=20), ("share:H", "share:HH", "q_in:L"), 120
    )
    signals = [
        share,
        computed("d", "difference", ["q_in", "q_out"], period_s=1.0, max_age_s=3.0),
        analog("q_in", limit("q_in", "L", 90), period_s=1.0, max_age_s=3.0),
        analog("q_out", period_s=1.0, max_age_s=3.0),
    ]
    return plant_of(signals, suppressions=[start])


class TestLeak:
    def play(self, bench: Bench, first: int, last: int, q_in: float, q_out: float) -> None:
        for second in range(first, last):
            bench.values(second, q_in=q_in, q_out=q_out)

    def test_a_leak_of_two_per_cent_calls_after_ten_seconds_of_five_after_three(self) -> None:
        bench = Bench(leak_plant())
        self.play(bench, 0, 5, 100, 100)
        self.play(bench, 5, 20, 100, 98)
        assert [(c.limit, c.time) for c in bench.of(LimitChange)] == [("share:H", at(15))]
        self.play(bench, 20, 25, 100, 90)
        assert [(c.limit, c.time) for c in bench.of(LimitChange)][1:] == [("share:HH", at(23))]

    def test_more_out_than_in_for_a_minute_is_the_instruments_error(self) -> None:
        bench = Bench(leak_plant())
        self.play(bench, 0, 60, 100, 103)
        assert bench.of(LimitChange) == []
        assert bench.view.trust("share") == (GOOD, Reason.NONE)
        self.play(bench, 60, 61, 100, 103)
        assert [(c.limit, c.time) for c in bench.of(LimitChange)] == [("share:L", at(60))]
        assert bench.view.trust("share") == (UNCERTAIN, Reason.IMPLAUSIBLE)

    def test_a_meter_that_is_lost_gives_no_zero(self) -> None:
        bench = Bench(leak_plant())
        self.play(bench, 0, 5, 100, 90)
        bench.bad(5, "q_out")
        assert bench.view.trust("share") == (BAD, Reason.NOT_PAIRED)
        assert set(bench.view.active()) == {"share:HH"}

    def test_a_pump_that_starts_is_given_two_minutes(self) -> None:
        bench = Bench(leak_plant())
        self.play(bench, 0, 150, 15, 10)
        assert told(bench) == [(True, at(0)), (False, at(120))]
        assert {"q_in:L", "share:H", "share:HH"} <= set(bench.view.active())
        # 5 of the floor of 20, not of the 15 that flow: 25 %
        assert bench.view.usable("share")[0] == 25

"""Rate limits: the rules of docs/reference/judging.md."""

from monitor.changes import LimitChange, QualityChange
from plant.moment import SECOND
from plant.quality import Quality, Reason
from tests.small_plant import START, Bench, analog, computed, limit, plant_of

GOOD, UNCERTAIN, BAD, STALE, MISSING = Quality


def bench_of(set_point: float = 5, window_s: float = 10, **given: float) -> Bench:
    rate = limit("a", "RATE", set_point, window_s=window_s, **given)
    return Bench(plant_of([analog("a", rate, period_s=1.0, max_age_s=3.0)]))


def told(bench: Bench) -> list[tuple[bool, float, float]]:
    return [(c.active, (c.time - START) / SECOND, c.value) for c in bench.of(LimitChange)]


def test_a_rise_above_the_lowest_of_the_window_passes() -> None:
    bench = bench_of()
    for second, value in enumerate([20, 18, 19, 22.9, 23, 30]):
        bench.values(second, a=value)
    assert told(bench) == [(True, 4, 5)]


def test_a_fall_below_the_highest_passes_a_negative_set_point() -> None:
    bench = bench_of(-5)
    for second, value in enumerate([20, 22, 21, 17.1, 17, 10]):
        bench.values(second, a=value)
    assert told(bench) == [(True, 4, -5)]


def test_a_fall_is_no_rise() -> None:
    bench = bench_of()
    for second, value in enumerate([50, 20, 50 - 26, 0]):
        bench.values(second, a=value)
    assert told(bench) == []


def test_a_value_exactly_a_window_ago_still_counts() -> None:
    bench = bench_of(window_s=3)
    for second, value in enumerate([0, 4, 4, 5, 5]):
        bench.values(second, a=value)
    assert told(bench) == [(True, 3, 5), (False, 4, 1)]


def test_slow_rises_never_pass() -> None:
    bench = bench_of(window_s=10)
    for second in range(60):
        bench.values(second, a=second * 0.49)
    assert told(bench) == []


def test_it_clears_inside_its_deadband_when_the_window_has_moved_on() -> None:
    bench = bench_of(window_s=3, deadband=2)
    for second, value in enumerate([0, 5, 5, 5, 8, 8, 8, 8]):
        bench.values(second, a=value)
    # From 4 s on the lowest is 5: the rise is exactly on the edge, 3, until 7 s.
    assert told(bench) == [(True, 1, 5), (False, 7, 3 - 3)]


def test_its_delays_are_those_of_any_limit() -> None:
    bench = bench_of(on=1.5, off=1)
    bench.values(0, a=0)
    bench.values(1, a=5)
    bench.values(2, a=5)
    bench.tick(2.7)
    assert told(bench) == [(True, 2.5, 5)]


def test_after_a_gap_what_was_known_still_is() -> None:
    """Both values are known and lie within the window: it has risen."""
    bench = bench_of()
    bench.values(0, a=0)
    bench.values(8, a=5)
    assert told(bench) == [(True, 8, 5)]


def test_while_a_gap_lies_in_the_window_nothing_clears() -> None:
    """It may have been lower in the gap than anything that is known."""
    bench = bench_of(window_s=4)
    bench.values(0, a=0)
    bench.values(1, a=5)
    for second in (6, 7, 8, 9):  # the gap ends at 6
        bench.values(second, a=5)
    assert told(bench) == [(True, 1, 5)]
    bench.values(10, a=5)
    assert told(bench)[1:] == [(False, 10, 0)]


def test_an_uncertain_value_passes_and_does_not_clear() -> None:
    bench = bench_of(window_s=1)
    bench.values(0, a=0)
    bench.values(1, UNCERTAIN, a=5)
    bench.values(2, UNCERTAIN, a=5)
    bench.values(3, UNCERTAIN, a=5)
    assert told(bench) == [(True, 1, 5)]
    bench.values(4, a=5)
    assert told(bench)[1:] == [(False, 4, 0)]


def test_a_bad_value_says_nothing_and_takes_an_off_delay_back() -> None:
    bench = bench_of(window_s=1, off=1)
    for second, value in enumerate([0, 5, 5]):
        bench.values(second, a=value)
    bench.bad(2.5, "a")
    bench.values(3, a=5)
    bench.tick(3.9)
    assert told(bench) == [(True, 1, 5)]
    bench.tick(4)
    assert told(bench)[1:] == [(False, 4, 0)]


def test_more_values_than_there_is_room_for_never_hide_a_rise() -> None:
    """Room for 22 at one a second; here ten a second creep up, and stay in the window."""
    bench = bench_of(10)
    for step in range(100):
        bench.values(step / 10, a=step / 10)
    bench.values(10, a=10)
    assert told(bench) == [(True, 10, 10)]


def test_the_rate_of_a_computed_signal() -> None:
    rate = limit("x", "RATE", 5, window_s=10)
    bench = Bench(plant_of([computed("x", "sum", "ab", rate), analog("a"), analog("b")]))
    bench.values(0, a=1, b=1)
    bench.values(0.5, a=3, b=4)
    assert told(bench) == [(True, 0.5, 5)]


def test_what_is_compared_never_shows_as_a_signal() -> None:
    bench = bench_of()
    bench.values(0, a=0)
    bench.bad(1, "a")
    bench.tick(20)
    bench.died(21)
    assert {c.signal for c in bench.of(QualityChange)} == {"a"}
    assert bench.view.trust("a") == (STALE, Reason.AGED)

"""Deviation among redundant members: the rules of docs/reference/judging.md."""

from monitor.changes import LimitChange
from plant.quality import Quality, Reason
from tests.small_plant import Bench, analog, at, computed, limit, plant_of, switch

GOOD, UNCERTAIN, BAD, STALE, MISSING = Quality


def bench_of(members: str = "abc", on: float = 0, deadband: float = 0) -> Bench:
    signals = [
        analog(m, limit(m, "DEVIATION", 4, on=on, deadband=deadband, group=members))
        for m in members
    ]
    return Bench(plant_of(signals))


def active(bench: Bench) -> dict[str, float]:
    found: dict[str, float] = {}
    for change in bench.of(LimitChange):
        if change.active:
            found[change.limit[0]] = change.value
        else:
            del found[change.limit[0]]
    return found


def test_the_one_that_is_far_from_the_middle_deviates() -> None:
    bench = bench_of()
    bench.values(0, a=10, b=11, c=15)
    assert active(bench) == {"c": 4}


def test_of_two_both_deviate_by_their_distance() -> None:
    bench = bench_of("ab")
    bench.values(0, a=10, b=14)
    assert active(bench) == {"a": 4, "b": 4}


def test_of_four_the_middle_lies_between_two() -> None:
    bench = bench_of("abcd")
    bench.values(0, a=10, b=12, c=14, d=17)
    assert active(bench) == {"d": 4}


def test_one_that_is_not_usable_is_left_out() -> None:
    bench = bench_of()
    bench.values(0, a=10, b=10, c=12)
    bench.bad(0.5, "a")
    bench.values(1, b=10, c=14)
    assert active(bench) == {"b": 4, "c": 4}


def test_one_alone_has_no_value_and_clears_nothing() -> None:
    bench = bench_of("ab")
    bench.values(0, a=10, b=14)
    bench.bad(0.5, "b")
    bench.values(1, a=14)
    assert set(active(bench)) == {"a", "b"}
    bench.values(1.5, b=14)
    assert active(bench) == {}


def test_an_uncertain_member_passes_and_clears_nothing() -> None:
    bench = bench_of("ab")
    bench.values(0, UNCERTAIN, a=10, b=14)
    assert set(active(bench)) == {"a", "b"}
    bench.values(0.5, UNCERTAIN, a=14)
    bench.values(1, b=14)
    assert set(active(bench)) == {"a", "b"}
    bench.values(1.5, a=14)
    assert active(bench) == {}


def test_a_member_that_is_silent_is_left_out_after_two_periods() -> None:
    bench = bench_of()
    bench.values(0, a=10, b=10, c=12)
    for second in (0.5, 1, 1.5):
        bench.values(second, b=10, c=14)
    assert set(active(bench)) == {"b", "c"}
    assert [c.time for c in bench.of(LimitChange) if c.limit == "b:DEVIATION"] == [at(1.5)]


def test_the_slowest_member_gives_the_tolerance() -> None:
    slow = analog("b", period_s=3.0, max_age_s=60)
    bench = Bench(plant_of([analog("a", limit("a", "DEVIATION", 4, group="ab")), slow]))
    bench.values(0, a=10, b=10)
    bench.values(6, a=14)
    assert active(bench) == {"a": 4}
    bench.values(6.5, a=10)
    assert active(bench) == {"a": 4}


def test_a_dead_member_is_left_out() -> None:
    far = analog("c", device="drive")
    signals = [analog(m, limit(m, "DEVIATION", 4, group="abc")) for m in "ab"]
    bench = Bench(plant_of([*signals, far]))
    bench.values(0, a=10, b=14, c=12)
    assert active(bench) == {}
    bench.died(0.1, "drive")
    bench.values(0.2, a=10, b=14)
    assert set(active(bench)) == {"a", "b"}


def test_it_must_last() -> None:
    bench = bench_of(on=30)
    for second in range(30):
        bench.values(second, a=10, b=10, c=20)
    assert active(bench) == {}
    bench.tick(30)
    assert active(bench) == {"c": 10}


def test_an_instant_is_judged_as_a_whole() -> None:
    bench = bench_of()
    bench.values(0, a=10, b=10, c=10)
    bench.values(0.5, a=50, b=50, c=50)
    assert bench.of(LimitChange) == []


def test_members_may_be_computed() -> None:
    member = computed("x", "sum", "ab", limit("x", "DEVIATION", 4, group="xc"))
    bench = Bench(plant_of([member, analog("a"), analog("b"), analog("c")]))
    bench.values(0, a=10, b=14, c=20)
    assert active(bench) == {"x": 4}


class TestState:
    """STATE limits, which are limits of a switch like any other."""

    def test_passed_while_the_switch_shows_the_state(self) -> None:
        bench = Bench(
            plant_of([switch("s", limit("s", "STATE", 1)), switch("t", limit("t", "STATE", 0))])
        )
        bench.values(0, s=0, t=0)
        assert set(bench.view.active()) == {"t:STATE"}
        bench.values(0.5, s=1, t=1)
        assert set(bench.view.active()) == {"s:STATE"}
        assert bench.of(LimitChange)[-1].value == 1

    def test_with_a_delay(self) -> None:
        bench = Bench(plant_of([switch("s", limit("s", "STATE", 1, on=2, off=1))]))
        for second in (0, 1, 2):
            bench.values(second, s=1)
        assert [(c.active, c.time) for c in bench.of(LimitChange)] == [(True, at(2))]
        bench.values(2.5, UNCERTAIN, s=0)
        bench.values(3, s=0)
        bench.values(3.9, s=0)
        bench.tick(4)
        assert [(c.active, c.time) for c in bench.of(LimitChange)][1:] == [(False, at(4))]


def test_a_limit_that_tells_of_the_instrument_makes_its_value_implausible() -> None:
    low = limit("a", "L", -2, indicates="instrument")
    bench = Bench(plant_of([analog("a", low)]))
    bench.values(0, a=0)
    assert bench.view.trust("a") == (GOOD, Reason.NONE)
    bench.values(0.5, a=-3)
    assert bench.view.trust("a") == (UNCERTAIN, Reason.IMPLAUSIBLE)
    bench.values(1, UNCERTAIN, Reason.CLOCK, a=-3)
    assert bench.view.trust("a") == (UNCERTAIN, Reason.CLOCK)
    bench.bad(1.5, "a")
    assert bench.view.trust("a") == (BAD, Reason.NO_ANSWER)
    bench.values(2, a=0)
    assert bench.view.trust("a") == (GOOD, Reason.NONE)

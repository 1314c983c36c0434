"""The sources' own clocks: the rules of docs/reference/judging.md."""

from dataclasses import replace

from monitor.changes import ClockChange, LimitChange
from plant.moment import SECOND, seconds
from plant.quality import Quality, Reason
from tests.small_plant import Bench, analog, at, limit, plant_of

GOOD, UNCERTAIN, BAD, STALE, MISSING = Quality


def bench_of(offset_s: float = 0) -> Bench:
    plant = plant_of([analog("a", limit("a", "H", 100)), analog("b")])
    [device] = plant.devices
    return Bench(replace(plant, devices=(replace(device, clock_offset_s=offset_s),)))


def clocks(bench: Bench) -> list[tuple[bool, float, float]]:
    return [(c.wrong, c.offset / SECOND, (c.time - at(0)) / SECOND) for c in bench.of(ClockChange)]


def test_within_two_seconds_age_counts_from_the_source() -> None:
    bench = bench_of()
    bench.values(10, source=9, a=1)
    assert bench.view.usable("a") == (1, at(9))
    assert bench.view.trust("a") == (GOOD, Reason.NONE)
    bench.tick(10.5)
    assert bench.view.trust("a") == (GOOD, Reason.NONE)
    bench.tick(10.6)
    assert bench.view.trust("a") == (STALE, Reason.AGED)
    assert clocks(bench) == []


def test_a_source_ahead_makes_nothing_younger_than_its_receipt() -> None:
    bench = bench_of()
    bench.values(10, source=11.5, a=1)
    assert bench.view.seen_at("a") == at(10)


def test_a_sample_is_judged_at_its_receipt() -> None:
    bench = bench_of()
    bench.values(10, source=9, a=100)
    assert [c.time for c in bench.of(LimitChange)] == [at(10)]


def test_exactly_two_seconds_off_is_not_yet_wrong() -> None:
    bench = bench_of()
    bench.values(10, source=8, a=1)
    bench.values(12, source=14, a=1)
    assert clocks(bench) == []


def test_more_than_two_seconds_off_is_wrong_said_once_and_never_silenced() -> None:
    bench = bench_of()
    bench.values(10, source=7.9, a=100)
    bench.values(10.5, source=8.4, a=100)
    assert clocks(bench) == [(True, 2.1, 10)]
    assert bench.view.trust("a") == (UNCERTAIN, Reason.CLOCK)
    assert bench.view.usable("a") == (100, at(10.5))
    assert "a:H" in bench.view.active()
    bench.values(11, source=8.9, a=1)
    assert "a:H" in bench.view.active()


def test_the_known_offset_is_taken_off() -> None:
    bench = bench_of(offset_s=3600)
    bench.values(3610, source=9.5, a=1)
    assert bench.view.seen_at("a") == at(3609.5)
    bench.values(3611, source=3611, b=1)
    assert clocks(bench) == [(True, -3600, 3611)]


def test_a_source_that_steps_back_is_wrong() -> None:
    bench = bench_of()
    bench.values(10, source=10, a=1, b=1)
    bench.values(10.5, source=9.9, a=1)
    assert clocks(bench) == [(True, 0.6, 10.5)]
    assert bench.view.trust("a") == (UNCERTAIN, Reason.CLOCK)
    assert bench.view.trust("b") == (GOOD, Reason.NONE)


def test_the_same_source_time_again_is_no_step() -> None:
    bench = bench_of()
    bench.values(10, source=10, a=1)
    bench.values(10.5, source=10, a=1)
    assert clocks(bench) == []


def test_it_is_right_again_after_ten_seconds_without_a_fault() -> None:
    bench = bench_of()
    bench.values(0, source=-5, a=1)
    for second in range(1, 10):
        bench.values(second, source=second, b=1)
        assert bench.view.trust("b") == (GOOD, Reason.NONE)
    assert clocks(bench) == [(True, 5, 0)]
    bench.values(10, source=10, b=1)
    assert clocks(bench)[1:] == [(False, 0, 10)]


def test_a_sample_without_a_source_time_says_nothing_of_the_clock() -> None:
    bench = bench_of()
    bench.values(0, source=-5, a=1)
    bench.values(20, a=1)
    assert [wrong for wrong, _, _ in clocks(bench)] == [True]


def test_what_is_bad_stays_bad() -> None:
    bench = bench_of()
    bench.values(0, BAD, Reason.SENSOR_FAULT, source=-5, a=1)
    assert bench.view.trust("a") == (BAD, Reason.SENSOR_FAULT)
    assert [wrong for wrong, _, _ in clocks(bench)] == [True]


def test_the_whole_message_is_looked_at_before_it_is_judged() -> None:
    bench = bench_of()
    bench.values(0, source=-5, a=100, b=1)
    kinds = [type(change) for change in bench.said if not isinstance(change, LimitChange)]
    assert kinds.count(ClockChange) == 1
    assert isinstance(bench.said[0], ClockChange)
    assert seconds(5) == bench.of(ClockChange)[0].offset

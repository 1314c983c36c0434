"""The limit rules of docs/reference/judging.md, one small story each.

A story is a list of samples `second value [quality]` and ticks `second tick`; what follows is
what must be said: `on` or `off`, when, with which value, and between which moments it crossed.
The signal is polled each 0.5 s and holds for 1.5 s; its limit is H 100 with a deadband of 5.
"""

import pytest

from monitor.changes import LimitChange
from plant.moment import SECOND
from plant.quality import Quality
from tests.small_plant import START, Bench, analog, limit, plant_of

_NEVER = -(2**62)

STORIES = {
    "exactly on the set-point is passed": (
        {},
        ["0 99.9", "1 100"],
        ["on at 1 with 100 in (0, 1]"],
    ),
    "the first sample has no moment before it": (
        {},
        ["1 120"],
        ["on at 1 with 120 in (never, 1]"],
    ),
    "exactly on the edge of the deadband is not yet returned": (
        {},
        ["0 100", "1 95", "1.5 94.9"],
        ["on at 0 with 100 in (never, 0]", "off at 1.5 with 94.9 in (1, 1.5]"],
    ),
    "without a deadband the set-point itself is not yet returned": (
        {"deadband": 0},
        ["0 100", "1 100", "1.5 99.9"],
        ["on at 0 with 100 in (never, 0]", "off at 1.5 with 99.9 in (1, 1.5]"],
    ),
    "uncertain trips": (
        {},
        ["0 50", "0.5 100 UNCERTAIN"],
        ["on at 0.5 with 100 in (0, 0.5]"],
    ),
    "uncertain does not clear": (
        {},
        ["0 100", "0.5 50 UNCERTAIN", "1 50 UNCERTAIN"],
        ["on at 0 with 100 in (never, 0]"],
    ),
    "bad says nothing": (
        {},
        ["0 50", "0.5 500 BAD", "1 100", "1.5 0 BAD", "2 0 STALE", "2.5 0 MISSING"],
        ["on at 1 with 100 in (0, 1]"],
    ),
    "an on-delay runs out on a tick, at its exact end": (
        {"on": 1},
        ["0 50", "0.5 100", "1 105", "1.7 tick"],
        ["on at 1.5 with 105 in (0, 0.5]"],
    ),
    "an on-delay runs out on a sample, at its exact end": (
        {"on": 1},
        ["0 50", "0.5 100", "1 105", "1.9 110"],
        ["on at 1.5 with 105 in (0, 0.5]"],
    ),
    "a delay exactly reached has run out before the sample of that instant": (
        {"on": 1},
        ["0 100", "0.5 100", "1 50"],
        ["on at 1 with 100 in (never, 0]", "off at 1 with 50 in (0.5, 1]"],
    ),
    "a good value inside cancels an on-delay": (
        {"on": 1},
        ["0 100", "0.5 99.9", "1 100", "1.9 tick"],
        [],
    ),
    "an uncertain value inside does not cancel an on-delay": (
        {"on": 1},
        ["0 100", "0.5 50 UNCERTAIN", "1 tick"],
        ["on at 1 with 50 in (never, 0]"],
    ),
    "a bad value does not cancel an on-delay": (
        {"on": 1},
        ["0 100", "0.5 0 BAD", "1 tick"],
        ["on at 1 with 100 in (never, 0]"],
    ),
    "an on-delay that ends where nothing holds waits": (
        {"on": 2},
        ["0 100", "2 tick", "5 tick"],
        [],
    ),
    "after the gap a passed value trips at its own time": (
        {"on": 2},
        ["0 100", "5 tick", "6 101"],
        ["on at 6 with 101 in (never, 0]"],
    ),
    "after the gap a good value inside cancels": (
        {"on": 2},
        ["0 100", "5 tick", "6 50", "6.5 100", "7 tick"],
        [],
    ),
    "after the gap an uncertain value inside cancels nothing: it trips": (
        {"on": 2},
        ["0 100", "6 50 UNCERTAIN", "6.2 tick", "6.5 100"],
        ["on at 6 with 50 in (never, 0]"],
    ),
    "after a gap within the delay it trips at the delay's end": (
        {"on": 2},
        ["0 100", "1.8 50 UNCERTAIN", "2.2 tick"],
        ["on at 2 with 50 in (never, 0]"],
    ),
    "the end of the hold is still held": (
        {"on": 1.5},
        ["0 100", "1.5 tick"],
        ["on at 1.5 with 100 in (never, 0]"],
    ),
    "an off-delay runs out at its exact end": (
        {"off": 1},
        ["0 100", "0.5 90", "1 90", "1.7 tick"],
        ["on at 0 with 100 in (never, 0]", "off at 1.5 with 90 in (0, 0.5]"],
    ),
    "inside the deadband an off-delay ends without a change": (
        {"off": 1},
        ["0 100", "0.5 90", "1 95", "1.5 90", "2 90", "2.6 tick"],
        ["on at 0 with 100 in (never, 0]", "off at 2.5 with 90 in (1, 1.5]"],
    ),
    "uncertain takes an off-delay back": (
        {"off": 1},
        ["0 100", "0.5 90", "1 90 UNCERTAIN", "1.6 tick"],
        ["on at 0 with 100 in (never, 0]"],
    ),
    "bad takes an off-delay back": (
        {"off": 1},
        ["0 100", "0.5 90", "1 90 BAD", "1.6 tick"],
        ["on at 0 with 100 in (never, 0]"],
    ),
    "uncertain does not let an off-delay begin": (
        {"off": 1},
        ["0 100", "0.5 90 UNCERTAIN", "1 90", "1.6 tick", "2 90", "2.1 tick"],
        ["on at 0 with 100 in (never, 0]", "off at 2 with 90 in (0.5, 1]"],
    ),
    "an off-delay that ends where nothing holds waits, and starts again": (
        {"off": 2},
        ["0 100", "0.5 90", "5 tick", "6 90", "7 90", "7.9 tick", "8 tick"],
        ["on at 0 with 100 in (never, 0]", "off at 8 with 90 in (0, 0.5]"],
    ),
    "samples of equal times are judged in the order given": (
        {},
        ["0 50", "1 100", "1 50", "1 100"],
        [
            "on at 1 with 100 in (0, 1]",
            "off at 1 with 50 in (1, 1]",
            "on at 1 with 100 in (1, 1]",
        ],
    ),
    "duplicates change nothing": (
        {"on": 1},
        ["0 50", "0.5 100", "0.5 100", "1 100", "1 100", "1.5 100", "1.5 100"],
        ["on at 1.5 with 100 in (0, 0.5]"],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_high_limit(name: str) -> None:
    settings, story, expected = STORIES[name]
    assert play(settings, story, mirror=1) == expected


@pytest.mark.parametrize("name", STORIES)
def test_a_low_limit_mirrors_it(name: str) -> None:
    settings, story, expected = STORIES[name]
    assert play(settings, story, mirror=-1) == expected


def play(settings: dict[str, float], story: list[str], *, mirror: int) -> list[str]:
    given = {"deadband": 5.0, **settings}
    level = "H" if mirror > 0 else "L"
    bench = Bench(plant_of([analog("s", limit("s", level, mirror * 100, **given))]))
    for line in story:
        second, what, *quality = line.split()
        if what == "tick":
            bench.tick(float(second))
        else:
            trust = Quality[quality[0]] if quality else Quality.GOOD
            bench.values(float(second), trust, s=mirror * float(what))
    return [told(change, mirror) for change in bench.of(LimitChange)]


def told(change: LimitChange, mirror: int) -> str:
    what = "on" if change.active else "off"
    time, latest = clock(change.time), clock(change.latest)
    crossed = f"({clock(change.earliest)}, {latest}]"
    return f"{what} at {time} with {mirror * change.value:g} in {crossed}"


def clock(moment: int) -> str:
    return "never" if moment == _NEVER else f"{(moment - START) / SECOND:g}"


def test_all_limits_of_a_side_are_said_outer_last_on_the_way_up() -> None:
    bench = Bench(plant_of([analog("s", limit("s", "H", 70), limit("s", "HH", 80))]))
    bench.values(0, s=50)

    assert [c.limit for c in bench.of(LimitChange)] == []
    bench.values(0.5, s=80)
    assert [(c.limit, c.active) for c in bench.of(LimitChange)] == [("s:H", True), ("s:HH", True)]


def test_a_delay_is_judged_the_same_in_a_backlog() -> None:
    bench = Bench(plant_of([analog("s", limit("s", "H", 100, on=1))]))
    bench.born(600)
    for second in (0, 0.5, 1, 1.5):
        bench.values(second, historical=True, known=600, s=100)

    [change] = bench.of(LimitChange)
    assert clock(change.time) == "1"

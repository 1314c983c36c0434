from dataclasses import replace
from math import nan

import pytest

from plant.moment import MILLISECOND, SECOND
from simulators.opcua_sampling import Sampled
from tests.signals import signal

START = 1_700_000_000 * SECOND
FLOW = signal("flow", "ns=2;s=flow", period_s=1.0, range_low=0.0, range_high=100.0)
GATE = replace(signal("gate", "ns=2;s=gate", period_s=1.0, unit=None), range_high=1.0)


def _taken(sampled: Sampled, *numbers: float, step_ms: int = 50) -> list[int]:
    """Say at which milliseconds numbers that come every `step_ms` are shown."""
    return [
        at * step_ms
        for at, number in enumerate(numbers)
        if sampled.takes(number, START + at * step_ms * MILLISECOND)
    ]


def test_a_measured_signal_is_shown_twice_in_its_period() -> None:
    assert _taken(Sampled(FLOW), *range(41)) == [0, 500, 1000, 1500, 2000]


def test_a_quick_signal_is_sampled_every_100_ms() -> None:
    quick = replace(FLOW, period_s=0.1)

    assert _taken(Sampled(quick), *range(9)) == [0, 100, 200, 300, 400]


@pytest.mark.parametrize(("change", "times"), [(0.009, [0, 1000]), (0.011, [0, 500, 1000])])
def test_only_a_noticeable_change_is_one(change: float, times: list[int]) -> None:
    numbers = [50.0] * 10 + [50.0 + change] * 10 + [50.0 + 2 * change]

    assert _taken(Sampled(FLOW), *numbers) == times


def test_a_discrete_signal_is_shown_at_once_and_once_a_period() -> None:
    assert _taken(Sampled(GATE), *[0.0] * 3, *[1.0] * 22) == [0, 150, 1150]


@pytest.mark.parametrize("item", [FLOW, GATE])
def test_a_drop_out_and_the_return_are_shown_at_once(item: object) -> None:
    sampled = Sampled(item)

    assert _taken(sampled, 1.0, nan, nan, 1.0, 1.0) == [0, 50, 150]


def test_what_is_shown_is_remembered() -> None:
    sampled = Sampled(FLOW)
    sampled.takes(3.0, START)
    sampled.takes(4.0, START + 50 * MILLISECOND)

    assert (sampled.number, sampled.stamped) == (3.0, START)

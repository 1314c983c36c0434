"""When a subscriber's records are said to have been read, and how its sink's errors end it."""

import asyncio
from itertools import pairwise

import pytest

from gateway.opcua.subscriber import Subscriber
from plant.moment import MILLISECOND, SECOND
from plant.plant import Device
from plant.quality import Reason
from plant.reading import Readings
from tests.signals import signal

DEVICE = Device("plc", "opcua", "127.0.0.1", 1, timeout_s=0.1)
NOW = 1_780_000_000 * SECOND
READINGS = Readings.bad(("a",), Reason.NO_ANSWER)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


def _subscriber(clock: Clock, moments: list[int]) -> Subscriber:
    signals = [signal("a", "ns=2;s=a", period_s=0.05)]
    return Subscriber(DEVICE, signals, lambda _, moment, __: moments.append(moment), clock)


def test_values_that_came_together_are_spread_before_the_moment_they_came() -> None:
    clock, moments = Clock(), []
    _subscriber(clock, moments)._give(READINGS, READINGS, READINGS)

    assert moments == [NOW - 2 * MILLISECOND, NOW - MILLISECOND, NOW]


def test_no_two_records_have_one_millisecond() -> None:
    clock, moments = Clock(), []
    subscriber = _subscriber(clock, moments)
    for _ in range(3):
        subscriber._give(READINGS, READINGS)
        clock.now += MILLISECOND // 2

    assert all(after - before >= MILLISECOND for before, after in pairwise(moments))


@pytest.mark.parametrize("step", [-3600 * SECOND, 3600 * SECOND])
def test_a_step_of_the_clock_is_followed(step: int) -> None:
    clock, moments = Clock(), []
    subscriber = _subscriber(clock, moments)
    subscriber._give(READINGS)
    clock.now += step
    subscriber._give(READINGS)

    assert moments == [NOW, NOW + step]


async def test_a_sink_that_fails_ends_it() -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    subscriber = Subscriber(DEVICE, [signal("a", "i=1", period_s=0.05)], full, Clock())
    with pytest.RaisesGroup(pytest.RaisesExc(OSError, match="no space left")):
        await asyncio.wait_for(subscriber.run(), 5)


async def test_without_signals_there_is_nothing_to_do() -> None:
    await Subscriber(DEVICE, [], lambda *_: None, Clock()).run()

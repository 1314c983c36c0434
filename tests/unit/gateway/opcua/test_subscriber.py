"""When a subscriber's records are said to have been read, and how its sink's errors end it."""

import asyncio
from contextlib import suppress
from itertools import pairwise

import pytest

from gateway.opcua.notification import Item, Kind
from gateway.opcua.stream import Report
from gateway.opcua.subscriber import Subscriber
from gateway.source import ReadError
from plant.moment import MILLISECOND, SECOND
from plant.plant import Device
from plant.quality import Quality, Reason
from plant.reading import Readings
from tests.patience import until
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
    _subscriber(clock, moments)._give(0, [READINGS] * 3)

    assert moments == [NOW - 2 * MILLISECOND, NOW - MILLISECOND, NOW]


def test_no_two_records_have_one_millisecond() -> None:
    clock, moments = Clock(), []
    subscriber = _subscriber(clock, moments)
    for _ in range(3):
        subscriber._give(0, [READINGS] * 2)
        clock.now += MILLISECOND // 2

    assert all(after - before >= MILLISECOND for before, after in pairwise(moments))


@pytest.mark.parametrize("step", [-3600 * SECOND, 3600 * SECOND])
def test_a_step_of_the_clock_is_followed(step: int) -> None:
    clock, moments = Clock(), []
    subscriber = _subscriber(clock, moments)
    subscriber._give(0, [READINGS])
    clock.now += step
    subscriber._give(0, [READINGS])

    assert moments == [NOW, NOW + step]


async def test_a_sink_that_fails_ends_it() -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    subscriber = Subscriber(DEVICE, [signal("a", "i=1", period_s=0.05)], full, Clock())
    with pytest.RaisesGroup(pytest.RaisesExc(OSError, match="no space left")):
        await asyncio.wait_for(subscriber.run(), 5)


async def test_without_signals_there_is_nothing_to_do() -> None:
    await Subscriber(DEVICE, [], lambda *_: None, Clock()).run()


def test_a_step_back_of_the_clock_gives_no_time_twice() -> None:
    clock, moments = Clock(), []
    subscriber = _subscriber(clock, moments)
    for second in (*range(30), *range(10, 60)):
        clock.now = NOW + second * SECOND
        subscriber._give(0, [READINGS])

    assert len({moment // MILLISECOND for moment in moments}) == 80


def test_groups_have_times_of_their_own() -> None:
    clock, moments = Clock(), []
    signals = [signal("a", "i=1", period_s=0.05), signal("b", "i=2", period_s=0.1)]
    subscriber = Subscriber(DEVICE, signals, lambda _, moment, __: moments.append(moment), clock)
    for number in (0, 1, 0):
        subscriber._give(number, [READINGS])

    assert moments == [NOW, NOW, NOW + MILLISECOND]


class Played:
    """A stream that gives reports which break what reads them, or swallows its cancellation."""

    alive_until = float("inf")

    def __init__(self, *_: object) -> None: ...

    async def open(self) -> None: ...

    async def close(self, *, polite: bool) -> None: ...

    async def next(self) -> Report:
        await asyncio.sleep(0.01)
        return Report(0, [Item(0, Kind.NUMBER, 1.0, 0, 1 << 80)])


async def test_a_fault_of_ours_in_reading_a_report_is_bad_and_ends_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.opcua.subscriber.Stream", Played)
    given: list[Readings] = []
    signals = [signal("a", "i=1", period_s=0.05)]
    subscriber = Subscriber(DEVICE, signals, lambda _, __, r: given.append(r), Clock())
    task = asyncio.create_task(subscriber.run())
    await until(lambda: subscriber.counters.crashes > 1)

    assert not task.done()
    task.cancel()
    await asyncio.wait({task}, timeout=5)
    assert {(r.quality, r.reason) for readings in given for r in readings} <= {
        (Quality.BAD, Reason.NOT_DECODABLE),
        (Quality.BAD, Reason.NO_ANSWER),
    }


async def test_a_cancellation_that_a_library_swallows_ends_it_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Deaf(Played):
        async def open(self) -> None:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            raise ReadError(Reason.NO_ANSWER, "the answer came together with the cancellation")

    monkeypatch.setattr("gateway.opcua.subscriber.Stream", Deaf)
    signals = [signal("a", "i=1", period_s=0.05)]
    task = asyncio.create_task(Subscriber(DEVICE, signals, lambda *_: None, Clock()).run())
    await asyncio.sleep(0.05)
    task.cancel()

    assert await asyncio.wait({task}, timeout=2) == ({task}, set())

"""One subscriber of the gateway at work, and all that it gives."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from gateway.opcua.credentials import Credentials
from gateway.opcua.subscriber import Subscriber
from plant.plant import Device
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from plant.signal import Signal


class Records:
    """What a sink was given, and when."""

    def __init__(self) -> None:
        self.all: list[tuple[int, Readings]] = []

    def __call__(self, _device: str, read_time: int, readings: Readings) -> None:
        self.all.append((read_time, readings))

    def of(self, name: str) -> list[tuple[int, Reading]]:
        return [(t, r) for t, readings in self.all for r in readings if r.signal == name]

    def last(self, name: str) -> Reading | None:
        """Give the newest reading of a signal; the ids are looked at first, for speed."""
        for _, readings in reversed(self.all):
            if name in readings.signals:
                return next(r for r in readings if r.signal == name)
        return None

    def quality(self, name: str) -> Quality | None:
        last = self.last(name)
        return None if last is None else last.quality

    def is_bad(self, name: str, reason: Reason) -> bool:
        last = self.last(name)
        return last is not None and (last.quality, last.reason) == (Quality.BAD, reason)

    def value(self, name: str) -> float | None:
        last = self.last(name)
        return None if last is None or last.quality is not Quality.GOOD else last.value


@asynccontextmanager
async def reading(
    device: Device,
    signals: Sequence[Signal],
    credentials: Credentials | None = None,
    review_s: float = 30.0,
) -> AsyncIterator[tuple[Subscriber, Records]]:
    """Run a subscriber; at the end it still runs, without a fault of ours, and leaves nothing."""
    records = Records()
    subscriber = Subscriber(device, signals, records, time.time_ns, credentials, review_s)
    before = asyncio.all_tasks()
    task = asyncio.create_task(subscriber.run())
    try:
        yield subscriber, records
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert subscriber.counters.crashes == 0
    assert asyncio.all_tasks() - before == set()

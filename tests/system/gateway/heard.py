"""What a gateway's readers gave, for tests that ask what they made of a foreign server."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from gateway.rhythm import backed_off
from gateway.source import Reader
from plant.name import Name
from plant.plant import Device, Plant
from plant.quality import Quality, Reason
from plant.reading import Reading
from plant.signal import Signal
from tests.patience import until


class Heard:
    """A sink: the records of every signal in the order in which they came."""

    def __init__(self) -> None:
        self.of: dict[str, list[tuple[int, Reading]]] = {}

    def __call__(self, _device: str, read_time: int, readings: Iterable[Reading]) -> None:
        for reading in readings:
            self.of.setdefault(reading.signal, []).append((read_time, reading))

    @property
    def last(self) -> dict[str, Reading]:
        """The latest reading of each signal."""
        return {signal: records[-1][1] for signal, records in self.of.items()}

    @property
    def values(self) -> dict[str, float]:
        """The latest value of each signal that is GOOD."""
        return {s: r.value for s, r in self.last.items() if r.quality is Quality.GOOD}

    @property
    def reasons(self) -> dict[str, Reason]:
        """Why the latest reading of each signal is not GOOD."""
        return {signal: reading.reason for signal, reading in self.last.items()}

    def since(self, moment: int, signal: str) -> list[tuple[int, Reading]]:
        """Give the records of a signal that were read at `moment` or later."""
        return [record for record in self.of.get(signal, ()) if record[0] >= moment]

    async def all_good(self, expected: dict[str, float], seconds: float = 10.0) -> None:
        """Wait until every signal is GOOD and has the expected value."""
        await until(lambda: self.values == expected, seconds)

    async def judged(
        self, signal: str, quality: Quality, reason: Reason, seconds: float = 10.0
    ) -> None:
        """Wait until the latest reading of a signal has this quality for this reason."""

        def so() -> bool:
            last = self.last[signal]
            return (last.quality, last.reason) == (quality, reason)

        await until(so, seconds)

    async def all_bad(self, signals: Iterable[str], seconds: float) -> None:
        """Wait until the latest reading of every signal is BAD."""
        await until(
            lambda: all(self.last[signal].quality is Quality.BAD for signal in signals), seconds
        )


def plant_of(devices: Iterable[Device], signals: Iterable[Signal]) -> Plant:
    """Give a plant that has nothing but these devices and signals."""
    name = Name("", "works")
    return Plant(
        id="works", version="", name=name, enterprise=name, district=name, industries=(),
        time_zone="UTC", simulated=False, gateway="gw", devices=tuple(devices), equipment=(),
        signals=tuple(signals), interlocks=(),
    )  # fmt: skip


@asynccontextmanager
async def running(readers: Sequence[Reader]) -> AsyncIterator[None]:
    """Run readers; none of them may end or crash, and nothing may escape into the event loop."""
    escaped: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context))
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    try:
        yield
    finally:
        ended = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    gc.collect()
    assert not ended
    assert escaped == []
    assert all(reader.counters.crashes == 0 for reader in readers)


def pause_after(down_s: float) -> float:
    """Give the longest pause between attempts that a device has earned by being away so long."""
    pause = backed_off(0.0)
    waited = pause
    while waited < down_s:
        pause = backed_off(pause)
        waited += pause
    return pause


async def moment_of(condition: Callable[[], object], seconds: float = 10.0) -> float:
    """Wait until `condition` holds and give how long that took, in seconds."""
    began = time.monotonic()
    await until(condition, seconds)
    return time.monotonic() - began

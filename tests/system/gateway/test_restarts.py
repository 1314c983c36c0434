"""Every simulated server is restarted 20 times at random moments; reading always resumes.

Each by a clean stop and by SIGKILL, all at the same time, against the gateway's own readers.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from gateway import registry
from gateway.rhythm import backed_off
from gateway.source import Reader
from plant.moment import SECOND, seconds
from plant.plant import Device
from plant.quality import Quality
from plant.reading import Readings
from plant.signal import Signal
from tests.patience import until
from tests.plant_files import caster_plant
from tests.ports import free_port
from tests.system.gateway.simulated_device import Killable, Stoppable, device_of, signals_of

pytestmark = pytest.mark.system

RESTARTS = 20
# Names are what `signals_of` makes of the device, whoever serves it.
FLEET: dict[tuple[str, str], type[Killable] | type[Stoppable]] = {
    ("modbus-stopped", "modbus-tcp"): Stoppable,
    ("modbus-killed", "modbus-tcp"): Killable,
    ("opcua-stopped", "opcua"): Stoppable,
    ("opcua-killed", "opcua"): Killable,
}


@dataclass
class Heard:
    """What the readers of all devices gave: of each signal, when and how good."""

    given: dict[str, list[tuple[int, Quality]]] = field(default_factory=dict)

    def __call__(self, _device: str, read_time: int, readings: Readings) -> None:
        for name, quality in zip(readings.signals, readings.quality, strict=True):
            self.given.setdefault(name, []).append((read_time, Quality(quality)))

    def first_good(self, signal: Signal, since: int) -> int | None:
        """Give when the signal was first GOOD from a moment on; None if not yet."""
        found = None
        for read_time, quality in reversed(self.given.get(signal.id, [])):
            if read_time < since:
                break
            found = read_time if quality is Quality.GOOD else found
        return found

    def between(self, signal: Signal, first: int, last: int, quality: Quality) -> list[int]:
        return [t for t, q in self.given[signal.id] if first < t < last and q is quality]


@dataclass(frozen=True)
class Outage:
    """When a device went away, listened again, and had all its signals read again."""

    left: int
    listening: int
    resumed: int

    @property
    def allowed(self) -> int:
        """Twice the pause between attempts that had been reached when it listened again."""
        delay = passed = 0.0
        while seconds(passed) <= self.listening - self.left:
            delay = backed_off(delay)
            passed += delay
        return seconds(2 * delay)


@asynccontextmanager
async def _reading(devices: list[Device], heard: Heard) -> AsyncIterator[tuple[Reader, ...]]:
    """Run the gateway's readers; none may have ended when they are not needed any more."""
    signals = tuple(item for device in devices for item in signals_of(device))
    plant = replace(caster_plant(), devices=tuple(devices), signals=signals)
    readers = registry.pollers(plant, heard, time.time_ns)
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    try:
        yield readers
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _restarted(
    served: Killable | Stoppable, resumed: Callable[[int], list[int | None]], seed: int
) -> list[Outage]:
    chance = random.Random(seed)  # noqa: S311 - moments, not a secret
    outages = []
    await served.prepare()
    try:
        since = await served.start()
        await until(lambda: all(resumed(since)), seconds=10)
        for _ in range(RESTARTS):
            await asyncio.sleep(chance.uniform(0.0, 0.8))
            await served.stop()
            left = time.time_ns()
            await asyncio.sleep(chance.uniform(0.3, 1.8))
            since = await served.start()
            await until(lambda: all(resumed(since)), seconds=10)  # noqa: B023 - awaited here
            times = [moment for moment in resumed(since) if moment is not None]
            outages.append(Outage(left, since, max(times)))
    finally:
        await served.end()
    return outages


@pytest.mark.timeout(150)
async def test_reading_resumes_within_twice_the_back_off_after_every_restart() -> None:
    heard = Heard()
    fleet = {
        device_of(protocol, name, free_port()): kind for (name, protocol), kind in FLEET.items()
    }
    async with _reading(list(fleet), heard) as readers:
        found = await asyncio.gather(
            *(
                _restarted(
                    kind(device),
                    lambda since, d=device: [heard.first_good(s, since) for s in signals_of(d)],
                    seed,
                )
                for seed, (device, kind) in enumerate(fleet.items())
            )
        )

    assert [reader.counters.crashes for reader in readers] == [0] * len(FLEET)
    for device, outages in zip(fleet, found, strict=True):
        assert len(outages) == RESTARTS
        late = [o for o in outages if o.resumed - o.listening > o.allowed]
        assert not late, f"{device.id}: {[_told(outage) for outage in late]}"
        for outage in outages:
            for signal in signals_of(device):
                _silent_while_away(heard, signal, outage)


def _told(outage: Outage) -> str:
    away, took = outage.listening - outage.left, outage.resumed - outage.listening
    return f"away {away / SECOND:.2f} s, resumed after {took / SECOND:.2f} s"


def _silent_while_away(heard: Heard, signal: Signal, outage: Outage) -> None:
    """No value passes for good once it is too old; it is BAD by then, and stays so."""
    aged = outage.left + seconds(signal.max_age_s)
    assert heard.between(signal, aged, outage.listening, Quality.GOOD) == []
    if aged < outage.listening:
        assert heard.between(signal, outage.left, aged, Quality.BAD)

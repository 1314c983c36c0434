"""Simulated devices that are switched off and on: in this process, or killed as one of their own.

`python -m tests.system.gateway.simulated_device PROTOCOL PORT` makes a device ready and then forks
it off for every line that it reads, so that a killed one is back in milliseconds. It writes the
child's process id and, in ns since 1970, when it listened.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count

from plant.plant import Device
from plant.signal import Signal
from simulators.device import SimulatedDevice
from simulators.serve import DEVICES
from tests.signals import signal as make_signal

_STEP = 0.05  # s, as the simulated plant


def device_of(protocol: str, name: str, port: int) -> Device:
    return Device(name, protocol, "127.0.0.1", port, timeout_s=0.5)


def signals_of(device: Device) -> Sequence[Signal]:
    """Give a level that always changes and a gate that never does, both quick."""
    level, gate = {
        "modbus-tcp": ("input:0:float32", "discrete:0"),
        "opcua": ("nsu=urn:firstout:simulator;s=Level", "/Objects/2:Pit/2:Gate"),
    }[device.protocol]
    return [
        make_signal(
            f"{device.id}.{name}", address, unit=unit, device=device.id,
            period_s=0.1, max_age_s=0.7, range_low=0.0, range_high=high,
        )
        for name, address, unit, high in (("level", level, "mm", 1e6), ("gate", gate, None, 1.0))
    ]  # fmt: skip


def simulated(device: Device) -> SimulatedDevice:
    return DEVICES[device.protocol](device, signals_of(device), device.host, device.port)


async def keep_showing(shows: SimulatedDevice, signals: Sequence[Signal]) -> None:
    level, gate = (item.id for item in signals)
    for step in count(1):
        await shows.show({level: step % 1000, gate: 1.0}, time.time_ns())
        await asyncio.sleep(_STEP)


class Stoppable:
    """A device in this process, that stops and starts as it does when the plant says so."""

    def __init__(self, device: Device) -> None:
        self._signals = signals_of(device)
        self._device = simulated(device)
        self._showing: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        await self._device.prepare()
        self._showing = asyncio.create_task(keep_showing(self._device, self._signals))
        await asyncio.sleep(0)

    async def start(self) -> int:
        """Listen, and say since when."""
        await self._device.start()
        return time.time_ns()

    async def stop(self) -> None:
        await self._device.stop()

    async def end(self) -> None:
        if self._showing is not None:
            self._showing.cancel()
            with suppress(asyncio.CancelledError):
                await self._showing
        await self.stop()


class Killable:
    """A device in a process of its own, that ends by SIGKILL."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._nursery: asyncio.subprocess.Process | None = None
        self._child = 0

    async def prepare(self) -> None:
        self._nursery = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.system.gateway.simulated_device"),
            *(self._device.protocol, str(self._device.port)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert await self._told() == "ready"

    async def start(self) -> int:
        """Listen, and say since when."""
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(b"start\n")
        child, listening = (await self._told()).split()
        self._child = int(child)
        return int(listening)

    async def stop(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        self._child = 0

    async def end(self) -> None:
        if self._child:
            await self.stop()
        if self._nursery is not None:
            self._nursery.kill()
            await self._nursery.communicate()

    async def _told(self) -> str:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        async with asyncio.timeout(30):
            return (await self._nursery.stdout.readline()).decode().strip()


async def _serve(shows: SimulatedDevice, signals: Sequence[Signal]) -> None:
    parent = os.getppid()
    showing = asyncio.create_task(keep_showing(shows, signals))
    await asyncio.sleep(0)
    await shows.start()
    _tell(f"{os.getpid()} {time.time_ns()}")
    for _ in iter(lambda: os.getppid() == parent, False):  # until nobody is left to kill us
        await asyncio.sleep(0.5)
    showing.cancel()


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    protocol, port = sys.argv[1:]
    device = device_of(protocol, "plc", int(port))
    shows = simulated(device)
    asyncio.run(shows.prepare())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _tell("ready")
    for _ in sys.stdin:
        if os.fork() == 0:
            asyncio.run(_serve(shows, signals_of(device)))
            os._exit(0)


if __name__ == "__main__":
    main()

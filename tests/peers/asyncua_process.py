"""Starts, kills and commands `tests.peers.asyncua_plc`, and hears what a subscriber makes of it."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from gateway.opcua.credentials import Credentials
from gateway.opcua.subscriber import Subscriber
from plant.plant import Device
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from plant.signal import Signal
from tests.ports import free_port
from tests.signals import signal as make_signal

PREFIX = "nsu=urn:test:plc;s="


def analog(name: str, **settings: Any) -> Signal:
    return make_signal(name, settings.pop("address", PREFIX + name), **settings)


def switch(name: str, **settings: Any) -> Signal:
    return make_signal(name, settings.pop("address", PREFIX + name), unit=None, **settings)


class PlcProcess:
    """The server's process; `options` are those of `tests.peers.asyncua_plc`."""

    def __init__(self, nodes: dict[str, tuple[str | None, Any]], **options: Any) -> None:
        self.port = free_port()
        self.options: dict[str, Any] = {"nodes": nodes, "security": ["none"], **options}
        self._process: asyncio.subprocess.Process | None = None

    def device(self, **settings: Any) -> Device:
        given = {"timeout_s": 1.0, "path": "/plc", **settings}
        return Device("plc", "opcua", "127.0.0.1", self.port, **given)

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.peers.asyncua_plc",
            json.dumps({"port": self.port, **self.options}),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            assert await self._process.stdout.readline() == b"listening\n"

    async def do(self, **command: Any) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        async with asyncio.timeout(60):
            return json.loads(await self._process.stdout.readline())

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await process.communicate()


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

"""An OPC UA server on asyncua in a process of its own (`asyncua_plc.py`): it obeys and tells."""

import asyncio
import json
import signal
import sys
from typing import Any

from plant.plant import Device
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

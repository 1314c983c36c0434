"""A foreign program as a test's peer: it tells line by line what happens to it, and obeys."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

LINE_LIMIT = 1 << 20  # bytes


class PeerError(AssertionError):
    """The peer ended, or did not understand what it was told."""


class PeerProcess:
    """One program; every line that it writes goes to `hear`.

    It ends with the test process, whatever happens to that, because its standard input ends.
    """

    def __init__(self, command: Sequence[str], hear: Callable[[str], None]) -> None:
        self._command = command
        self._hear = hear
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
        )
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        """Hear every line to the end, as a peer whose pipe is full would stand still."""
        misheard: list[Exception] = []
        stdout = self._running.stdout
        assert stdout is not None
        async for line in stdout:
            try:
                self._hear(line.decode().rstrip("\n"))
            except Exception as error:  # noqa: BLE001 - said when the peer has ended
                misheard.append(error)
        if misheard:
            raise ExceptionGroup(f"{self._command[0]} said what nobody expected", misheard)

    async def wait_for(self, heard: asyncio.Future[str], seconds: float = 30.0) -> str:
        """Wait for what the peer is to say, or for its end."""
        assert self._reading is not None
        either: set[asyncio.Future[Any]] = {self._reading, heard}
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not heard.done():
            raise PeerError(f"{self._command[0]} said nothing, exit code {self._code}")
        return heard.result()

    def tell(self, line: str) -> None:
        """Write one line to the peer's standard input."""
        assert self._running.stdin is not None
        self._running.stdin.write(line.encode() + b"\n")

    def freeze(self) -> None:
        """Stop the peer in the middle of whatever it does; its connections stay."""
        os.kill(self._running.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen peer go on."""
        os.kill(self._running.pid, signal.SIGCONT)

    async def kill(self) -> None:
        """End the peer without a word to anybody; harmless when it has ended."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.kill()
        process, self._process = self._process, None
        assert self._reading is not None
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait({self._reading})
        await process.wait()
        self._reading.result()

    async def finish(self, seconds: float = 60.0) -> int:
        """Wait until the peer ends by itself and give its exit code."""
        async with asyncio.timeout(seconds):
            assert self._reading is not None
            await self._reading
            return await self._running.wait()

    @property
    def _code(self) -> int | None:
        return None if self._process is None else self._process.returncode

    @property
    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None, "the peer is not started"
        return self._process

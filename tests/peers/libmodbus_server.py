"""A Modbus TCP server on libmodbus, in C (`libmodbus/server.c`): what it heard, and is told."""

import asyncio
import subprocess
from collections import deque
from pathlib import Path
from typing import NamedTuple

from tests.peers.process import PeerError, PeerProcess

_SOURCES = Path(__file__).parent / "libmodbus"
_BUILD = Path(__file__).parent / "build"
_FLAGS = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]


class Asked(NamedTuple):
    """One request as the server received it."""

    unit: int
    function: int
    start: int
    items: int


def built() -> Path:
    """Compile the server unless that was done since its sources changed; give the program."""
    program = _BUILD / "libmodbus_server"
    sources = sorted(_SOURCES.glob("*.[ch]"))
    newest = max(path.stat().st_mtime for path in sources)
    if program.exists() and program.stat().st_mtime > newest:
        return program
    _BUILD.mkdir(exist_ok=True)
    library = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "libmodbus"],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    fresh = program.with_suffix(".new")
    units = [str(path) for path in sources if path.suffix == ".c"]
    subprocess.run(["gcc", *_FLAGS, *units, "-o", str(fresh), *library], check=True)
    return fresh.rename(program)


class LibmodbusServer:
    """`requests` and `connections` count over all restarts; `port` stays the same."""

    def __init__(self, units: tuple[int, ...] = (1,)) -> None:
        self.requests: list[Asked] = []
        self.connections = 0
        self.port = 0
        self._units = units
        self._process: PeerProcess | None = None
        self._answers: deque[asyncio.Future[str]] = deque()

    @property
    def functions(self) -> set[int]:
        """The function codes that anybody ever asked for."""
        return {asked.function for asked in self.requests}

    async def start(self) -> None:
        command = [str(built()), str(self.port), *map(str, self._units)]
        self._process = PeerProcess(command, self._hear)
        listening = self._awaited()
        await self._process.start()
        await self._process.wait_for(listening)

    async def kill(self) -> None:
        if self._process is not None:
            await self._process.kill()
        self._answers.clear()

    async def put(
        self, at: str, form: str, value: str, *, order: str = "ABCD", unit: int = 1
    ) -> None:
        """Lay a number out at `at` (`holding:10`); the C compiler decides which bytes that is."""
        table, number = at.split(":")
        await self._told(f"put {unit} {table} {number} {form} {order} {value}")

    async def manner(self, name: str, argument: int = 0) -> None:
        """Answer like that from now on; the names are in `server.c` and `manners.c`."""
        await self._told(f"manner {name} {argument}")

    async def refuse_longer_than(self, count: int) -> None:
        """Refuse longer blocks from now on (0: none) as if they had an illegal address."""
        await self._told(f"most {count}")

    async def lose(self, function: int, number: int) -> None:
        """Have one item no longer: whatever block holds it is refused."""
        await self._told(f"missing {function} {number}")

    async def drop(self) -> None:
        """Hang up on everybody."""
        await self._told("drop")

    async def _told(self, line: str) -> None:
        assert self._process is not None
        answer = self._awaited()
        self._process.tell(line)
        if await self._process.wait_for(answer) != "done":
            raise PeerError(f"the server does not know how to {line!r}")

    def _awaited(self) -> asyncio.Future[str]:
        answer = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        return answer

    def _hear(self, line: str) -> None:
        word, *numbers = line.split()
        match word:
            case "request":
                self.requests.append(Asked(*map(int, numbers)))
            case "connection":
                self.connections += 1
            case "listening":
                self.port = int(numbers[0])
                self._answers.popleft().set_result(word)
            case _:
                self._answers.popleft().set_result(word)

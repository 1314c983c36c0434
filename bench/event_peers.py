"""The other processes of `bench.events`: the API that is measured, and many clients of it."""

import asyncio
import re
import threading
import time
from array import array
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.live import LiveStore
from api.roles import Role
from firstout.clock import Clock
from firstout.plant_folder import check_files
from tests.journal_api import api_over, config
from tests.large_plant import large_plant

_ENTRY = re.compile(rb"event: entry\nid: [0-9a-f]+-([0-9]+)\n")
_END = b"\n\n"


def run_server(told: Connection, folder: Path, port: int, signals: int, profile: str) -> None:
    """Serve the API over the journal in `folder`; live messages come through `told`.

    Tells a token when it is up, and ends when it hears an empty message.
    """
    plant = check_files(large_plant(signals))
    accounts = Accounts(open_accounts(folder / "accounts.db"), Clock().now)
    accounts.create("bench", "bench", Role.OPERATOR)
    token = accounts.create_token("bench", "bench")[1]
    live = LiveStore.of(plant)
    app = api_over(folder, plant, live)
    server = uvicorn.Server(config(app, port))

    def hear() -> None:
        told.send(token)
        while message := told.recv_bytes():
            live.update(message)
        app.state.services.stream.close()
        server.should_exit = True

    threading.Thread(target=hear, daemon=True).start()
    if profile:
        _profiled(server, profile)
    else:
        server.run()


def _profiled(server: uvicorn.Server, path: str) -> None:
    import cProfile  # noqa: PLC0415  # only when asked for

    profiler = cProfile.Profile()
    profiler.runcall(server.run)
    profiler.dump_stats(path)


class _Client(asyncio.Protocol):
    """Notes when each entry came; parses no more than that needs."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._rest = b""
        self.seqs = array("q")
        self.times = array("d")  # seconds of the monotonic clock, which all processes share
        self.bytes = self.events = 0
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Note the entries of all whole events."""
        now = time.perf_counter()
        self.bytes += len(data)
        whole, _, self._rest = (self._rest + data).rpartition(_END)
        self.events += whole.count(b"event: ")
        for seq in _ENTRY.findall(whole):
            self.seqs.append(int(seq))
            self.times.append(now)

    def connection_lost(self, _error: Exception | None) -> None:
        """Remember that it ended."""
        self.lost = True


def run_clients(told: Connection, url: str, token: str, count: int, query: str) -> None:
    """Open `count` streams; begin to count at the first message, and tell at the second.

    Tells the seqs and times of all entries received, the bytes, the events, and how many streams
    have ended.
    """
    where = urlsplit(url)
    lines = (
        f"GET /api/v1/events{query} HTTP/1.1",
        f"Host: {where.netloc}",
        f"Authorization: Bearer {token}",
        "",
        "",
    )

    async def listen() -> None:
        loop = asyncio.get_running_loop()
        clients = [_Client("\r\n".join(lines).encode()) for _ in range(count)]
        for client in clients:
            await loop.create_connection(
                lambda client=client: client,
                where.hostname,
                where.port,  # type: ignore[misc]
            )
            await asyncio.sleep(0.005)
        told.send("open")
        await loop.run_in_executor(None, told.recv)
        for client in clients:
            client.bytes = client.events = 0
            del client.seqs[:], client.times[:]
        await loop.run_in_executor(None, told.recv)
        told.send(_sum(clients))

    asyncio.run(listen())


def _sum(clients: Sequence[_Client]) -> tuple[bytes, bytes, int, int, int]:
    return (
        b"".join(client.seqs.tobytes() for client in clients),
        b"".join(client.times.tobytes() for client in clients),
        sum(client.bytes for client in clients),
        sum(client.events for client in clients),
        sum(client.lost for client in clients),
    )

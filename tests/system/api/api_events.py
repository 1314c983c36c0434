"""A real server and a client of its event stream, for the system tests of the API."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI


@dataclass(frozen=True)
class Event:
    """One event as a browser would see it."""

    kind: str
    data: Any
    id: str | None


class Events:
    """An open stream; `last` is what a browser would send as Last-Event-ID."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.last: str | None = None

    async def next(self, kind: str | None = None) -> Event:
        """Give the next event (of a kind), within five seconds."""
        async with asyncio.timeout(5):
            while True:
                event = await self._any()
                if kind is None or event.kind == kind:
                    return event

    async def until_end(self) -> None:
        """Read on until the server ends the stream."""
        async for _ in self._lines:
            pass

    async def _any(self) -> Event:
        fields: dict[str, str] = {}
        async for line in self._lines:
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                self.last = fields.get("id", self.last)
                return Event(fields["event"], json.loads(fields["data"]), fields.get("id"))
            else:
                fields = {}
        raise EOFError("the stream has ended")


async def until(true: Callable[[], bool]) -> None:
    """Wait until something outside this test's reach has happened, at most five seconds."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.02)


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """Serve the app on a free port and give its address."""
    config = uvicorn.Config(
        app, port=0, log_level="warning", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def streaming(
    address: str, headers: dict[str, str], last: str | None = None, **params: str
) -> AsyncIterator[Events]:
    """Open the event stream as a browser does."""
    sent = {**headers, **({"Last-Event-ID": last} if last is not None else {})}
    async with (
        httpx.AsyncClient(base_url=address, timeout=10) as client,
        client.stream("GET", "/api/v1/events", headers=sent, params=params) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Events(answer.aiter_lines())

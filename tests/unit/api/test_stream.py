"""The pump of the event stream: what leaves at once, what waits, and that nothing is doubled."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from api.sse import Client
from tests.api_world import World

_IDS = re.compile(rb"event: entry\nid: \w+-([0-9]+)")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, stream={"ring": 20})
    yield made
    made.close()


@pytest.fixture
def no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what waits wait until something urgent comes."""
    monkeypatch.setattr("api.stream._TICK_S", 3600.0)


@asynccontextmanager
async def running(world: World) -> AsyncIterator[None]:
    task = asyncio.create_task(world.stream.run())
    await world.stream.begun()
    try:
        yield
    finally:
        task.cancel()


async def _next(client: Client) -> bytes:
    async with asyncio.timeout(5):
        return await anext(client.chunks())


def _seqs(chunk: bytes) -> list[int]:
    return [int(found) for found in _IDS.findall(chunk)]


async def _read(world: World, seq: int) -> None:
    """Wait until the pump has read this entry, whether or not it has told of it."""
    async with asyncio.timeout(5):
        while f"-{seq}" not in str(world.stream._tail.position):
            world.stream.wake()
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("no_ticks")
@pytest.mark.parametrize("urgent", ["alarm", "interlock", "demand", "bypass", "violation"])
async def test_what_calls_somebody_takes_along_what_waits(world: World, urgent: str) -> None:
    write = {
        "alarm": world.alarm,
        "interlock": lambda: world.interlock("demanded"),
        "demand": lambda: world.demand("d1"),
        "bypass": lambda: world.write("bypass", "mould-water", BYPASS),
        "violation": lambda: world.violation("v1", "fail"),
    }[urgent]
    async with running(world):
        client = world.stream.subscribe(None)
        await _next(client)
        waiting = world.verdict("aluminium-4", "pass")
        await _read(world, waiting)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await anext(client.chunks())
        at_once = write()
        world.stream.wake()

        assert _seqs(await _next(client)) == [waiting, at_once]


BYPASS = {
    "bypass": "mould-water/caster-1.bypass/2026-11-24T08:00:00.000000Z",
    "event": "on",
    "signal": "caster-1.bypass",
    "started_at": "2026-11-24T08:00:00.000000Z",
    "ended_at": None,
}


async def test_the_next_tick_takes_along_what_waits(world: World) -> None:
    async with running(world):
        client = world.stream.subscribe(None)
        await _next(client)
        waiting = world.verdict("aluminium-4", "pass")
        world.stream.wake()
        chunk = await _next(client)
        while not _seqs(chunk):
            chunk = await _next(client)

    assert _seqs(chunk) == [waiting]


@pytest.mark.usefixtures("no_ticks")
async def test_who_joins_while_entries_wait_gets_each_once(world: World) -> None:
    first = world.verdict("aluminium-4", "pass")
    async with running(world):
        await _read(world, first)
        early = world.stream.subscribe(None)
        await _next(early)
        waiting = world.verdict("aluminium-4", "fail")
        await _read(world, waiting)
        late = world.stream.subscribe(f"{world.writer.epoch}-{first}")
        opened, told = await _next(late), await _next(early)
        alarm = world.alarm()
        world.stream.wake()

        assert _seqs(opened) == _seqs(told) == [waiting]
        assert _seqs(await _next(early)) == _seqs(await _next(late)) == [alarm]


async def test_a_client_without_signals_is_told_entries_and_status(world: World) -> None:
    world.live.update(world.live_message(water_flow=200))
    async with running(world):
        bare, whole = (world.stream.subscribe(None, signals=wanted) for wanted in (False, True))
        opened = await _next(bare)
        assert b"event: signals" in await _next(whole)
        world.live.update(world.live_message(water_flow=201))
        assert b"event: signals" in await _next(whole)
        alarm = world.alarm()
        world.stream.wake()
        told = await _next(bare)

    assert opened.count(b"event: ") == opened.count(b"event: status") == 1
    assert _seqs(told) == [alarm]
    assert b"event: signals" not in told


async def test_an_older_copy_of_the_journal_resets(world: World) -> None:
    async with running(world):
        seqs = [world.alarm(f"a{number}:low") for number in range(3)]
        await _read(world, seqs[-1])
        client = world.stream.subscribe(None)
        await _next(client)
        with world.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM entry WHERE seq > 1")
        chunk = await _next(client)
        while b"event: reset" not in chunk:
            chunk = await _next(client)

    assert f'"position":"{world.writer.epoch}-1"'.encode() in chunk


async def test_who_asks_before_the_journal_was_read_waits_for_that(world: World) -> None:
    missed = world.alarm()
    task = asyncio.create_task(world.stream.run())
    await world.stream.begun()
    client = world.stream.subscribe(f"{world.writer.epoch}-0")
    task.cancel()

    assert _seqs(await _next(client)) == [missed]


async def test_a_journal_that_begins_late_resets_those_who_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.journal_tail._BEGIN_WITHIN_S", 0.05)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE journal_identity RENAME TO away")
    task = asyncio.create_task(world.stream.run())
    await world.stream.begun()
    client = world.stream.subscribe(None)
    assert b'"position":null' in await _next(client)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO journal_identity")
    seq = world.alarm()
    chunk = b""
    while b"event: reset" not in chunk:
        chunk = await _next(client)
    task.cancel()

    assert _seqs(chunk) == []
    assert f'"position":"{world.writer.epoch}-{seq}"'.encode() in chunk

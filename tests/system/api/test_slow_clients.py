"""Clients that take little or nothing: they are told so, and nobody else notices."""

import asyncio
import json
import socket
from itertools import count
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api_world import World
from tests.system.api.api_events import Events, serving, streaming, until

pytestmark = pytest.mark.system

LONG = {"zh": "长" * 70_000, "en": "long"}


def _slow_socket(address: str, headers: dict[str, str]) -> socket.socket:
    """Ask for the stream and read nothing."""
    where = urlsplit(address)
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect((where.hostname, where.port))
    lines = ["GET /api/v1/events HTTP/1.1", f"Host: {where.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    slow.sendall("\r\n".join([*lines, "", ""]).encode())
    return slow


async def _delay(world: World, events: Events, **changes: object) -> float:
    """Journal an alarm; give the seconds until this client has it, and nothing but it."""
    loop = asyncio.get_running_loop()
    seq = world.alarm(**changes)
    began = loop.time()
    world.stream.wake()
    assert (await events.next("entry")).data["seq"] == seq
    return loop.time() - began


async def test_a_slow_client_gets_reset_and_goes_on_and_delays_nobody(world: World) -> None:
    async with serving(world.app) as address, streaming(address, world.bearer()) as quick:
        await quick.next("signals")
        alone = sorted([await _delay(world, quick, message=LONG) for _ in range(10)])
        slow = _slow_socket(address, world.bearer())
        await until(lambda: world.stream.clients == 2)
        beside = sorted([await _delay(world, quick, message=LONG) for _ in range(40)])
        received = await asyncio.to_thread(_read_until, slow, b"event: reset", b"")
        seqs = [world.alarm() for _ in range(3)]
        wanted = b"id: %s-%d\n" % (world.writer.epoch.encode(), seqs[-1])
        rest = await asyncio.to_thread(_read_until, slow, wanted, received)
        slow.close()

    data = rest.split(b"event: reset")[1].split(b"data: ")[1].split(b"\n")[0]
    assert json.loads(data)["reason"] == "slow_client"
    # Beside a client that takes nothing it takes as long as alone, but for the machine's moods.
    assert beside[20] < 2 * alone[5] + 0.05, (alone, beside)


def _read_until(slow: socket.socket, wanted: bytes, received: bytes) -> bytes:
    slow.settimeout(10)
    while wanted not in received or not received.split(wanted)[-1].count(b"\n\n"):
        received += slow.recv(1_000_000)
    return received


async def test_a_client_that_takes_nothing_is_cut_off_in_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.events._SEND_WITHIN_S", 0.3)
    async with serving(world.app) as address:
        slow = _slow_socket(address, world.bearer())
        await until(lambda: world.stream.clients == 1)
        for number in count():
            world.alarm(f"a{number}:low", message=LONG)
            world.stream.wake()
            await asyncio.sleep(0.05)
            if not world.stream.clients:
                break
        slow.close()

    assert number > 1


async def test_streams_that_end_are_forgotten_and_their_number_is_bounded(world: World) -> None:
    async with serving(world.app) as address:
        for _ in range(12):  # more than the 8 that may be open at once
            async with streaming(address, world.bearer()) as events:
                await events.next()
            await until(lambda: not world.stream.clients)
        sockets = [_slow_socket(address, world.bearer()) for _ in range(8)]
        await until(lambda: world.stream.clients == 8)
        async with httpx.AsyncClient(base_url=address) as client:
            answer = await client.get("/api/v1/events", headers=world.bearer())
        for slow in sockets:
            slow.close()

    assert (answer.status_code, answer.json()["code"]) == (503, "too_many_streams")

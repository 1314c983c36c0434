"""The gateway against an OPC UA server that is not ours: node-opcua, which also misbehaves."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.registry import pollers
from plant.moment import MILLISECOND, SECOND, from_text
from plant.plant import Device
from plant.quality import Quality, Reason
from plant.signal import Signal
from tests.patience import until
from tests.peers.node_opcua_client import look_at
from tests.peers.node_opcua_server import PASSWORD, PLC, USER, NodeOpcuaServer
from tests.signals import signal
from tests.system.gateway.heard import Heard, moment_of, pause_after, plant_of, running

pytestmark = pytest.mark.system

PERIOD = 0.2
MAX_AGE = 2.0
TIMEOUT = 1.0
OTHER = "urn:works:other"

# Whatever reads or keeps the conversation going; everything else changes something.
HARMLESS = {
    f"{name}Request"
    for name in (
        "GetEndpoints", "CreateSession", "ActivateSession", "CloseSession", "Read", "Browse",
        "TranslateBrowsePathsToNodeIds", "CreateSubscription", "DeleteSubscriptions",
        "CreateMonitoredItems", "DeleteMonitoredItems", "Publish", "Republish",
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture
async def server(pki: Path) -> AsyncIterator[NodeOpcuaServer]:
    server = NodeOpcuaServer(pki)
    await server.start()
    yield server
    await server.close()
    assert set(server.requests) <= HARMLESS  # a write or a call would have worked


def _device(server: NodeOpcuaServer) -> Device:
    return Device("ua", "opcua", "127.0.0.1", server.port, timeout_s=TIMEOUT)


def _signal(name: str, address: str = "", *, unit: str | None = "m") -> Signal:
    made = signal(name, address or f"nsu={PLC};s={name}", device="ua")
    return replace(made, unit=unit, period_s=PERIOD, max_age_s=MAX_AGE)


def _reading(
    heard: Heard, server: NodeOpcuaServer, *signals: Signal
) -> AbstractAsyncContextManager[None]:
    return running(pollers(plant_of([_device(server)], signals), heard, time.time_ns))


FLOW, LEVEL = _signal("flow"), _signal("level", "/Objects/2:Line/2:level")


def _assert_sound(heard: Heard) -> None:
    """No two values of a signal have the same read time in milliseconds."""
    for records in heard.of.values():
        moments = [moment // MILLISECOND for moment, _ in records]
        assert all(before < after for before, after in pairwise(moments))


async def test_numbers_of_every_type_are_read_and_nothing_else(server: NodeOpcuaServer) -> None:
    right = {
        "boolean": 1.0, "sbyte": -100.0, "byte": 200.0, "int16": -12345.0, "uint16": 54321.0,
        "int32": -123456789.0, "uint32": 3123456789.0, "int64": -1234567890123.0,
        "uint64": 9876543210987.0, "float": 0.15625, "double": 36.6,
    }  # fmt: skip
    wrong = ["string", "date_time", "doubles"]
    signals = [_signal(name, unit=None if name == "boolean" else "m") for name in right]
    signals += [_signal(name) for name in wrong]
    signals += [_signal("two as a switch", f"nsu={PLC};s=byte", unit=None)]
    signals += [_signal("no such node", f"nsu={PLC};s=nothing")]
    signals += [_signal("no such path", "/Objects/2:Line/2:nothing")]
    signals += [_signal("no such namespace", "nsu=urn:nobody;s=flow")]
    heard = Heard()

    async with _reading(heard, server, *signals):
        await until(lambda: len(heard.of) == len(signals))
        await heard.all_good(right)

    bad = {name: reason for name, reason in heard.reasons.items() if name not in right}
    assert bad == {
        **dict.fromkeys([*wrong, "two as a switch"], Reason.NOT_DECODABLE),
        **dict.fromkeys(["no such node", "no such path", "no such namespace"], Reason.REFUSED),
    }
    _assert_sound(heard)


async def test_a_node_is_found_however_it_is_named(server: NodeOpcuaServer) -> None:
    addresses = [f"nsu={PLC};s=double", "ns=2;s=double", "/Objects/2:Line/2:double"]
    heard = Heard()

    async with _reading(heard, server, *(_signal(address, address) for address in addresses)):
        await heard.all_good(dict.fromkeys(addresses, 36.6))


async def test_status_codes_become_qualities(server: NodeOpcuaServer) -> None:
    steps = [
        ("BadSensorFailure", Quality.BAD, Reason.SENSOR_FAULT),
        ("UncertainEngineeringUnitsExceeded", Quality.UNCERTAIN, Reason.OUT_OF_RANGE),
        ("BadOutOfService", Quality.BAD, Reason.REFUSED),
        ("UncertainLastUsableValue", Quality.UNCERTAIN, Reason.NO_ANSWER),
        ("BadNoCommunication", Quality.BAD, Reason.NO_ANSWER),
        ("GoodLocalOverride", Quality.UNCERTAIN, Reason.SENSOR_FAULT),
        ("GoodClamped", Quality.GOOD, Reason.NONE),
    ]
    heard = Heard()

    async with _reading(heard, server, FLOW, LEVEL):
        await heard.all_good({"flow": 0.0, "level": 0.0})
        for value, (status, quality, reason) in enumerate(steps, 1):
            await server.set("flow", value=float(value), status=status)
            await heard.judged("flow", quality, reason, MAX_AGE)
            if quality is not Quality.BAD:
                assert heard.last["flow"].value == value
            assert heard.last["level"].quality is Quality.GOOD

    _assert_sound(heard)


async def test_values_bear_the_time_that_their_source_gave_them(server: NodeOpcuaServer) -> None:
    heard = Heard()
    stamps = {
        1.0: "2026-03-04T05:06:07.089Z",
        2.0: "1999-12-31T23:59:59.999Z",  # stale, and it says so
        3.0: None,
        4.0: "2040-01-01T00:00:00.001Z",
    }

    async with _reading(heard, server, FLOW):
        for value, stamp in stamps.items():
            await server.set("flow", value=value, stamp=stamp)
            await heard.all_good({"flow": value}, MAX_AGE)

    for value, stamp in stamps.items():
        first = next(reading for _, reading in heard.of["flow"] if reading.value == value)
        assert first.source == (0 if stamp is None else from_text(stamp))
        assert first.quality is Quality.GOOD  # how old it may be is the monitor's business


async def test_what_does_not_change_is_given_every_period(server: NodeOpcuaServer) -> None:
    heard = Heard()

    async with _reading(heard, server, FLOW, LEVEL):
        await heard.all_good({"flow": 0.0, "level": 0.0})
        await until(lambda: len(heard.of["level"]) >= 10)

    for name in ("flow", "level"):
        gaps = [after - before for (before, _), (after, _) in pairwise(heard.of[name])]
        assert max(gaps) < 2.5 * PERIOD * SECOND  # one in each period, wherever in it
    _assert_sound(heard)


@pytest.mark.parametrize("what", ["sessions", "connections"])
async def test_what_the_server_drops_is_made_again(server: NodeOpcuaServer, what: str) -> None:
    heard = Heard()

    async with _reading(heard, server, FLOW, LEVEL):
        await heard.all_good({"flow": 0.0, "level": 0.0})
        for value in (1.0, 2.0, 3.0):
            await server.drop(what)
            await server.set("flow", value=value)
            await heard.all_good({"flow": value, "level": 0.0}, 2 * pause_after(0.0) + MAX_AGE)

    assert server.requests["CreateSessionRequest"] >= 4
    _assert_sound(heard)


async def test_a_frozen_server_is_bad_within_max_age_and_comes_back(
    server: NodeOpcuaServer,
) -> None:
    heard = Heard()

    async with _reading(heard, server, FLOW, LEVEL):
        await heard.all_good({"flow": 0.0, "level": 0.0})
        frozen = time.monotonic()
        server.freeze()
        await heard.all_bad(["flow", "level"], MAX_AGE)
        assert set(heard.reasons.values()) == {Reason.NO_ANSWER}
        await asyncio.sleep(0.6)
        server.thaw()
        pause = pause_after(time.monotonic() - frozen)
        await heard.all_good({"flow": 0.0, "level": 0.0}, 2 * pause + TIMEOUT)

    _assert_sound(heard)


async def test_after_a_new_numbering_no_value_is_another_s(server: NodeOpcuaServer) -> None:
    by_number = _signal("by number", "ns=2;s=flow")
    heard = Heard()

    async with _reading(heard, server, FLOW, LEVEL, by_number):
        await server.set("flow", value=1.0)
        await heard.all_good({"flow": 1.0, "level": 0.0, "by number": 1.0})
        await server.kill()
        await heard.all_bad(["flow", "level", "by number"], MAX_AGE)
        await server.start([OTHER, PLC])
        await server.set("flow", value=2.0)
        await heard.all_good({"flow": 2.0})
        assert heard.reasons["by number"] is heard.reasons["level"] is Reason.REFUSED


async def test_the_server_would_see_a_write_and_a_call(pki: Path, tmp_path: Path) -> None:
    server = NodeOpcuaServer(pki)
    await server.start()

    seen = await look_at(f"opc.tcp://127.0.0.1:{server.port}", tmp_path, watch_s=0.1)
    await server.kill()

    assert (seen.writes["ns=2;s=writable"], seen.calls["ns=2;s=Trip"]) == ("Good", "Good")
    assert {"WriteRequest", "CallRequest"} <= set(server.requests)


async def test_with_security_each_side_must_be_told_whom_to_trust(
    server: NodeOpcuaServer, tmp_path: Path
) -> None:
    secrets, pki, heard = tmp_path / "secrets", tmp_path / "pki", Heard()
    device = replace(_device(server), security="sign_and_encrypt", user=USER)
    plant = plant_of([device], [FLOW])
    secrets.mkdir()
    (secrets / "ua.password").write_text("a wrong one")

    async with running(pollers(plant, heard, time.time_ns, secrets=secrets, pki=pki)):
        shown = pki / "rejected" / "ua.der"
        await until(shown.exists)
        await until(lambda: heard.reasons == {"flow": Reason.REFUSED})
        (pki / "trusted").mkdir()
        shown.rename(pki / "trusted" / "ua.der")

        await until(lambda: any((server.pki / "rejected").iterdir()))
        assert not server.users
        await server.trust(pki / "own.der")

        await until(lambda: "ActivateSessionRequest" in server.requests, 15)
        assert not server.users
        assert heard.reasons == {"flow": Reason.REFUSED}
        (secrets / "ua.password").write_text(f"{PASSWORD}\n")
        await heard.all_good({"flow": 0.0}, 15)

    assert set(server.users) == {USER}
    assert server.channels[-1] == "SignAndEncrypt"
    _assert_sound(heard)


@pytest.mark.timeout(150)
async def test_reading_resumes_after_each_of_20_restarts(server: NodeOpcuaServer) -> None:
    chance = random.Random(21)  # noqa: S311 - moments, not secrets
    heard = Heard()

    async with _reading(heard, server, FLOW, LEVEL):
        for _ in range(20):
            await heard.all_good({"flow": 0.0, "level": 0.0})
            await server.prepare()
            await asyncio.sleep(chance.uniform(0.0, 0.3))
            killed = time.monotonic()
            await server.kill()
            await heard.all_bad(["flow", "level"], MAX_AGE)
            await asyncio.sleep(chance.uniform(0.0, 0.5))
            await server.start()
            pause = pause_after(time.monotonic() - killed)
            resumed = await moment_of(lambda: set(heard.values) == {"flow", "level"})
            # Then a session and its first values take a dozen answers of a server that just woke.
            assert resumed < 2 * pause + TIMEOUT

    _assert_sound(heard)

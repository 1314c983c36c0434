"""The gateway against a Modbus server that is not ours: libmodbus, in C, which also misbehaves.

What a number's bytes are is decided by the C compiler there, so the two sides cannot share a
misunderstanding.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import count

import pytest

from gateway.registry import pollers
from plant.modbus_address import ByteOrder, Table
from plant.plant import Device
from plant.quality import Quality, Reason
from plant.signal import Signal
from tests.patience import until
from tests.peers.libmodbus_server import Asked, LibmodbusServer
from tests.peers.mbpoll import mbpoll
from tests.signals import signal
from tests.system.gateway.heard import Heard, moment_of, pause_after, plant_of, running

pytestmark = pytest.mark.system

UNITS = (1, 2, 3, 4)
TIMEOUT = 0.15
MAX_AGE = 1.0
NUMBERS = {
    "int16": "-12345",
    "uint16": "54321",
    "int32": "-123456789",
    "uint32": "3123456789",
    "int64": "-1234567890123",
    "uint64": "9876543210987654321",
    "float32": "-1234.5625",
    "float64": "3.141592653589793",
}


@pytest.fixture
async def server() -> AsyncIterator[LibmodbusServer]:
    server = LibmodbusServer(UNITS)
    await server.start()
    yield server
    await server.kill()
    assert server.functions <= {1, 2, 3, 4}  # a write would have worked


def _device(server: LibmodbusServer, unit: int = 1, order: ByteOrder = ByteOrder.ABCD) -> Device:
    return Device(
        f"plc-{unit}", "modbus-tcp", "127.0.0.1", server.port, unit,
        word_order="little" if order.low_register_first else "big",
        byte_order="little" if order.low_byte_first else "big",
        timeout_s=TIMEOUT,
    )  # fmt: skip


def _signal(id: str, address: str, unit: int = 1) -> Signal:  # noqa: A002 - the field's name
    return signal(id, address, device=f"plc-{unit}", period_s=0.05, max_age_s=MAX_AGE)


def _polling(
    heard: Heard, devices: Sequence[Device], signals: Sequence[Signal]
) -> AbstractAsyncContextManager[None]:
    return running(pollers(plant_of(devices, signals), heard, time.time_ns))


async def test_every_form_in_every_order_is_what_c_laid_out(server: LibmodbusServer) -> None:
    signals: list[Signal] = []
    expected: dict[str, float] = {}
    for unit, own_order in zip(UNITS, ByteOrder, strict=True):
        for table in ("holding", "input"):
            number = count(0, 4)  # no number is longer
            for form, text in NUMBERS.items():
                for order in (None, *ByteOrder):
                    at = f"{table}:{next(number)}"
                    await server.put(at, form, text, order=order or own_order, unit=unit)
                    suffix = f":{order}" if order else ""
                    signals.append(_signal(f"{unit}.{at}", f"{at}:{form}{suffix}", unit))
                    expected[f"{unit}.{at}"] = float(text)
    devices = [_device(server, *each) for each in zip(UNITS, ByteOrder, strict=True)]
    heard = Heard()

    async with _polling(heard, devices, signals):
        await heard.all_good(expected)

    assert len(expected) == 4 * 2 * 8 * 5


@pytest.mark.parametrize("order", [ByteOrder.ABCD, ByteOrder.DCBA])
async def test_bits_of_registers_are_those_of_the_number_that_c_laid_out(
    server: LibmodbusServer, order: ByteOrder
) -> None:
    pattern = 0b1010_0110_0011_0101
    signals = [_signal(f"bit{n}", f"holding:7:bit{n}") for n in range(16)]
    expected = {f"bit{n}": float(pattern >> n & 1) for n in range(16)}
    for first, last, value in (
        (0, 3, 0b0101),
        (4, 7, 0b0011),
        (5, 10, 0b110001),
        (0, 15, pattern),
    ):
        signals.append(_signal(f"bits{first}-{last}", f"holding:7:bits{first}-{last}"))
        expected[f"bits{first}-{last}"] = float(value)
    await server.put("holding:7", "uint16", str(pattern), order=order)
    heard = Heard()

    async with _polling(heard, [_device(server, order=order)], signals):
        await heard.all_good(expected)
        await server.put("holding:7", "uint16", "0")
        await heard.all_good(dict.fromkeys(expected, 0.0))


async def test_single_bits_are_what_c_set(server: LibmodbusServer) -> None:
    numbers = range(90, 110)  # across the bytes of an answer
    signals = [_signal(f"{t}{n}", f"{t}:{n}") for n in numbers for t in ("coil", "discrete")]
    expected = {f"coil{n}": float((n + 1) % 3 == 0) for n in numbers}
    expected |= {f"discrete{n}": float((n + 1) % 3 != 0) for n in numbers}
    heard = Heard()

    async with _polling(heard, [_device(server)], signals):
        await heard.all_good(expected)
        await server.put("coil:100", "uint16", "1")
        await server.put("discrete:101", "uint16", "0")
        await heard.all_good(expected | {"coil100": 1.0, "discrete101": 0.0})


@pytest.mark.parametrize(
    ("addresses", "most", "blocks"),
    [
        ([f"holding:{n}:uint16" for n in range(300)], 125, 3),
        ([f"input:{n}:uint16" for n in range(0, 250, 2)], 125, 2),  # gaps are read along
        ([f"input:{n}:float64" for n in range(0, 500, 4)], 125, 5),  # 31 whole ones in a block
        ([f"coil:{n}" for n in range(0, 5000, 5)], 2000, 3),
        ([f"discrete:{n}" for n in range(2000)], 2000, 1),
        (["holding:0:uint16", "holding:65535:uint16"], 1, 2),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
async def test_neighbours_are_asked_for_together(
    server: LibmodbusServer, addresses: Sequence[str], most: int, blocks: int
) -> None:
    heard = Heard()
    signals = [_signal(address, address) for address in addresses]
    table = Table[addresses[0].split(":")[0].upper()]

    async with _polling(heard, [_device(server)], signals):
        await until(lambda: min((len(heard.of.get(a, ())) for a in addresses), default=0) >= 3)

    asked = set(server.requests)
    assert len(asked) == blocks
    assert {(one.unit, one.function) for one in asked} == {(1, table.function)}
    assert all(1 <= one.items <= most for one in asked)
    assert set(heard.reasons.values()) == {Reason.NONE}


FOUR = [
    _signal("coil", "coil:2"),
    _signal("discrete", "discrete:3"),
    _signal("holding", "holding:4:uint16"),
    _signal("input", "input:9:uint32"),
]
# What the server's pattern gives there: 7 n + unit, in the input table one more.
RIGHT = {"coil": 1.0, "discrete": 1.0, "holding": 29.0, "input": 65.0 * 65536 + 72.0}

MISBEHAVIOUR = [
    *((f"exception {code}", Reason.REFUSED) for code in range(1, 10)),
    ("exception 10", Reason.NO_ANSWER),  # a gateway in between cannot reach its device
    ("exception 11", Reason.NO_ANSWER),
    ("late 400", Reason.NO_ANSWER),
    ("silent", Reason.NO_ANSWER),
    ("deaf", Reason.NO_ANSWER),
    ("hang-up", Reason.NO_ANSWER),
    ("reset", Reason.NO_ANSWER),
    ("wrong-transaction", Reason.NOT_DECODABLE),
    ("zero-transaction", Reason.NOT_DECODABLE),
    ("wrong-protocol", Reason.NOT_DECODABLE),
    ("wrong-unit", Reason.NOT_DECODABLE),
    ("wrong-function", Reason.NOT_DECODABLE),
    ("wrong-count", Reason.NOT_DECODABLE),
    ("short-frame", Reason.NOT_DECODABLE),
    ("short-data", Reason.NOT_DECODABLE),
    ("long-data", Reason.NOT_DECODABLE),
    ("corrupt-length 0", Reason.NOT_DECODABLE),
    ("corrupt-length 200", Reason.NOT_DECODABLE),
    ("corrupt-length 65535", Reason.NOT_DECODABLE),
    ("garbage", Reason.NOT_DECODABLE),
]


@pytest.mark.parametrize(("manner", "reason"), MISBEHAVIOUR)
async def test_misbehaviour_is_bad_for_its_reason_and_ends_by_itself(
    server: LibmodbusServer, manner: str, reason: Reason
) -> None:
    heard = Heard()
    name, _, argument = manner.partition(" ")

    async with _polling(heard, [_device(server)], FOUR):
        await heard.all_good(RIGHT)
        began = time.monotonic()
        await server.manner(name, int(argument or 0))
        await heard.all_bad(RIGHT, MAX_AGE)
        await asyncio.sleep(0.2)
        assert set(heard.reasons.values()) == {reason}
        await server.manner("honest")
        pause = pause_after(time.monotonic() - began)
        await heard.all_good(RIGHT, 2 * pause + TIMEOUT)

    _assert_never_wrong(heard)


@pytest.mark.parametrize("manner", ["twice", "in-pieces"])
async def test_odd_but_right_answers_are_read(server: LibmodbusServer, manner: str) -> None:
    heard = Heard()

    async with _polling(heard, [_device(server)], FOUR):
        await heard.all_good(RIGHT)
        await server.manner(manner, 1)
        before = len(heard.of["coil"])
        await until(lambda: len(heard.of["coil"]) >= before + 6)

    assert {reading.quality for records in heard.of.values() for _, reading in records} == {
        Quality.GOOD
    }
    _assert_never_wrong(heard)
    assert server.connections == 1


def _assert_never_wrong(heard: Heard) -> None:
    """Whatever came over the wire, a GOOD value is the right one."""
    for name, records in heard.of.items():
        assert {r.value for _, r in records if r.quality is Quality.GOOD} == {RIGHT[name]}
        moments = [moment for moment, _ in records]
        assert moments == sorted(moments)


async def test_a_hole_in_a_block_blinds_only_who_lives_there(server: LibmodbusServer) -> None:
    signals = [_signal(f"r{n}", f"holding:{n}:uint16") for n in range(40)]
    heard = Heard()
    await server.lose(3, 20)

    async with _polling(heard, [_device(server)], signals):
        expected = {f"r{n}": 7.0 * n + 1 for n in range(40) if n != 20}
        await heard.all_good(expected)
        assert heard.reasons["r20"] is Reason.REFUSED
        asked = len(server.requests)
        polled = len(heard.of["r0"])
        await until(lambda: len(heard.of["r0"]) >= polled + 10)
        assert len(server.requests) - asked <= 11 * 40
        await server.lose(3, -1)
        await server.drop()
        await heard.all_good(expected | {"r20": 141.0})


async def test_a_device_that_refuses_long_blocks_is_read_in_shorter_ones(
    server: LibmodbusServer,
) -> None:
    signals = [_signal(f"r{n}", f"input:{n}:uint16") for n in range(100)]
    heard = Heard()
    await server.refuse_longer_than(16)

    async with _polling(heard, [_device(server)], signals):
        await heard.all_good({f"r{n}": 7.0 * n + 2 for n in range(100)})


async def test_a_unit_that_does_not_answer_does_not_disturb_the_others(
    server: LibmodbusServer,
) -> None:
    devices = [_device(server, 1), _device(server, 99)]
    signals = [_signal("here", "holding:1:uint16", 1), _signal("away", "holding:1:uint16", 99)]
    heard = Heard()

    async with _polling(heard, devices, signals):
        await until(lambda: len(heard.of.get("away", ())) >= 10)
        await until(lambda: len(heard.of.get("here", ())) >= 10)

    assert heard.reasons == {"here": Reason.NONE, "away": Reason.NO_ANSWER}
    assert {r.value for _, r in heard.of["here"]} == {8.0}
    assert Asked(99, 3, 1, 1) in server.requests


async def test_the_server_would_see_a_write() -> None:
    server = LibmodbusServer()
    await server.start()

    for table, values in (("0", ["1"]), ("0", ["0", "1"]), ("4", ["7"]), ("4", ["7", "8"])):
        assert (await mbpoll(server.port, "-t", table, "-r", "0", "127.0.0.1", *values)).code == 0
    await server.kill()

    assert server.functions == {5, 6, 15, 16}


async def test_polling_resumes_after_each_of_20_restarts(server: LibmodbusServer) -> None:
    chance = random.Random(20)  # noqa: S311 - moments, not secrets
    heard = Heard()

    async with _polling(heard, [_device(server)], FOUR):
        for _ in range(20):
            await heard.all_good(RIGHT)
            await asyncio.sleep(chance.uniform(0.0, 0.2))
            killed = time.monotonic()
            await server.kill()
            await heard.all_bad(RIGHT, MAX_AGE)
            await asyncio.sleep(chance.uniform(0.0, 0.4))
            await server.start()
            pause = pause_after(time.monotonic() - killed)
            assert await moment_of(lambda: heard.values == RIGHT) < 2 * pause

    _assert_never_wrong(heard)

"""A device that does not do as it should gives BAD readings with the reason, and never a crash."""

import asyncio
import gc
import random
import time
from collections.abc import AsyncIterator, Sequence

import pytest

from gateway.modbus.plan import Read
from gateway.modbus.source import ModbusSource
from gateway.poller import Poller
from gateway.source import ReadError
from plant.plant import Device
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from tests.patience import until
from tests.peers.bare_modbus_device import BareModbusDevice, Manner
from tests.signals import signal

pytestmark = pytest.mark.system

Record = tuple[int, Readings]

TIMEOUT = 0.2
SIGNALS = [
    signal("level", "input:0:uint16", period_s=0.05),
    signal("flow", "input:9:uint16", period_s=0.05),
    signal("speed", "holding:4:uint16", period_s=0.05),
    signal("gate", "discrete:3", period_s=0.05),
    signal("lamp", "coil:2", period_s=0.05),
]
GOOD = [
    Reading("lamp", 0.0), Reading("gate", 1.0), Reading("speed", 4.0),
    Reading("level", 0.0), Reading("flow", 9.0),
]  # fmt: skip


@pytest.fixture(autouse=True)
async def _quiet_loop() -> AsyncIterator[None]:
    """Nothing may escape into the event loop, where nobody would hear it."""
    escaped: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context))
    yield
    gc.collect()
    assert escaped == []


@pytest.fixture
async def recorder() -> AsyncIterator[BareModbusDevice]:
    device = BareModbusDevice()
    await device.start()
    yield device
    await device.stop()


def _device(port: int) -> Device:
    return Device("plc", "modbus-tcp", "127.0.0.1", port, timeout_s=TIMEOUT)


@pytest.fixture
async def source(recorder: BareModbusDevice) -> AsyncIterator[ModbusSource]:
    source = ModbusSource(_device(recorder.port), SIGNALS)
    await source.connect()
    yield source
    await source.close()


async def _everything(source: ModbusSource) -> list[Reading]:
    (group,) = source.groups
    answers = [await source.read(part) for part in group.parts]
    return list(source.readings(group.parts, answers))


@pytest.mark.parametrize("manner", [Manner.HONEST, Manner.TRICKLE, Manner.TWICE])
async def test_right_answers_are_read(
    recorder: BareModbusDevice, source: ModbusSource, manner: Manner
) -> None:
    recorder.manner = manner

    assert await _everything(source) == GOOD
    assert await _everything(source) == GOOD
    assert recorder.functions == [1, 2, 3, 4] * 2


async def _readings(source: ModbusSource, part: Read) -> Readings:
    return source.readings([part], [await source.read(part)])


PROMPT, LATE = 0.6 * TIMEOUT, 1.8 * TIMEOUT


@pytest.mark.parametrize(
    ("manner", "reason", "within"),
    [
        (Manner.WRONG_UNIT, Reason.NOT_DECODABLE, PROMPT),
        (Manner.WRONG_FUNCTION, Reason.NOT_DECODABLE, PROMPT),
        (Manner.ZERO_TRANSACTION, Reason.NOT_DECODABLE, PROMPT),
        (Manner.SHORT_DATA, Reason.NOT_DECODABLE, PROMPT),
        (Manner.NO_DATA, Reason.NOT_DECODABLE, PROMPT),
        (Manner.GARBAGE, Reason.NOT_DECODABLE, PROMPT),
        (Manner.WRONG_TRANSACTION, Reason.NOT_DECODABLE, LATE),
        (Manner.SHORT_FRAME, Reason.NOT_DECODABLE, LATE),
        (Manner.SILENCE, Reason.NO_ANSWER, LATE),
        (Manner.HANG_UP, Reason.NO_ANSWER, PROMPT),
        (Manner.EXCEPTION, Reason.REFUSED, PROMPT),
        (Manner.TARGET_AWAY, Reason.NO_ANSWER, PROMPT),
    ],
)
async def test_wrong_answers_are_named_and_the_next_connection_is_clean(
    recorder: BareModbusDevice, source: ModbusSource, manner: Manner, reason: Reason, within: float
) -> None:
    (group,) = source.groups
    for part in group.parts:
        recorder.manner = manner
        began = time.monotonic()
        with pytest.raises(ReadError) as caught:
            await source.read(part)
        assert time.monotonic() - began < within
        assert caught.value.reason is reason
        recorder.manner = Manner.HONEST
        await source.connect()
        assert await _everything(source) == GOOD


async def test_after_a_failure_the_source_is_not_connected(
    recorder: BareModbusDevice, source: ModbusSource
) -> None:
    recorder.manner = Manner.SILENCE
    (group,) = source.groups
    for message in ("No response", "not connected"):
        with pytest.raises(ReadError, match=message) as caught:
            await source.read(group.parts[0])
        assert caught.value.reason is Reason.NO_ANSWER


async def test_nobody_there_is_no_answer(recorder: BareModbusDevice) -> None:
    await recorder.stop()
    source = ModbusSource(_device(recorder.port), SIGNALS)

    with pytest.raises(ReadError, match="no connection") as caught:
        await source.connect()

    assert caught.value.reason is Reason.NO_ANSWER


async def test_one_missing_register_does_not_blind_its_neighbours(
    recorder: BareModbusDevice,
) -> None:
    signals = [signal(f"s{n}", f"input:{n}:uint16") for n in (0, 1, 2, 5)]
    source = ModbusSource(_device(recorder.port), signals)
    (part,) = source.groups[0].parts
    await source.connect()

    recorder.missing = {3, 4}  # only the gap
    assert [reading.value for reading in await _readings(source, part)] == [0.0, 1.0, 2.0, 5.0]
    recorder.missing = {1}
    readings = list(await _readings(source, part))
    recorder.requests.clear()
    again = list(await _readings(source, part))
    await source.close()

    for found in (readings, again):
        assert [(reading.signal, reading.quality, reading.reason) for reading in found] == [
            ("s0", Quality.GOOD, Reason.NONE),
            ("s1", Quality.BAD, Reason.REFUSED),
            ("s2", Quality.GOOD, Reason.NONE),
            ("s5", Quality.GOOD, Reason.NONE),
        ]
    assert recorder.requests == [(4, 0, 1), (4, 1, 1), (4, 2, 1), (4, 5, 1)]


async def test_the_longest_requests_are_read(recorder: BareModbusDevice) -> None:
    signals = [signal(f"r{n}", f"holding:{n}:uint16") for n in range(125)]
    signals += [signal(f"c{n}", f"coil:{n}") for n in range(0, 2000, 111)]
    signals += [signal("last", "coil:1999")]
    source = ModbusSource(_device(recorder.port), signals)
    await source.connect()

    readings = {reading.signal: reading.value for reading in await _everything(source)}
    await source.close()

    assert readings == {
        item.id: float(number & 1 if item.discrete else number)
        for item in signals
        for number in [int(item.address.split(":")[1])]
    }
    assert recorder.requests == [(1, 0, 2000), (3, 0, 125)]


async def test_the_longest_answer_given_twice_is_read(recorder: BareModbusDevice) -> None:
    signals = [signal(f"r{n}", f"holding:{n}:uint16") for n in range(125)]
    source = ModbusSource(_device(recorder.port), signals)
    recorder.manner = Manner.TWICE
    await source.connect()

    for _ in range(3):
        assert [reading.value for reading in await _everything(source)] == list(range(125))
    await source.close()


async def test_a_hang_up_between_two_reads_is_made_good(
    recorder: BareModbusDevice, source: ModbusSource
) -> None:
    assert await _everything(source) == GOOD
    await recorder.stop()
    await recorder.start(recorder.port)

    assert await _everything(source) == GOOD
    assert recorder.connections == 2


@pytest.mark.parametrize("seed", range(20))
async def test_noise_on_the_line_is_no_answer_of_any_kind(
    recorder: BareModbusDevice, source: ModbusSource, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - noise, not a secret
    recorder.noise = chance.randbytes(chance.randint(1, 600))
    recorder.manner = Manner.NOISE
    (group,) = source.groups

    with pytest.raises(ReadError) as caught:
        await source.read(group.parts[seed % len(group.parts)])

    assert caught.value.reason is Reason.NOT_DECODABLE


async def test_what_comes_unasked_is_ignored(
    recorder: BareModbusDevice, source: ModbusSource
) -> None:
    recorder.noise = bytes.fromhex("0009 0000 0003 01 63 00") + b"unasked"
    for _ in range(3):
        await recorder.say_unasked()
        await asyncio.sleep(0.02)
        assert await _everything(source) == GOOD
    assert recorder.connections == 1


async def test_a_cancelled_read_hangs_up(recorder: BareModbusDevice, source: ModbusSource) -> None:
    recorder.manner = Manner.SILENCE
    (group,) = source.groups
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(source.read(group.parts[0]), timeout=0.02)

    with pytest.raises(ReadError, match="not connected"):
        await source.read(group.parts[0])


@pytest.mark.parametrize("manner", [kind for kind in Manner if kind is not Manner.HONEST])
async def test_polling_goes_through_any_manner_and_recovers(
    recorder: BareModbusDevice, manner: Manner
) -> None:
    records: list[Record] = []
    source = ModbusSource(_device(recorder.port), SIGNALS)
    poller = Poller(
        "plc", source, lambda _, moment, readings: records.append((moment, readings)), time.time_ns
    )
    task = asyncio.create_task(poller.run())
    await until(lambda: len(records) >= 2 and _latest(records) == GOOD)

    recorder.manner = manner
    recorder.noise = b"\x00" * 9
    if manner in (Manner.TRICKLE, Manner.TWICE):
        await asyncio.sleep(0.2)
        assert not poller.counters.failures
    else:
        await until(lambda: len(_bad(records)) >= 10)
        assert len({reading.reason for reading in _bad(records)}) == 1
    recorder.manner = Manner.HONEST
    await until(lambda: _latest(records) == GOOD and poller.connected)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert poller.counters.crashes == 0
    assert set(recorder.functions) == {1, 2, 3, 4}
    assert [moment for moment, _ in records] == sorted(moment for moment, _ in records)


def _latest(records: Sequence[Record]) -> list[Reading]:
    last = {reading.signal: reading for _, readings in records for reading in readings}
    return [last[reading.signal] for reading in GOOD if reading.signal in last]


def _bad(records: Sequence[Record]) -> list[Reading]:
    return [
        reading
        for _, readings in records
        for reading in readings
        if reading.quality is Quality.BAD
    ]

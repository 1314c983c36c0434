"""Devices that are slow or dead: what is BAD when, and who has to wait for whom."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from itertools import pairwise

import pytest

from gateway.modbus.source import ModbusSource
from gateway.poller import Poller, poll_all
from gateway.source import Group, ReadError
from plant.moment import MILLISECOND, SECOND
from plant.plant import Device
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from tests.patience import until
from tests.peers.bare_modbus_device import BareModbusDevice, Manner
from tests.signals import signal

pytestmark = pytest.mark.system

Record = tuple[int, Readings]


@pytest.fixture
async def recorder() -> AsyncIterator[BareModbusDevice]:
    device = BareModbusDevice()
    await device.start()
    yield device
    await device.stop()


def _poller(port: int, records: list[Record], *, timeout_s: float, **times: float) -> Poller:
    signals = [signal("s", "input:7:uint16", **times)]
    device = Device(f"plc-{port}", "modbus-tcp", "127.0.0.1", port, timeout_s=timeout_s)
    source = ModbusSource(device, signals)
    return Poller(device.id, source, lambda _, *record: records.append(record), time.time_ns)


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_dead_device_is_bad_within_max_age_though_its_time_out_is_longer(
    recorder: BareModbusDevice,
) -> None:
    records: list[Record] = []
    poller = _poller(recorder.port, records, timeout_s=5.0, period_s=0.1, max_age_s=0.6)
    task = asyncio.create_task(poller.run())
    await until(lambda: len(records) >= 3)

    recorder.manner = Manner.SILENCE
    died = time.time_ns()
    await until(lambda: records[-1][1].quality[0] == Quality.BAD, seconds=2)
    await until(lambda: len(records) >= 12)
    recorder.manner = Manner.HONEST
    await until(lambda: records[-1][1].quality[0] == Quality.GOOD)
    await _stopped(task)

    bad = [(moment, values) for moment, values in records if values.quality[0] == Quality.BAD]
    assert bad[0][0] - died <= 0.6 * SECOND + 60 * MILLISECOND  # how long a busy machine may take
    assert {int(values.reasons[0]) for _, values in bad} == {Reason.NO_ANSWER}
    assert poller.counters.crashes == 0


async def test_a_dead_device_delays_no_other(recorder: BareModbusDevice) -> None:
    dead = BareModbusDevice()
    await dead.start()
    dead.manner = Manner.SILENCE
    heard: list[Record] = []
    silent: list[Record] = []
    times = {"timeout_s": 1.0, "period_s": 0.05, "max_age_s": 2.0}
    readers = [_poller(recorder.port, heard, **times), _poller(dead.port, silent, **times)]
    task = asyncio.create_task(poll_all(readers))

    await until(lambda: len(heard) >= 30)
    await _stopped(task)
    await dead.stop()

    assert all(values.quality[0] == Quality.GOOD for _, values in heard)
    assert max(after - before for (before, _), (after, _) in pairwise(heard)) < SECOND // 4
    assert {int(values.reasons[0]) for _, values in silent} == {Reason.NO_ANSWER}
    assert len(silent) >= 10


async def test_a_poller_that_is_cancelled_while_answers_come_always_stops(
    recorder: BareModbusDevice,
) -> None:
    for turn in range(40):
        records: list[Record] = []
        poller = _poller(recorder.port, records, timeout_s=1.0, period_s=0.01, max_age_s=2.0)
        task = asyncio.create_task(poller.run())
        await until(lambda got=records: len(got) >= 1)
        await asyncio.sleep(0.01 + turn * 0.0003)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(task), 2)


async def test_an_answer_that_comes_with_the_cancellation_does_not_hide_it(
    recorder: BareModbusDevice,
) -> None:
    device = Device("plc", "modbus-tcp", "127.0.0.1", recorder.port, timeout_s=1.0)
    source = ModbusSource(device, [signal("s", "input:7:uint16")])
    await source.connect()
    asking = asyncio.current_task()
    assert asking is not None
    waiting = asyncio.create_task(source.read(source.groups[0].parts[0]))
    recognise = source._on_bytes

    def together(sending: bool, data: bytes) -> bytes:  # noqa: FBT001
        if not sending:
            asyncio.get_running_loop().call_soon(waiting.cancel)
        return recognise(sending, data)

    assert source._client is not None
    source._client.ctx.trace_packet = together

    with pytest.raises(asyncio.CancelledError):
        await waiting
    await source.close()


class Part:
    """A request for one signal, which takes a while."""

    def __init__(self, name: str, takes_s: float) -> None:
        self.signals = (name,)
        self.takes_s = takes_s


class Source:
    """A device with a quick group and a slow one of many parts; or whatever `groups` say."""

    def __init__(self, *groups: Group[Part], broken: bool = False) -> None:
        self.groups = groups
        self.broken = broken

    async def connect(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def read(self, part: Part) -> float:
        if part.takes_s < 0:
            raise ReadError(Reason.REFUSED, "no")
        await asyncio.sleep(part.takes_s)
        return 1.0

    def readings(self, parts: Sequence[Part], answers: Sequence[float | Reason]) -> Readings:
        if self.broken:
            raise ZeroDivisionError("a fault of ours")
        return Readings.of(
            [
                Reading(part.signals[0], 0.0, Quality.BAD, answer)
                if isinstance(answer, Reason)
                else Reading(part.signals[0], answer)
                for part, answer in zip(parts, answers, strict=True)
            ]
        )


async def test_a_long_poll_lets_the_quick_signals_in_between_and_still_ends() -> None:
    quick = Group(SECOND // 20, (Part("quick", 0.0),))
    slow = Group(10 * SECOND, tuple(Part(f"slow{n}", 0.02) for n in range(30)))
    records: list[Record] = []
    poller = Poller(
        "plc", Source(quick, slow), lambda _, *record: records.append(record), time.time_ns
    )
    task = asyncio.create_task(poller.run())

    await until(lambda: any("slow29" in values.signals for _, values in records))
    await _stopped(task)

    came = [moment for moment, values in records if values.signals == ("quick",)]
    assert len(came) >= 8
    assert max(after - before for before, after in pairwise(came)) < 150 * MILLISECOND
    slow_ones = [name for _, values in records for name in values.signals if name != "quick"]
    assert slow_ones == [f"slow{n}" for n in range(30)]


async def test_an_error_of_ours_while_decoding_is_counted_bad_and_does_not_end_polling() -> None:
    records: list[Record] = []
    source = Source(Group(SECOND // 50, (Part("a", 0.0), Part("b", -1.0))), broken=True)
    poller = Poller("plc", source, lambda _, *record: records.append(record), time.time_ns)
    task = asyncio.create_task(poller.run())

    await until(lambda: len(records) >= 3)
    source.broken = False
    await until(lambda: records[-1][1].quality[0] == Quality.GOOD)
    await _stopped(task)

    assert [reading.reason for reading in records[0][1]] == [Reason.NOT_DECODABLE] * 2
    assert [reading.reason for reading in records[-1][1]] == [Reason.NONE, Reason.REFUSED]
    assert poller.counters.crashes >= 3

"""The poller against the demonstration's own server, over real sockets."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest

from gateway.modbus.source import ModbusSource
from gateway.poller import Poller, poll_all
from gateway.source import Group, ReadError
from plant.moment import SECOND
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from simulators.serve import serve
from tests.patience import until
from tests.plant_files import caster_plant

pytestmark = pytest.mark.system

Record = tuple[int, tuple[Reading, ...]]


@pytest.fixture(scope="module")
def demo() -> Plant:
    return caster_plant()


class Simulator:
    """The demonstration, to be started and killed."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.port = 0
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        ports = asyncio.get_running_loop().create_future()
        endpoints = {"mould-plc": ("127.0.0.1", self.port)}
        self.task = asyncio.create_task(
            serve(self.plant, 1, endpoints, None, time.time_ns, ports.set_result)
        )
        self.port = (await ports)["mould-plc"]

    async def kill(self) -> None:
        assert self.task is not None
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


def _poller(plant: Plant, port: int, records: list[Record]) -> Poller:
    device = replace(plant.devices[0], port=port)
    source = ModbusSource(device, plant.signals_of(device.id))
    return Poller(
        device.id,
        source,
        lambda _, moment, readings: records.append((moment, tuple(readings))),
        time.time_ns,
    )


def _of(records: Sequence[Record], signal: str) -> list[tuple[int, Reading]]:
    return [
        (moment, reading)
        for moment, readings in records
        for reading in readings
        if reading.signal == signal
    ]


async def test_a_killed_and_restarted_device_is_bad_and_comes_back(demo: Plant) -> None:
    simulator = Simulator(demo)
    await simulator.start()
    records: list[Record] = []
    poller = _poller(demo, simulator.port, records)
    task = asyncio.create_task(poller.run())

    await until(lambda: len(_of(records, "caster-1.water_flow")) >= 3)
    await simulator.kill()
    killed = time.time_ns()
    await until(lambda: len([r for _, r in _of(records, "caster-1.water_flow")
                             if r.quality is Quality.BAD]) >= 4)  # fmt: skip
    await simulator.start()
    restarted = time.time_ns()
    await until(lambda: records[-1][1][0].quality is Quality.GOOD and poller.connected)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await simulator.kill()

    seen = {reading.signal for _, readings in records for reading in readings}
    assert seen == {signal.id for signal in demo.signals}
    flow = _of(records, "caster-1.water_flow")
    bad = [(moment, reading) for moment, reading in flow if reading.quality is Quality.BAD]
    assert {reading.reason for _, reading in bad} == {Reason.NO_ANSWER}
    max_age = demo.signal_by_id["caster-1.water_flow"].max_age_s * SECOND
    assert bad[0][0] - killed < max_age
    assert all(reading.quality is Quality.GOOD for moment, reading in flow if moment < killed)
    good = [moment for moment, reading in flow if reading.quality is Quality.GOOD]
    assert [moment for moment in good if moment > restarted]
    gaps = [after - before for (before, _), (after, _) in pairwise(flow)]
    assert max(gaps) < 0.75 * SECOND  # a record at every period, whatever happens
    assert poller.counters.connections == 2
    assert poller.counters.crashes == 0
    assert poller.counters.overruns == 0


async def test_a_device_that_is_not_there_at_the_start_is_bad_at_once(demo: Plant) -> None:
    simulator = Simulator(demo)
    await simulator.start()
    await simulator.kill()
    records: list[Record] = []
    poller = _poller(demo, simulator.port, records)
    task = asyncio.create_task(poller.run())

    await until(lambda: records, seconds=1.0)
    assert records[0][1][0].reason is Reason.NO_ANSWER
    await simulator.start()
    await until(lambda: records[-1][1][0].quality is Quality.GOOD)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await simulator.kill()


async def test_mbpoll_reads_the_simulator_and_cannot_write(demo: Plant) -> None:
    simulator = Simulator(demo)
    await simulator.start()

    async def mbpoll(*arguments: str) -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            "mbpoll", "-m", "tcp", "-p", str(simulator.port), "-a", "1", "-0", "-1", *arguments,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate()
        return process.returncode, out.decode()

    code, text = await mbpoll("-t", "3:float", "-B", "-r", "0", "-c", "5", "127.0.0.1")
    values = [float(line.split()[1]) for line in text.splitlines() if line.startswith("[")]
    assert code == 0
    assert values == pytest.approx([0.30, 200.0, 25.0, 150.0, 150.0], rel=0.02)

    code, text = await mbpoll("-t", "1", "-r", "0", "-c", "4", "127.0.0.1")
    assert [line.split()[1] for line in text.splitlines() if line.startswith("[")] == list("0010")

    for table in ("0", "4"):
        code, text = await mbpoll("-t", table, "-r", "0", "127.0.0.1", "1")
        assert code != 0
        assert "failed" in text
    code, text = await mbpoll("-t", "3", "-r", "500", "-c", "1", "127.0.0.1")
    assert "Illegal data address" in text
    await simulator.kill()


class OnePart:
    """A part of one signal."""

    signals = ("s",)


class Scripted:
    """A source that does what it is told, poll by poll."""

    def __init__(self, *script: object) -> None:
        self.groups = (Group(SECOND // 50, (OnePart(),)),)
        self.script = list(script)
        self.closed = 0

    async def connect(self) -> None:
        pass

    async def close(self) -> None:
        self.closed += 1

    async def read(self, _part: OnePart) -> float:
        step = self.script.pop(0) if self.script else 1.0
        if isinstance(step, Exception):
            raise step
        await asyncio.sleep(0.07 if step == "slow" else 0.0)
        return 1.0

    def readings(self, parts: Sequence[OnePart], answers: Sequence[float | Reason]) -> Readings:
        (answer,) = answers
        if isinstance(answer, Reason):
            return Readings.bad(parts[0].signals, answer)
        return Readings.of([Reading("s", answer)])


def _scripted(source: Scripted, records: list[Record]) -> Poller:
    return Poller(
        "plc",
        source,
        lambda _, moment, readings: records.append((moment, tuple(readings))),
        time.time_ns,
    )


async def test_an_unexpected_error_is_counted_bad_and_does_not_end_polling() -> None:
    source = Scripted("probe", 1.0, ZeroDivisionError("a fault of ours"), "probe", 1.0)
    records: list[Record] = []
    poller = _scripted(source, records)
    task = asyncio.create_task(poller.run())

    await until(lambda: len(records) > 30)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    qualities = [readings[0].quality for _, readings in records]
    assert qualities[0] is qualities[-1] is Quality.GOOD
    assert qualities[1] is Quality.BAD
    assert records[1][1][0].reason is Reason.NOT_DECODABLE
    assert (poller.counters.crashes, poller.counters.connections) == (1, 2)
    assert source.closed == 1


async def test_a_refusal_is_bad_without_losing_the_connection() -> None:
    source = Scripted("probe", ReadError(Reason.REFUSED, "no"), 1.0)
    records: list[Record] = []
    poller = _scripted(source, records)
    task = asyncio.create_task(poller.run())

    await until(lambda: len(records) >= 3)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert [readings[0].reason for _, readings in records[:3]] == [
        Reason.REFUSED,
        Reason.NONE,
        Reason.NONE,
    ]
    assert poller.counters.connections == 1
    assert poller.counters.failures == {Reason.REFUSED: 1}


async def test_slow_polls_are_counted_and_the_rhythm_is_kept() -> None:
    source = Scripted("probe", 1.0, "slow", 1.0, 1.0)
    records: list[Record] = []
    poller = _scripted(source, records)
    task = asyncio.create_task(poller.run())

    await until(lambda: len(records) >= 5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert poller.counters.overruns >= 3
    first, _, _, later, _ = (moment for moment, _ in records[:5])
    phase = (later - first) % (SECOND // 50)
    assert min(phase, SECOND // 50 - phase) < 8_000_000


async def test_a_sink_that_fails_ends_the_poller_loudly() -> None:
    def sink(*_: object) -> None:
        raise OSError("the disk is full")

    source = Scripted()
    poller = Poller("plc", source, sink, time.time_ns)

    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(poll_all([poller]), timeout=2)

    assert caught.group_contains(OSError, match="the disk is full")
    assert source.closed == 1

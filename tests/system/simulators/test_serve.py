"""The simulated plant as it is served and as it logs itself."""

import asyncio
import io
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import groupby

import pytest
from asyncua import Client

from plant.moment import SECOND, from_text
from plant.plant import Plant
from plant.read import read_plant
from simulators import simulated_plant
from simulators.device import SPOKEN
from simulators.serve import DEVICES, serve
from tests.plant_files import DEMO, caster_plant, texts

pytestmark = pytest.mark.system


async def _served(plant: Plant, seconds: float) -> str:
    log = io.StringIO()
    endpoints = {device.id: ("127.0.0.1", 0) for device in plant.devices}
    with suppress(TimeoutError):
        await asyncio.wait_for(serve(plant, 1, endpoints, log, time.time_ns), seconds)
    return log.getvalue()


async def test_the_log_has_each_signal_every_100_ms() -> None:
    plant = caster_plant()
    began = time.time_ns()
    header, *lines = (await _served(plant, 1.55)).splitlines()

    assert header == "time,signal,value"
    rows = [line.split(",") for line in lines]
    assert {row[1] for row in rows} == {signal.id for signal in plant.signals}
    for signal in plant.signals:
        times = [from_text(row[0]) for row in rows if row[1] == signal.id]
        assert 13 <= len(times) <= 17
        assert times == sorted(times)
        assert began - 1000 <= times[0] < times[-1] < began + 2 * SECOND
    for _, signal, value in rows:
        assert plant.signal_by_id[signal].discrete is (value in ("0.0", "1.0"))


async def test_same_seed_same_log_but_for_the_time() -> None:
    plant = caster_plant()
    one, two = await asyncio.gather(_served(plant, 0.6), _served(plant, 0.8))

    values = [[line.split(",", 1)[1] for line in text.splitlines()] for text in (one, two)]
    shorter = min(map(len, values))
    assert shorter > 40
    assert values[0][:shorter] == values[1][:shorter]


@pytest.mark.parametrize("device", ["mould-plc", "battery-ua"])
async def test_a_taken_port_is_an_os_error(device: str) -> None:
    plant = read_plant(texts(DEMO))
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}"):
        await serve(plant, 1, {device: ("127.0.0.1", port)}, None, time.time_ns)
    server.close()


async def test_the_demonstration_is_served_and_moves() -> None:
    plant = read_plant(texts(DEMO))
    log = io.StringIO()
    ports: asyncio.Future[Mapping[str, int]] = asyncio.get_running_loop().create_future()
    endpoints = {device.id: ("127.0.0.1", 0) for device in plant.devices}
    task = asyncio.create_task(serve(plant, 1, endpoints, log, time.time_ns, ports.set_result))
    await asyncio.wait({task, ports}, return_when=asyncio.FIRST_COMPLETED)
    port = ports.result()["foundry-ua"]
    async with Client(f"opc.tcp://127.0.0.1:{port}") as client:
        clock = client.get_node("i=2258")
        first = await clock.read_value()
        await asyncio.sleep(1.6)
        later = await clock.read_value()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert (later - first).total_seconds() > 0.9
    values: dict[str, set[str]] = {}
    for line in log.getvalue().splitlines()[1:]:
        _, signal, value = line.split(",")
        values.setdefault(signal, set()).add(value)
    measured = [signal for signal in plant.signals if signal.formula is None]
    assert set(values) == {signal.id for signal in measured}
    for device in plant.devices:
        assert any(len(values[signal.id]) > 5 for signal in plant.signals_of(device.id))


async def test_a_device_that_the_plant_says_is_away_is_gone_until_it_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The demonstration's own absence comes late in its cycle; the same is asked for earlier."""
    plant = read_plant(texts(DEMO))
    devices = ("mould-plc", "battery-ua")
    advanced = simulated_plant.advanced

    def soon_away(
        state: simulated_plant.SimulatedPlant, elapsed: int
    ) -> tuple[simulated_plant.SimulatedPlant, simulated_plant.Shown]:
        state, shown = advanced(state, elapsed)
        return state, replace(shown, away=frozenset(devices if 500 <= elapsed < 1500 else ()))

    monkeypatch.setattr(simulated_plant, "advanced", soon_away)
    ports: asyncio.Future[Mapping[str, int]] = asyncio.get_running_loop().create_future()
    endpoints = dict.fromkeys(devices, ("127.0.0.1", 0))
    task = asyncio.create_task(serve(plant, 1, endpoints, None, time.time_ns, ports.set_result))
    seen: dict[str, list[bool]] = {device: [] for device in devices}
    for device, port in (await ports).items():
        assert await _answers(port), device
    for _ in range(22):
        await asyncio.sleep(0.1)
        for device, port in ports.result().items():
            seen[device].append(await _answers(port))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    for answers in seen.values():
        assert [answer for answer, _ in groupby(answers)] == [True, False, True]
        assert answers.count(False) > 2


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


def test_every_protocol_that_is_said_to_be_spoken_has_a_device() -> None:
    assert DEVICES.keys() == SPOKEN

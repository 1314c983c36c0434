"""The demonstration as it is served and as it logs itself."""

import asyncio
import io
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from plant.moment import SECOND, from_text
from plant.plant import Plant
from simulators.demo import serve
from tests.plant_files import demo_plant

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def demo() -> Plant:
    return demo_plant()


async def _served(plant: Plant, seconds: float) -> str:
    log = io.StringIO()
    endpoints = {device.id: ("127.0.0.1", 0) for device in plant.devices}
    with suppress(TimeoutError):
        await asyncio.wait_for(serve(plant, 1, endpoints, log, time.time_ns), seconds)
    return log.getvalue()


async def test_the_log_has_each_signal_every_100_ms(demo: Plant) -> None:
    began = time.time_ns()
    header, *lines = (await _served(demo, 1.55)).splitlines()

    assert header == "time,signal,value"
    rows = [line.split(",") for line in lines]
    assert {row[1] for row in rows} == {signal.id for signal in demo.signals}
    for signal in demo.signals:
        times = [from_text(row[0]) for row in rows if row[1] == signal.id]
        assert 13 <= len(times) <= 17
        assert times == sorted(times)
        assert began - 1000 <= times[0] < times[-1] < began + 2 * SECOND
    for _, signal, value in rows:
        assert demo.signal_by_id[signal].discrete is (value in ("0.0", "1.0"))


async def test_same_seed_same_log_but_for_the_time(demo: Plant) -> None:
    one, two = await asyncio.gather(_served(demo, 0.6), _served(demo, 0.8))

    values = [[line.split(",", 1)[1] for line in text.splitlines()] for text in (one, two)]
    shorter = min(map(len, values))
    assert shorter > 40
    assert values[0][:shorter] == values[1][:shorter]


async def test_a_taken_port_is_an_os_error(demo: Plant) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    plant = replace(demo)

    with pytest.raises(OSError, match="cannot listen"):
        await serve(plant, 1, {"mould-plc": ("127.0.0.1", port)}, None, time.time_ns)
    server.close()

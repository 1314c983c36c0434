"""No write reaches the plant, whatever anybody asks of any public path."""

import asyncio
import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from telemetry.sparkplug.datatype import DataType
from telemetry.sparkplug.payload import Writer
from tests.patience import eventually
from tests.peers.bare_modbus_device import BareModbusDevice
from tests.running import CASTER, RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

READS = {1, 2, 3, 4}


@pytest.fixture
def controller() -> Iterator[BareModbusDevice]:
    """A device of bare sockets that records every function code, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    device = BareModbusDevice()
    asyncio.run_coroutine_threadsafe(device.start(), loop).result(5)
    yield device
    asyncio.run_coroutine_threadsafe(device.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def plant(controller: BareModbusDevice, tmp_path: Path) -> Iterator[RunningPlant]:
    """The caster plant with the bare device in place of its controller."""
    folder = tmp_path / "plant"
    shutil.copytree(CASTER, folder)
    file = folder / "plant.toml"
    file.write_text(file.read_text().replace("port = 5020", f"port = {controller.port}"))
    running = RunningPlant(tmp_path / "data", "--no-simulate", folder=folder)
    try:
        running.wait_ready()
        yield running
    finally:
        running.end()


def test_no_public_path_writes(plant: RunningPlant, controller: BareModbusDevice) -> None:
    eventually(lambda: controller.functions[10], within_s=10)
    asked = _call_every_route(plant)
    assert asked > 30
    _command_every_node(plant)
    time.sleep(2)
    before = len(controller.functions)
    eventually(lambda: controller.functions[before + 2], within_s=10)  # it goes on reading

    assert set(controller.functions) <= READS


def _call_every_route(plant: RunningPlant) -> int:
    """Call every documented path with every method and an eager body; give how many."""
    document = plant.client.get(f"{plant.url}/api/v1/openapi.json").json()
    bodies: tuple[Any, ...] = (
        {},
        {"occurrence": None, "comment": "x"},
        {"value": 1, "write": True, "signal": "caster-1.gate_closed", "state": 1},
    )
    asked = 0
    for template in document["paths"]:
        if template.endswith("/events"):
            continue
        path = template
        for name, value in {
            "plant": "demo",
            "alarm": "caster-1.water_flow:low",
            "interlock": "mould-water",
        }.items():
            path = path.replace(f"{{{name}}}", value)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            for body in bodies if method != "GET" else (None,):
                answer = plant.client.request(method, f"{plant.url}{path}", json=body)
                assert answer.status_code < 500, (method, path, answer.text)
                asked += 1
    return asked


def _command_every_node(plant: RunningPlant) -> None:
    """Send values towards the plant by every Sparkplug command, as each user of the broker."""
    place = json.loads((plant.data / "broker" / "broker.json").read_text())
    now_ms = time.time_ns() // 1_000_000
    writer = Writer(now_ms, None)
    for name in ("caster-1.gate_closed", "caster-1.water_flow", "Node Control/Rebirth"):
        writer.add(name, None, now_ms, DataType.BOOLEAN, value=True)
    payload = writer.done()
    topics = [
        *("spBv1.0/demo/NCMD/gw1", "spBv1.0/demo/DCMD/gw1/mould-plc"),
        *("spBv1.0/demo/DDATA/gw1/mould-plc", "firstout/v1/live/demo"),
    ]
    for user, password in place["passwords"].items():
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"intruder-{user}")
        client.username_pw_set(user, password)
        client.connect(place["host"], place["port"])
        client.loop_start()
        for topic in topics:
            client.publish(topic, payload)
        time.sleep(0.3)
        client.disconnect()
        client.loop_stop()

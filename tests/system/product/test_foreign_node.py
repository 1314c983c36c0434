"""An edge node that is not ours, plain paho and protobuf, is judged like our own."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from telemetry.sparkplug.sparkplug_b_pb2 import Payload
from tests.patience import eventually
from tests.running import CASTER, RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

DEVICE = """
[[device]]
id = "foreign"
protocol = "sparkplug"
node = "edge7"
device = "tank"
"""
ROW = (
    "caster-2.water_flow,caster-1,mould.water_flow,外来节点流量,Foreign flow,m3/h,0,300,0.5,2,"
    "foreign,Water/Flow,,,160,180,,,3,0,1,critical,high,site\n"
)


class ForeignNode:
    """The least that Sparkplug asks of an edge node, written from the specification."""

    def __init__(self, plant: RunningPlant) -> None:
        place = json.loads((plant.data / "broker" / "broker.json").read_text())
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id="edge7")
        self.client.username_pw_set("gateway", place["passwords"]["gateway"])
        death = Payload()
        death.timestamp = _now_ms()
        _add(death, "bdSeq", 4, long_value=0)
        self.client.will_set("spBv1.0/demo/NDEATH/edge7", death.SerializeToString(), 1)
        self.client.connect(place["host"], place["port"])
        self.client.loop_start()
        self.seq = 0

    def birth(self) -> None:
        self.seq = 0
        node = Payload()
        _add(node, "bdSeq", 4, long_value=0)
        _add(node, "Node Control/Rebirth", 11, boolean_value=False)
        self._say("NBIRTH/edge7", node)
        device = Payload()
        _add(device, "Water/Flow", 9, float_value=200.0, alias=1)
        self._say("DBIRTH/edge7/tank", device)

    def flow(self, value: float) -> None:
        data = Payload()
        metric = data.metrics.add()
        metric.alias, metric.timestamp, metric.datatype = 1, _now_ms(), 9
        metric.float_value = value
        self._say("DDATA/edge7/tank", data)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def vanish(self) -> None:
        """Lose the connection without a word, so that the broker says the will."""
        sock = self.client.socket()
        assert sock is not None
        self.client.loop_stop()
        sock.close()

    def _say(self, where: str, payload: Payload) -> None:
        payload.timestamp, payload.seq = _now_ms(), self.seq
        self.seq = (self.seq + 1) % 256
        self.client.publish(f"spBv1.0/demo/{where}", payload.SerializeToString())


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[RunningPlant]:
    folder = tmp_path / "plant"
    shutil.copytree(CASTER, folder)
    with (folder / "plant.toml").open("a") as file:
        file.write(DEVICE)
    with (folder / "signals.csv").open("a") as file:
        file.write(ROW)
    running = RunningPlant(tmp_path / "data", "--simulate", folder=folder)
    try:
        running.wait_ready()
        yield running
    finally:
        running.end()


def test_a_foreign_node_is_judged(plant: RunningPlant) -> None:
    node = ForeignNode(plant)
    node.birth()

    def alarm() -> dict[str, object]:
        node.flow(150.0)
        alarms = {item["id"]: item for item in plant.get("alarms")["items"]}
        found = alarms["caster-2.water_flow:low"]
        assert found["active"]
        assert found["level"] == "LL"
        return found

    found = eventually(alarm, within_s=10)
    assert found["value"] == 150.0

    def returned() -> None:
        node.flow(200.0)
        alarms = {item["id"]: item for item in plant.get("alarms")["items"]}
        assert not alarms["caster-2.water_flow:low"]["active"]

    eventually(returned, within_s=10)
    node.vanish()

    def offline() -> None:
        signals = {item["id"]: item for item in plant.get("plants/demo/signals")["items"]}
        assert signals["caster-2.water_flow"]["quality"] == "STALE"
        alarms = {item["id"]: item for item in plant.get("alarms")["items"]}
        assert alarms["edge7:node"]["active"]

    eventually(offline, within_s=10)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _add(payload: Payload, name: str, datatype: int, alias: int = 0, **value: float) -> None:
    metric = payload.metrics.add(name=name, timestamp=_now_ms(), datatype=datatype, **value)
    if alias:
        metric.alias = alias

"""The simulators' servers as clients that are not ours see them: mbpoll and node-opcua."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from plant.moment import MILLISECOND, SECOND
from plant.plant import Device
from plant.signal import Signal
from simulators.modbus_device import ModbusDevice
from simulators.opcua_device import OpcUaDevice
from tests.peers.mbpoll import mbpoll
from tests.peers.node_opcua_client import look_at
from tests.signals import signal

pytestmark = pytest.mark.system

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Shown:
    """A value at an address, and what mbpoll is to print when asked so."""

    address: str
    value: float
    asked: str
    printed: str

    @property
    def signal(self) -> Signal:
        return signal(self.address, self.address)


# mbpoll takes the low register first unless it is told -B. It has no 64-bit numbers and no
# exchanged bytes: those are compared as words, written down here by hand.
MBPOLL = [
    Shown("coil:5", 1.0, "-t 0", "1"),
    Shown("coil:6", 0.0, "-t 0", "0"),
    Shown("discrete:7", 1.0, "-t 1", "1"),
    Shown("holding:0:int16", -12345.0, "-t 4", "53191"),
    Shown("input:0:uint16", 54321.0, "-t 3", "54321"),
    Shown("holding:1:bit3", 1.0, "-t 4:hex", "0x0008"),
    Shown("holding:2:bits4-7", 9.0, "-t 4:hex", "0x0090"),
    Shown("holding:10:int32", -123456789.0, "-t 4:int -B", "-123456789"),
    Shown("holding:12:int32:CDAB", -123456789.0, "-t 4:int", "-123456789"),
    Shown("input:14:uint32", 1234567890.0, "-t 3:int -B", "1234567890"),
    Shown("input:16:uint32:CDAB", 1234567890.0, "-t 3:int", "1234567890"),
    Shown("input:20:float32", 36.625, "-t 3:float -B", "36.625"),
    Shown("holding:22:float32:CDAB", -0.15625, "-t 4:float", "-0.15625"),
    Shown("holding:24:float32:BADC", 1.0, "-t 4:hex -c 2", "0x803F 0x0000"),
    Shown("holding:26:float32:DCBA", 1.0, "-t 4:hex -c 2", "0x0000 0x803F"),
    Shown("holding:28:uint16:BADC", 258.0, "-t 4:hex", "0x0201"),
    Shown("holding:30:float64", math.pi, "-t 4:hex -c 4", "0x4009 0x21FB 0x5444 0x2D18"),
    Shown("holding:34:float64:CDAB", math.pi, "-t 4:hex -c 4", "0x2D18 0x5444 0x21FB 0x4009"),
    Shown("input:38:int64", -2.0, "-t 3:hex -c 4", "0xFFFF 0xFFFF 0xFFFF 0xFFFE"),
    Shown("input:42:uint64", 2.0**63, "-t 3:hex -c 4", "0x8000 0x0000 0x0000 0x0000"),
    Shown("input:46:uint64:DCBA", 2.0**63, "-t 3:hex -c 4", "0x0000 0x0000 0x0000 0x0080"),
]


@pytest.fixture
async def modbus() -> AsyncIterator[ModbusDevice]:
    device = Device("plc", "modbus-tcp", HOST, unit_id=7)
    served = ModbusDevice(device, [shown.signal for shown in MBPOLL], HOST, 0)
    await served.prepare()
    await served.show({shown.address: shown.value for shown in MBPOLL}, time.time_ns())
    await served.start()
    yield served
    await served.stop()


@pytest.mark.parametrize("shown", MBPOLL, ids=lambda shown: shown.address)
async def test_mbpoll_decodes_what_is_shown(modbus: ModbusDevice, shown: Shown) -> None:
    number = shown.address.split(":")[1]

    polled = await mbpoll(modbus.port, *shown.asked.split(), "-r", number, HOST, unit=7)

    assert polled.code == 0
    assert " ".join(polled.values) == shown.printed


async def test_a_current_loop_is_the_raw_number_that_the_converter_gives() -> None:
    flow = replace(
        signal(
            "flow", "input:0:uint16", range_low=0.0, range_high=40.0, scale=0.001, offset=-10.0
        ),
        current_loop=True,
    )
    served = ModbusDevice(Device("plc", "modbus-tcp", HOST), [flow], HOST, 0)
    await served.prepare()
    await served.start()

    printed = []
    for value in (20.0, math.nan):
        await served.show({"flow": value}, time.time_ns())
        printed += (await mbpoll(served.port, "-t", "3", "-r", "0", HOST)).values
    await served.stop()

    assert printed == ["30000", "0"]  # 12 mA; an open loop, 0 mA, where 4 mA are 10000


@pytest.mark.parametrize(
    ("table", "number", "values"),
    [("0", "5", "1"), ("0", "5", "0 1"), ("4", "0", "7"), ("4", "10", "7 8")],
)
async def test_mbpoll_cannot_write(
    modbus: ModbusDevice, table: str, number: str, values: str
) -> None:
    asked = ("-r", number, "-t", table, "-c", "2", HOST)
    before = await mbpoll(modbus.port, *asked, unit=7)

    written = await mbpoll(modbus.port, "-r", number, "-t", table, HOST, *values.split(), unit=7)

    assert written.code != 0
    assert "Illegal function" in written.text
    assert (await mbpoll(modbus.port, *asked, unit=7)).values == before.values


async def test_what_no_signal_names_is_refused(modbus: ModbusDevice) -> None:
    absent = await mbpoll(modbus.port, "-r", "500", "-t", "3", HOST, unit=7)
    another_unit = await mbpoll(modbus.port, "-r", "0", "-t", "3", HOST, unit=8)

    assert "Illegal data address" in absent.text
    assert another_unit.code != 0


OWN = "urn:firstout:simulator"


FLOW, SO2, FAN = (
    replace(signal(name, address, range_low=0.0, range_high=100.0), unit=unit, period_s=0.2)
    for name, address, unit in (
        ("flow", f"nsu={OWN};s=Flow", "m3/h"),
        ("so2", "/Objects/2:Store/2:SO2_A", "mg/m3"),
        ("fan", f"nsu={OWN};s=Fan", None),
    )
)


def _moment(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * SECOND)


async def _keep_showing(served: OpcUaDevice, shown: dict[float, int]) -> None:
    """Let the flow rise, and remember when it had which value; the SO2 detector is broken."""
    for step in range(1000):
        flow, moment = step / 10, time.time_ns()
        shown[flow] = moment
        await served.show({"flow": flow, "so2": math.nan, "fan": 1.0}, moment)
        await asyncio.sleep(0.1)


async def test_node_opcua_sees_what_is_shown_and_can_change_nothing(tmp_path: Path) -> None:
    served = OpcUaDevice(Device("ua", "opcua", HOST), [FLOW, SO2, FAN], HOST, 0)
    shown: dict[float, int] = {}
    await served.prepare()
    showing = asyncio.create_task(_keep_showing(served, shown))
    await asyncio.sleep(0.2)
    await served.start()

    seen = await look_at(f"opc.tcp://{HOST}:{served.port}", tmp_path)
    assert not showing.done()
    showing.cancel()
    await asyncio.wait({showing})
    await served.stop()

    index = seen.namespaces.index(OWN)
    by_name = {path.rpartition(":")[2]: node for node, path in seen.paths.items()}
    flow, so2, fan = by_name["Flow"], by_name["SO2_A"], by_name["Fan"]
    assert (flow, fan) == (f"ns={index};s=Flow", f"ns={index};s=Fan")
    assert seen.paths[so2] == "/Objects/2:Store/2:SO2_A"
    assert set(seen.reads) == {flow, so2, fan}
    assert (seen.reads[fan]["value"], seen.reads[fan]["status"]) == (True, "Good")
    assert seen.reads[so2]["status"] == "BadSensorFailure"
    values = [seen.reads[flow]["value"], *(facts["value"] for facts in seen.changes[flow])]
    assert len(set(values)) >= 5
    assert values == sorted(values)
    for facts in (seen.reads[flow], *seen.changes[flow]):
        assert facts["status"] == "Good"
        assert abs(_moment(facts["source"]) - shown[facts["value"]]) < MILLISECOND
    assert set(seen.writes) == {flow, so2, fan}
    assert all(status.startswith("Bad") for status in seen.writes.values())
    assert seen.methods == []

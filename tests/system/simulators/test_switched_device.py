"""A device that returns while somebody else has its port."""

import asyncio
import time

import pytest
import structlog

from plant.plant import Device
from simulators.modbus_device import ModbusDevice
from simulators.opcua_device import OpcUaDevice
from simulators.switched_device import SwitchedDevice
from tests.signals import signal

pytestmark = pytest.mark.system

HOST = "127.0.0.1"


@pytest.mark.parametrize(
    ("serving", "address"), [(ModbusDevice, "input:0:uint16"), (OpcUaDevice, "ns=2;s=Level")]
)
async def test_a_device_tries_for_its_port_until_it_has_it(
    serving: type[ModbusDevice] | type[OpcUaDevice], address: str
) -> None:
    signals = [signal("level", address)]
    device = serving(Device("plc", "any", HOST), signals, HOST, 0)
    switched = SwitchedDevice("plc", signals, device)
    await device.prepare()
    await device.show({"level": 3.0}, time.time_ns())
    await switched.begin()
    port = device.port

    await switched.attend(1000, away=True)
    other = await asyncio.start_server(lambda *_: None, HOST, port)
    with structlog.testing.capture_logs() as said:
        for elapsed in range(1000, 2000, 50):
            await switched.attend(elapsed, away=False)
    assert [line["event"] for line in said] == ["device cannot return yet"] * 4
    assert f"cannot listen on {HOST}:{port}" in said[0]["error"]
    assert not switched.there

    other.close()
    await other.wait_closed()
    await switched.attend(2000, away=False)
    assert switched.there
    assert device.port == port
    _, writer = await asyncio.open_connection(HOST, port)
    writer.close()
    await device.stop()

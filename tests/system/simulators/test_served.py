"""A device that returns while somebody else has its port."""

import asyncio
import time

import pytest
import structlog

from plant.plant import Device
from simulators.modbus_device import ModbusDevice
from simulators.opcua_server import OpcUaServer
from simulators.served import Served
from tests.signals import signal

pytestmark = pytest.mark.system

HOST = "127.0.0.1"


@pytest.mark.parametrize(
    ("serving", "address"), [(ModbusDevice, "input:0:uint16"), (OpcUaServer, "ns=2;s=Level")]
)
async def test_a_device_tries_for_its_port_until_it_has_it(
    serving: type[ModbusDevice] | type[OpcUaServer], address: str
) -> None:
    signals = [signal("level", address)]
    device = serving(Device("plc", "any", HOST), signals, HOST, 0)
    served = Served("plc", signals, device)
    await device.prepare()
    await device.show({"level": 3.0}, time.time_ns())
    await served.begin()
    port = device.port

    await served.attend(1000, away=True)
    other = await asyncio.start_server(lambda *_: None, HOST, port)
    with structlog.testing.capture_logs() as said:
        for elapsed in range(1000, 2000, 50):
            await served.attend(elapsed, away=False)
    assert [line["event"] for line in said] == ["device cannot return yet"] * 4
    assert f"cannot listen on {HOST}:{port}" in said[0]["error"]
    assert not served.there

    other.close()
    await other.wait_closed()
    await served.attend(2000, away=False)
    assert served.there
    assert device.port == port
    _, writer = await asyncio.open_connection(HOST, port)
    writer.close()
    await device.stop()

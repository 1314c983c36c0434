"""A simulated Modbus device as mbpoll finds it, as it changes, fails, goes and comes back."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from plant.plant import Device
from plant.signal import Signal
from simulators.modbus_device import ModbusDevice
from tests.peers.mbpoll import mbpoll
from tests.signals import signal

pytestmark = pytest.mark.system

HOST = "127.0.0.1"

LOOP = replace(
    signal("loop", "input:20:int16", range_low=0.0, range_high=100.0, scale=100 / 27648),
    current_loop=True,
)
SIGNALS = [
    signal("float", "input:0:float32"),
    signal("double", "input:2:float64"),
    signal("scaled", "holding:0:int16", scale=0.1, offset=-50.0),
    signal("wide", "holding:1:uint32:CDAB"),
    signal("field", "holding:5:bits4-7"),
    signal("bit", "holding:5:bit0"),
    signal("gate", "discrete:3"),
    signal("lamp", "coil:2"),
    LOOP,
]
VALUES = {
    "float": 1.5, "double": -2.25, "scaled": -12.3, "wide": 70000.0, "field": 9.0,
    "bit": 1.0, "gate": 1.0, "lamp": 0.0, "loop": 50.0,
}  # fmt: skip


def _device(signals: list[Signal] = SIGNALS, port: int = 0) -> ModbusDevice:
    return ModbusDevice(Device("plc", "modbus-tcp", unit_id=7), signals, HOST, port)


@pytest.fixture
async def device() -> AsyncIterator[ModbusDevice]:
    device = _device()
    await device.prepare()
    await device.show(VALUES, time.time_ns())
    await device.start()
    yield device
    await device.stop()


async def _read(port: int, table: str, first: int, count: int = 1) -> list[str]:
    polled = await mbpoll(
        port, "-t", table, "-B", "-r", str(first), "-c", str(count), HOST, unit=7
    )
    assert polled.code == 0, polled.text
    return polled.values


async def test_a_client_reads_what_is_shown_last(device: ModbusDevice) -> None:
    assert await _read(device.port, "3:float", 0) == ["1.5"]
    assert await _read(device.port, "4", 0) == ["377"]
    assert await _read(device.port, "4:hex", 5) == ["0x0091"]
    assert await _read(device.port, "3", 20) == ["13824"]
    await device.show(VALUES | {"float": 7.0, "lamp": 1.0}, time.time_ns())
    assert await _read(device.port, "3:float", 0) == ["7"]
    assert await _read(device.port, "0", 2) == ["1"]


async def test_what_no_signal_names_is_not_there(device: ModbusDevice) -> None:
    for table, place in (("4", "3"), ("3", "30"), ("1", "500")):
        polled = await mbpoll(device.port, "-t", table, "-r", place, HOST, unit=7)
        assert "Illegal data address" in polled.text


async def test_a_dropped_out_instrument_shows_it_in_its_own_way(device: ModbusDevice) -> None:
    shown = await device.show(dict.fromkeys(VALUES, math.nan), time.time_ns())

    assert await _read(device.port, "3:float", 0) == ["nan"]
    assert await _read(device.port, "4:hex", 0) == ["0x8000"]
    assert await _read(device.port, "4:hex", 1, 2) == ["0xFFFF", "0xFFFF"]
    assert await _read(device.port, "3", 20) == [str(2**16 - 6912)]  # 0 mA
    assert await _read(device.port, "1", 3) == ["1"]
    assert await _read(device.port, "4:hex", 5) == ["0x00F1"]
    assert {name for name, value in shown.items() if not math.isnan(value)} == {
        "gate", "lamp", "bit",
    }  # fmt: skip


async def test_what_is_given_back_is_what_a_reader_makes_of_it(device: ModbusDevice) -> None:
    shown = await device.show(VALUES | {"scaled": -12.34, "float": 0.1}, time.time_ns())

    assert shown["scaled"] == pytest.approx(-12.3)
    assert shown["float"] == pytest.approx(0.1, rel=1e-7)
    assert shown["float"] != 0.1


async def test_a_device_that_goes_away_hangs_up_and_comes_back_at_its_port(
    device: ModbusDevice,
) -> None:
    port = device.port
    for _ in range(5):
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(bytes.fromhex("0001 0000 0006 07 04 0000 0002"))
        assert len(await reader.readexactly(13)) == 13
        await device.stop()
        await device.stop()
        assert await reader.read() == b""
        writer.close()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, port)
        await device.start()
        assert device.port == port
        assert await _read(port, "3:float", 0) == ["1.5"]


async def test_hundreds_of_registers_are_read_in_long_requests() -> None:
    signals = [signal(f"s{n}", f"holding:{n}:uint16") for n in range(1000)]
    device = _device(signals)
    await device.show({f"s{n}": n // 2 for n in range(1000)}, time.time_ns())
    await device.start()

    for first in (0, 876):
        read = await _read(device.port, "4", first, 124)
        assert read == [str(n) for n in range(first // 2, first // 2 + 62) for _ in range(2)]
    await device.stop()

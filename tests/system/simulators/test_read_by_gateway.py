"""What the simulated devices show is what the gateway's own readers find, over both protocols."""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from gateway import registry
from plant.modbus_address import ByteOrder
from plant.plant import Device, Plant
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from simulators import simulated_plant
from simulators.device import SimulatedDevice
from simulators.serve import DEVICES
from tests.patience import until
from tests.plant_files import caster_plant, demo_plant
from tests.signals import signal

pytestmark = pytest.mark.system

HOST = "127.0.0.1"


class Found:
    """The last reading of each signal."""

    def __init__(self) -> None:
        self.last: dict[str, Reading] = {}

    def __call__(self, _device: str, _read_time: int, readings: Readings) -> None:
        self.last |= {reading.signal: reading for reading in readings}

    def matches(self, shown: Mapping[str, float]) -> bool:
        return all(
            name in self.last
            and (
                self.last[name].quality >= Quality.BAD
                if math.isnan(value)
                else self.last[name].value == pytest.approx(value, rel=1e-12, abs=1e-12)
            )
            for name, value in shown.items()
        )


@asynccontextmanager
async def _read(plant: Plant) -> AsyncIterator[tuple[Found, list[SimulatedDevice]]]:
    """Serve the plant's devices where they are free, and read them."""
    served: list[SimulatedDevice] = []
    devices = []
    for device in plant.devices:
        one = DEVICES[device.protocol](device, plant.signals_of(device.id), HOST, 0)
        await one.prepare()
        await one.start()
        served.append(one)
        devices.append(replace(device, host=HOST, port=one.port))
    found = Found()
    readers = registry.pollers(replace(plant, devices=tuple(devices)), found, time.time_ns)
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    try:
        yield found, served
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in served:
            await one.stop()


async def _show(
    served: Sequence[SimulatedDevice], values: Mapping[str, float]
) -> dict[str, float]:
    shown: dict[str, float] = {}
    for device in served:
        shown |= await device.show(values, time.time_ns())
    return shown


async def test_every_signal_of_the_demonstration_is_read_as_it_is_shown() -> None:
    plant = demo_plant()
    state = simulated_plant.started(plant, 1)
    async with _read(plant) as (found, served):
        for elapsed in range(0, 20 * simulated_plant.STEP, simulated_plant.STEP):
            state, given = simulated_plant.advanced(state, elapsed)
        shown = await _show(served, given.values)
        await until(lambda: found.matches(shown), seconds=10)

        measured = {item.id for item in plant.signals if item.formula is None}
        assert set(shown) == set(found.last) == measured
        assert {reading.quality for reading in found.last.values()} == {Quality.GOOD}
        for name, value in given.values.items():
            span = plant.signal_by_id[name].range_high - plant.signal_by_id[name].range_low
            assert shown[name] == pytest.approx(value, abs=span / 10_000)

        await _show(served, dict.fromkeys(measured, math.nan))
        broken = [item for item in plant.signals if item.id in measured and not item.discrete]
        await until(lambda: all(found.last[s.id].quality is Quality.BAD for s in broken), 10)
        for item in broken:
            itself_says = item.current_loop or item.device.endswith("-ua")
            expected = {Reason.SENSOR_FAULT} if itself_says else _SILENT
            assert found.last[item.id].reason in expected, item.id


# What a number shows that comes from no loop: NaN, or the end of its form and so out of range.
_SILENT = {Reason.NOT_DECODABLE, Reason.OUT_OF_RANGE}

_FORMS = ("int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64")
_ORDERS = {
    "abcd": ("big", "big"),
    "cdab": ("little", "big"),
    "badc": ("big", "little"),
    "dcba": ("little", "little"),
}


def _all_forms() -> Plant:
    """Give four devices, one of each order, with every form as it is and in every other order."""
    devices, signals = [], []
    for name, (word_order, byte_order) in _ORDERS.items():
        devices.append(Device(name, "modbus-tcp", word_order=word_order, byte_order=byte_order))
        own = ("", *(f":{order}" for order in ByteOrder))
        addresses = [f"{form}{order}" for form in _FORMS for order in own]
        addresses += [f"bits{first}-{first + 3}" for first in (0, 6, 12)] + ["bit0", "bit9"]
        signals += [
            signal(f"{name}.{form}", f"holding:{4 * n}:{form}", device=name, period_s=0.2)
            for n, form in enumerate(addresses)
        ]
    return replace(caster_plant(), devices=tuple(devices), signals=tuple(signals))


async def test_every_form_in_every_order_is_read_as_it_is_shown() -> None:
    plant = _all_forms()
    chance = random.Random(1)  # noqa: S311 - numbers, not a secret
    async with _read(plant) as (found, served):
        for reach in (10.0, 1e4, 1e9, 1e12, 1e300):
            given = {
                item.id: float(chance.random() < 0.5)
                if item.discrete
                else chance.uniform(-reach, reach)
                for item in plant.signals
            }
            shown = await _show(served, given)
            await until(lambda: found.matches(shown), seconds=10)  # noqa: B023 - awaited here

            for item in plant.signals:
                held, value = shown[item.id], given[item.id]
                assert abs(held) <= abs(value) * (1 + 1e-7) + 0.5
                if "float64" in item.address:
                    assert held == value

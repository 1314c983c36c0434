"""The simulated plant, served as its own devices: what it shows, over real sockets."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import TextIO

from plant.plant import Device, Plant
from plant.signal import Signal
from simulators import simulated_plant
from simulators.device import SimulatedDevice
from simulators.modbus_device import ModbusDevice
from simulators.opcua_device import OpcUaDevice
from simulators.plant_log import PlantLog
from simulators.simulated_plant import STEP, Shown, SimulatedPlant
from simulators.switched_device import SwitchedDevice

# The protocols of `simulators.device.SPOKEN`.
DEVICES: Mapping[str, Callable[[Device, Sequence[Signal], str, int], SimulatedDevice]] = {
    "modbus-tcp": ModbusDevice,
    "opcua": OpcUaDevice,
}


async def serve(
    plant: Plant,
    seed: int,
    endpoints: Mapping[str, tuple[str, int]],
    log: TextIO | None,
    now: Callable[[], int],
    ready: Callable[[Mapping[str, int]], object] = lambda _ports: None,
) -> None:
    """Run the simulated plant until cancelled.

    Args:
        plant: whose signals to serve; each signal at its own device and address.
        seed: same seed, same values.
        endpoints: host and port for each device to serve (port 0: any free one).
        log: where to write what the plant really did, as CSV; None for nowhere.
        now: nanoseconds since 1970, for the log and for source timestamps.
        ready: told the listening port of each device, once all listen.

    Raises:
        OSError: when a port cannot be had at the start.
        PlantError: when an address cannot be simulated.
    """
    devices = [
        _switched(plant, device, endpoints) for device in plant.devices if device.id in endpoints
    ]
    for one in devices:
        await one.device.prepare()
    record = PlantLog(log)
    state, shown = simulated_plant.advanced(simulated_plant.started(plant, seed), 0)
    async with AsyncExitStack() as stack:
        await _show(devices, shown, 0, record, now())
        for one in devices:
            stack.push_async_callback(one.device.stop)
            await one.begin()
        ready({one.id: one.device.port for one in devices})
        await _keep_showing(devices, state, record, now)


async def _keep_showing(
    devices: Sequence[SwitchedDevice],
    state: SimulatedPlant,
    record: PlantLog,
    now: Callable[[], int],
) -> None:
    clock = asyncio.get_running_loop().time
    start, elapsed = clock(), 0
    while True:
        elapsed += STEP
        wait = start + elapsed / 1000 - clock()
        if wait < -1.0:  # the machine slept: go on from here instead of rushing after it
            start -= wait
        await asyncio.sleep(max(0.0, wait))
        state, shown = simulated_plant.advanced(state, elapsed)
        await _show(devices, shown, elapsed, record, now())
        for one in devices:
            await one.attend(elapsed, away=one.id in shown.away)


async def _show(
    devices: Sequence[SwitchedDevice], shown: Shown, elapsed: int, record: PlantLog, time: int
) -> None:
    seen: list[tuple[Signal, float]] = []
    for one in devices:
        values = await one.device.show(shown.values, time)
        seen += [(signal, values[signal.id]) for signal in one.signals]
    record.write(time, elapsed, seen)


def _switched(
    plant: Plant, device: Device, endpoints: Mapping[str, tuple[str, int]]
) -> SwitchedDevice:
    host, port = endpoints[device.id]
    signals = plant.signals_of(device.id)
    made = DEVICES[device.protocol](device, signals, host, port)
    return SwitchedDevice(device.id, signals, made)

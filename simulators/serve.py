"""The simulated plant, served as its own devices: what the works show, over real sockets."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import TextIO

from plant import plant as described
from plant.plant import Plant
from plant.signal import Signal
from simulators import works
from simulators.modbus_device import ModbusDevice
from simulators.opcua_server import OpcUaServer
from simulators.plant_log import PlantLog
from simulators.served import Served
from simulators.works import STEP, Shown, Works


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
    everything = [
        _served(plant, device, endpoints) for device in plant.devices if device.id in endpoints
    ]
    for served in everything:
        await served.device.prepare()
    record = PlantLog(log)
    state, shown = works.advanced(works.started(plant, seed), 0)
    async with AsyncExitStack() as stack:
        await _show(everything, shown, 0, record, now())
        for served in everything:
            stack.push_async_callback(served.device.stop)
            await served.begin()
        ready({served.id: served.device.port for served in everything})
        await _keep_showing(everything, state, record, now)


async def _keep_showing(
    everything: Sequence[Served], state: Works, record: PlantLog, now: Callable[[], int]
) -> None:
    clock = asyncio.get_running_loop().time
    start, elapsed = clock(), 0
    while True:
        elapsed += STEP
        wait = start + elapsed / 1000 - clock()
        if wait < -1.0:  # the machine slept: go on from here instead of rushing after it
            start -= wait
        await asyncio.sleep(max(0.0, wait))
        state, shown = works.advanced(state, elapsed)
        await _show(everything, shown, elapsed, record, now())
        for served in everything:
            await served.attend(elapsed, away=served.id in shown.away)


async def _show(
    everything: Sequence[Served], shown: Shown, elapsed: int, record: PlantLog, time: int
) -> None:
    seen: list[tuple[Signal, float]] = []
    for served in everything:
        values = await served.device.show(shown.values, time)
        seen += [(signal, values[signal.id]) for signal in served.signals]
    record.write(time, elapsed, seen)


def _served(
    plant: Plant, device: described.Device, endpoints: Mapping[str, tuple[str, int]]
) -> Served:
    host, port = endpoints[device.id]
    signals = plant.signals_of(device.id)
    serving = ModbusDevice if device.protocol == "modbus-tcp" else OpcUaServer
    return Served(device.id, signals, serving(device, signals, host, port))

"""The simulated plant's process: serves the devices of a plant that has none of its own."""

import asyncio
import contextlib
import signal

from firstout import plant_folder
from firstout.clock import Clock
from firstout.data_folder import DataFolder
from plant.plant import Plant
from simulators.demo import serve


async def run_simulator(plant: Plant, data: DataFolder, seed: int) -> None:
    """Serve the plant's devices until SIGTERM or SIGINT.

    Each is served where the data folder's `endpoints.json` says, or else where the plant folder
    does.
    """
    moved = plant_folder.at_endpoints(plant, data)
    endpoints = {
        device.id: (device.host, device.port)
        for device in moved.devices
        if device.protocol == "modbus-tcp"
    }
    with data.simulator_log.open("a", encoding="utf-8") as log:
        work = asyncio.ensure_future(serve(plant, seed, endpoints, log, Clock().now))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work

"""The simulated plant's process: serves the devices of a plant that has none of its own."""

import asyncio
import contextlib
import json
import signal

from firstout.clock import Clock
from firstout.data_folder import DataFolder
from plant.plant import Plant
from simulators.demo import serve


async def run_simulator(plant: Plant, data: DataFolder, seed: int) -> None:
    """Serve the plant's devices where `endpoints.json` says, until SIGTERM or SIGINT."""
    places = json.loads(data.endpoints.read_text("utf-8"))
    endpoints = {name: (str(place[0]), int(place[1])) for name, place in places.items()}
    with data.simulator_log.open("a", encoding="utf-8") as log:
        work = asyncio.ensure_future(serve(plant, seed, endpoints, log, Clock().now))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work

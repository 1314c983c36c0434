"""The simulated plant's process: serves the devices of a plant that has none of its own."""

import asyncio
import contextlib
import gc
import shutil
import signal
from pathlib import Path
from typing import TextIO

from firstout import plant_folder
from firstout.applying.watch import until_superseded
from firstout.clock import Clock
from firstout.data_folder import DataFolder
from plant.plant import Plant
from simulators.device import SPOKEN
from simulators.serve import serve

_LARGEST_LOG = 64 << 20  # about half an hour of the demonstration plant
_LOOK_S = 60.0


async def run_simulator(plant: Plant, data: DataFolder, seed: int) -> bool:
    """Serve the plant's devices until SIGTERM or SIGINT; give True to be started again.

    That is when another plant version is taken in: its devices may hold something else.

    Each is served where the data folder's `endpoints.json` says, or else where the plant folder
    does.
    """
    moved = plant_folder.at_endpoints(plant, data)
    endpoints = {
        device.id: (device.host, device.port)
        for device in moved.devices
        if device.protocol in SPOKEN
    }
    path = data.simulator_log
    with path.open("a", encoding="utf-8") as log:
        # What was made for the whole run is looked through for garbage no more: it is a lot.
        served = serve(plant, seed, endpoints, log, Clock().now, lambda _: gc.freeze())
        work = asyncio.gather(served, _keep_small(path, log))
        watch = asyncio.create_task(until_superseded(data))
        watch.add_done_callback(lambda _: work.cancel())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work
    superseded = watch.done()
    watch.cancel()
    return superseded


async def _keep_small(path: Path, log: TextIO) -> None:
    while True:
        await asyncio.sleep(_LOOK_S)
        _begin_anew_if_large(path, log)


def _begin_anew_if_large(path: Path, log: TextIO) -> None:
    """Empty a log that has grown too large but for its header; a copy of it stays, once."""
    log.flush()
    if path.stat().st_size < _LARGEST_LOG:
        return
    shutil.copyfile(path, path.with_name(path.name + ".1"))
    with path.open(encoding="utf-8") as written:
        header = written.readline()
    log.truncate(0)
    log.write(header)

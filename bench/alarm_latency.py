"""From a register change to the alarm at an SSE client, over the whole running product.

The device is polled every 100 ms, so half a poll passes on average before anybody can know.
What counts is the excess over that. Changes come at moments spread evenly over the poll.
"""

import asyncio
import re
import shutil
import statistics
import struct
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tests.peers.bare_modbus_device import BareModbusDevice
from tests.running import CASTER, RunningPlant

POLL_S = 0.1
ROUNDS = 60
FLOW = 2  # input register of caster-1.water_flow


async def measure(rounds: int) -> list[float]:
    """Give the latency of each round in seconds."""
    device = BareModbusDevice()
    calm(device)
    await device.start()
    with tempfile.TemporaryDirectory() as scratch:
        folder = plant_folder(Path(scratch), device.port)
        plant = RunningPlant(Path(scratch) / "data", "--no-simulate", folder=folder)
        try:
            await asyncio.to_thread(plant.wait_ready)
            return await _rounds(plant, device, rounds)
        finally:
            await asyncio.to_thread(plant.end)
            await device.stop()


async def _rounds(plant: RunningPlant, device: BareModbusDevice, rounds: int) -> list[float]:
    alarms: asyncio.Queue[float] = asyncio.Queue()
    listening = asyncio.create_task(_listen(plant, alarms))
    await asyncio.sleep(3)
    found = []
    for number in range(rounds):
        await asyncio.sleep(0.5 + POLL_S * number / rounds)
        while not alarms.empty():
            alarms.get_nowait()
        changed = time.perf_counter()
        trip(device)
        found.append(await asyncio.wait_for(alarms.get(), 5) - changed)
        calm(device)
        await asyncio.wait_for(alarms.get(), 5)
    listening.cancel()
    return found


async def _listen(plant: RunningPlant, alarms: "asyncio.Queue[float]") -> None:
    headers = {"Authorization": plant.client.headers["Authorization"]}
    async with (
        httpx.AsyncClient(timeout=None, headers=headers) as client,  # noqa: S113 - a stream
        client.stream("GET", f"{plant.url}/api/v1/events") as answer,
    ):
        async for line in answer.aiter_lines():
            if re.search(r'"subject":"caster-1.water_flow:low"', line):
                alarms.put_nowait(time.perf_counter())


def trip(device: BareModbusDevice) -> None:
    """Let the flow fall below its low limit."""
    _set(device, 170.0)


def calm(device: BareModbusDevice) -> None:
    """Let the flow be as it should."""
    _set(device, 200.0)


def plant_folder(scratch: Path, port: int) -> Path:
    """Make the caster plant, polled every 100 ms, its delays off, with the device at `port`."""
    folder = scratch / "plant"
    shutil.copytree(CASTER, folder)
    toml = folder / "plant.toml"
    toml.write_text(toml.read_text().replace("port = 5020", f"port = {port}"))
    table = folder / "signals.csv"
    rows = table.read_text().replace(",0.5,2,mould-plc", f",{POLL_S},2,mould-plc")
    table.write_text(rows.replace("3,0,2,critical", "3,0,0,critical"))
    return folder


def _set(device: BareModbusDevice, value: float) -> None:
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    device.registers.update({FLOW: high, FLOW + 1: low})


def main() -> None:
    """Print the median and the 90th percentile."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    found = asyncio.run(measure(rounds))
    excess = sorted((latency - POLL_S / 2) * 1000 for latency in found)
    print(
        f"register change to alarm at an SSE client, {POLL_S * 1000:.0f} ms poll: "
        f"median {statistics.median(excess):.0f} ms over half a poll, "
        f"90 % within {excess[int(0.9 * len(excess))]:.0f} ms"
    )


if __name__ == "__main__":
    main()

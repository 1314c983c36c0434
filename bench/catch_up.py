"""A recorder that was away for ten minutes of 1,000 signals at 1 Hz: seconds until it has them.

Everything is real: broker, monitor, recorder with the embedded historian, and in this process the
gateway's spool and its link. 600 records are spooled and judged while no recorder runs, then it
is started, while a record a second goes on coming. What counts is from the recorder's first word
until all that was spooled before is committed by it; how long the monitor needs meanwhile for
what is live is told too. A tenth of the signals are computed, unless `--measured`.

Run with `python -m bench.catch_up`.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np

from bench.pipeline import plant_and_broker
from bench.replay_day import SIGNALS
from firstout.broker import broker_of
from firstout.data_folder import DataFolder
from firstout.intake import MONITOR, RECORDER
from gateway.spool import Spool
from plant.moment import SECOND
from plant.reading import Readings
from telemetry.delivery import committed_topic, decode_committed
from telemetry.edge_link import EdgeLink
from telemetry.mqtt import Link, Session
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession

RECORDS = 600
WAIT_S = 120
_NAMES = tuple(f"s{number}" for number in range(SIGNALS))
_ZEROS = np.zeros(SIGNALS, np.uint8)


class Gateway:
    """A spool that is filled here, its link, and how far each consumer says it is."""

    def __init__(self, data: DataFolder) -> None:
        self._spool = Spool(data.spool, 512 << 20)
        self._wake = asyncio.Event()
        self._chance = np.random.default_rng(1)
        self.last = -1
        self.committed = {MONITOR: -1, RECORDER: -1}
        self._link = EdgeLink(
            broker_of(data, "gateway"),
            EdgeSession("bench", "gw", [EdgeDevice("plc", tuple(map(EdgeMetric, _NAMES)))]),
            self._spool,
            consumers=(MONITOR, RECORDER),
            next_bd_seq=self._spool.next_bd_seq,
            now=time.time_ns,
            wake=self._wake,
        )
        self._topics = {committed_topic("bench", "gw", name): name for name in self.committed}
        self._listening = Link(
            broker_of(data, "monitor"),
            "bench-listener",
            lambda: Session(subscriptions=tuple((topic, 1) for topic in self._topics)),
            self._heard,
            lambda _connected: None,
        )

    def spool(self, read_time: int) -> None:
        """Spool a record of quiet values."""
        values = 50 + self._chance.normal(0, 1, SIGNALS)
        self._spool.append("plc", read_time, Readings(_NAMES, values, _ZEROS, _ZEROS, None))
        self.last += 1
        self._wake.set()

    async def until(self, consumer: str, offset: int) -> None:
        """Wait until a consumer has committed a record."""
        async with asyncio.timeout(WAIT_S):
            while self.committed[consumer] < offset:  # noqa: ASYNC110 - another thread moves it
                await asyncio.sleep(0.01)

    async def run(self) -> None:
        """Publish, and spool a record each second, until cancelled."""
        self._listening.start()
        link = asyncio.create_task(self._link.run())
        try:
            while True:
                await asyncio.sleep(1)
                self.spool(time.time_ns())
        finally:
            link.cancel()
            with suppress(asyncio.CancelledError):
                await link
            self._listening.close()
            self._spool.close()

    def _heard(self, topic: str, payload: bytes) -> None:
        position = decode_committed(payload).position
        if position.spool == self._spool.spool_id:
            self.committed[self._topics[topic]] = position.offset


@contextmanager
def _part(*command: str) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-m", "firstout", *command]) as process:
        try:
            yield
        finally:
            process.terminate()


async def measure(data: DataFolder, folder: str) -> None:
    """Print how long the monitor and then the recorder need for the same ten minutes."""
    gateway = Gateway(data)
    now = time.time_ns() // SECOND * SECOND
    for number in range(RECORDS):
        gateway.spool(now - (RECORDS - number) * SECOND)
    with _part("monitor", folder, "--data", str(data.root)):
        running = asyncio.create_task(gateway.run())
        await gateway.until(MONITOR, RECORDS - 1)
        await asyncio.sleep(3)
        with _part("record", "--data", str(data.root)):
            started = time.perf_counter()
            await gateway.until(RECORDER, 0)
            first = time.perf_counter()
            lags = []
            while gateway.committed[RECORDER] < RECORDS - 1:
                lags.append(gateway.last - gateway.committed[MONITOR])
                await asyncio.sleep(0.05)
            took = time.perf_counter() - first
            await gateway.until(RECORDER, gateway.last)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    print(
        f"{RECORDS * SIGNALS:,} samples late: {took:.1f} s behind the recorder's first commit, "
        f"{first - started:.1f} s after its start; "
        f"the monitor was at most {max(lags, default=0)} records behind meanwhile"
    )


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--measured", action="store_true")
    computed = 0 if arguments.parse_args().measured else SIGNALS // 10
    with plant_and_broker(computed) as (data, folder):
        asyncio.run(measure(data, str(folder)))


if __name__ == "__main__":
    main()

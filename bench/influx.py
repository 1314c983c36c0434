"""Points a second into InfluxDB 1.6.7 and VictoriaMetrics, bytes a point, a trend of 30 days.

Points come as a recorder writes them: a second of a plant's signals after the other, 20,000 a
write. Values are walks with the resolution of an instrument, so that they pack as real ones do.
The trend is of one signal at 1 Hz, alone in its database, in 720 buckets of an hour.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import numpy as np

from historian.historian import Historian
from historian.influx.client_write import ClientWrite
from historian.influx.line_protocol import batches
from historian.influx.server import Server
from historian.influx.store import Influx
from historian.points import Points
from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality
from tests.historian_contract import START
from tests.peers.influx_servers import Store, influxd, victoria_metrics

SIGNALS = 1000
SECONDS = 1200
DAY_S = 86_400
DAYS = 30


def plant_samples(signals: int, seconds: int) -> Iterator[Points]:
    """Give `seconds` of 1 Hz samples of `signals`: 1 % BAD, 2 % UNCERTAIN, values of 0.01."""
    chance = np.random.default_rng(5)
    names = tuple(f"equipment-{n // 20}.signal_{n}" for n in range(signals))
    value = chance.uniform(20, 200, signals)
    at_once = max(1, 20_000 // signals)
    for first in range(0, seconds, at_once):
        rows = min(at_once, seconds - first)
        value = value + np.cumsum(chance.normal(0, 0.02, (rows, signals)), axis=0)
        moments = START + (first + np.arange(rows)) * SECOND + 7 * MILLISECOND
        dice = chance.random(rows * signals)
        quality = np.where(dice < 0.01, Quality.BAD, np.where(dice < 0.03, Quality.UNCERTAIN, 0))
        bad = quality == Quality.BAD
        yield Points(
            names=names,
            which=np.tile(np.arange(signals, dtype=np.int32), rows),
            times=np.repeat(moments, signals),
            sources=np.zeros(rows * signals, np.int64),
            values=np.where(bad, np.nan, np.round(value, 2).ravel()),
            quality=quality.astype(np.uint8),
            reasons=bad.astype(np.uint8),
        )
        value = value[-1]


def encoded() -> float:
    """Give the lines a second that are made of points, alone."""
    given = list(plant_samples(SIGNALS, 200))
    began = time.perf_counter()
    for points in given:
        for _lines in batches("bench", points):
            pass
    return sum(map(len, given)) / (time.perf_counter() - began)


def written(write: ClientWrite | Historian, signals: int, seconds: int) -> tuple[float, int]:
    """Write all, and give the points a second and how many they were."""
    took, count = 0.0, 0
    for number, points in enumerate(plant_samples(signals, seconds)):
        began = time.perf_counter()
        if isinstance(write, ClientWrite):
            for lines in batches("bench", points):
                write.write(lines)
        else:
            write.write(points, {"gw": ("spool", number)})
        took += time.perf_counter() - began
        count += len(points)
    return count / took, count


def size(*folders: Path) -> int:
    """Give the bytes of all files in the folders, of which some may go meanwhile."""
    total = 0
    for folder in folders:
        for path in folder.rglob("*"):
            with suppress(FileNotFoundError):
                total += path.stat().st_blocks * 512  # some are made larger than they are full
    return total


def influx(folder: Path) -> None:
    """Measure InfluxDB: written, on disk when all is compacted, and the trend."""
    cold = 'cache-snapshot-write-cold-duration = "2s"\ncompact-full-write-cold-duration = "2s"'
    with influxd(folder, data=cold) as store:
        historian = opened(store, "bench")
        rate, count = written(historian, SIGNALS, SECONDS)
        historian.close()
        print(f"InfluxDB 1.6.7: {rate:,.0f} points/s written, positions included ({count:,})")
        on_disk = settled(folder / "data" / "bench", folder / "wal" / "bench")
        print(f"InfluxDB 1.6.7: {on_disk / count:.1f} bytes a point on disk")
        historian = opened(store, "trend")
        written(historian, 1, DAYS * DAY_S)
        settled(folder / "data" / "trend", folder / "wal" / "trend")
        took = trend(historian)
        print(f"InfluxDB 1.6.7: 30 days of a signal at 1 Hz in {took:.2f} s (best of 5)")
        historian.close()


def opened(store: Store, database: str) -> Influx:
    """Open a database of InfluxDB, for writing."""
    server = Server(store.url, 1, database, timeout_s=60)
    return Influx(server, "bench", now=time.time_ns, writing=True)


def trend(historian: Historian) -> float:
    """Give the seconds that 30 days in buckets of an hour take at best."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        end = START + DAYS * DAY_S * SECOND
        buckets = historian.buckets("equipment-0.signal_0", START, end, 3600 * SECOND)
        times.append(time.perf_counter() - began)
        assert int(buckets.samples.sum()) == DAYS * DAY_S
    return min(times)


def settled(*folders: Path) -> int:
    """Wait until nothing in the folders changes for 10 s, and give their size."""
    before, since = -1, time.monotonic()
    while time.monotonic() - since < 10:
        now = size(*folders)
        if now != before:
            before, since = now, time.monotonic()
        time.sleep(0.5)
    return before


def victoria(folder: Path) -> None:
    """Measure VictoriaMetrics: written through influxdb-client, and on disk."""
    with victoria_metrics(folder) as store:
        write = ClientWrite(Server(store.url, 2, "bench", organisation="bench", timeout_s=60))
        rate, count = written(write, SIGNALS, SECONDS)
        write.close()
        print(f"VictoriaMetrics: {rate:,.0f} points/s written")
        httpx.get(f"{store.url}/internal/force_flush").raise_for_status()
        httpx.get(f"{store.url}/internal/force_merge", timeout=60).raise_for_status()
        on_disk = settled(folder / "victoria" / "data")
        print(f"VictoriaMetrics: {on_disk / count:.1f} bytes a point on disk")


def main() -> None:
    """Print what was measured."""
    print(f"line protocol: {encoded():,.0f} lines/s made")
    for measure in (influx, victoria):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder))


if __name__ == "__main__":
    main()

"""The historian: points written a second, bytes a point, trends of one signal among 1,000.

Writing goes the product's way: batches with positions, sealed and merged as they come. `--trend`
also makes 30 days of 1,000 signals at 1 Hz as they lie after merging, one file a day, and asks
for one signal. Making 2.6 G points of noise would take this machine an hour, so 10 signals are
noise and the other 990 stand still: they have all their rows, row groups and statistics, so that
finding and reading the one costs what it costs, but their values take no room. The 30 days need
some 2 GB under TMPDIR; old bytes leave the system's cache for the cold figures where that is
allowed (root).

    .venv/bin/python -m bench.historian [--trend]
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from historian.embedded.footer import Facts, footer_of
from historian.embedded.layout import DAY, days, listed, segment
from historian.embedded.segment import SegmentWriter
from historian.embedded.series import Series
from historian.embedded.store import Embedded
from historian.historian import Historian
from historian.points import Points
from plant.moment import MILLISECOND, SECOND

SIGNALS = 1_000
NAMES = tuple(f"equipment-{n // 20}.role.quantity_{n:04d}" for n in range(SIGNALS))
START = 1_795_478_400 * SECOND  # 2026-11-24T00:00:00Z
MONTH = 30
A_DAY = 86_400
NOISY = 10
ASKED = NAMES[5]


def measured(chance: np.random.Generator, first: int, seconds: int, signals: int) -> np.ndarray:
    """Give seconds x signals values: half as 16-bit transmitters send them, half 32-bit floats."""
    swing = 50 + 30 * np.sin((first + np.arange(seconds))[:, None] / 300 + np.arange(signals))
    values = swing + chance.normal(0, 0.2, (seconds, signals))
    values[:, ::2] = np.round(values[:, ::2] * 276.48) / 276.48
    values[:, 1::2] = values[:, 1::2].astype(np.float32)
    return values


def batches(count: int, seconds: int) -> Iterator[Points]:
    """Give batches of SIGNALS x seconds points at 1 Hz with some jitter of the read times."""
    chance = np.random.default_rng(1)
    size = seconds * SIGNALS
    zeros = np.zeros(size, np.uint8)
    for number in range(count):
        first = number * seconds
        read = START + (first + np.arange(seconds)) * SECOND
        read += chance.integers(0, 30, seconds) * MILLISECOND
        yield Points(
            NAMES,
            np.tile(np.arange(SIGNALS, dtype=np.int32), seconds),
            np.repeat(read, SIGNALS),
            np.zeros(size, np.int64),
            measured(chance, first, seconds, SIGNALS).ravel(),
            zeros,
            zeros,
        )


def write_rate(historian: Historian, given: Iterator[Points]) -> tuple[float, list[float]]:
    """Write the batches; give points/s over all, and the seconds of each write."""
    took, count = [], 0
    for number, batch in enumerate(given):
        count += len(batch)
        begun = time.perf_counter()
        historian.write(batch, {"gateway": ("spool", number)})
        took.append(time.perf_counter() - begun)
    return count / sum(took), took


def timed(ask: Callable[[], object], rounds: int = 5) -> tuple[float, float]:
    """Give the seconds of the first asking with cold files, and the median of warm ones."""
    cold = os.geteuid() == 0
    if cold:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")
    took = []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        ask()
        took.append(time.perf_counter() - begun)
    return (took[0] if cold else float("nan")), sorted(took[1:])[rounds // 2]


def writing(scratch: Path, seconds: int, count: int) -> None:
    """Measure writing, what it takes on the disk, and trends of the newest hour."""
    folder = scratch / f"write-{seconds}"
    store = Embedded.open(folder, writing=True)
    rate, took = write_rate(store, batches(count, seconds))
    title = f"write, {seconds * SIGNALS:,} points a batch"
    median = sorted(took)[len(took) // 2]
    say(title, f"{rate:,.0f} points/s, median {median * 1e3:.1f} ms, longest {max(took):.2f} s")
    while store.counts.merged == 0 and len(listed(folder, days(folder)[0])) >= 8:
        store.write(next(batches(1, 1)), {})
    files = [one for day in days(folder) for one in listed(folder, day)]
    size = sum(one.path.stat().st_size for one in files)
    rows = sum(footer_of(one.path).rows for one in files)
    say("sealed", f"{size / rows:.2f} bytes a point in {len(files)} files, {rows:,} points")
    store.close()

    reader = Embedded.open(folder, writing=False)
    hour = count * seconds * SECOND
    cold, warm = timed(lambda: reader.buckets(ASKED, START, START + hour, SECOND))
    say(f"trend of {hour // SECOND:,} s, buckets of 1 s", f"cold {cold:.3f} s, warm {warm:.3f} s")
    reader.close()


def make_day(folder: Path, number: int) -> None:
    """Lay a day of 1,000 signals at 1 Hz as one merged file."""
    chance = np.random.default_rng(number)
    zeros = np.zeros(A_DAY, np.uint8)
    still, none = np.full(A_DAY, 5.0), np.zeros(A_DAY, np.int64)
    day = START // DAY + number
    jitter = chance.integers(0, 30, A_DAY) * MILLISECOND
    times = day * DAY + np.arange(A_DAY) * SECOND + jitter
    noise = measured(chance, number * A_DAY, A_DAY, NOISY)
    target = segment(folder, day, number + 1, number + 1)
    writer = SegmentWriter(target.path, Facts((), {}), A_DAY * SIGNALS)
    for place, name in enumerate(NAMES):
        values = np.ascontiguousarray(noise[:, place]) if place < NOISY else still
        writer.add(name, Series(times, none, values, zeros, zeros))
    writer.commit()


def trends(scratch: Path) -> None:
    """Measure long trends over the month, and what they cost in memory."""
    folder = scratch / "month"
    begun = time.perf_counter()
    # In processes of their own, so that the memory shown is the reader's.
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(make_day, [folder] * MONTH, range(MONTH)))
    say("(making the month)", f"{time.perf_counter() - begun:.0f} s")
    reader = Embedded.open(folder, writing=False)
    end, width = START + MONTH * DAY, MONTH * DAY // 1000
    for title, since in (("30-day", START), ("1-day", end - DAY), ("1-hour", end - DAY // 24)):
        span = (end - since) // 1000 if title != "1-hour" else SECOND
        cold, warm = timed(lambda s=since, w=span: reader.buckets(ASKED, s, end, w))
        say(
            f"{title} trend, {(end - since) // span:,} buckets",
            f"cold {cold:.3f} s, warm {warm:.3f} s",
        )
    assert int(reader.buckets(ASKED, START, end, width).samples.sum()) == MONTH * A_DAY
    cold, warm = timed(lambda: reader.samples(ASKED, START, end, 10_000))
    say("first 10,000 samples of 30 days", f"cold {cold:.3f} s, warm {warm:.3f} s")
    reader.close()


def say(what: str, figure: str) -> None:
    """Print a line of the table with the most memory that the process has had."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {what:<40} | {figure:<62} | {memory:5.0f} MB |", flush=True)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        if "--trend" in sys.argv:
            trends(Path(scratch))
        writing(Path(scratch), seconds=1, count=1_200)
        writing(Path(scratch), seconds=20, count=540)


if __name__ == "__main__":
    main()

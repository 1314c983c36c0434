"""Broker → decoded → judged → journalled, and broker → decoded → kept: samples/s.

A backlog of DDATA with 1,000 quiet values each, made beforehand, is published by a process of its
own to the bundled broker, as far ahead of what is committed as the broker can hold. Then
`firstout monitor` takes it in, with its journal and recorded inputs on disk, and after it
`firstout record`, with the embedded historian, and once more with a tenth as many computed signals
as measured ones. What counts is from the first message until the
last is committed; the CPU time is that of the process, its two threads told apart: the link
receives, the main thread does all the rest.

Run with `python -m bench.pipeline`, or with `--profile` to see where the main threads' time goes:
the monitor's 40 % into decoding, 30 % into judging, 20 % into commits (half of it the recorded
inputs), 9 % into telling; the recorder's 55 % into writing (two thirds of it sealing Parquet) and
a third into decoding.
"""

import argparse
import cProfile
import multiprocessing
import os
import pstats
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.pipeline_publisher import publish
from bench.replay_day import HEADER, SIGNALS, plant_files
from firstout.broker import prepare
from firstout.clock import Clock
from firstout.data_folder import DataFolder, open_folder
from firstout.monitor_process import Monitor
from firstout.record_process import run_recorder
from journal.applied import applied_version
from journal.open import open_database
from plant.errors import JournalError

MESSAGES = 5_000
WAIT_S = 120
_COMPUTED = "d{0},m0,mould.water_flow,流量差{0},difference {0},m3/h,-100,100,1,5"
_TICKS_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Took:
    """Seconds: by the clock, and of CPU in the main thread and in the others."""

    wall: float
    main: float
    others: float


def measure(command: list[str], data: DataFolder, consumer: str) -> Took:
    """Start a part, have it take the backlog in, and stop it."""
    part = subprocess.Popen([sys.executable, "-m", "firstout", *command, "--data", str(data.root)])
    try:
        _wait(lambda: _applied(data))
        time.sleep(5)  # it compiles its loops, and connects
        before = _cpu(part.pid)
        wall = _publish(data, consumer)
        after = _cpu(part.pid)
    finally:
        part.terminate()
        part.wait(20)
    return Took(wall, after[0] - before[0], after[1] - before[1])


def _publish(data: DataFolder, consumer: str) -> float:
    """Publish in another process; give the seconds until all was committed."""
    spawned = multiprocessing.get_context("spawn")
    answers = spawned.SimpleQueue()
    process = spawned.Process(target=publish, args=(data.root, consumer, MESSAGES, answers))
    process.start()
    process.join(WAIT_S)
    if process.exitcode != 0:
        process.kill()
        raise SystemExit(f"the {consumer} did not commit everything within {WAIT_S} s")
    return float(answers.get())


def _cpu(pid: int) -> tuple[float, float]:
    """Give the CPU seconds of a process' main thread and of its others, living or gone."""
    whole = _ticks(Path(f"/proc/{pid}/stat"))
    main = _ticks(Path(f"/proc/{pid}/task/{pid}/stat"))
    return main / _TICKS_S, (whole - main) / _TICKS_S


def _ticks(path: Path) -> int:
    fields = path.read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("it does not start")
        time.sleep(0.1)


def _applied(data: DataFolder) -> bool:
    try:
        return applied_version(open_database(data.journal)) is not None
    except JournalError:
        return False


@contextmanager
def plant_and_broker(computed: int = 0) -> Iterator[tuple[DataFolder, Path]]:
    """Give a data folder with a running broker, and a plant folder, of so many computed signals.

    Each is the difference of two measured ones.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "plant"
        folder.mkdir()
        for name, text in plant_files().items():
            (folder / name).write_text(text)
        if computed:
            _add_computed(folder / "signals.csv", computed)
        data = open_folder(Path(scratch) / "data")
        with subprocess.Popen(prepare(data, "bench"), stderr=subprocess.DEVNULL) as broker:
            try:
                time.sleep(1)
                yield data, folder
            finally:
                broker.terminate()


def _add_computed(table: Path, count: int) -> None:
    head, *rows = table.read_text().splitlines()
    gap = "," * (HEADER.count(",") - _COMPUTED.count(",") + 1)
    made = [
        _COMPUTED.format(number) + gap + f'"difference(s{2 * number}, s{2 * number + 1})"'
        for number in range(count)
    ]
    lines = [f"{head},formula", *(f"{row}," for row in rows), *made]
    table.write_text("\n".join(lines) + "\n")


def profile(run: Callable[[threading.Event], None], data: DataFolder, consumer: str) -> None:
    """Run a part in this process and print where its main thread's time goes."""
    stop = threading.Event()

    def feed() -> None:
        time.sleep(5)
        _publish(data, consumer)
        stop.set()

    threading.Thread(target=feed).start()
    profiler = cProfile.Profile()
    profiler.runcall(run, stop)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(40)


def _print(what: str, took: Took) -> None:
    count = MESSAGES * SIGNALS
    cores = took.main + took.others
    print(
        f"{what}: {count / took.wall:,.0f} samples/s, {count / cores:,.0f} per core "
        f"({took.wall:.1f} s; CPU: main thread {took.main:.1f} s, link {took.others:.1f} s)"
    )


def main() -> None:
    """Print both, or where their time goes."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--profile", action="store_true")
    profiled = arguments.parse_args().profile
    with plant_and_broker() as (data, folder):
        if profiled:
            profile(Monitor(data, folder, Clock()).run, data, "monitor")
            profile(lambda stop: run_recorder(data, stop), data, "recorder")
            return
        _print("broker to journal", measure(["monitor", str(folder)], data, "monitor"))
        _print("broker to historian", measure(["record"], data, "recorder"))
    with plant_and_broker(SIGNALS // 10) as (data, folder):
        command = ["monitor", str(folder)]
        _print("broker to journal, computed too", measure(command, data, "monitor"))
        _print("broker to historian, computed too", measure(["record"], data, "recorder"))


if __name__ == "__main__":
    main()

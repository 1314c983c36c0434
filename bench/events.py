"""The event stream with many clients: what it costs the server, and how soon they know.

A journal is written at 200 entries a second, 40 commits of 5, a tenth of the entries alarms;
500 signals change twice a second. The API serves all that from a process of its own, whose CPU
time is what is measured; the clients are in other processes. Latency is from the commit, fully
synced, until the client has the bytes.

Run with `python -m bench.events [--clients 200] [--seconds 20] [--profile FILE]`.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import random
import tempfile
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.event_peers import run_clients, run_server
from firstout.clock import Clock
from firstout.plant_folder import check_files
from journal.entry import Draft
from journal.write import Writer
from plant.moment import to_text
from plant.plant import Plant
from tests.large_plant import large_plant
from tests.ports import free_port

COMMITS_HZ = 40
PER_COMMIT = 5
ALARM_SHARE = 0.1
LIVE_EVERY = 4  # commits: the monitor tells values each 100 ms
LISTENERS = 2
SETTLE_S = 2.0
_TICKS_S = os.sysconf("SC_CLK_TCK")
_spawned = multiprocessing.get_context("spawn")


@dataclass
class Asked:
    """What the command line asks for."""

    clients: int
    seconds: float
    signals: int
    query: str
    profile: str


class Plantlife:
    """Writes the journal and tells the API of it, as the monitor would."""

    def __init__(self, plant: Plant, writer: Writer, clock: Clock, told: Connection) -> None:
        self._ids = [signal.id for signal in plant.signals]
        self._writer = writer
        self._now = clock.now
        self._told = told
        self._random = random.Random(1)  # noqa: S311  # the same each time
        self.committed: dict[int, float] = {}
        self.alarms: set[int] = set()

    def run(self, seconds: float) -> None:
        """Go on for so long."""
        begun = time.perf_counter()
        for number in itertools.count(1):
            due = begun + number / COMMITS_HZ
            if due > begun + seconds:
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            self._commit(number)
            self._tell(number)

    def _commit(self, number: int) -> None:
        now = self._now()
        drafts = [self._draft(now) for _ in range(PER_COMMIT)]
        with self._writer.transaction() as commit:
            entries = commit.append(drafts)
            if number % COMMITS_HZ == 0:
                commit.beat(now, now, {"catching_up": False, "linked": True})
        at = time.perf_counter()
        for entry in entries:
            self.committed[entry.seq] = at
            if entry.kind == "alarm":
                self.alarms.add(entry.seq)

    def _draft(self, now: int) -> Draft:
        signal = self._random.choice(self._ids)
        if self._random.random() < ALARM_SHARE:
            return Draft("alarm", f"{signal}:low", now, now, "monitor", _alarm(signal, now))
        body = {"wrong": True, "offset_s": round(self._random.random(), 3)}
        return Draft("clock", signal, now, now, "monitor", body)

    def _tell(self, number: int) -> None:
        """A fifth of all signals each 100 ms; between, only that the journal has grown."""
        turn, rest = divmod(number, LIVE_EVERY)
        part = self._ids[turn % 5 :: 5] if rest == 0 else []
        stamp = to_text(self._now())
        content = {
            "epoch": self._writer.epoch,
            "seq": self._writer.head().seq,
            "at": stamp,
            "judged_until": stamp,
            "catching_up": False,
            "signals": {name: self._value(stamp) for name in part},
        }
        self._told.send_bytes(json.dumps(content).encode())

    def _value(self, stamp: str) -> dict[str, object]:
        value = round(100 + 10 * self._random.random(), 2)
        return {"value": value, "quality": "GOOD", "reason": "NONE", "time": stamp}


def _alarm(signal: str, now: int) -> dict[str, object]:
    return {
        "event": "trip",
        "kind": "low",
        "signal": signal,
        "equipment": signal.partition(".")[0],
        "active": True,
        "acknowledged": False,
        "priority": "critical",
        "level": "LL",
        "occurrence": 1,
        "value": 150.5,
        "limit": 160,
        "unit": "m3/h",
        "latched": False,
        "suppressed_by": None,
        "message": {"zh": "流量低低", "en": "Flow low-low"},
        "raised_at": to_text(now),
    }


def measure(asked: Asked) -> None:
    """Run everything once and print what was seen."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        plant, clock = check_files(large_plant(asked.signals)), Clock()
        with (
            Writer.open(folder / "journal.db", plant.id) as writer,
            _server(folder, asked) as (
                server,
                told,
                url,
                token,
            ),
        ):
            life = Plantlife(plant, writer, clock, told)
            with _listeners(url, token, asked) as listeners:
                life.run(SETTLE_S)
                for way in listeners:
                    way.send("begin")
                before, begun = _cpu(server), time.perf_counter()
                life.run(asked.seconds)
                used, lasted = _cpu(server) - before, time.perf_counter() - begun
                time.sleep(0.3)
                for way in listeners:
                    way.send("end")
                _print(asked, life, [way.recv() for way in listeners], used, lasted)


def _print(
    asked: Asked,
    life: Plantlife,
    heard: list[tuple[bytes, bytes, int, int, int]],
    used: float,
    lasted: float,
) -> None:
    seqs = np.frombuffer(b"".join(item[0] for item in heard), np.int64)
    times = np.frombuffer(b"".join(item[1] for item in heard), np.float64)
    size, events, lost = (sum(item[at] for item in heard) for at in (2, 3, 4))
    committed = array("d", (life.committed.get(int(seq), np.nan) for seq in seqs))
    latency = (times - np.frombuffer(committed)) * 1000
    urgent = np.isin(seqs, list(life.alarms))
    expected = sum(at >= max(life.committed.values()) - lasted for at in life.committed.values())
    print(
        f"{asked.clients} clients, {asked.signals} signals{asked.query}: "
        f"server {100 * used / lasted:.0f} % of a core, "
        f"{used / events * 1e6:.1f} µs an event sent ({events / lasted:,.0f}/s), "
        f"{size / lasted / asked.clients / 1000:.0f} kB/s a client; "
        f"{len(seqs) / asked.clients:,.0f} of {expected:,} entries a client, {lost} streams ended"
    )
    for name, part in (("alarms", latency[urgent]), ("other entries", latency[~urgent])):
        print(f"  commit to receipt, {name}: {_spread(part)}")


def _spread(latency: NDArray[np.float64]) -> str:
    p50, p99 = np.nanpercentile(latency, (50, 99))
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {np.nanmax(latency):.0f} ms"


@contextmanager
def _server(folder: Path, asked: Asked) -> Iterator[tuple[BaseProcess, Connection, str, str]]:
    here, there = _spawned.Pipe()
    port = free_port()
    arguments = (there, folder, port, asked.signals, asked.profile)
    process = _spawned.Process(target=run_server, args=arguments)
    process.start()
    there.close()  # so that its death is heard
    try:
        token = here.recv()
        time.sleep(1.0)
        yield process, here, f"http://127.0.0.1:{port}", token
        here.send_bytes(b"")
        process.join(20)
    finally:
        process.kill()


@contextmanager
def _listeners(url: str, token: str, asked: Asked) -> Iterator[list[Connection]]:
    ways, processes = [], []
    try:
        for number in range(LISTENERS):
            here, there = _spawned.Pipe()
            count = asked.clients // LISTENERS + (number < asked.clients % LISTENERS)
            arguments = (there, url, token, count, asked.query)
            processes.append(_spawned.Process(target=run_clients, args=arguments))
            processes[-1].start()
            there.close()
            ways.append(here)
        for way in ways:
            assert way.recv() == "open"
        yield ways
    finally:
        for process in processes:
            process.kill()


def _cpu(process: BaseProcess) -> float:
    """Give the CPU seconds of the process."""
    stat = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICKS_S


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--signals", type=int, default=500)
    parser.add_argument("--query", default="", help="for example ?signals=false")
    parser.add_argument("--profile", default="", help="file for what cProfile saw of the server")
    measure(Asked(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()

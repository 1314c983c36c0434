"""A writing process that is killed, that is read meanwhile, and whose disk is full."""

import random
import subprocess
import sys
from pathlib import Path

from historian.embedded.layout import days, listed
from historian.embedded.store import Embedded
from tests.doc_pages import ROOT
from tests.historian_contract import HOUR, START

SIGNALS = 20
BATCHES = 1500
# Gives batches behind what is kept and says each that is; one batch is one sample of each signal.
WRITE = """
import sys
import numpy as np
from pathlib import Path
from historian.embedded.store import Embedded
from historian.embedded.upkeep import Sealing
from historian.historian import HistorianError
from historian.points import Points

START, SIGNALS = {start}, {signals}
NAMES = tuple(f"s{{n}}" for n in range(SIGNALS))

def batch(number):
    zeros = np.zeros(SIGNALS)
    return Points(
        NAMES,
        np.arange(SIGNALS, dtype=np.int32),
        # 17 minutes apart, so that days end too
        np.full(SIGNALS, START + number * 1020 * 10**9),
        zeros.astype(np.int64),
        np.full(SIGNALS, float(number)),
        zeros.astype(np.uint8),
        zeros.astype(np.uint8),
    )

def give(store, number):
    store.write(batch(number), {{"gw": ("spool", number)}})
    print(number, flush=True)

def opened():
    return Embedded.open(Path(sys.argv[1]), writing=True, sealing=Sealing(size=20_000))
"""
UNTIL_KILLED = """
store = opened()
kept = store.positions().get("gw", ("spool", -1))[1]
for number in range(kept + 1, int(sys.argv[2])):
    give(store, number)
store.close()
"""
FULL_DISK = """
import resource
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
store = opened()
number = refused = 0
while number < int(sys.argv[2]):
    if number == 20:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), hard))
    try:
        give(store, number)
        number += 1
    except HistorianError as error:
        refused += 1
        print("refused:", error, flush=True)
        if refused == 3:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print("failures:", store.counts.failures, "sealed:", store.counts.sealed)
store.close()
"""


def child(script: str, *arguments: object) -> subprocess.Popen[str]:
    code = WRITE.format(start=START, signals=SIGNALS) + script
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def values(store: Embedded, signal: str) -> list[float]:
    history = store.samples(signal, START, START + BATCHES * HOUR, BATCHES + 1)
    assert not history.more
    return history.values.tolist()


def test_a_killed_writer_has_kept_what_it_said_exactly_once(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - when to kill needs no secrecy
    rounds, kept = 0, 0
    reader = Embedded.open(tmp_path, writing=False)
    while kept < BATCHES:
        process = child(UNTIL_KILLED, tmp_path, BATCHES)
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(chance.randint(1, 250))]
        process.kill()
        said += process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        acknowledged = [int(line) for line in said if line.strip()]
        assert acknowledged == list(range(kept, kept + len(acknowledged)))

        now = reader.positions()["gw"][1] + 1
        assert now >= kept + len(acknowledged)
        for signal in ("s0", f"s{SIGNALS - 1}"):
            assert values(reader, signal) == [float(number) for number in range(now)]
        kept, rounds = now, rounds + 1

    assert rounds > 5
    for number in range(SIGNALS):
        assert values(reader, f"s{number}") == [float(batch) for batch in range(BATCHES)]


def test_a_reader_sees_whole_batches_while_another_process_seals_and_merges(
    tmp_path: Path,
) -> None:
    reader = Embedded.open(tmp_path, writing=False)
    process = child(UNTIL_KILLED, tmp_path, BATCHES)
    seen = looks = 0
    while process.poll() is None:
        got = values(reader, "s7")
        assert got == [float(number) for number in range(len(got))]
        assert len(got) >= seen
        counted = reader.buckets("s7", START, START + BATCHES * HOUR, 24 * HOUR)
        assert int(counted.samples.sum()) >= len(got)
        seen, looks = len(got), looks + 1
    assert process.stdout is not None
    process.stdout.close()

    assert process.returncode == 0
    assert looks > 5
    assert len(values(reader, "s7")) == BATCHES
    assert any(one.last > one.first for day in days(tmp_path) for one in listed(tmp_path, day))


def test_a_full_disk_refuses_writes_in_a_sentence_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    """The system refuses the bytes here by the limit of a file's size: no file grows beyond."""
    process = child(FULL_DISK, tmp_path, 200, 16_000)
    said, _ = process.communicate()
    lines = said.splitlines()

    assert process.returncode == 0
    refusals = [line for line in lines if line.startswith("refused")]
    assert refusals == [f"refused: the history {tmp_path} cannot be written: File too large"] * 3
    assert [int(line) for line in lines if line.isdigit()] == list(range(200))
    store = Embedded.open(tmp_path, writing=True)
    for number in range(SIGNALS):
        assert values(store, f"s{number}") == [float(batch) for batch in range(200)]

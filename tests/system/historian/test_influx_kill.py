"""Whatever is killed while it writes, at the end every sample is there exactly once."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from historian.influx.store import Influx
from tests.historian_contract import START, everything, points, same, series
from tests.peers.influx_servers import Store
from tests.system.historian.influx_writer import EACH, SIGNALS, record, write_all

ROOT = Path(__file__).parents[3]
RECORDS = 25
KILLS = 6

Opened = Callable[..., Influx]


def complete(influx: Store, historian: Influx) -> None:
    """Check every sample, by the server's own count and by reading it."""
    total = RECORDS * EACH
    counts = influx.ask("SELECT count(quality) FROM sample GROUP BY signal", db="history")
    assert [row[1] for row in counts] == [total] * len(SIGNALS)
    values = influx.ask("SELECT count(value), sum(value) FROM sample", db="history")
    expected = len(SIGNALS) * RECORDS * (EACH * (EACH - 1) // 2)
    assert [row[1:] for row in values] == [[len(SIGNALS) * total, expected]]
    last = record(RECORDS - 1)
    for name in SIGNALS:
        history = historian.samples(name, START, START + 10**15, total + 1)
        assert len(set(history.times.tolist())) == total
        assert history.times[-EACH:].tolist() == last.times[:EACH].tolist()
    assert historian.positions() == {"gw": ("spool", RECORDS)}


def test_a_store_killed_while_it_is_written_to_loses_and_doubles_nothing(
    influx: Store, opened: Opened
) -> None:
    chance, failures = random.Random(7), []  # noqa: S311 - no secret depends on it
    writing = threading.Thread(target=lambda: failures.append(write_all(influx.url, RECORDS)))
    writing.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.35))
        influx.kill()
        influx.start()
    writing.join(60)

    assert failures
    assert failures[0] > 0  # else it was never killed while it was written to
    complete(influx, opened(writing=False))


def test_a_writer_killed_while_it_writes_loses_and_doubles_nothing(
    influx: Store, opened: Opened
) -> None:
    chance = random.Random(11)  # noqa: S311 - no secret depends on it
    command = [
        sys.executable,
        "-m",
        "tests.system.historian.influx_writer",
        influx.url,
        str(RECORDS),
    ]
    reader = opened(writing=False)
    influx.ask("CREATE DATABASE history")
    killed = 0  # while it wrote
    for _ in range(KILLS):
        before = reader.positions()
        writer = subprocess.Popen(command, cwd=ROOT)
        while reader.positions() == before and writer.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.15))
        killed += writer.poll() is None
        writer.kill()
        writer.wait()

    assert killed > 1
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    complete(influx, reader)


def test_what_is_killed_between_points_and_position_writes_the_points_again(
    influx: Store, opened: Opened
) -> None:
    first = opened(writing=True)
    first.write(points(series("a", 10)), {"gw": ("spool", 10)})
    more = points(series("a", 20))
    first.write(more, {})  # all that a crash leaves of a write
    first.close()

    second = opened(writing=True)
    assert second.positions() == {"gw": ("spool", 10)}
    second.write(more, {"gw": ("spool", 20)})

    same(everything(second, "a"), series("a", 20))
    assert second.positions() == {"gw": ("spool", 20)}

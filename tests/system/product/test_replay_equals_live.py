"""A replay of the recorded inputs gives exactly the entries that the journal has.

The monitor is killed again and again while the plant has a fault, and somebody acknowledges:
whatever it had judged and not committed must be gone from both, or in both.
"""

import json
import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from firstout.plant_folder import criteria
from firstout.replaying.oddities import Oddities
from firstout.replaying.replay import Replay
from journal.canonical import canonical
from journal.entry import Draft
from plant.moment import to_text
from tests.patience import eventually
from tests.running import RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

# What the judge alone decides; the others tell of the monitor's own life.
JUDGED = ("alarm", "interlock", "demand", "bypass", "verdict", "violation", "node")

Row = tuple[str, str, str, str, str, str]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The data folder of a demo whose monitor was killed at random moments for a minute."""
    plant = RunningPlant(tmp_path_factory.mktemp("replay") / "data")
    moments = random.Random(20)  # noqa: S311 - moments, no secrets
    kills = 0
    try:
        plant.wait_ready()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            time.sleep(moments.uniform(0.2, 4.0))
            kills += _kill_monitor(plant)
        eventually(lambda: _judging(plant), within_s=30)
        _acknowledge_all(plant)
        plant.stop(within_s=10)
        yield plant.data, kills
    finally:
        plant.end()


def test_the_monitor_always_came_back(killed: tuple[Path, int]) -> None:
    data, kills = killed
    assert kills >= 8
    assert "Traceback" not in (data / "log" / "monitor.log").read_text()


def test_the_replay_gives_the_journals_entries(killed: tuple[Path, int]) -> None:
    data, _ = killed
    rows = _journal(data)
    files = next(json.loads(row[5]) for row in rows if row[0] == "plant")["files"]
    written = [row for row in rows if row[0] in JUDGED]
    kinds = {row[0] for row in written}
    assert {"alarm", "interlock", "demand", "violation", "node"} <= kinds
    assert any(json.loads(row[5]).get("event") == "acknowledge" for row in written)

    replayed = [_row(draft) for draft in _replay(data, files) if draft.kind in JUDGED]

    assert replayed == written


def _replay(data: Path, files: dict[str, str]) -> Iterator[Draft]:
    oddities = Oddities()
    _, drafts = Replay(files, criteria(), oddities).of_inputs(data / "inputs")
    yield from drafts
    assert not oddities.noted


def _row(draft: Draft) -> Row:
    body = canonical(draft.body)
    time_text, known_text = to_text(draft.time), to_text(draft.known_at)
    return draft.kind, draft.subject, time_text, known_text, draft.actor, body


def _journal(data: Path) -> list[Row]:
    query = "SELECT kind, subject, time, known_at, actor, body FROM entry ORDER BY seq"
    with closing(sqlite3.connect(f"file:{data / 'journal.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def _kill_monitor(plant: RunningPlant) -> bool:
    """Kill the monitor, wherever it is in its work; False when it is down already."""
    pid = plant.pid("monitor")
    if pid is None:
        return False
    os.kill(pid, signal.SIGKILL)
    return True


def _judging(plant: RunningPlant) -> None:
    assert plant.get("violations")["judging"]["stale"] is False
    signals = plant.get("plants/demo/signals")["items"]
    assert {item["quality"] for item in signals} == {"GOOD"}


def _acknowledge_all(plant: RunningPlant) -> None:
    alarms: list[dict[str, Any]] = plant.get("alarms")["items"]
    waiting = [item for item in alarms if not item["acknowledged"]]
    assert waiting
    for item in waiting:
        answer = plant.client.post(
            f"{plant.url}/api/v1/alarms/{item['id']}/acknowledge",
            json={"occurrence": item["occurrence"], "comment": "看过"},
        )
        assert answer.status_code == 200, answer.text

"""Every part is killed in turn while the plant has faults; the record must come out whole."""

import contextlib
import csv
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from firstout.judge import Judge
from firstout.plant_folder import check_files, criteria, read_files
from monitor.inputs import Born, Samples, Tick
from plant.moment import SECOND, from_text, to_text
from tests.patience import eventually
from tests.running import RunningPlant
from tests.system.product.many_casters import make_folder

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

TWO_POLLS = 2 * SECOND // 2


@dataclass(frozen=True)
class Stood:
    """One alarm from its trip to its return, in ns since 1970."""

    alarm: str
    start: int
    end: int


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningPlant, list[Any]]]:
    """Twelve casters whose parts were killed, while people and programs ask all the time.

    The faults begin at 12 s (pump) and 72 s (level) of the simulation, at all casters at once.
    """
    scratch = tmp_path_factory.mktemp("killed")
    plant = RunningPlant(scratch / "data", folder=make_folder(scratch / "plant", casters=12))
    outages: list[tuple[str, int, int]] = []
    stop = threading.Event()
    crowd = [threading.Thread(target=_keep_asking, args=(plant, stop)) for _ in range(4)]
    try:
        plant.wait_ready()
        for person in crowd:
            person.start()
        began = _first_time(plant.data / "simulator.csv")
        for at_s, part in ((14, "monitor"), (27, "api"), (40, "broker"), (73, "gateway")):
            _sleep_until(began + at_s * SECOND)
            outages.append((part, *_kill(plant, part)))
        _sleep_until(began + 100 * SECOND)
        stop.set()
        for person in crowd:
            person.join()
        yield plant, outages
    finally:
        stop.set()
        plant.end()


def test_every_alarm_that_outlasts_its_outage_is_journalled_once(
    killed: tuple[RunningPlant, list[Any]],
) -> None:
    plant, outages = killed
    folder = plant.data.parent / "plant"
    expected = list(_alarms_of_the_simulators_log(folder, plant.data / "simulator.csv"))
    assert len(expected) >= 36, "the casters had no faults to journal"
    trips = defaultdict(list)
    for entry in plant.entries(kind="alarm"):
        if entry["body"]["event"] == "trip":
            trips[entry["subject"]].append(from_text(entry["time"]))
    checked = 0
    for stood in expected:
        lost = sum(_overlap(stood, down, up) for _, down, up in outages)
        off_delay = 2 * SECOND
        if stood.end - stood.start - off_delay <= lost + TWO_POLLS:
            continue
        found = [
            trip
            for trip in trips[stood.alarm]
            if stood.start - TWO_POLLS <= trip <= stood.end + TWO_POLLS
        ]
        assert len(found) == 1, (stood, [to_text(trip) for trip in found], outages)
        checked += 1
    assert checked >= 36


def test_the_chain_verifies_after_all_of_it(killed: tuple[RunningPlant, list[Any]]) -> None:
    plant, _ = killed
    report = plant.get("journal/verify")
    assert report["ok"], report
    started = [e for e in plant.entries(kind="monitor") if e["body"]["event"] == "started"]
    assert len(started) == 2


def test_every_part_was_started_again_and_judging_goes_on(
    killed: tuple[RunningPlant, list[Any]],
) -> None:
    plant, _ = killed

    def judging() -> None:
        assert plant.get("violations")["judging"]["stale"] is False
        signals = plant.get("plants/demo/signals")["items"]
        assert {item["quality"] for item in signals} == {"GOOD"}

    eventually(judging, within_s=10)
    for part in ("broker", "gateway", "monitor", "api"):
        assert plant.pid(part) is not None


def test_no_record_was_lost_or_judged_twice(killed: tuple[RunningPlant, list[Any]]) -> None:
    plant, _ = killed
    assert plant.entries(kind="lost") == []


def _kill(plant: RunningPlant, part: str) -> tuple[int, int]:
    """Kill a part, wait until it does its work again, and give when it was away."""
    old = plant.pid(part)
    assert old is not None
    down = time.time_ns()
    os.kill(old, signal.SIGKILL)

    def works() -> None:
        assert plant.pid(part) not in (None, old)
        assert plant.get("violations")["judging"]["stale"] is False
        signals = plant.get("plants/demo/signals")["items"]
        assert {item["quality"] for item in signals} == {"GOOD"}

    time.sleep(0.5)
    eventually(works, within_s=30)
    return down, time.time_ns()


def _keep_asking(plant: RunningPlant, stop: threading.Event) -> None:
    """Look at the lists again and again, as consoles do; a server that is down is asked again."""
    headers = plant.client.headers
    with httpx.Client(timeout=5, headers=headers) as client:
        while not stop.is_set():
            for path in ("alarms", "violations", "interlocks", "plants/demo/signals"):
                with contextlib.suppress(httpx.HTTPError):
                    client.get(f"{plant.url}/api/v1/{path}")
            stop.wait(0.2)


def _sleep_until(moment: int) -> None:
    time.sleep(max(0.0, (moment - time.time_ns()) / SECOND))


def _first_time(log: Path) -> int:
    with log.open() as lines:
        return from_text(next(csv.DictReader(lines))["time"])


def _overlap(stood: Stood, down: int, up: int) -> int:
    return max(0, min(stood.end, up) - max(stood.start - SECOND, down))


def _alarms_of_the_simulators_log(folder: Path, log: Path) -> Iterator[Stood]:
    """Judge what the simulated plant says that it did, by itself and without any outage."""
    judge = Judge(check_files(read_files(folder)), criteria())
    memory = judge.new_memory()
    rows: dict[int, list[tuple[int, float]]] = defaultdict(list)
    with log.open() as lines:
        for row in csv.DictReader(lines):
            slot = judge.compiled.slot[row["signal"]]
            rows[from_text(row["time"])].append((slot, float(row["value"])))
    judge.advance(memory, Born("gw1", "", min(rows)))
    open_since: dict[str, int] = {}
    for time_ns, values in sorted(rows.items()):
        count = len(values)
        zeros = np.zeros(count, np.uint8)
        samples = Samples(
            node="gw1",
            historical=False,
            slots=np.array([slot for slot, _ in values], np.int32),
            times=np.full(count, time_ns),
            values=np.array([value for _, value in values]),
            quality=zeros,
            reasons=zeros,
            known_at=time_ns,
        )
        for draft in judge.advance(memory, samples) + judge.advance(memory, Tick(time_ns)):
            if draft.kind == "alarm" and draft.body["kind"] in ("high", "low"):
                if draft.body["event"] == "trip":
                    open_since[draft.subject] = draft.time
                elif draft.body["event"] == "return":
                    yield Stood(draft.subject, open_since.pop(draft.subject), draft.time)

"""Whatever is killed, every sample that was judged is in the store exactly once.

What was judged is known from the monitor's own record of it, which has each record of each spool
once; what is kept, from the store. One signal is computed: what the monitor held of it after each
record is worked out from its recorded inputs, its ticks, births and deaths included.
"""

import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.roles import Role
from firstout.clock import Clock
from firstout.data_folder import DataFolder
from firstout.historian_settings import open_historian
from firstout.input_log import read_inputs
from firstout.plant_folder import check_files, wait_for_applied
from historian.points import History
from journal.write import Writer
from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.inputs import Input, Samples, by_instant
from monitor.state import new_state
from plant.moment import SECOND, from_text, to_text
from plant.quality import Quality
from tests.patience import eventually
from tests.peers.influx_servers import influxd
from tests.plant_files import CASTER
from tests.running import ROOT, RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

FLOW = "caster-1.water_flow"
FALL = "caster-1.launder_fall"
FALL_ROW = (
    f"{FALL},caster-1,launder.level,流槽液位落差,Launder level fall,mm,-300,300,0.5,2,,"
    ',,,,,,,,,,,,,"difference(caster-1.outlet_level, caster-1.launder_level)"\n'
)
ROW = (
    "caster-1.added,caster-1,mould.water_flow,新增流量,Added flow,m3/h,0,300,0.5,2,mould-plc,"
    "input:2:float32,,,,,,,,,,,,,\n"
)
FOREVER, MANY = 1 << 62, 1_000_000

Rows = list[tuple[int, str, int, int]]  # time, value, quality and reason of each sample


@dataclass
class Run:
    """A run that was mistreated and stopped: its data folder, and what its API said before."""

    data: DataFolder
    history: dict[str, Any]
    page: dict[str, Any]


def ill_treated(scratch: Path, ill_treat: Callable[[RunningPlant], None], settings: str) -> Run:
    """Run a plant of one caster, have it ill-treated, and stop it when all is well again."""
    folder = scratch / "plant"
    shutil.copytree(CASTER, folder)
    table = folder / "signals.csv"
    head, *rows = table.read_text("utf-8").splitlines()
    computed = [f"{head},formula", *(f"{row}," for row in rows), FALL_ROW]
    table.write_text("\n".join(computed), "utf-8")
    data = DataFolder(scratch / "data")
    if settings:
        data.root.mkdir()
        data.historian_settings.write_text(settings)
    plant = RunningPlant(data.root, folder=folder)
    try:
        plant.wait_ready()
        ill_treat(plant)
        healed = time.time_ns()

        def recorded() -> dict[str, Any]:
            found = plant.get(f"plants/demo/signals/{FLOW}/history", bucket=1)
            assert found["recording"] == "current", found
            assert from_text(found["recorded_until"]) > healed, found
            return dict(found)

        history = eventually(recorded, within_s=40)
        span = {"start": history["start"], "end": history["recorded_until"]}
        history = plant.get(f"plants/demo/signals/{FLOW}/history", bucket=1, **span)
        page = plant.get(f"plants/demo/signals/{FLOW}/samples", limit=10_000, **span)
        plant.stop(within_s=15)
        return Run(data, history, page)
    finally:
        plant.end()


def kill(plant: RunningPlant, part: str) -> None:
    """Kill a part as soon as it runs; `firstout run` starts it again."""

    def found() -> int:
        pid = plant.pid(part)
        assert pid is not None
        return pid

    os.kill(eventually(found, within_s=20), signal.SIGKILL)


def kill_all_kinds(plant: RunningPlant) -> None:
    """Kill the recorder at random moments, and the broker and the gateway once each."""
    moments = random.Random(5)  # noqa: S311 - moments, no secrets
    for also in ("", "broker", "", "gateway", "", "", ""):
        time.sleep(moments.uniform(0.5, 4.0))
        if also:
            kill(plant, also)
            time.sleep(moments.uniform(0.0, 1.5))
        kill(plant, "record")


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return ill_treated(tmp_path_factory.mktemp("recorder"), kill_all_kinds, "")


def add_a_signal(plant: RunningPlant) -> None:
    """Take in a folder that has one signal more, by two persons, while everything runs."""
    folder = plant.data.parent / "plant"
    with (folder / "signals.csv").open("a", encoding="utf-8") as table:
        table.write(ROW)
    accounts = Accounts(open_accounts(plant.data / "accounts.db"), Clock().now)
    command = [sys.executable, "-m", "firstout", "apply", str(folder), "--data", str(plant.data)]
    for role, option in (
        (Role.SAFETY_ENGINEER, "--by-token-file"),
        (Role.PLANT_MANAGER, "--approved-by-token-file"),
    ):
        accounts.create(role.value, role.value, role)
        token = plant.data.parent / f"{role.value}.token"
        token.write_text(accounts.create_token(role.value, "change")[1])
        command += [option, str(token)]
    time.sleep(5)
    subprocess.run([*command, "--reason", "one more", "--json"], cwd=ROOT, check=True, timeout=60)

    def there() -> None:
        ids = {item["id"] for item in plant.get("plants/demo/signals")["items"]}
        assert "caster-1.added" in ids

    eventually(there, within_s=30)
    time.sleep(5)


@pytest.fixture(scope="module")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run whose store is InfluxDB, which is killed again and again, once for long."""
    scratch = tmp_path_factory.mktemp("influx")
    store = influxd(tmp_path_factory.mktemp("influxd"))
    store.start()

    def kill_the_store(plant: RunningPlant) -> None:
        for away_s in (0.2, 6.0, 1.0):
            time.sleep(3)
            store.kill()
            time.sleep(away_s / 2)
            kill(plant, "record")
            time.sleep(away_s / 2)
            store.start()

    settings = f'kind = "influxdb"\nversion = 1\nurl = "{store.url}"\ndatabase = "history"\n'
    try:
        yield ill_treated(scratch, kill_the_store, settings)
    finally:
        store.stop()


def test_every_sample_that_was_judged_is_kept_once(embedded: Run) -> None:
    compare(embedded)


def test_the_same_when_the_plant_is_changed(tmp_path: Path) -> None:
    """What is new is kept from the first record that has it, though all parts go over apart."""
    run = ill_treated(tmp_path, add_a_signal, "")
    compare(run)
    assert len(stored(run.data)[0]["caster-1.added"]) > 5


def test_the_same_with_influxdb_killed(influx: Run) -> None:
    compare(influx)


def test_the_api_tells_what_is_in_the_store(embedded: Run) -> None:
    page, history = embedded.page, embedded.history
    start, end = from_text(page["start"]), from_text(page["end"])
    kept = [row for row in stored(embedded.data)[0][FLOW] if start <= row[0] < end]
    told = zip(page["times"], (str(value) for value in page["values"]), strict=True)
    seconds: dict[str, list[float]] = defaultdict(list)
    for time_ns, value, _, _ in kept:
        seconds[to_text(time_ns // SECOND * SECOND)].append(float(value))

    assert len(kept) > 50
    assert {row[2] for row in kept} == {Quality.GOOD}
    assert list(told) == [(to_text(time_ns), value) for time_ns, value, *_ in kept]
    assert history["starts"] == list(seconds)
    assert history["samples"] == [len(values) for values in seconds.values()]
    assert history["max"] == [max(values) for values in seconds.values()]
    assert history["last"] == [values[-1] for values in seconds.values()]


def test_the_recorder_never_ended_by_itself(embedded: Run, influx: Run) -> None:
    for run in (embedded, influx):
        log = (run.data.logs / "record.log").read_text()
        assert "Traceback" not in log
        assert "records are lost" not in log


def compare(run: Run) -> None:
    """Compare what was judged with what is kept, as far as the recorder had come."""
    kept, (spool, offset) = stored(run.data)
    with closing(Writer.open(run.data.journal, "demo")) as journal:
        at_monitor = journal.load_positions()["gw1"]
    records = [given for given in read_inputs(run.data.inputs) if isinstance(given, Samples)]

    assert offset > 20
    assert at_monitor == (spool, len(records) - 1), "the monitor has not each record once"
    assert len(records) > offset
    fall = kept.pop(FALL)
    assert kept == by_signal(run.data, records[: offset + 1])
    assert fall == judged(run.data, offset + 1)


def stored(data: DataFolder) -> tuple[dict[str, Rows], tuple[str, int]]:
    """Give everything that is in the store by signal, and how far it says that it has come."""
    store = open_historian(data, writing=False)
    try:
        found = {signal: _told(store.samples(signal, 0, FOREVER, MANY)) for signal in names(data)}
        return {signal: rows for signal, rows in found.items() if rows}, store.positions()["gw1"]
    finally:
        store.close()


def by_signal(data: DataFolder, records: list[Samples]) -> dict[str, Rows]:
    """Sort the samples of records by signal and time."""
    signals, found = names(data), defaultdict[str, Rows](list)
    for record in records:
        columns = (record.slots, record.times, record.values, record.quality, record.reasons)
        for slot, *row in zip(*(column.tolist() for column in columns), strict=True):
            found[signals[slot]].append(_row(*row))
    return {signal: sorted(rows) for signal, rows in found.items()}


def judged(data: DataFolder, count: int) -> Rows:
    """Give what the monitor held of the computed signal after each of its first records."""
    compiled = compile_plant(check_files(wait_for_applied(data, 0).files))
    engine, state, slot = Engine(compiled), new_state(compiled), compiled.slot[FALL]
    found, records = [], 0
    for given in read_inputs(data.inputs):
        if records == count:
            break
        if not isinstance(given, Input):
            continue
        for part in by_instant(given):
            engine.advance(state, part)
            row = state.signals[slot]
            if isinstance(part, Samples) and row["seen_at"] == part.times[0]:
                usable = row["quality"] <= Quality.UNCERTAIN
                value = float(row["value"]) if usable else math.nan
                found.append(_row(int(part.times[0]), value, *row[["quality", "why"]].tolist()))
        records += isinstance(given, Samples)
    return found


def names(data: DataFolder) -> list[str]:
    return [signal.id for signal in check_files(wait_for_applied(data, 0).files).signals]


def _told(history: History) -> Rows:
    assert not history.more
    columns = (history.times, history.values, history.quality, history.reasons)
    return [_row(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _row(time_ns: int, value: float, quality: int, reason: int) -> tuple[int, str, int, int]:
    return time_ns, str(value), quality, reason  # as text, so that NaN is NaN

"""What the system says of itself while its parts really fail, one after the other."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.patience import eventually
from tests.plant_files import CASTER
from tests.running import RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

LABELS = '{device="mould-plc",node="gw1"}'


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    """A plant of one caster, simulated, of which nobody else is told."""
    scratch = tmp_path_factory.mktemp("system")
    shutil.copytree(CASTER, scratch / "plant")
    running = RunningPlant(scratch / "data", folder=scratch / "plant")
    try:
        running.wait_ready()
        eventually(lambda: well(running), within_s=30)
        yield running
    finally:
        running.end()


@contextmanager
def standing_still(plant: RunningPlant, part: str) -> Iterator[None]:
    """Have a part stand still: it is there, and neither speaks nor is started again."""
    pid = plant.pid(part)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def look(plant: RunningPlant) -> tuple[Any, Any, Any]:
    """Give the whole document, our gateway and its device."""
    system = plant.get("system")
    gateway = system["gateways"][0]
    return system, gateway, gateway["devices"][0]


def consumer(gateway: Any, name: str) -> Any:
    """Give one of the consumers of the gateway's spool."""
    return next(one for one in gateway["consumers"] if one["name"] == name)


def well(plant: RunningPlant) -> tuple[Any, Any, Any]:
    """Assert that every part speaks."""
    system, gateway, device = look(plant)
    assert system["broker"]["linked"]
    assert system["monitor"]["linked"]
    assert system["recorder"]["state"] == "current"
    assert (gateway["state"], gateway["silent"]) == ("online", False)
    assert device["state"] == "connected"
    assert not any(one["silent"] for one in gateway["consumers"])
    return system, gateway, device


def figure(plant: RunningPlant, name: str) -> float | None:
    """Give one figure of /metrics, None when it is absent."""
    for line in plant.client.get(f"{plant.url}/metrics").text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.removeprefix(f"{name} "))
    return None


def test_while_all_is_well_the_latencies_are_measured(plant: RunningPlant) -> None:
    def measured() -> None:
        system, gateway, device = well(plant)
        assert system["monitor"]["judged"]["count"] > 10
        # A value must be judged long before it is old (max_age_s of this plant is 2 s).
        assert 0 < system["monitor"]["judged"]["p50_s"] < 1
        assert 0 < system["monitor"]["commit"]["p50_s"] < 1
        assert device["request"]["count"] > 10
        assert 0 < device["spooled"]["p50_s"] < 1
        assert gateway["publish"]["sent"] > 10
        assert gateway["spool"]["dropped"] == gateway["spool"]["lost"] == 0
        assert system["journal"]["hash"]
        assert figure(plant, 'firstout_judged_seconds{quantile="0.99"}') is not None

    eventually(measured, within_s=20)
    answer = plant.client.get(f"{plant.url}/readyz").json()
    assert (answer["ready"], answer["warnings"]) == (True, [])


def test_a_dead_device_is_disconnected_and_its_failures_counted(plant: RunningPlant) -> None:
    _, _, before = eventually(lambda: well(plant), within_s=20)
    with standing_still(plant, "simulate"):

        def lost() -> Any:
            _, gateway, device = look(plant)
            assert not gateway["silent"]
            assert (device["state"], device["reason"]) == ("disconnected", "NO_ANSWER")
            assert device["failures"]["NO_ANSWER"] > before["failures"].get("NO_ANSWER", 0)
            assert device["untrusted"] == device["signals"] > 0
            return device

        down = eventually(lost, within_s=10)
        assert down["since"] > before["since"]
        key = f'device="{down["id"]}",node="gw1"'
        assert figure(plant, f"firstout_device_connected{{{key}}}") == 0
        failures = f'firstout_device_failures_total{{{key},reason="NO_ANSWER"}}'
        assert (figure(plant, failures) or 0) >= down["failures"]["NO_ANSWER"]
    _, _, after = eventually(lambda: well(plant), within_s=20)
    assert after["connections"] == before["connections"] + 1
    assert after["since"] > down["since"]


def test_of_a_silent_gateway_no_device_is_called_connected(plant: RunningPlant) -> None:
    eventually(lambda: well(plant), within_s=20)
    with standing_still(plant, "gateway"):
        stopped = time.monotonic()

        def silent() -> None:
            _, gateway, device = look(plant)
            assert gateway["silent"]
            assert (device["state"], device["request"]) == ("unknown", None)
            assert {one["behind"] for one in gateway["consumers"]} == {None}

        eventually(silent, within_s=9)
        assert time.monotonic() - stopped > 4
        assert figure(plant, "firstout_device_connected" + LABELS) == 0
    eventually(lambda: well(plant), within_s=20)


def test_a_killed_gateway_begins_to_count_anew(plant: RunningPlant) -> None:
    _, before, _ = eventually(lambda: well(plant), within_s=20)
    pid = plant.pid("gateway")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    def again() -> Any:
        _, gateway, _ = well(plant)
        assert gateway["publish"]["linked_since"] > before["publish"]["linked_since"]
        return gateway

    after = eventually(again, within_s=30)
    assert after["spool"]["id"] == before["spool"]["id"]
    assert after["spool"]["next"] > before["spool"]["next"]


def test_a_stopped_recorder_falls_behind_and_the_plant_is_judged_on(plant: RunningPlant) -> None:
    eventually(lambda: well(plant), within_s=20)
    with standing_still(plant, "record"):

        def away() -> int:
            system, gateway, _ = look(plant)
            assert system["recorder"]["state"] == "away"
            assert consumer(gateway, "recorder")["silent"]
            assert not consumer(gateway, "monitor")["silent"]
            assert consumer(gateway, "recorder")["behind"] > 10
            assert consumer(gateway, "monitor")["behind"] < 10
            assert gateway["spool"]["waiting"] >= consumer(gateway, "recorder")["behind"] - 10
            return int(consumer(gateway, "recorder")["behind"])

        behind = eventually(away, within_s=15)

        def further() -> None:
            assert away() > behind
            ready = plant.client.get(f"{plant.url}/readyz")
            assert ready.status_code == 200
            assert "the recorder is away" in ready.json()["warnings"][0]

        eventually(further, within_s=10)

    def caught_up() -> None:
        _, gateway, _ = well(plant)
        assert consumer(gateway, "recorder")["behind"] < 10

    eventually(caught_up, within_s=30)


def test_a_monitor_that_stands_still_measures_nothing(plant: RunningPlant) -> None:
    eventually(lambda: well(plant), within_s=20)
    with standing_still(plant, "monitor"):

        def nothing() -> None:
            system, gateway, device = look(plant)
            assert system["judging"]["stale"]
            assert system["monitor"]["judged"] is None
            assert system["monitor"]["linked"] is None
            # The gateway speaks for itself, and still does; what the monitor thinks is unknown.
            assert (gateway["state"], gateway["silent"]) == ("unknown", False)
            assert device["state"] == "connected"
            assert figure(plant, 'firstout_judged_seconds{quantile="0.99"}') is None

        eventually(nothing, within_s=8)
    eventually(lambda: well(plant), within_s=30)

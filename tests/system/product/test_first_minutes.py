"""What a newcomer sees in the first minutes of the demo plant, through the API."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.patience import eventually
from tests.running import RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    """The demo plant in its first minutes; the one that others share is older."""
    plant = RunningPlant(tmp_path_factory.mktemp("first") / "data")
    try:
        plant.wait_ready()
        yield plant
    finally:
        plant.end()


def test_within_a_minute_an_alarm_a_demand_and_a_violation(demo: RunningPlant) -> None:
    ready_at = time.monotonic()

    def seen() -> tuple[Any, Any, Any]:
        alarms = demo.get("alarms")["items"]
        interlocks = {item["id"]: item for item in demo.get("interlocks")["items"]}
        demand = interlocks["mould-water"]["last_demand"]
        violations = demo.get("violations", closed=True)["items"]
        process = [item for item in alarms if item["kind"] == "low"]
        exceedances = [item for item in violations if item["kind"] == "exceedance"]
        assert process
        assert demand
        assert demand["result"] == "ok"
        assert exceedances
        return process, demand, exceedances

    process, demand, exceedances = eventually(seen, within_s=60)
    assert time.monotonic() - ready_at < 60
    assert {item["message"]["zh"] for item in process} & {
        "结晶器进水压力低于低限",
        "结晶器进水流量低于低限",
        "结晶器进水压力低于低低限",
        "结晶器进水流量低于低低限",
    }
    for effect in demand["effects"]:
        shortest, longest = effect["response_s"]
        assert 0 <= shortest <= longest <= effect["within_s"]
        assert effect["result"] == "ok"
    assert {item["criterion"] for item in exceedances} <= {"aluminium-2", "aluminium-4"}
    assert demo.get("violations")["judging"]["stale"] is False


def test_mbpoll_agrees_with_the_api(demo: RunningPlant) -> None:
    """A tool that is not ours reads the simulated controller and sees what the API shows."""
    endpoints = (demo.data / "endpoints.json").read_text()
    port = endpoints.split("127.0.0.1")[1].split("]")[0].strip(' ",\n')

    def agrees() -> None:
        told = subprocess.run(
            [
                *("mbpoll", "-m", "tcp", "-p", port, "-a", "1", "-t", "3:float", "-B", "-0"),
                *("-r", "4", "-c", "1", "-1", "127.0.0.1"),
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        read = float(told.split("[4]:")[1].split()[0])
        signals = {item["id"]: item for item in demo.get("plants/demo/signals")["items"]}
        shown = signals["caster-1.water_temperature"]
        assert shown["quality"] == "GOOD"
        assert shown["value"] == pytest.approx(read, abs=0.2)

    eventually(agrees, within_s=10)


def test_acknowledging_is_one_entry_by_an_opaque_actor(demo: RunningPlant) -> None:
    alarm = eventually(
        lambda: next(a for a in demo.get("alarms")["items"] if not a["acknowledged"]), within_s=60
    )
    path = f"{demo.url}/api/v1/alarms/{alarm['id']}/acknowledge"
    answer = demo.client.post(path, json={"occurrence": None, "comment": "看过"})
    assert answer.status_code == 200, answer.text
    again = demo.client.post(path, json={"occurrence": None, "comment": ""})
    assert again.status_code in (200, 409)  # 200 only if it has called again meanwhile
    entries = demo.entries(subject=alarm["id"])
    acknowledged = [item for item in entries if item["body"]["event"] == "acknowledge"]
    assert len(acknowledged) == (1 if again.status_code == 409 else 2)
    actor = acknowledged[0]["actor"]
    assert actor != "monitor"
    assert "local" not in actor
    assert acknowledged[0]["body"]["comment"] == "看过"


def test_later_a_bypass_makes_both_criteria_fail(demo: RunningPlant) -> None:
    def failed() -> list[Any]:
        found = demo.get("violations", kind="fail", closed=True)["items"]
        assert {item["criterion"] for item in found} == {"aluminium-2", "aluminium-4"}
        return found

    found = eventually(failed, within_s=200)
    assert "旁路" in found[0]["reasons"][0]["zh"]
    assert "bypassed" in found[0]["reasons"][0]["en"]


def test_the_chain_verifies(demo: RunningPlant) -> None:
    report = demo.get("journal/verify")
    assert report["ok"]
    assert report["entries"] > 10


def test_ctrl_c_stops_everything_in_five_seconds(tmp_path: Path) -> None:
    plant = RunningPlant(tmp_path / "data")
    try:
        plant.wait_ready()
        assert plant.left_over()
        began = time.monotonic()
        plant.stop(within_s=5)
        assert time.monotonic() - began < 5
        assert plant.process.returncode == 0
        assert plant.left_over() == []
        assert not (plant.data / "run.json").exists()
    finally:
        plant.end()


def test_a_killed_supervisor_leaves_no_process(tmp_path: Path) -> None:
    plant = RunningPlant(tmp_path / "data")
    try:
        plant.wait_ready()
        os.kill(plant.process.pid, signal.SIGKILL)
        plant.process.wait(5)

        def gone() -> None:
            assert plant.left_over() == []

        eventually(gone, within_s=10)
    finally:
        plant.end()

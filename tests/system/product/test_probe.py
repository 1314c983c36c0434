"""Commissioning: `firstout probe` reads what the gateway will read, and says what is wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.running import CASTER, ROOT, free_port

WAIT_S = 20


def probe(data: Path, *options: str, folder: Path = CASTER) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "firstout", "probe", str(folder)),
            *("--data", str(data), "--json", *options),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def served(tmp_path: Path) -> Any:
    """Serve the caster's controller on a port of its own."""
    data, port = tmp_path / "data", free_port()
    data.mkdir()
    places = {"plant": "demo", "devices": {"mould-plc": ["127.0.0.1", port]}}
    (data / "endpoints.json").write_text(json.dumps(places))
    command = [sys.executable, "-m", "firstout", "simulate", str(CASTER), "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        yield data, process
        process.kill()


def test_every_signal_of_a_controller_that_answers_is_shown(served: Any) -> None:
    data, _ = served

    code, report = probe(data, "--within", str(WAIT_S))

    assert code == 0, report
    flow = next(row for row in report["signals"] if row["signal"] == "caster-1.water_flow")
    assert (flow["quality"], flow["unit"]) == ("GOOD", "m3/h")
    assert flow["raw"] == flow["value"]
    assert 150 < flow["value"] < 250
    assert report["devices"] == {}


def test_a_controller_that_is_away_is_named(served: Any) -> None:
    data, process = served
    process.kill()
    process.wait()

    code, report = probe(data, "--within", "2")

    assert code == 1
    assert {row["quality"] for row in report["signals"]} == {"BAD"}
    assert {row["reason"] for row in report["signals"]} == {"NO_ANSWER"}
    assert "mould-plc" in report["devices"]["mould-plc"]

"""The wheel carries everything that the demo needs: console, demo plant, criteria, migrations."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.patience import eventually
from tests.ports import free_port
from tests.running import ROOT

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


def test_the_wheel_runs_the_demo_without_the_source_tree(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("firstout-*.whl")
    installed = tmp_path / "installed"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--no-deps", "--quiet"),
            *("--target", str(installed), str(wheel)),
        ],
        check=True,
    )
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "firstout", "run", "--port", str(port), "--data", "data"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
    )
    try:

        def served() -> None:
            page = httpx.get(f"http://127.0.0.1:{port}/")
            assert "<script" in page.text
            assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200

        eventually(served, within_s=60)
    finally:
        running.terminate()
        assert running.wait(10) == 0

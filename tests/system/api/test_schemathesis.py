"""The whole API, as its document says it is: schemathesis asks a running plant.

For each role it asks what the document shows, what lies on the edges of each schema and beyond
them, and what chance (always the same) makes of it; with the credentials and without. Only the
event stream is left out, for it never ends: `test_event_stream.py` is about it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import eventually
from tests.running import ROOT, RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

SETTINGS = """
seed = 1
workers = 1
request-timeout = 10
continue-on-failure = true
hooks = "tests.system.api.schemathesis_checks"

[generation]
deterministic = true
database = "none"
max-examples = {most}
no-shrink = true

[checks.positive_data_acceptance]
enabled = false

[phases.stateful]
enabled = false

[output.sanitization]
enabled = true
"""


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    """The demo plant with something to tell: it will be acted upon, so it is nobody else's."""
    running = RunningPlant(tmp_path_factory.mktemp("asked") / "data")
    try:
        running.wait_ready(within_s=120)
        eventually(lambda: _has_something_to_tell(running), within_s=120)
        yield running
    finally:
        running.end()


def _has_something_to_tell(running: RunningPlant) -> None:
    assert running.get("alarms")["items"]
    assert running.get("sequences")["items"]


def token(plant: RunningPlant, role: str) -> str:
    """Make somebody of this role, and give his token."""
    make = [sys.executable, "-m", "firstout"]
    data = ["--data", str(plant.data)]
    subprocess.run(
        [*make, "user", "add", role, "--name", role, "--role", role, *data], cwd=ROOT, check=True
    )
    made = subprocess.run(
        [*make, "token", "add", role, "--label", "asked", *data],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return next(word for word in made.stdout.split() if word.startswith("fo_"))


@pytest.mark.parametrize(("role", "most"), [("operator", 8), ("auditor", 3)])
def test_every_answer_is_as_the_document_says(
    plant: RunningPlant, tmp_path: Path, role: str, most: int
) -> None:
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(SETTINGS.format(most=most), encoding="utf-8")
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings)),
            *("run", f"{plant.url}/openapi.json", "--exclude-operation-id", "streamEvents"),
            *("--header", f"Authorization: Bearer {token(plant, role)}", "--no-color"),
        ],
        cwd=tmp_path,  # it keeps what it found; a later run must not depend on that
        env={**os.environ, "PYTHONPATH": str(ROOT), "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 0, asked.stdout[-20_000:] + asked.stderr
    assert "Unable to" not in asked.stdout
    assert plant.get("plants")["items"], "it still answers"

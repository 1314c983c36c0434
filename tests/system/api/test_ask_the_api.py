"""What the page `ask-the-api.md` shows is run against a running plant, as it stands there."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.doc_pages import FENCE
from tests.patience import eventually
from tests.running import ROOT, RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

PAGE = (ROOT / "docs" / "how-to" / "ask-the-api.md").read_text("utf-8")
SCRIPT = next(content for kind, content in FENCE.findall(PAGE) if kind == "python")
CURLS = [
    content for kind, content in FENCE.findall(PAGE) if kind == "sh" and "curl -sS" in content
]


def environment(plant: RunningPlant) -> dict[str, str]:
    token = plant.client.headers["Authorization"].removeprefix("Bearer ")
    return {**os.environ, "FIRSTOUT_URL": plant.url, "FIRSTOUT_TOKEN": token}


@contextmanager
def following(plant: RunningPlant, folder: Path, said: Path) -> Iterator[None]:
    """Run the page's program in a folder, what it says going to a file."""
    with said.open("wb") as out:
        program = subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            cwd=folder,
            env=environment(plant),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
            assert program.poll() is None, said.read_text()
        finally:
            program.kill()
            program.wait()


def seqs(said: Path) -> list[int]:
    """Give the entries that the program told of; anything else that it says is a fault."""
    lines = said.read_text().splitlines()
    assert all(re.fullmatch(r"\d+ \S+Z \S+ \S+", line) for line in lines), lines
    return [int(line.split()[0]) for line in lines]


def test_the_program_misses_nothing_while_it_is_away(demo: RunningPlant, tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    last = tmp_path / "last-event-id"

    def told(said: Path, least: int) -> None:
        assert len(seqs(said)) >= least

    def moved_on() -> None:
        assert demo.get("journal/head")["seq"] >= int(last.read_text().rpartition("-")[2]) + 3

    with following(demo, tmp_path, first):
        eventually(lambda: told(first, 3), within_s=120)
    eventually(moved_on, within_s=120)
    with following(demo, tmp_path, second):
        eventually(lambda: told(second, 3), within_s=60)

    before, after = seqs(first), seqs(second)
    assert after[0] in (before[-1], before[-1] + 1)  # the last may come twice, none is missed
    for found in (before, after):
        assert found == list(range(found[0], found[-1] + 1))


def test_a_position_that_is_not_of_this_journal_resets(demo: RunningPlant, tmp_path: Path) -> None:
    (tmp_path / "last-event-id").write_text("0000000000000000-1")
    said = tmp_path / "said.txt"

    def reset() -> None:
        assert "reset other_journal" in said.read_text()

    with following(demo, tmp_path, said):
        eventually(reset, within_s=30)
        eventually(lambda: _is_of(demo, tmp_path / "last-event-id"), within_s=30)


def _is_of(plant: RunningPlant, last: Path) -> None:
    assert last.read_text().startswith(plant.get("journal/head")["epoch"])


def test_every_curl_of_the_page_is_answered(demo: RunningPlant) -> None:
    now = demo.get("plants")["judging"]["judged_until"]
    answered = []
    for shown in CURLS:
        # A past moment of this plant, and a stream that ends.
        command = shown.replace("2026-11-24T14:58:40+08:00", now)
        command = command.replace("curl -sS -N", "curl -sS -N --max-time 8")
        ran = subprocess.run(
            ["sh", "-c", command],
            env=environment(demo),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode in ((0, 28) if "events" in command else (0,)), (
            ran.stderr + ran.stdout
        )
        answered.append(ran.stdout)

    listed, conditional, stream, past = answered
    assert json.loads(listed)["judging"]
    assert "firstout-judged-until:" in conditional.lower()
    assert "event: status" in stream
    assert json.loads(past)["at"] == now


def test_what_stands_is_unchanged_until_it_changes(demo: RunningPlant) -> None:
    """As the page polls: a tag holds for a while, though judged time moves on."""
    where = f"{demo.url}/api/v1/criteria"
    first = demo.client.get(where)
    time.sleep(1.5)
    again = demo.client.get(where, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.headers["firstout-judged-until"] > first.headers["firstout-judged-until"]

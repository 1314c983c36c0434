"""The monitor stands still while the plant goes on; later one can ask what was so, and known."""

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from plant.moment import SECOND, from_text, to_text
from tests.patience import eventually
from tests.running import RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

PAUSE_S = 8


@pytest.fixture(scope="module")
def paused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningPlant, int]]:
    """A demo whose monitor stood still for a while, and the moment in the middle of it."""
    plant = RunningPlant(tmp_path_factory.mktemp("outage") / "data")
    try:
        plant.wait_ready()
        eventually(lambda: _passing(plant.get("compliance")), within_s=60)
        time.sleep(6)  # a monitor that has just started has no pause to speak of
        pid = plant.pid("monitor")
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        begun = time.time_ns()
        time.sleep(PAUSE_S)
        os.kill(pid, signal.SIGCONT)
        eventually(lambda: _whole(plant), within_s=60)
        yield plant, begun + PAUSE_S // 2 * SECOND
    finally:
        plant.end()


def test_the_journal_says_when_nobody_judged_and_that_the_backlog_was_whole(
    paused: tuple[RunningPlant, int],
) -> None:
    plant, middle = paused
    [resumed] = _events(plant, "resumed")
    caught_up = _events(plant, "caught_up")[-1]  # while the gateway was away, it said less
    assert from_text(resumed["body"]["judged_until"]) < middle < from_text(resumed["known_at"])
    assert caught_up["seq"] > resumed["seq"]
    assert caught_up["body"]["not_judged"] == []


def test_the_pause_was_unknown_then_and_is_known_now(paused: tuple[RunningPlant, int]) -> None:
    plant, middle = paused
    moment = to_text(middle)
    then = plant.get("compliance", at=moment, known_at=moment)
    now = plant.get("compliance", at=moment)
    assert then["counts"]["passed"] == 0
    assert then["judging"]["not_judged_since"] < moment
    assert now["counts"]["passed"] > 0
    assert now["judging"]["not_judged_since"] is None


def _passing(found: dict[str, Any]) -> None:
    assert found["counts"]["passed"] > 0


def _whole(plant: RunningPlant) -> None:
    assert _events(plant, "caught_up")[-1]["body"]["not_judged"] == []


def _events(plant: RunningPlant, event: str) -> list[dict[str, Any]]:
    found = [e for e in plant.entries(kind="monitor") if e["body"]["event"] == event]
    assert found
    return found

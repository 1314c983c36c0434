"""A new journal in a file, and drafts to put into it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from journal.entry import Draft
from journal.write import Writer
from plant.moment import SECOND

START = 1_795_000_000 * SECOND

AlarmDraft = Callable[..., Draft]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    with Writer.open(path, "demo", busy_timeout_s=0.3) as opened:
        yield opened


@pytest.fixture
def alarm() -> AlarmDraft:
    """Make an alarm's draft; `at` is in seconds after the start."""

    def draft(at: float = 0, *, actor: str = "monitor", **changed: object) -> Draft:
        body = {
            "event": "trip",
            "kind": "low",
            "signal": "caster-1.water_flow",
            "equipment": "caster-1",
            "active": True,
            "acknowledged": False,
            "priority": "critical",
            "level": "LL",
            "occurrence": 1,
            "value": 151.0,
            "limit": 160.0,
            "unit": "m3/h",
            "latched": False,
            "suppressed_by": None,
            "message": {"zh": "结晶器进水流量低低", "en": "mould water flow low-low"},
            "raised_at": "2026-11-24T06:45:33.500000Z",
        }
        time = START + round(at * SECOND)
        return Draft(
            "alarm", "caster-1.water_flow:low", time, time + SECOND, actor, body | changed
        )

    return draft

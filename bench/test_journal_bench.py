"""How fast the journal writes (one entry, a hundred entries a commit) and verifies."""

from pathlib import Path

import pytest

from journal.entry import Draft
from journal.open import begin_writing
from journal.projections import rebuild
from journal.verify import verify
from journal.write import Writer
from plant.moment import SECOND

VERIFIED = 10_000


@pytest.fixture
def writer(tmp_path: Path):
    """Give the writer of a new journal."""
    with Writer.open(tmp_path / "journal.db", "demo") as opened:
        yield opened


def drafts(count: int) -> list[Draft]:
    """Make drafts of ordinary size: alarms of fifty signals."""
    return [
        Draft(
            "alarm",
            f"caster-1.signal_{number % 50}:low",
            number * SECOND,
            number * SECOND,
            "monitor",
            {
                "event": "trip",
                "kind": "low",
                "signal": f"caster-1.signal_{number % 50}",
                "equipment": "caster-1",
                "active": True,
                "acknowledged": False,
                "priority": "critical",
                "level": "LL",
                "occurrence": number,
                "value": 151.5 + number,
                "limit": 160.0,
                "unit": "m3/h",
                "message": {"zh": "结晶器进水流量低低", "en": "mould water flow low-low"},
                "raised_at": "2026-11-24T06:45:33.500000Z",
            },
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("entries", [1, 100])
def test_commit(benchmark, writer, entries):
    """Append entries with the bookkeeping that goes with every commit."""
    new = drafts(entries)

    def commit():
        with writer.transaction() as opened:
            opened.append(new)
            opened.save_positions({"gw1": ("spool", 1)})
            opened.beat(SECOND, SECOND, {})

    benchmark(commit)
    benchmark.extra_info["entries_per_second"] = round(entries / benchmark.stats["mean"])


def test_verify(benchmark, writer):
    """Walk the whole chain."""
    with writer.transaction() as opened:
        opened.append(drafts(VERIFIED))
    report = benchmark.pedantic(verify, (writer.engine,), rounds=3)
    assert report.entries == VERIFIED
    benchmark.extra_info["entries_per_second"] = round(VERIFIED / benchmark.stats["mean"])


def test_rebuild(benchmark, writer):
    """Make every projection anew."""
    with writer.transaction() as opened:
        opened.append(drafts(VERIFIED))

    def again():
        with begin_writing(writer.engine) as connection:
            rebuild(connection)

    benchmark.pedantic(again, rounds=1)
    benchmark.extra_info["entries_per_second"] = round(VERIFIED / benchmark.stats["mean"])

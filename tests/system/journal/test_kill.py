"""A monitor that is killed in the middle of commits leaves a whole journal."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from journal.open import begin_reading, begin_writing
from journal.projections import rebuild
from journal.tables import PROJECTIONS, entry, heartbeat
from journal.verify import verify
from journal.write import Writer

WRITING = """
import sys
from journal.entry import Draft
from journal.write import Writer

SECOND = 1_000_000_000

with Writer.open(sys.argv[1], "demo") as writer:
    step = writer.load_positions().get("gw1", ("s", 0))[1]
    print("ready", flush=True)
    while True:
        step += 1
        drafts = [
            Draft("node", f"gw{n}", step * SECOND, step * SECOND, "monitor",
                  {"from": None, "state": str(step)})
            for n in range(step % 4 + 1)
        ]
        with writer.transaction() as commit:
            commit.append(drafts)
            commit.save_blocks({"step": str(step).encode() + b"." * 30_000})
            commit.save_positions({"gw1": ("s", step)})
            commit.beat(step * SECOND, step * SECOND, {"step": step})
"""


@pytest.mark.system
def test_killed_in_the_middle_of_commits_nothing_is_half_written(tmp_path: Path):
    path = tmp_path / "journal.db"
    chance = random.Random(20261124)  # noqa: S311
    reached = 0
    for _ in range(10):
        command = [sys.executable, "-c", WRITING, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.02, 0.15))
            process.kill()
        reached = consistent(path, reached)
    assert reached > 20


def consistent(path: Path, before: int) -> int:
    """Check that all parts tell of the same last step, and give it."""
    with Writer.open(path, "demo") as writer:
        report = verify(writer.engine)
        assert report.ok, report.what
        assert report.head == writer.head()
        with begin_reading(writer.engine) as connection:
            rows = connection.execute(select(entry.c.body).order_by(entry.c.seq)).scalars().all()
            beat = connection.execute(select(heartbeat.c.detail)).scalar_one_or_none()
            projected = state(connection)
        steps = [int(json.loads(body)["state"]) for body in rows]
        last = steps[-1] if steps else 0
        # Every step from the first to the last, each with all of its entries.
        assert steps == [step for step in range(1, last + 1) for _ in range(step % 4 + 1)]
        assert last >= before
        assert writer.load_positions().get("gw1", ("s", 0)) == ("s", last)
        assert (beat or {"step": 0}) == {"step": last}
        block = writer.load_blocks().get("step", b"0.")
        assert block.split(b".")[0] == str(last).encode()
        with begin_writing(writer.engine) as connection:
            rebuild(connection)
            assert state(connection) == projected
    return last


def state(connection):
    return [
        connection.execute(select(table).order_by(*table.primary_key)).all()
        for table in PROJECTIONS
    ]

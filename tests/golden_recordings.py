"""Golden recordings: a plant, a recording, and the changes that the rules say must follow.

A case is a folder in tests/cases/recordings: `recording.csv`, `expected.txt`, `plant.txt` (the
name of a plant in _plants) and, when there are any, `arguments.txt` for `firstout replay`.
`expected.txt` states what is right by docs/reference/judging.md, not what the code does: after
`python -m tests.golden_recordings [CASE ...]`, which writes it anew, read every changed line.
"""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from typer.testing import CliRunner

from firstout.cli import app

CASES = Path(__file__).parent / "cases" / "recordings"
NAMES = sorted(path.parent.name for path in CASES.glob("*/plant.txt"))


def replayed(name: str) -> str:
    """Give what `firstout replay` prints for a case, without the summary."""
    case = CASES / name
    plant = CASES / "_plants" / (case / "plant.txt").read_text("utf-8").strip()
    more = case / "arguments.txt"
    arguments = shlex.split(more.read_text("utf-8")) if more.exists() else []
    command = ["replay", str(plant), str(case / "recording.csv"), *arguments]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    lines = result.stdout.split("\n\n", 1)[0]
    return lines.rstrip("\n") + "\n"


def write(names: Sequence[str]) -> None:
    """Write the expected lines of these cases anew."""
    for name in names or NAMES:
        (CASES / name / "expected.txt").write_text(replayed(name), "utf-8")


if __name__ == "__main__":
    write(sys.argv[1:])

"""What compliance remembers between inputs; it belongs to the caller."""

from dataclasses import dataclass, field

from compliance.facts import LastDemand, Shelf
from compliance.operating import Declared, Operating
from compliance.requirements import Point
from compliance.verdict import Finding
from compliance.violations import Standing
from monitor.changes import InterlockState

LONG_AGO = 0  # a moment before everything: due at once


@dataclass
class Judged:
    """The standing verdict of one cell, since when, and whether it stands on lost data.

    `points` are those that fail or are suspect: they stay so when their data are lost.
    `due` is the next moment at which it may change with time alone, None when there is none.
    """

    finding: Finding
    since: int
    stale: bool
    points: list[Point]
    due: int | None = LONG_AGO


@dataclass
class ComplianceMemory:
    """Cells and violations by `criterion@subject`, and what verdicts rest on.

    `due` is no later than the first moment at which some cell is due. `looked_at` is when time
    last passed, `reached` the latest moment that it ever was, `observed_at` when the signs of
    work were last looked at. `basis` names the plant version and criteria by which the cells were
    judged. `switches` are the signals of role gates, on or off.
    """

    cells: dict[str, Judged] = field(default_factory=dict)
    interlocks: dict[str, InterlockState] = field(default_factory=dict)
    demands: dict[str, LastDemand] = field(default_factory=dict)
    evidence: Shelf = field(default_factory=dict)
    violations: dict[str, dict[str, Standing]] = field(default_factory=dict)
    declared: dict[str, Declared] = field(default_factory=dict)
    operating: dict[str, Operating] = field(default_factory=dict)
    switches: dict[str, bool] = field(default_factory=dict)
    opened: int = 0
    looked_at: int = LONG_AGO
    reached: int = LONG_AGO
    observed_at: int = LONG_AGO
    due: int | None = LONG_AGO
    basis: str = ""


def judge_anew(memory: ComplianceMemory) -> None:
    """Let the next look judge every cell."""
    memory.due, memory.observed_at = LONG_AGO, LONG_AGO
    for judged in memory.cells.values():
        judged.due = LONG_AGO


def shift_clock(memory: ComplianceMemory, by: int) -> None:
    """Move what is waited for by `by` nanoseconds, after the clock was stepped back.

    Dates of records and acts stay: they are a person's, not a timer's.
    """
    for judged in memory.cells.values():
        judged.since += by
    memory.reached += by
    judge_anew(memory)

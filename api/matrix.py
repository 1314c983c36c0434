"""The matrix of criteria and subjects: live, or as it stood at a past moment."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from api.cells import Wanted
from api.criteria import Scope
from api.judging import Judged, lag_limit
from api.models.compliance import ReasonOut, VerdictCounts, VerdictOut
from journal.outages import judged_at
from journal.read import PastVerdicts, Row
from plant.moment import from_text
from plant.plant import Plant

_WORST_FIRST = ("fail", "suspect", "unknown", "pass", "not_applicable")

# Before the monitor first began nothing was known, of any cell.
_NOT_KNOWN = ReasonOut(
    code="not_known",
    zh="该时刻尚未开始判定，一无所知",
    en="at that moment judging had not begun, and nothing was known",
)

Place = tuple[int, str, str]


@dataclass(frozen=True)
class Cell:
    """One cell; `row` is what was last judged, None when nothing was known at all."""

    criterion: str
    subject: str
    verdict: str
    row: Row | None

    @property
    def place(self) -> Place:
        """Where it stands in the list: worst first."""
        return _WORST_FIRST.index(self.verdict), self.criterion, self.subject


@dataclass(frozen=True)
class Matrix:
    """The cells asked for, worst first, and how many in scope have no verdict at all."""

    cells: tuple[Cell, ...]
    uncovered: int
    state: Judged

    def counts(self) -> VerdictCounts:
        """Count all cells by what they read."""
        found = Counter(cell.verdict for cell in self.cells)
        return VerdictCounts(
            passed=found["pass"],
            fail=found["fail"],
            suspect=found["suspect"],
            unknown=found["unknown"],
            not_applicable=found["not_applicable"],
            uncovered=self.uncovered,
        )

    def page(
        self, verdicts: Collection[str] | None, beyond: Place | None, limit: int
    ) -> list[Cell]:
        """Give the next `limit` cells past the place `beyond` that read one of `verdicts`."""
        kept = (
            cell
            for cell in self.cells
            if (not verdicts or cell.verdict in verdicts)
            and (beyond is None or cell.place > beyond)
        )
        return [cell for cell, _ in zip(kept, range(limit), strict=False)]

    def shown(self, cell: Cell, row: Row | None) -> VerdictOut:
        """Give a cell as answers carry it; `row` has its reasons and since when."""
        return VerdictOut(
            criterion=cell.criterion,
            subject=cell.subject,
            verdict=cell.verdict,  # type: ignore[arg-type]  # it is one of the words
            raw_verdict="unknown" if row is None else row["verdict"],
            stale=row is None or row["stale"] or not self.state.current,
            since=None if row is None else row["since"],
            known_at=None if row is None else row["known_at"],
            reasons=[_NOT_KNOWN] if row is None else row["reasons"],
            seq=None if row is None else row["seq"],
        )


def matrix(rows: Iterable[Row], scope: Scope, wanted: Wanted, state: Judged) -> Matrix:
    """Put the cells together that exist in `scope` and are asked for.

    A cell that a change of the plant has ended is no cell any more, whatever was judged of it.
    """
    asked = {cell for cell in scope.cells if wanted.holds(*cell)}
    found = {(row["criterion"], row["subject"]): row for row in rows}
    judged = {cell: found[cell] for cell in asked & found.keys()}
    cells = [Cell(*cell, state.verdict(row["verdict"]), row) for cell, row in judged.items()]
    if state.judged_until is None and state.heartbeat_at is None and not judged:
        return Matrix(_sorted(Cell(*cell, "unknown", None) for cell in asked), 0, state)
    return Matrix(_sorted(cells), len(asked) - len(judged), state)


def state_then(
    found: PastVerdicts, beat: Row | None, plant: Plant, at: int, known_at: int
) -> Judged:
    """Say how far had been judged as of a past moment, as was known then (ns since 1970)."""
    until = None if beat is None else from_text(str(beat["judged_until"]))
    judged_until, current = judged_at(found.life, until, at, known_at, lag_limit(plant))
    return Judged(judged_until, None, stale=not current, catching_up=False, behind=False)


def _sorted(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    place: Callable[[Cell], Place] = lambda cell: cell.place  # noqa: E731
    return tuple(sorted(cells, key=place))

"""Criteria, the matrix of verdicts, and the live list of violations."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.criteria import uncovered
from api.cursor import pack, unpack
from api.identity import ByReader
from api.judging import Judged
from api.models.compliance import (
    Compliance,
    Criteria,
    CriterionOut,
    Verdict,
    VerdictCounts,
    VerdictOut,
    ViolationKind,
    ViolationOut,
    Violations,
)
from api.parameters import Cursor, Filter, Limit
from api.routes.plants import text
from api.services import Injected
from journal.read import Row, violation_rank

router = APIRouter(prefix="/api/v1", tags=["compliance"])


@router.get("/criteria", operation_id="listCriteria")
def list_criteria(_: ByReader, services: Injected) -> Criteria:
    """List the criteria in scope here, with where each stands in the notice and in Order 10."""
    items = [
        CriterionOut(
            id=item.id,
            title=text(item.title),
            section=text(item.section),
            item=item.item,
            order10=list(item.order10),
            judged=item.judged,
            subjects=list(item.subjects),
        )
        for item in services.criteria
    ]
    return Criteria(items=items)


@router.get("/compliance", operation_id="getCompliance")
def get_compliance(
    _: ByReader, services: Injected, *, criterion: Filter = None, subject: Filter = None
) -> Compliance:
    """Give the current verdicts, worst first; a filter narrows the counts too."""
    position, state = services.position(), services.judged()
    rows = services.reader.verdicts(criterion=criterion, subject=subject)
    items = [_verdict(row, state) for row in rows]
    scope = [item for item in services.criteria if criterion is None or item.id == criterion]
    cells = {(row["criterion"], row["subject"]) for row in rows}
    counts = VerdictCounts(
        passed=_count(items, "pass"),
        fail=_count(items, "fail"),
        suspect=_count(items, "suspect"),
        unknown=_count(items, "unknown"),
        not_applicable=_count(items, "not_applicable"),
        uncovered=uncovered(scope, cells, subject),
    )
    return Compliance(items=items, counts=counts, judging=state.as_model(), position=position)


@router.get("/violations", operation_id="listViolations")
def list_violations(
    _: ByReader,
    services: Injected,
    *,
    criterion: Filter = None,
    subject: Filter = None,
    kind: ViolationKind | None = None,
    closed: Annotated[bool, Query(description="Include those that have ended")] = False,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Violations:
    """List violations, worst first: fail, suspect, exceedance, unknown; then longest standing."""
    beyond = None
    if cursor is not None:
        rank, since, identifier = unpack(cursor, int, str, str)
        beyond = (int(rank), str(since), str(identifier))
    position, state = services.position(), services.judged()
    rows = services.reader.violations(
        criterion=criterion, subject=subject, kind=kind, closed=closed, beyond=beyond, limit=limit
    )
    verdicts = services.reader.verdicts()
    cells = {(row["criterion"], row["subject"]) for row in verdicts}
    last = rows[-1] if len(rows) == limit else None
    return Violations(
        items=[_violation(row, state) for row in rows],
        next=pack(violation_rank(last["kind"]), last["since"], last["id"]) if last else None,
        unknown=sum(state.verdict(row["verdict"]) == "unknown" for row in verdicts),
        uncovered=uncovered(services.criteria, cells),
        judging=state.as_model(),
        position=position,
    )


def _verdict(row: Row, state: Judged) -> VerdictOut:
    shown = {
        "verdict": state.verdict(row["verdict"]),
        "raw_verdict": row["verdict"],
        "stale": row["stale"] or not state.current,
    }
    return VerdictOut.model_validate({**row, **shown})


def _violation(row: Row, state: Judged) -> ViolationOut:
    stands = row["until"] is None
    shown = {
        "stale": row["stale"] or (stands and not state.current),
        "judged_until": state.as_model().judged_until if stands else row["until"],
    }
    return ViolationOut.model_validate({**row, **shown})


def _count(items: list[VerdictOut], verdict: Verdict) -> int:
    return sum(item.verdict == verdict for item in items)

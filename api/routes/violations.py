"""The live list of violations."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.cells import wanted
from api.criteria import scope_now
from api.cursor import pack, unpack
from api.identity import ByReader
from api.judging import Judged
from api.matrix import matrix
from api.models.compliance import ViolationCounts, ViolationKind, ViolationOut, Violations
from api.parameters import Cursor, Filter, Identifier, Limit
from api.problem import not_found
from api.services import Injected
from journal.read import Row, violation_rank
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["compliance"])


@router.get("/violations", operation_id="listViolations")
def list_violations(
    _: ByReader,
    services: Injected,
    *,
    plant: Filter = None,
    district: Filter = None,
    criterion: Filter = None,
    order10: Annotated[Filter, Query(description="An article of Order 10, such as `5(6)`")] = None,
    subject: Filter = None,
    equipment: Annotated[Filter, Query(description="A subject that must be an equipment")] = None,
    kind: ViolationKind | None = None,
    closed: Annotated[bool, Query(description="Include those that have ended")] = False,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Violations:
    """List violations, worst first: fail, suspect, exceedance, unknown; then longest standing.

    `unknown` and `uncovered` count the cells asked for of which nothing is shown: while there are
    any, an empty list does not mean that nothing is wrong.
    """
    asked = wanted(
        services,
        plant=plant,
        district=district,
        criterion=criterion,
        order10=order10,
        subject=subject,
        equipment=equipment,
    )
    beyond = None
    if cursor is not None:
        rank, since, identifier = unpack(cursor, int, str, str)
        beyond = (int(rank), str(since), str(identifier))
    position, state, reader = services.position(), services.judged(), services.reader
    cells = {"criteria": asked.criteria, "subjects": asked.subjects}
    rows = reader.violations(**cells, kind=kind, closed=closed, beyond=beyond, limit=limit)
    counts = reader.violation_counts(**cells, closed=closed)
    scope = scope_now(services.criteria, services.plant)
    judged = matrix(reader.verdicts(), scope, asked, state).counts()
    last = rows[-1] if len(rows) == limit else None
    return Violations(
        items=[_violation(row, state) for row in rows],
        next=pack(violation_rank(last["kind"]), last["since"], last["id"]) if last else None,
        counts=ViolationCounts(
            fail=counts.get("fail", 0),
            suspect=counts.get("suspect", 0),
            exceedance=counts.get("exceedance", 0),
            unknown=counts.get("unknown", 0),
        ),
        unknown=judged.unknown,
        uncovered=judged.uncovered,
        judging=state.as_model(),
        position=position,
    )


# An id names the cell and may hold a slash.
@router.get("/violations/{violation:path}", operation_id="getViolation")
def get_violation(violation: Identifier, _: ByReader, services: Injected) -> ViolationOut:
    """Give one violation, standing or ended."""
    state, row = services.judged(), services.reader.violation(violation)
    if row is None:
        raise not_found(Name("违反项", "violation"))
    return _violation(row, state)


def _violation(row: Row, state: Judged) -> ViolationOut:
    stands = row["until"] is None
    shown = {
        "stale": row["stale"] or (stands and not state.current),
        "judged_until": state.as_model().judged_until if stands else row["until"],
    }
    return ViolationOut.model_validate({**row, **shown})

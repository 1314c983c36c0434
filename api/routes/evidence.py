"""Evidence: the records that criteria ask for beside what is measured."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.cells import demand_criterion
from api.criteria import Kept, rests_on
from api.cursor import pack, unpack
from api.identity import ByReader
from api.models.evidence import EvidenceList, EvidenceOut
from api.parameters import Cursor, Filter, Instant, Limit
from api.problem import not_found
from api.routes.plants import text
from api.services import Injected, Services
from journal.read import Row
from plant.evidence import EVIDENCE_TYPES
from plant.moment import from_text, to_text
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["compliance"])


@router.get("/evidence", operation_id="listEvidence")
def list_evidence(
    _: ByReader,
    services: Injected,
    *,
    type: Annotated[Filter, Query(description="The type of record")] = None,  # noqa: A002 - the field's name
    subject: Filter = None,
    criterion: Annotated[
        Filter, Query(description="Only what the criterion asks for; with `subject`, of that cell")
    ] = None,
    valid_at: Annotated[
        Instant | None,
        Query(
            description="Made by then, and its own validity not ended; a criterion may ask more"
        ),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> EvidenceList:
    """List records, those performed latest first.

    `subject` is what a record is of: a subject of verdicts, a signal or an interlock. Together
    with `criterion` it names a cell instead, and the answer is what that cell's verdict can rest
    on: its own records, the enterprise's, calibrations and proof tests that it asks for, and
    statements that it does not apply. 404 when a filter names what does not exist.
    """
    if type is not None and type not in EVIDENCE_TYPES:
        raise not_found(Name("佐证类型", "type of evidence"))
    if criterion is None:
        cells = None
        if subject is not None:
            _demand_owner(subject, services)
    else:
        demand_criterion(criterion, services)
        cells = _cells(criterion, subject, services)
    beyond = None
    if cursor is not None:
        performed, identifier = unpack(cursor, str, str)
        beyond = (str(performed), str(identifier))
    position = services.position()
    rows = services.reader.evidence(
        kind=type,
        subject=subject if criterion is None else None,
        cells=cells,
        valid_at=None if valid_at is None else to_text(max(from_text(valid_at.isoformat()), 0)),
        beyond=beyond,
        limit=limit,
    )
    last = rows[-1] if len(rows) == limit else None
    return EvidenceList(
        items=[_record(row) for row in rows],
        next=pack(last["performed_at"], last["id"]) if last else None,
        position=position,
    )


def _demand_owner(subject: str, services: Services) -> None:
    plant = services.plant
    known = (plant.subject_by_id, plant.signal_by_id, plant.interlock_by_id)
    if any(subject in ids for ids in known):
        return
    if not services.reader.evidence(subject=subject, limit=1):
        raise not_found(Name("判定对象、信号或联锁", "subject, signal or interlock"))


def _cells(criterion: str, subject: str | None, services: Services) -> tuple[Kept, Kept]:
    """Give what the criterion's cells (or the one of `subject`) rest on, and the cells."""
    item = next(item for item in services.criteria if item.id == criterion)
    if subject is not None and subject not in item.subjects:
        raise not_found(Name("判定单元", "cell: the criterion is not judged for that subject"))
    subjects = item.subjects if subject is None else (subject,)
    asked: Kept = set()
    if item.file is not None:
        for one in subjects:
            found = services.plant.subject_by_id[one]
            asked |= rests_on(services.plant, item.file, found)
    return asked, {(criterion, one) for one in subjects}


def _record(row: Row) -> EvidenceOut:
    name = EVIDENCE_TYPES.get(row["type"])
    return EvidenceOut.model_validate({**row, "type_name": None if name is None else text(name)})

"""First-out sequences: the demands of all interlocks, in the order in which their causes came."""

from fastapi import APIRouter

from api.cursor import pack, unpack
from api.identity import ByReader
from api.interlock_view import demand_shown, equipment_of
from api.models.interlock import DemandResult, Demands, OneDemand
from api.parameters import Cursor, Filter, Identifier, Limit
from api.period import End, Start, period
from api.problem import not_found
from api.services import Injected, Services
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["interlocks"])


@router.get("/sequences", operation_id="listSequences")
def list_sequences(
    _: ByReader,
    services: Injected,
    *,
    interlock: Filter = None,
    equipment: Filter = None,
    result: DemandResult | None = None,
    start: Start = None,
    end: End = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Demands:
    """List the activations of all interlocks, latest first: what came first, and what followed.

    Each has its causes ranked by when they came, those that cannot be told apart with the same
    rank, and all of rank 1 in `first_out`. 404 `not_found` when neither the plant nor its journal
    knows the interlock or the equipment.
    """
    first, last = period(start, end)
    beyond = None
    if cursor is not None:
        moment, identifier = unpack(cursor, str, str)
        beyond = (str(moment), str(identifier))
    position, judged = services.position(), services.judged()
    owners = equipment_of(services)
    rows = services.reader.demands(
        interlocks=_wanted(services, owners, interlock, equipment),
        result=result,
        start=first,
        end=last,
        beyond=beyond,
        limit=limit,
    )
    return Demands(
        items=[demand_shown(row, owners) for row in rows],
        next=pack(rows[-1]["time"], rows[-1]["id"]) if len(rows) == limit else None,
        judging=judged.as_model(),
        position=position,
    )


# A demand's id has slashes, `mould-water/2`, so it is the rest of the path.
@router.get("/sequences/{demand:path}", operation_id="getSequence")
def get_sequence(demand: Identifier, _: ByReader, services: Injected) -> OneDemand:
    """Give one activation of an interlock; its id may be written with its slashes."""
    position, judged = services.position(), services.judged()
    row = services.reader.demand(demand)
    if row is None:
        raise not_found(Name("联锁动作", "demand"))
    shown = demand_shown(row, equipment_of(services))
    return OneDemand(item=shown, judging=judged.as_model(), position=position)


def _wanted(
    services: Services, owners: dict[str, str], interlock: str | None, equipment: str | None
) -> set[str] | None:
    """Give the interlocks that pass the filters, None for all."""
    if interlock is not None and interlock not in owners:
        raise not_found(Name("联锁", "interlock"))
    known = {item.id for item in services.plant.equipment} | set(owners.values())
    if equipment is not None and equipment not in known:
        raise not_found(Name("设备", "equipment"))
    if interlock is None and equipment is None:
        return None
    return {
        identifier
        for identifier, owner in owners.items()
        if interlock in (None, identifier) and equipment in (None, owner)
    }

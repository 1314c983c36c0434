"""Alarms, and the acts of acknowledging and resetting one."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.acts import IdempotencyKey, ask_monitor
from api.cursor import pack, unpack
from api.identity import ByAcknowledger, ByReader
from api.models.alarm import Acknowledge, ActDone, AlarmKind, AlarmOut, Alarms, OneAlarm, Reset
from api.models.document import Priority
from api.parameters import Cursor, Filters, Identifier, Limit
from api.problem import not_found
from api.services import Injected
from plant.name import Name
from plant.plant import Plant

router = APIRouter(prefix="/api/v1", tags=["alarms"])


@router.get("/alarms", operation_id="listAlarms")
def list_alarms(
    _: ByReader,
    services: Injected,
    *,
    standing: bool = True,
    active: bool | None = None,
    unacknowledged: bool | None = None,
    suppressed: bool | None = None,
    priority: Annotated[list[Priority] | None, Query(max_length=4)] = None,
    kind: Annotated[list[AlarmKind] | None, Query(max_length=20)] = None,
    equipment: Filters = None,
    area: Filters = None,
    signal: Filters = None,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Alarms:
    """List alarms, latest change first; by default those active, unacknowledged or latched.

    Alarms suppressed by design are among them and say by what; they do not call.
    A filter given more than once keeps what fits any of its values. 404 `not_found` when one
    names what the plant has not: an empty list would look as if nothing were wrong there.
    """
    _must_exist(services.plant, equipment, area, signal)
    beyond = None if cursor is None else int(unpack(cursor, int)[0])
    position, state = services.position(), services.judged()
    rows = services.reader.alarms(
        standing=standing,
        active=active,
        unacknowledged=unacknowledged,
        suppressed=suppressed,
        priorities=priority,
        kinds=kind,
        equipment=_equipment(services.plant, equipment, area),
        signals=signal,
        beyond=beyond,
        limit=limit,
    )
    return Alarms(
        items=[AlarmOut.model_validate(row) for row in rows],
        next=pack(rows[-1]["seq"]) if len(rows) == limit else None,
        judging=state.as_model(),
        position=position,
    )


@router.get("/alarms/{alarm}", operation_id="getAlarm")
def get_alarm(alarm: Identifier, _: ByReader, services: Injected) -> OneAlarm:
    """Give one alarm, also when it stands no longer; 404 when it never spoke."""
    position, state = services.position(), services.judged()
    row = services.reader.alarm(alarm)
    if row is None:
        raise not_found(Name("报警", "alarm"))
    return OneAlarm(item=AlarmOut.model_validate(row), judging=state.as_model(), position=position)


@router.post("/alarms/{alarm}/acknowledge", operation_id="acknowledgeAlarm")
async def acknowledge(
    alarm: Identifier,
    asked: Acknowledge,
    response: Response,
    caller: ByAcknowledger,
    services: Injected,
    idempotency_key: IdempotencyKey = None,
) -> ActDone:
    """Acknowledge an alarm: the monitor judges and journals it, and its answer comes back.

    503 `will_not_happen` means that the monitor did not answer in time and the request has been
    taken back.
    """
    body = {"alarm": alarm, "occurrence": asked.occurrence, "comment": asked.comment}
    return await ask_monitor(services, caller, "acknowledge", body, idempotency_key, response)


@router.post("/alarms/{alarm}/reset", operation_id="resetAlarm")
async def reset(
    alarm: Identifier,
    asked: Reset,
    response: Response,
    caller: ByAcknowledger,
    services: Injected,
    idempotency_key: IdempotencyKey = None,
) -> ActDone:
    """Reset a latched alarm that is over and acknowledged; nothing in the plant is reset.

    409 `still_active` or `not_acknowledged` when it is too early, `not_latched` when there is
    nothing to reset. 503 `will_not_happen` as for acknowledging.
    """
    body = {"alarm": alarm, "occurrence": asked.occurrence, "comment": asked.comment}
    return await ask_monitor(services, caller, "reset", body, idempotency_key, response)


def _must_exist(
    plant: Plant, equipment: list[str] | None, area: list[str] | None, signal: list[str] | None
) -> None:
    asked = (
        (equipment, {item.id for item in plant.equipment}, Name("设备", "equipment")),
        (area, plant.area_by_id, Name("区域", "area")),
        (signal, plant.signal_by_id, Name("测点", "signal")),
    )
    for names, known, what in asked:
        if any(name not in known for name in names or ()):
            raise not_found(what)


def _equipment(
    plant: Plant, equipment: list[str] | None, area: list[str] | None
) -> list[str] | None:
    """Give the equipment that is asked for by itself or by its area; None for any, or none."""
    if area is None:
        return equipment
    inside = [item.id for item in plant.equipment if item.area in area]
    return inside if equipment is None else [item for item in inside if item in equipment]

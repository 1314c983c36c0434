"""Alarms, and the acts of acknowledging and resetting one."""

from fastapi import APIRouter, Response

from api.acts import IdempotencyKey, ask_monitor
from api.cursor import pack, unpack
from api.identity import ByAcknowledger, ByReader
from api.models.alarm import Acknowledge, ActDone, AlarmOut, Alarms, Reset
from api.parameters import Cursor, Identifier, Limit
from api.services import Injected

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
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Alarms:
    """List alarms, latest change first; by default those active, unacknowledged or latched.

    Alarms suppressed by design are among them and say by what; they do not call.
    """
    beyond = None if cursor is None else int(unpack(cursor, int)[0])
    position, state = services.position(), services.judged()
    rows = services.reader.alarms(
        standing=standing,
        active=active,
        unacknowledged=unacknowledged,
        suppressed=suppressed,
        beyond=beyond,
        limit=limit,
    )
    return Alarms(
        items=[AlarmOut.model_validate(row) for row in rows],
        next=pack(rows[-1]["seq"]) if len(rows) == limit else None,
        judging=state.as_model(),
        position=position,
    )


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

"""Alarms, and the acts of acknowledging and resetting one."""

import secrets
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Header, Response

from api.caller import Caller
from api.cursor import pack, unpack
from api.identity import ByAcknowledger, ByReader
from api.models.alarm import Acknowledge, ActDone, AlarmOut, Alarms, Reset
from api.parameters import Cursor, Identifier, Limit
from api.problem import ProblemError
from api.services import Injected, Services
from journal.ask import Outcome
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["alarms"])

# Every other refusal is a conflict with the alarm's state.
_STATUS = {"not_found": 404}

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="Asking again with the same key gives the same answer; made when absent",
    ),
]


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
    return await _act(services, caller, "acknowledge", body, idempotency_key, response)


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
    return await _act(services, caller, "reset", body, idempotency_key, response)


async def _act(
    services: Services,
    caller: Caller,
    kind: str,
    body: Mapping[str, object],
    idempotency_key: str | None,
    response: Response,
) -> ActDone:
    """Ask the monitor, and give its answer or raise its refusal."""
    key = idempotency_key or secrets.token_urlsafe(18)
    ended = await services.inbox.ask(caller.actor, key, kind, dict(body))
    header = {"Idempotency-Key": key}
    if ended.outcome is Outcome.CONFLICT:
        message = Name(
            "该 Idempotency-Key 已用于另一请求",
            "This Idempotency-Key was used for another request",
        )
        raise ProblemError(409, "idempotency_conflict", message, header)
    if ended.outcome is Outcome.WITHDRAWN:
        message = Name(
            "监测程序未在规定时间内答复, 请求已撤回, 不会执行",
            "The monitor did not answer in time; the request is withdrawn and will not happen",
        )
        raise ProblemError(503, "will_not_happen", message, {**header, "Retry-After": "1"})
    answer = ended.answer
    if not answer.get("ok"):
        code = str(answer.get("code", "refused"))
        said = answer.get("message") or {}
        message = Name(str(said.get("zh", "请求被拒绝")), str(said.get("en", "Refused")))
        raise ProblemError(_STATUS.get(code, 409), code, message, header)
    response.headers.update(header)
    return ActDone(seq=answer.get("seq"), idempotency_key=key)

"""Alarms, and the act of acknowledging one."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Header, Response

from api.cursor import pack, unpack
from api.identity import ByAcknowledger, ByReader
from api.models.alarm import Acknowledge, ActDone, AlarmOut, Alarms
from api.parameters import Cursor, Identifier, Limit
from api.problem import ProblemError
from api.services import Injected
from journal.ask import Outcome
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["alarms"])

_STATUS = {"not_found": 404, "already_acknowledged": 409, "occurrence_passed": 409}

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
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Alarms:
    """List alarms, latest change first; by default those active or unacknowledged."""
    beyond = None if cursor is None else int(unpack(cursor, int)[0])
    position, state = services.position(), services.judged()
    rows = services.reader.alarms(
        standing=standing,
        active=active,
        unacknowledged=unacknowledged,
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
    key = idempotency_key or secrets.token_urlsafe(18)
    body = {"alarm": alarm, "occurrence": asked.occurrence, "comment": asked.comment}
    ended = await services.inbox.ask(caller.actor, key, "acknowledge", body)
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

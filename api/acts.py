"""Acts of people: what is asked of the monitor, and how its answer comes back."""

import secrets
from collections.abc import Mapping
from typing import Annotated

from fastapi import Header, Response

from api.caller import Caller
from api.models.alarm import ActDone
from api.problem import ProblemError
from api.services import Services
from journal.ask import Outcome
from plant.name import Name

# Every other refusal is a conflict with how things stand.
_STATUS = {"not_found": 404, "unknown_equipment": 404}

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


async def ask_monitor(
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

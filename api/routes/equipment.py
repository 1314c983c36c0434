"""What people state of an equipment."""

from fastapi import APIRouter, Response

from api.acts import IdempotencyKey, ask_monitor
from api.identity import ByChanger
from api.models.alarm import ActDone
from api.models.plant import OperatingState
from api.parameters import Identifier
from api.services import Injected

router = APIRouter(prefix="/api/v1", tags=["plants"])


@router.post("/equipment/{equipment}/operating-state", operation_id="declareOperatingState")
async def declare_operating_state(
    equipment: Identifier,
    stated: OperatingState,
    response: Response,
    caller: ByChanger,
    services: Injected,
    idempotency_key: IdempotencyKey = None,
) -> ActDone:
    """State whether an equipment produces, until when and why; journalled with the caller's id.

    It counts where no signal tells, ends by itself, and a signal that says otherwise makes it a
    contradiction. 409 `until_passed` or `until_too_far` when the end is not within 24 hours.
    503 `will_not_happen` when the monitor did not answer in time; the request is taken back.
    """
    body = {
        "equipment": equipment,
        "producing": stated.producing,
        "until": stated.until.isoformat(),
        "reason": stated.reason,
    }
    return await ask_monitor(
        services, caller, "declare_operating", body, idempotency_key, response
    )

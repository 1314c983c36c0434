"""Interlocks, their demands and their bypasses."""

from typing import Any

from fastapi import APIRouter

from api.cursor import pack, unpack
from api.identity import ByReader
from api.judging import Judged
from api.models.alarm import (
    BypassOut,
    CauseOut,
    DemandOut,
    Demands,
    EffectOut,
    InterlockOut,
    Interlocks,
)
from api.models.document import Text
from api.parameters import Cursor, Identifier, Limit
from api.problem import not_found
from api.routes.plants import text
from api.services import Injected
from journal.read import Row
from plant.interlock import Interlock
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["interlocks"])


@router.get("/interlocks", operation_id="listInterlocks")
def list_interlocks(_: ByReader, services: Injected) -> Interlocks:
    """List every interlock: can it be relied on, and how did it answer the last demand."""
    position, state = services.position(), services.judged()
    reader = services.reader
    rows = {row["id"]: row for row in reader.interlocks()}
    last = [row["last_demand"] for row in rows.values() if row["last_demand"]]
    demands = reader.demand_rows(last) if last else {}
    bypasses = reader.standing_bypasses()
    items = [
        _interlock(item, rows.get(item.id), demands, bypasses, state)
        for item in services.plant.interlocks
    ]
    return Interlocks(items=items, judging=state.as_model(), position=position)


@router.get("/interlocks/{interlock}/demands", operation_id="listDemands")
def list_demands(
    interlock: Identifier,
    _: ByReader,
    services: Injected,
    *,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Demands:
    """List the activations of an interlock, latest first, with each effect's response time."""
    if interlock not in services.plant.interlock_by_id:
        raise not_found(Name("联锁", "interlock"))
    beyond = None
    if cursor is not None:
        time, identifier = unpack(cursor, str, str)
        beyond = (str(time), str(identifier))
    position, state = services.position(), services.judged()
    rows = services.reader.demands(interlock, beyond=beyond, limit=limit)
    return Demands(
        items=[DemandOut.model_validate(row) for row in rows],
        next=pack(rows[-1]["time"], rows[-1]["id"]) if len(rows) == limit else None,
        judging=state.as_model(),
        position=position,
    )


def _interlock(
    item: Interlock,
    row: Row | None,
    demands: dict[str, Row],
    bypasses: list[Row],
    state: Judged,
) -> InterlockOut:
    judged: dict[str, Any] = row or {"state": "unknown"}
    votes = {vote["cause"]: vote for vote in judged.get("votings") or ()} if state.current else {}
    last, reason = demands.get(judged.get("last_demand") or ""), judged.get("reason")
    shown = {"state": state.interlock(judged["state"]), "raw_state": judged["state"]}
    return InterlockOut(
        id=item.id,
        equipment=item.equipment,
        name=text(item.name),
        stale=not state.current,
        since=judged.get("since"),
        reason=None if reason is None else Text.model_validate(reason),
        causes=list(item.cause_limits),
        voting=[
            CauseOut(
                id=cause.id,
                limits=list(cause.limits),
                voting=cause.voting,
                on_bad=cause.on_bad.value,
                effective=votes.get(cause.id, {}).get("effective"),
                tolerance=votes.get(cause.id, {}).get("tolerance"),
            )
            for cause in item.causes
        ],
        effects=[
            EffectOut(
                signal=effect.signal or effect.role,
                feedback=bool(effect.signal),
                state=effect.state,
                within_s=effect.within_s,
            )
            for effect in item.effects
        ],
        bypass_signals=list(item.bypass),
        armed_signal=item.armed or None,
        reset=item.reset.value,
        effects_in_normal_use=item.effects_in_normal_use,
        sil=item.sil,
        bypasses=[BypassOut.model_validate(b) for b in bypasses if b["interlock"] == item.id],
        last_demand=None if last is None else DemandOut.model_validate(last),
        proof_test_days=item.proof_test_days,
        seq=judged.get("seq"),
        **shown,
    )

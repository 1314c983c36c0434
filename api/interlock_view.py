"""Interlocks and demands as answers carry them."""

from collections.abc import Mapping
from typing import Any

from api.judging import Judged
from api.models.document import Text
from api.models.interlock import BypassOut, CauseOut, DemandOut, EffectOut, InterlockOut
from api.routes.plants import text
from api.services import Services
from journal.read import Row
from plant.interlock import Interlock


class InterlockView:
    """What the journal says of all interlocks at one moment, read once for many of them."""

    def __init__(self, services: Services, state: Judged) -> None:
        reader = services.reader
        self._state = state
        self._rows = {row["id"]: row for row in reader.interlocks()}
        self._equipment = equipment_of(services, self._rows)
        last = [row["last_demand"] for row in self._rows.values() if row["last_demand"]]
        self._demands = reader.demand_rows(last) if last else {}
        self._bypasses = reader.standing_bypasses()

    def state(self, item: Interlock) -> str:
        """Give the state that may be shown: armed reads unknown while nobody judges."""
        return self._state.interlock(self._rows.get(item.id, {"state": "unknown"})["state"])

    def shown(self, item: Interlock) -> InterlockOut:
        """Give an interlock as it was declared and as it was last judged."""
        judged: dict[str, Any] = self._rows.get(item.id) or {"state": "unknown"}
        last, reason = self._demands.get(judged.get("last_demand") or ""), judged.get("reason")
        votes = judged.get("votings") if self._state.current else None
        return InterlockOut.model_validate(
            {
                **_declared(item),
                "state": self.state(item),
                "raw_state": judged["state"],
                "stale": not self._state.current,
                "since": judged.get("since"),
                "reason": None if reason is None else Text.model_validate(reason),
                "voting": _causes(item, votes or []),
                "bypasses": [
                    BypassOut.model_validate(row)
                    for row in self._bypasses
                    if row["interlock"] == item.id
                ],
                "last_demand": None if last is None else demand_shown(last, self._equipment),
                "seq": judged.get("seq"),
            }
        )


def demand_shown(row: Row, equipment: Mapping[str, str]) -> DemandOut:
    """Give a demand with the equipment of its interlock."""
    return DemandOut.model_validate({**row, "equipment": equipment.get(row["interlock"])})


def equipment_of(services: Services, judged: Mapping[str, Row] | None = None) -> dict[str, str]:
    """Give each interlock's equipment, of those the plant once had too.

    `judged` are the journal's rows of all interlocks by id, if they have been read already.
    """
    if judged is None:
        judged = {row["id"]: row for row in services.reader.interlocks()}
    before = {identifier: str(row["equipment"]) for identifier, row in judged.items()}
    return before | {item.id: item.equipment for item in services.plant.interlocks}


def _declared(item: Interlock) -> dict[str, Any]:
    return {
        "id": item.id,
        "equipment": item.equipment,
        "name": text(item.name),
        "causes": list(item.cause_limits),
        "effects": [
            EffectOut(
                signal=effect.signal or effect.role,
                feedback=bool(effect.signal),
                state=effect.state,
                within_s=effect.within_s,
            )
            for effect in item.effects
        ],
        "bypass_signals": list(item.bypass),
        "armed_signal": item.armed or None,
        "reset": item.reset.value,
        "effects_in_normal_use": item.effects_in_normal_use,
        "sil": item.sil,
        "proof_test_days": item.proof_test_days,
    }


def _causes(item: Interlock, votings: list[Row]) -> list[CauseOut]:
    """Give the causes with the voting that faulty channels leave, where it was judged."""
    votes: dict[str, Row] = {vote["cause"]: vote for vote in votings}
    return [
        CauseOut(
            id=cause.id,
            limits=list(cause.limits),
            voting=cause.voting,
            on_bad=cause.on_bad.value,
            effective=votes.get(cause.id, {}).get("effective"),
            tolerance=votes.get(cause.id, {}).get("tolerance"),
        )
        for cause in item.causes
    ]

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.roles import Role
from journal.open import begin_reading
from journal.tables import inbox
from plant.moment import from_text
from tests.api_world import World

URL = "/api/v1/equipment/caster-1/operating-state"
UNTIL = (datetime.now(UTC) + timedelta(hours=8)).isoformat()
BODY = {"producing": False, "until": UNTIL, "reason": "检修"}


def _ok(_: dict[str, object]) -> dict[str, object]:
    return {"ok": True, "seq": 9}


async def test_a_standstill_is_asked_of_the_monitor(world: World) -> None:
    async with world.client(Role.SAFETY_ENGINEER) as client, world.answering(_ok):
        answer = await client.post(URL, json=BODY)

    assert answer.status_code == 200, answer.text
    assert answer.json()["seq"] == 9
    with begin_reading(world.engine) as connection:
        [row] = connection.execute(select(inbox)).mappings()
    assert row["kind"] == "declare_operating"
    assert {**row["body"], "until": ""} == {"equipment": "caster-1", **BODY, "until": ""}
    assert from_text(row["body"]["until"]) == from_text(UNTIL)


@pytest.mark.parametrize(
    "changed", [{"until": "2026-11-24T08:00:00"}, {"reason": ""}, {"producing": "maybe"}, {"x": 1}]
)
async def test_what_is_not_said_properly_is_refused(
    world: World, changed: dict[str, object]
) -> None:
    async with world.client(Role.SAFETY_ENGINEER) as client:
        answer = await client.post(URL, json={**BODY, **changed})

    assert answer.status_code == 422


async def test_the_monitors_refusal_comes_back(world: World) -> None:
    def no(_: dict[str, object]) -> dict[str, object]:
        message = {"zh": "没有这台设备", "en": "there is no such equipment"}
        return {"ok": False, "code": "unknown_equipment", "message": message}

    async with world.client(Role.SAFETY_ENGINEER) as client, world.answering(no):
        answer = await client.post(URL, json=BODY)

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_equipment")

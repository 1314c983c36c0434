import asyncio
from functools import partial
from typing import Any

from sqlalchemy import select

from journal.open import begin_reading
from journal.tables import inbox
from tests.api_world import World

URL = "/api/v1/alarms/caster-1.water_flow:low/acknowledge"
BODY = {"occurrence": 1, "comment": "已到现场"}


def _ok(_: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "seq": 7}


def _no(code: str) -> dict[str, Any]:
    return {"ok": False, "code": code, "message": {"zh": "不行", "en": "No"}}


def _say(answer: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    return answer


def _rows(world: World) -> list[dict[str, Any]]:
    with begin_reading(world.engine) as connection:
        return [dict(row) for row in connection.execute(select(inbox)).mappings()]


async def test_the_monitors_answer_comes_back(world: World) -> None:
    async with world.client() as client, world.answering(_ok):
        answer = await client.post(URL, json=BODY, headers={"Idempotency-Key": "k1"})

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"seq": 7, "idempotency_key": "k1"}
    assert answer.headers["idempotency-key"] == "k1"
    [row] = _rows(world)
    assert row["kind"] == "acknowledge"
    assert row["body"] == {"alarm": "caster-1.water_flow:low", **BODY}
    assert row["actor"].startswith("u_")


async def test_a_reset_is_an_act_of_its_own(world: World) -> None:
    url = "/api/v1/alarms/caster-1.water_flow:low/reset"
    headers = {"Idempotency-Key": "k1"}
    async with world.client() as client, world.answering(_ok):
        answer = await client.post(url, json=BODY, headers=headers)
        other = await client.post(URL, json=BODY, headers=headers)

    assert answer.json() == {"seq": 7, "idempotency_key": "k1"}
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    [row] = _rows(world)
    assert (row["kind"], row["body"]) == ("reset", {"alarm": "caster-1.water_flow:low", **BODY})


async def test_refusals_become_problems(world: World) -> None:
    expected = {
        "not_found": 404,
        "already_acknowledged": 409,
        "occurrence_passed": 409,
        "not_latched": 409,
        "still_active": 409,
        "not_acknowledged": 409,
        "odd": 409,
    }
    for code, status in expected.items():
        refusal = _no(code)
        async with world.client() as client, world.answering(partial(_say, refusal)):
            answer = await client.post(URL, json=BODY)
        assert answer.status_code == status
        assert answer.json()["code"] == code
        assert answer.json()["message"] == {"zh": "不行", "en": "No"}
        assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_monitor_it_is_withdrawn_and_will_not_happen(world: World) -> None:
    async with world.client() as client:
        answer = await client.post(URL, json=BODY)

    assert answer.status_code == 503
    assert answer.json()["code"] == "will_not_happen"
    assert [row["state"] for row in _rows(world)] == ["withdrawn"]
    with world.writer.transaction() as commit:
        assert commit.asked() == []


async def test_same_key_same_request_gives_the_stored_answer(world: World) -> None:
    asked: list[dict[str, Any]] = []

    def judge(body: dict[str, Any]) -> dict[str, Any]:
        asked.append(body)
        return {"ok": True, "seq": len(asked)}

    headers = {"Idempotency-Key": "k1"}
    async with world.client() as client, world.answering(judge):
        together = await asyncio.gather(
            *(client.post(URL, json=BODY, headers=headers) for _ in range(4))
        )
        later = await client.post(URL, json=BODY, headers=headers)

    assert len(asked) == 1
    assert {answer.json()["seq"] for answer in (*together, later)} == {1}


async def test_same_key_other_request_is_a_conflict(world: World) -> None:
    headers = {"Idempotency-Key": "k1"}
    async with world.client() as client, world.answering(_ok):
        await client.post(URL, json=BODY, headers=headers)
        answer = await client.post(URL, json={**BODY, "occurrence": 2}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")


async def test_withdrawn_request_can_be_asked_anew_with_its_key(world: World) -> None:
    headers = {"Idempotency-Key": "k1"}
    async with world.client() as client:
        first = await client.post(URL, json=BODY, headers=headers)
        async with world.answering(_ok):
            second = await client.post(URL, json=BODY, headers=headers)

    assert (first.status_code, second.status_code) == (503, 200)


async def test_answer_and_deadline_never_disagree(world: World) -> None:
    """However late the monitor comes, 503 means withdrawn and 200 means answered."""
    done: list[str] = []

    async def late(delay: float, key: str) -> tuple[int, str]:
        async with world.client() as client:
            headers = {"Idempotency-Key": key}
            asking = asyncio.create_task(client.post(URL, json=BODY, headers=headers))
            await asyncio.sleep(delay)
            with world.writer.transaction() as commit:
                for ask in commit.asked():
                    commit.answer(ask.id, {"ok": True, "seq": 1})
                    done.append(ask.idempotency_key)
            return (await asking).status_code, key

    for turn in range(8):
        status, key = await late(0.385 + 0.005 * turn, f"k{turn}")
        assert (status == 200) == (key in done)
        assert status in (200, 503)


async def test_what_cannot_be_asked(world: World) -> None:
    bad: list[dict[str, Any]] = [
        {"occurrence": -1},
        {"occurrence": 2**53},
        {"occurrence": "first"},
        {"comment": "x" * 501},
        {"comment": "ok", "extra": 1},
    ]
    async with world.client() as client:
        for body in bad:
            assert (await client.post(URL, json=body)).status_code == 422
        for key in ("", "a b", "x" * 101):
            answer = await client.post(URL, json=BODY, headers={"Idempotency-Key": key})
            assert answer.status_code == 422

    assert _rows(world) == []

from typing import Any

import httpx
import pytest

from api.roles import READERS, Role
from plant.moment import SECOND, to_text
from tests.api_world import START, World


async def _ask(world: World, path: str, **params: Any) -> httpx.Response:
    async with world.client() as client:
        return await client.get(f"/api/v1/{path}", params=params)


async def _ids(world: World, path: str = "sequences", **params: Any) -> list[str]:
    answer = await _ask(world, path, **params)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def _demand(world: World, identifier: str, at: int = START, **changes: object) -> None:
    """Journal a demand of the interlock that the id begins with; two causes in a tie."""
    body: dict[str, object] = {
        "demand": identifier,
        "event": "settle",
        "time": to_text(at),
        "result": "ok",
        "bypassed": False,
        "first_out": ["caster-1.water_flow:LL", "caster-1.water_flow:L"],
        "causes": [
            {"limit": limit, "at": [to_text(at - SECOND), to_text(at)], "members": [], "rank": 1}
            for limit in ("caster-1.water_flow:LL", "caster-1.water_flow:L")
        ],
        "effects": [],
    }
    world.write("demand", identifier.split("/", 1)[0], {**body, **changes})


def _known_once(world: World) -> None:
    """An interlock that the plant had before the version that is applied now."""
    body = {"equipment": "caster-0", "from": None, "state": "armed", "reason": None}
    world.write("interlock", "old", body)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_pages_hold_each_demand_once_latest_first(world: World, limit: int) -> None:
    for number in range(7):
        owner = "mould-water" if number % 2 else "old"
        _demand(world, f"{owner}/{number}", START + (number // 3) * SECOND)
    # Within one moment the ids decide.
    expected = ["old/6", "old/4", "mould-water/5", "mould-water/3", "old/2", "old/0"]
    expected.append("mould-water/1")
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await _ask(world, "sequences", limit=limit, **cursor)).json()
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert found == expected


async def test_causes_that_cannot_be_told_apart_share_their_rank(world: World) -> None:
    _demand(world, "mould-water/1", bypassed=True)
    [item] = (await _ask(world, "sequences")).json()["items"]

    assert item["equipment"] == "caster-1"
    assert item["bypassed"] is True
    assert item["first_out"] == ["caster-1.water_flow:LL", "caster-1.water_flow:L"]
    assert [cause["rank"] for cause in item["causes"]] == [1, 1]
    assert item["causes"][0]["at"] == [to_text(START - SECOND), to_text(START)]


async def test_filters_by_interlock_equipment_and_result(world: World) -> None:
    _known_once(world)
    _demand(world, "mould-water/1", result="failed")
    _demand(world, "mould-water/2", START + SECOND)
    _demand(world, "old/1", START + 2 * SECOND, result="failed")

    assert await _ids(world) == ["old/1", "mould-water/2", "mould-water/1"]
    assert await _ids(world, interlock="mould-water") == ["mould-water/2", "mould-water/1"]
    assert await _ids(world, interlock="old") == ["old/1"]
    assert await _ids(world, equipment="caster-0") == ["old/1"]
    assert await _ids(world, equipment="caster-1", result="failed") == ["mould-water/1"]
    assert await _ids(world, equipment="caster-1", interlock="old") == []
    path = "interlocks/mould-water/demands"
    assert await _ids(world, path, result="ok") == ["mould-water/2"]


@pytest.mark.parametrize("path", ["sequences", "interlocks/mould-water/demands"])
async def test_the_end_of_a_period_is_not_in_it(world: World, path: str) -> None:
    for number in range(4):
        _demand(world, f"mould-water/{number}", START + number * SECOND)
    start, end = to_text(START + SECOND), to_text(START + 3 * SECOND)

    assert await _ids(world, path, start=start, end=end) == ["mould-water/2", "mould-water/1"]
    assert await _ids(world, path, start=end) == ["mould-water/3"]
    assert await _ids(world, path, end=start) == ["mould-water/0"]
    assert await _ids(world, path, start="2026-11-24T16:00:02+08:00") == [
        "mould-water/3",
        "mould-water/2",
    ]


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"interlock": "other"}, 404, "not_found"),
        ({"equipment": "other"}, 404, "not_found"),
        ({"result": "fine"}, 422, "invalid_request"),
        ({"start": "2026-11-24T08:00:00"}, 422, "invalid_request"),
        (
            {"start": "2026-11-24T08:00:00Z", "end": "2026-11-24T08:00:00Z"},
            422,
            "invalid_range",
        ),
        ({"end": "1969-01-01T00:00:00Z"}, 422, "invalid_range"),
        ({"cursor": "WzFd"}, 422, "invalid_cursor"),
        ({"since": "2026-11-24T08:00:00Z"}, 422, "unknown_parameter"),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    world: World, params: dict[str, str], status: int, code: str
) -> None:
    answer = await _ask(world, "sequences", **params)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("written", ["mould-water/1", "mould-water%2F1"])
async def test_one_is_found_by_its_id_with_slashes(world: World, written: str) -> None:
    _demand(world, "mould-water/1")
    found = (await _ask(world, f"sequences/{written}")).json()

    assert found["item"]["id"] == "mould-water/1"
    assert found["position"] == f"{world.writer.epoch}-1"


async def test_one_that_never_was_is_not_found(world: World) -> None:
    answer = await _ask(world, "sequences/mould-water/9")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["sequences", "sequences/mould-water/1"])
async def test_every_reader_may_read_them_and_nobody_else(world: World, path: str) -> None:
    _demand(world, "mould-water/1")
    for role in Role:
        async with world.client(role) as client:
            answer = await client.get(f"/api/v1/{path}")
        assert answer.status_code == (200 if role in READERS else 403)
    async with world.client(None) as client:
        assert (await client.get(f"/api/v1/{path}")).status_code == 401

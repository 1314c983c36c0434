"""Asking for some alarms, and for one."""

from typing import Any

import pytest

from tests.api_world import World


async def _answer(world: World, path: str, **params: Any) -> tuple[int, dict[str, Any]]:
    async with world.client() as client:
        answer = await client.get(f"/api/v1/{path}", params=params)
    return answer.status_code, dict(answer.json())


async def _ids(world: World, **params: Any) -> list[str]:
    status, page = await _answer(world, "alarms", **params)
    assert status == 200, page
    return [item["id"] for item in page["items"]]


@pytest.fixture
def four(world: World) -> World:
    """Four alarms that differ in everything that can be asked for; latest is last."""
    world.alarm("caster-1.water_flow:low")
    world.alarm("caster-1.water_flow:quality", kind="quality", priority="high")
    world.alarm(
        "caster-1.gate_closed:state",
        kind="state",
        signal="caster-1.gate_closed",
        priority="medium",
    )
    world.alarm("mould-plc:device", kind="device", signal=None, equipment=None, priority="high")
    return world


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"priority": "critical"}, ["caster-1.water_flow:low"]),
        (
            {"priority": ["critical", "medium"]},
            ["caster-1.gate_closed:state", "caster-1.water_flow:low"],
        ),
        ({"kind": "device"}, ["mould-plc:device"]),
        ({"kind": ["device", "quality"]}, ["mould-plc:device", "caster-1.water_flow:quality"]),
        (
            {"signal": "caster-1.water_flow"},
            ["caster-1.water_flow:quality", "caster-1.water_flow:low"],
        ),
        (
            {"equipment": "caster-1"},
            [
                "caster-1.gate_closed:state",
                "caster-1.water_flow:quality",
                "caster-1.water_flow:low",
            ],
        ),
        (
            {"area": "cast-house"},
            [
                "caster-1.gate_closed:state",
                "caster-1.water_flow:quality",
                "caster-1.water_flow:low",
            ],
        ),
        (
            {"area": "cast-house", "equipment": "caster-1", "kind": "low"},
            ["caster-1.water_flow:low"],
        ),
        (
            {"signal": ["caster-1.gate_closed", "caster-1.water_flow"], "kind": ["low", "state"]},
            ["caster-1.gate_closed:state", "caster-1.water_flow:low"],
        ),
        ({"equipment": "caster-1", "priority": "high"}, ["caster-1.water_flow:quality"]),
        ({"signal": "caster-1.gate_closed", "kind": "low"}, []),
    ],
)
async def test_alarms_by_what_they_are_about(
    four: World, asked: dict[str, Any], found: list[str]
) -> None:
    assert await _ids(four, **asked) == found


async def test_a_filter_goes_with_the_cursor(four: World) -> None:
    _, first = await _answer(four, "alarms", equipment="caster-1", limit=2)
    rest = await _ids(four, equipment="caster-1", limit=2, cursor=first["next"])

    assert [item["id"] for item in first["items"]] == [
        "caster-1.gate_closed:state",
        "caster-1.water_flow:quality",
    ]
    assert rest == ["caster-1.water_flow:low"]


@pytest.mark.parametrize(
    "asked",
    [
        {"equipment": "caster-9"},
        {"signal": "caster-1.nothing"},
        {"signal": ["caster-1.water_flow", "caster-1.nothing"]},
        {"area": "store"},
    ],
)
async def test_what_the_plant_has_not_is_no_empty_list(four: World, asked: dict[str, Any]) -> None:
    status, problem = await _answer(four, "alarms", **asked)

    assert (status, problem["code"]) == (404, "not_found")


@pytest.mark.parametrize("asked", [{"priority": "urgent"}, {"kind": "lower"}])
async def test_words_that_do_not_exist_are_refused(four: World, asked: dict[str, str]) -> None:
    status, problem = await _answer(four, "alarms", **asked)

    assert (status, problem["code"]) == (422, "invalid_request")
    assert "critical" in str(problem["errors"]) or "quality" in str(problem["errors"])


async def test_one_alarm_standing_or_not(world: World) -> None:
    world.beat()
    seq = world.alarm(active=False, acknowledged=True, event="acknowledge")
    status, answer = await _answer(world, "alarms/caster-1.water_flow:low")

    assert status == 200
    assert answer["item"]["seq"] == seq
    assert answer["item"]["active"] is False
    assert answer["judging"]["stale"] is False
    assert answer["position"] == f"{world.writer.epoch}-{seq}"


async def test_one_alarm_that_nobody_judges_any_more_says_so(world: World) -> None:
    world.beat()
    world.alarm()
    world.advance(60)
    _, answer = await _answer(world, "alarms/caster-1.water_flow:low")

    assert answer["judging"]["stale"] is True


async def test_an_alarm_that_never_spoke_does_not_exist(world: World) -> None:
    status, problem = await _answer(world, "alarms/caster-1.water_flow:high")

    assert (status, problem["code"]) == (404, "not_found")

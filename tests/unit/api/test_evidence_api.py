"""Records, and which of them a cell rests on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firstout import plant_folder
from firstout.api_process import shown
from plant.moment import SECOND, to_text
from tests import api_world
from tests.api_world import START, World
from tests.plant_files import caster_plant

DAY = 86_400 * SECOND


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A caster with a proof test, a flow test, a record of a fault and a statement."""
    plant = caster_plant()
    criteria = tuple(shown(plant, item) for item in plant_folder.criteria())
    monkeypatch.setattr(api_world, "PLANT", plant)
    monkeypatch.setattr(api_world, "CRITERIA", criteria)
    world = World(tmp_path)
    put(world, "proof", "proof_test", plant.interlocks[0].id, days=30)
    put(world, "flow", "emergency_water_test", "caster-1", days=20, until=START + DAY)
    put(world, "broken", "emergency_water_test", "caster-1", days=10, ok=False)
    put(world, "not-here", "not_applicable", "caster-1", days=5, criterion="aluminium-4")
    yield world
    world.close()


def put(
    world: World,
    identifier: str,
    kind: str,
    subject: str,
    *,
    days: int,
    until: int | None = None,
    **more: object,
) -> None:
    body = {
        "type": kind,
        "subject": subject,
        "name": {"zh": "记录", "en": "record"},
        "performed_at": to_text(START - days * DAY),
        "valid_until": None if until is None else to_text(until),
        "ok": True,
        "criterion": None,
        **more,
    }
    world.write("evidence", identifier, body)


async def get(world: World, **params: Any) -> dict[str, Any]:
    async with world.client() as client:
        answer = await client.get("/api/v1/evidence", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def ids(world: World, **params: Any) -> list[str]:
    return [item["id"] for item in (await get(world, **params))["items"]]


async def test_the_latest_performed_comes_first(shelf: World) -> None:
    found = await get(shelf)

    assert [item["id"] for item in found["items"]] == ["not-here", "broken", "flow", "proof"]
    assert found["items"][1]["ok"] is False
    assert found["items"][3]["type_name"] == {
        "zh": "联锁检验测试",
        "en": "proof test of an interlock",
    }
    assert found["next"] is None


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_hold_each_record_once(shelf: World, limit: int) -> None:
    items: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await get(shelf, limit=limit, **cursor)
        items += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert items == ["not-here", "broken", "flow", "proof"]


async def test_filters(shelf: World) -> None:
    assert await ids(shelf, type="proof_test") == ["proof"]
    assert await ids(shelf, subject="caster-1") == ["not-here", "broken", "flow"]
    assert await ids(shelf, subject="demo" if "demo" in _subjects() else _subjects()[0]) == []


def _subjects() -> list[str]:
    return [item.id for item in caster_plant().subjects]


async def test_valid_at_asks_of_the_records_own_validity(shelf: World) -> None:
    def moment(days: float) -> str:
        return to_text(START + round(days * DAY))

    assert await ids(shelf, valid_at=moment(-15)) == ["flow", "proof"]
    assert await ids(shelf, valid_at=moment(1)) == ["not-here", "broken", "flow", "proof"]
    assert await ids(shelf, valid_at=moment(1.1)) == ["not-here", "broken", "proof"]
    assert await ids(shelf, valid_at="1900-01-01T00:00:00Z") == []


async def test_a_cell_rests_on_its_own_records_and_on_proof_tests(shelf: World) -> None:
    cell = await ids(shelf, criterion="aluminium-4", subject="caster-1")

    assert cell == ["not-here", "broken", "flow", "proof"]
    assert await ids(shelf, criterion="aluminium-4") == cell
    assert "flow" not in await ids(shelf, criterion="aluminium-2", subject="caster-1")


@pytest.mark.parametrize(
    "params",
    [
        {"type": "nothing"},
        {"subject": "nobody"},
        {"criterion": "steel-99"},
        {"criterion": "steel-1", "subject": "caster-1"},
        {"criterion": "aluminium-4", "subject": "nobody"},
    ],
)
async def test_a_filter_of_what_does_not_exist_is_refused(
    shelf: World, params: dict[str, str]
) -> None:
    async with shelf.client() as client:
        answer = await client.get("/api/v1/evidence", params=params)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_moment_without_a_zone_and_a_foreign_cursor_are_refused(shelf: World) -> None:
    async with shelf.client() as client:
        for params in ({"valid_at": "2026-11-24T00:00:00"}, {"cursor": "x"}):
            answer = await client.get("/api/v1/evidence", params=params)
            assert answer.status_code == 422

"""One plant, its signals page by page and by filter, and one signal."""

from pathlib import Path
from typing import Any

import pytest

from api.cursor import pack
from tests import api_world
from tests.api_world import World
from tests.plant_files import demo_plant

FLOW, GATE = "caster-1.water_flow", "caster-1.gate_closed"


@pytest.fixture
def demo(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a world of the demonstration plant, whose every signal has a device."""
    monkeypatch.setattr(api_world, "PLANT", demo_plant())
    made = World(_folder(tmp_path))
    made.beat()
    yield made
    made.close()


def _folder(path: Path) -> Path:
    folder = path / "demo"
    folder.mkdir()
    return folder


async def _get(world: World, path: str, status: int = 200, **params: Any) -> dict[str, Any]:
    async with world.client() as client:
        answer = await client.get(f"/api/v1/plants/{path}", params=params)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def _ids(world: World, **params: Any) -> list[str]:
    ids: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await _get(world, "demo/signals", **params, **cursor)
        ids += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return ids
        assert len(page["items"]) == params["limit"]
        cursor = {"cursor": page["next"]}


async def test_one_plant_with_its_areas(world: World) -> None:
    world.beat()
    plant = await _get(world, "demo")

    assert plant["areas"] == [{"id": "cast-house", "name": {"zh": "铸造车间", "en": "Cast house"}}]
    [caster] = plant["equipment"]
    assert (caster["area"], caster["industry"]) == ("cast-house", "aluminium")
    assert caster["kind_name"]["zh"] == "深井铸造机"
    assert not plant["judging"]["stale"]
    await _get(world, "other", 404)


async def test_a_gateway_of_a_silent_monitor_is_unknown(world: World) -> None:
    world.write("node", "gw1", {"from": None, "state": "online"})
    world.beat()
    assert (await _get(world, "demo"))["nodes"][0]["state"] == "online"
    world.advance(10)
    assert (await _get(world, "demo"))["nodes"][0]["state"] == "unknown"


@pytest.mark.parametrize("limit", [1, 7, 1000])
async def test_pages_have_the_order_of_the_plant(demo: World, limit: int) -> None:
    assert await _ids(demo, limit=limit) == [signal.id for signal in demo_plant().signals]


async def test_the_last_page_says_that_it_is_the_last(demo: World) -> None:
    whole = len(demo_plant().signals)
    page = await _get(demo, "demo/signals", limit=whole)

    assert (len(page["items"]), page["next"]) == (whole, None)


async def test_filters_follow_the_plant(demo: World) -> None:
    plant = demo_plant()
    steel = {item.id for item in plant.equipment if item.area == "steelworks"}

    def of(**kept: set[str]) -> list[str]:
        [(field, values)] = kept.items()
        return [signal.id for signal in plant.signals if getattr(signal, field) in values]

    assert await _ids(demo, equipment="eaf-1", limit=3) == of(equipment={"eaf-1"})
    assert await _ids(demo, equipment=["bf-1", "eaf-1"]) == of(equipment={"bf-1", "eaf-1"})
    assert await _ids(demo, area="steelworks", limit=5) == of(equipment=steel)
    assert await _ids(demo, role="co.concentration") == of(role={"co.concentration"})
    assert await _ids(demo, device="gas-plc") == of(device={"gas-plc"})
    assert await _ids(demo, device="gas-plc", equipment="caster-1") == []


async def test_a_role_that_the_plant_has_not_is_an_empty_list(world: World) -> None:
    assert await _ids(world, role="co.concentration") == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"equipment": "nobody"}, 404),
        ({"equipment": ["caster-1", "nobody"]}, 404),
        ({"area": "nowhere"}, 404),
        ({"role": "no.role"}, 404),
        ({"device": "no-plc"}, 404),
        ({"quality": "FINE"}, 422),
        ({"equipment": ""}, 422),
        ({"limit": 1001}, 422),
        ({"cursor": "x"}, 422),
        ({"cursor": pack("gone")}, 422),
        ({"cursor": pack(1)}, 422),
        ({"signal": FLOW}, 422),
    ],
)
async def test_what_leads_nowhere_is_refused(
    world: World, asked: dict[str, Any], status: int
) -> None:
    await _get(world, "demo/signals", status, **asked)


async def test_quality_is_that_of_now(world: World) -> None:
    world.beat()
    world.live.update(world.live_message(water_flow=210.5))
    assert await _ids(world, quality="GOOD") == [FLOW]
    assert await _ids(world, quality="MISSING") == [GATE]
    assert await _ids(world, quality=["MISSING", "GOOD"], limit=1) == [FLOW, GATE]

    world.advance(2.5)  # older than allowed, though nobody said so
    world.beat()
    assert await _ids(world, quality="GOOD") == []
    assert await _ids(world, quality="STALE") == [FLOW]


async def test_of_a_silent_monitor_nothing_is_good(world: World) -> None:
    world.beat()
    world.advance(3.5)
    world.live.update(world.live_message(water_flow=210.5))

    assert await _ids(world, quality="GOOD") == []
    assert await _ids(world, quality="STALE") == [FLOW]
    one = await _get(world, f"demo/signals/{FLOW}")
    assert (one["value"], one["quality"], one["reason"]) == (None, "STALE", "NOT_JUDGED")
    assert one["judging"]["stale"]


async def test_one_signal_with_its_source(world: World) -> None:
    world.beat()
    world.live.update(world.live_message(water_flow=210.5))
    one = await _get(world, f"demo/signals/{FLOW}")

    assert (one["value"], one["quality"], one["age_s"]) == (210.5, "GOOD", 0)
    assert [limit["level"] for limit in one["limits"]] == ["LL", "L"]
    assert (one["device"], one["protocol"]) == ("mould-plc", "modbus-tcp")
    assert (one["address_kind"], one["formula"]) == ("input", None)
    assert "127.0.0.1" not in str(one)
    await _get(world, "demo/signals/nothing", 404)
    await _get(world, f"other/signals/{FLOW}", 404)


async def test_a_computed_signal_names_its_members(demo: World) -> None:
    one = await _get(demo, "demo/signals/eaf-1.flow_difference")

    assert (one["device"], one["protocol"], one["address_kind"]) == (None, None, "formula")
    assert one["formula"]["function"] == "percent"
    assert all(name in demo_plant().signal_by_id for name in one["formula"]["signals"])


async def test_every_signal_of_the_demonstration_has_a_source(demo: World) -> None:
    kinds = {
        signal.id: (await _get(demo, f"demo/signals/{signal.id}"))["address_kind"]
        for signal in demo_plant().signals
    }

    assert {"coil", "discrete", "holding", "input", "node_id", "browse_path", "formula"} >= set(
        kinds.values()
    )
    assert {"input", "node_id", "browse_path", "formula"} <= set(kinds.values())

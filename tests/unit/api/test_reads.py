from typing import Any

import pytest

from api.roles import Role
from plant.moment import SECOND, to_text
from tests.api_world import START, World


async def _get(world: World, path: str, **params: Any) -> dict[str, Any]:
    async with world.client() as client:
        answer = await client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _pages(world: World, path: str, **params: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await _get(world, path, **params, **cursor)
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = {"cursor": page["next"]}


async def test_before_the_first_entry_everything_answers(world: World) -> None:
    for path in ("plants", "alarms", "interlocks", "compliance", "violations", "journal"):
        await _get(world, path)
    head = await _get(world, "journal/head")

    assert head["seq"] == 0
    assert head["position"] == f"{world.writer.epoch}-0"


async def test_plant_with_equipment_and_gateways(world: World) -> None:
    world.beat()
    world.write("node", "gw1", {"from": None, "state": "online"})
    [plant] = (await _get(world, "plants"))["items"]

    assert plant["id"] == "demo"
    assert plant["equipment"][0]["attributes"] == {"furnace": "fixed"}
    enterprise, equipment, *_ = plant["subjects"]
    assert (enterprise["id"], enterprise["kind"]) == ("demo", "enterprise")
    assert equipment == {
        "id": plant["equipment"][0]["id"],
        "kind": "equipment",
        "name": plant["equipment"][0]["name"],
    }
    assert plant["nodes"] == [{"id": "gw1", "state": "online", "since": to_text(START)}]


async def test_signals_with_value_age_and_limits(world: World) -> None:
    world.beat()
    world.live.update(world.live_message(water_flow=210.5))
    world.advance(0.5)
    flow, gate = (await _get(world, "plants/demo/signals"))["items"]

    assert (flow["value"], flow["quality"], flow["age_s"]) == (210.5, "GOOD", 0.5)
    assert [limit["id"] for limit in flow["limits"]] == [
        "caster-1.water_flow:LL",
        "caster-1.water_flow:L",
    ]
    assert (gate["value"], gate["quality"], gate["reason"]) == (None, "MISSING", "NEVER_SEEN")


async def test_signals_of_another_plant_do_not_exist(world: World) -> None:
    async with world.client() as client:
        answer = await client.get("/api/v1/plants/other/signals")

    assert answer.status_code == 404


async def test_alarms_standing_by_default_and_filtered(world: World) -> None:
    world.alarm("a:low")
    world.alarm("b:low", active=False)
    world.alarm("c:low", acknowledged=True)
    world.alarm("d:low", active=False, acknowledged=True)
    world.alarm("e:low", active=False, acknowledged=True, latched=True)
    world.alarm("f:low", acknowledged=True, suppressed_by="idle")

    async def ids(**params: Any) -> list[str]:
        return [item["id"][0] for item in (await _get(world, "alarms", **params))["items"]]

    assert await ids() == ["f", "e", "c", "b", "a"]
    assert await ids(active=True) == ["f", "c", "a"]
    assert await ids(suppressed=True) == ["f"]
    assert await ids(suppressed=False) == ["e", "c", "b", "a"]
    assert await ids(unacknowledged=True) == ["b", "a"]
    assert await ids(active=False, unacknowledged=True) == ["b"]
    assert await ids(standing=False) == ["f", "e", "d", "c", "b", "a"]


async def test_alarms_say_that_they_are_latched_or_suppressed(world: World) -> None:
    world.alarm("a:low", active=False, acknowledged=True, latched=True)
    world.alarm("b:low", suppressed_by="idle")
    held, latched = (await _get(world, "alarms"))["items"]

    assert (latched["latched"], latched["suppressed_by"]) == (True, None)
    assert (held["latched"], held["suppressed_by"]) == (False, "idle")


async def test_limits_tell_what_the_plant_says_of_them(world: World) -> None:
    world.beat()
    flow, _ = (await _get(world, "plants/demo/signals"))["items"]
    low_low, low = flow["limits"]

    assert low_low["latching"]
    assert low_low["basis"] == "GB 6222-2005"
    assert low_low["guidance"] == {
        "consequence": {"zh": "爆炸", "en": "explosion"},
        "cause": None,
        "action": {"zh": "启动备用泵", "en": "start the spare pump"},
        "respond_s": 60,
    }
    assert (low["latching"], low["indicates"], low["window_s"]) == (False, "process", 0)
    assert (low["group"], low["guidance"]) == ([], None)


async def test_alarms_carry_who_acknowledged(world: World) -> None:
    world.alarm(event="acknowledge", acknowledged=True)
    [alarm] = (await _get(world, "alarms"))["items"]

    assert alarm["acknowledged_by"] == "monitor"
    assert alarm["value"] == 150.5
    assert alarm["message"] == {"zh": "流量低低", "en": "Flow low-low"}


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_pages_hold_each_item_once_in_order(world: World, limit: int) -> None:
    kinds = ("unknown", "fail", "exceedance", "suspect", "fail", "unknown", "suspect")
    for number, kind in enumerate(kinds):
        since = to_text(START - (number % 3) * SECOND)
        world.violation(f"v{number}", kind, since=since)
        world.alarm(f"a{number}:low")
        world.demand(f"d{number}")

    violations = await _pages(world, "violations", limit=limit)
    alarms = await _pages(world, "alarms", limit=limit)
    demands = await _pages(world, "interlocks/mould-water/demands", limit=limit)
    newest = await _pages(world, "journal", limit=limit)
    oldest = await _pages(world, "journal", limit=limit, order="oldest")

    order = ["fail", "fail", "suspect", "suspect", "exceedance", "unknown", "unknown"]
    assert [item["kind"] for item in violations] == order
    assert violations == sorted(
        violations, key=lambda v: (order.index(v["kind"]), v["since"], v["id"])
    )
    assert [item["id"] for item in alarms] == [f"a{n}:low" for n in reversed(range(7))]
    assert [item["id"] for item in demands] == [f"d{n}" for n in reversed(range(7))]
    assert [item["seq"] for item in newest] == list(range(21, 0, -1))
    assert oldest == newest[::-1]


async def test_interlock_with_its_last_demand_and_bypass(world: World) -> None:
    world.beat()
    world.interlock("bypassed")
    world.demand("d1")
    bypass = {
        "bypass": "b1",
        "event": "on",
        "signal": "caster-1.bypass",
        "started_at": to_text(START),
        "ended_at": None,
    }
    world.write("bypass", "mould-water", bypass)
    [interlock] = (await _get(world, "interlocks"))["items"]

    assert interlock["state"] == "bypassed"
    assert interlock["last_demand"]["effects"][0]["response_s"] == [0.5, 1.5]
    assert interlock["bypasses"][0]["id"] == "b1"
    assert interlock["causes"] == ["caster-1.water_flow:LL"]


async def test_interlock_never_judged_is_unknown(world: World) -> None:
    world.beat()
    [interlock] = (await _get(world, "interlocks"))["items"]

    assert (interlock["state"], interlock["since"], interlock["seq"]) == ("unknown", None, None)


async def test_demands_of_an_unknown_interlock_do_not_exist(world: World) -> None:
    async with world.client() as client:
        answer = await client.get("/api/v1/interlocks/other/demands")

    assert answer.status_code == 404


async def test_criteria_say_where_they_come_from(world: World) -> None:
    first, second = (await _get(world, "criteria"))["items"]

    assert (first["id"], first["item"], first["order10"]) == ("aluminium-4", 4, ["5(6)"])
    assert not second["judged"]


async def test_compliance_counts_what_is_not_covered(world: World) -> None:
    world.beat()
    world.verdict("aluminium-4", "pass")
    found = await _get(world, "compliance")

    assert found["counts"]["passed"] == 1
    assert found["counts"]["uncovered"] == 1
    only = await _get(world, "compliance", criterion="aluminium-4")
    assert only["counts"]["uncovered"] == 0


async def test_violations_filtered_and_closed(world: World) -> None:
    world.beat()
    world.violation("v1", "fail")
    world.violation("v2", "suspect", criterion="aluminium-5")
    world.violation("v3", "fail", event="close", until=to_text(START))
    world.verdict("aluminium-4", "unknown")

    async def ids(**params: Any) -> list[str]:
        return [item["id"] for item in (await _get(world, "violations", **params))["items"]]

    assert await ids() == ["v1", "v2"]
    assert await ids(criterion="aluminium-5") == ["v2"]
    assert await ids(kind="fail") == ["v1"]
    assert await ids(closed=True) == ["v1", "v3", "v2"]
    found = await _get(world, "violations")
    assert (found["unknown"], found["uncovered"]) == (1, 1)
    assert found["items"][0]["reasons"][0]["en"] == "why"
    assert found["items"][0]["judged_until"] == to_text(START)


async def test_journal_filtered_by_kind_and_subject(world: World) -> None:
    world.alarm("a:low")
    world.interlock("armed")
    world.alarm("b:low")

    assert len((await _get(world, "journal", kind="alarm"))["items"]) == 2
    [entry] = (await _get(world, "journal", kind="alarm", subject="b:low"))["items"]
    assert entry["seq"] == 3
    assert entry["body"]["active"] is True
    head = await _get(world, "journal/head")
    assert (head["seq"], head["hash"]) == (3, entry["hash"])


async def test_walking_the_chain_finds_what_was_changed(world: World) -> None:
    for number in range(5):
        world.alarm(f"a{number}:low")
    async with world.client(Role.AUDITOR) as client:
        whole = (await client.get("/api/v1/journal/verify")).json()
        with world.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE entry SET time = '2020' WHERE seq = 3")
        broken = (await client.get("/api/v1/journal/verify")).json()

    assert (whole["ok"], whole["entries"], whole["head_seq"]) == (True, 5, 5)
    assert (broken["ok"], broken["broken_at"], broken["how"]) == (False, 3, "changed")


async def test_one_walk_at_a_time(world: World) -> None:
    services = world.app.state.services
    services.verifying.acquire()
    async with world.client(Role.AUDITOR) as client:
        answer = await client.get("/api/v1/journal/verify")
        services.verifying.release()
        after = await client.get("/api/v1/journal/verify")

    assert (answer.status_code, after.status_code) == (503, 200)

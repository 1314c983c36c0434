from typing import Any

import pytest

from plant.moment import SECOND, to_text
from tests.api_world import START, World


@pytest.fixture
def judged(world: World) -> World:
    world.beat()
    world.write("node", "gw1", {"from": None, "state": "online"})
    world.interlock("armed")
    world.verdict("aluminium-4", "pass")
    world.verdict("aluminium-5", "fail")
    world.violation("v1", "fail")
    world.live.update(world.live_message(water_flow=210.5))
    return world


async def _get(world: World, path: str) -> Any:
    async with world.client() as client:
        return (await client.get(f"/api/v1/{path}")).json()


async def test_while_it_lives_nothing_is_stale(judged: World) -> None:
    judged.advance(1)
    found = await _get(judged, "compliance")

    assert found["judging"] == {
        "judged_until": to_text(START),
        "heartbeat_at": to_text(START),
        "stale": False,
        "not_judged_since": None,
        "catching_up": False,
        "behind": False,
    }
    assert [item["verdict"] for item in found["items"]] == ["fail", "pass"]


async def test_dead_for_more_than_three_seconds_a_pass_reads_unknown(judged: World) -> None:
    judged.advance(3.001)
    found = await _get(judged, "compliance")
    verdicts = [(item["verdict"], item["raw_verdict"], item["stale"]) for item in found["items"]]

    assert verdicts == [("fail", "fail", True), ("unknown", "pass", True)]
    assert (found["counts"]["passed"], found["counts"]["unknown"]) == (0, 1)
    assert found["judging"]["stale"]
    assert found["judging"]["not_judged_since"] == to_text(START)


async def test_dead_all_values_are_stale_whatever_their_age(judged: World) -> None:
    judged.live.update(judged.live_message(water_flow=210.5))
    judged.beat(at=START - 4 * SECOND, until=START)
    flow, gate = (await _get(judged, "plants/demo/signals"))["items"]

    assert (flow["quality"], flow["reason"], flow["value"]) == ("STALE", "NOT_JUDGED", None)
    assert flow["last_value"] == 210.5
    assert gate["quality"] == "MISSING"


async def test_dead_armed_and_online_read_unknown(judged: World) -> None:
    judged.advance(10)
    [interlock] = (await _get(judged, "interlocks"))["items"]
    [plant] = (await _get(judged, "plants"))["items"]

    assert (interlock["state"], interlock["raw_state"]) == ("unknown", "armed")
    assert interlock["stale"]
    assert plant["nodes"][0]["state"] == "unknown"


async def test_dead_violations_stay_and_are_marked(judged: World) -> None:
    judged.advance(10)
    found = await _get(judged, "violations")

    assert [(item["id"], item["kind"], item["stale"]) for item in found["items"]] == [
        ("v1", "fail", True)
    ]
    assert found["unknown"] == 1


async def test_demanded_stays_demanded(judged: World) -> None:
    judged.interlock("demanded")
    judged.advance(10)
    [interlock] = (await _get(judged, "interlocks"))["items"]

    assert (interlock["state"], interlock["stale"]) == ("demanded", True)


async def test_heartbeat_from_the_future_proves_nothing(judged: World) -> None:
    judged.beat(at=START + 60 * SECOND, until=START)

    assert (await _get(judged, "alarms"))["judging"]["stale"]


async def test_judged_time_that_lags_is_not_live(judged: World) -> None:
    judged.beat(at=START, until=START - 60 * SECOND, catching_up=True)
    found = await _get(judged, "compliance")

    assert found["judging"]["catching_up"]
    assert found["judging"]["behind"]
    assert not found["judging"]["stale"]
    assert found["judging"]["not_judged_since"] == to_text(START - 60 * SECOND)
    assert found["counts"]["passed"] == 0


async def test_ready_only_while_judged(judged: World) -> None:
    async with judged.client(None) as client:
        ready = await client.get("/readyz")
        judged.advance(4)
        dead = await client.get("/readyz")
        health = await client.get("/healthz")

    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert (dead.status_code, dead.json()["ready"]) == (503, False)
    assert health.status_code == 200


async def test_a_monitor_that_hears_nothing_is_not_ready(judged: World) -> None:
    judged.beat(linked=False)
    async with judged.client(None) as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert "not connected to the broker" in answer.json()["reason"]


async def test_never_alive_is_dead(world: World) -> None:
    judging = (await _get(world, "alarms"))["judging"]

    assert judging["stale"]
    assert judging["behind"]
    assert judging["not_judged_since"] is None


async def test_metrics_show_it(judged: World) -> None:
    judged.alarm()
    judged.alarm("caster-1.held:low", suppressed_by="idle")  # it does not call
    judged.advance(5)
    async with judged.client() as client:
        await client.get("/api/v1/alarms")
        await client.get("/api/v1/nothing/here")
        text = (await client.get("/metrics")).text

    assert "firstout_heartbeat_age_seconds 5.0" in text
    assert "firstout_judged_lag_seconds 5.0" in text
    assert 'firstout_standing_alarms{priority="critical"} 1.0' in text
    assert 'firstout_violations{kind="fail"} 1.0' in text
    assert "firstout_journal_readable 1.0" in text
    assert 'firstout_http_requests_total{method="GET",route="/api/v1/alarms",status="200"}' in text
    assert 'route="unmatched",status="404"' in text
    assert "nothing/here" not in text


async def test_metrics_without_a_journal_say_so(world: World) -> None:
    with world.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE heartbeat")
    async with world.client() as client:
        text = (await client.get("/metrics")).text
        broken = await client.get("/api/v1/alarms")

    assert "firstout_journal_readable 0.0" in text
    assert (broken.status_code, broken.json()["code"]) == (503, "journal_unavailable")

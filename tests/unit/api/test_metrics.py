"""The page of metrics and what is told are the same, name by name."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.recorder import RecorderState
from plant.quality import Reason
from tests.api_world import World
from tests.unit.api.gateway_said import DEVICE, STATE, commit, say

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"
ROW = re.compile(r"^\| `(firstout_\w+)` \| (\w+) \|(.*?)\| (.+) \|$", re.MULTILINE)
SPREAD = {"count": 3, "p50_s": 0.004, "p99_s": 0.02, "max_s": 0.08}


@pytest.fixture
def told(world: World) -> World:
    """A world in which every family has a figure."""
    world.beat(latencies={"judged": SPREAD, "commit": SPREAD}, dropped={"early": 2})
    upkeep = {"sealed": 1}
    world.recorder = RecorderState(world.now, {"gw1": world.now}, written_at=1, upkeep=upkeep)
    commit(world, "monitor", 49)
    say(world)
    return world


async def text(world: World) -> str:
    async with world.client() as client:
        await client.get("/healthz")
        return (await client.get("/metrics")).text


async def test_the_page_lists_what_is_told(told: World) -> None:
    found = {}
    for family in text_string_to_metric_families(await text(told)):
        if family.name.endswith("_created"):
            continue  # when a counter began, which the library tells by itself
        assert family.samples, f"{family.name} has no figure here"
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = sorted({label for sample in family.samples for label in sample.labels})
        found[name] = (family.type, labels)
    page = {
        name: (kind, sorted(re.findall(r"`(\w+)`", labels)))
        for name, kind, labels, _ in ROW.findall(PAGE.read_text("utf-8"))
    }

    assert page == found


async def test_figures_of_the_gateway(told: World) -> None:
    said = await text(told)

    assert 'firstout_device_connected{device="mould-plc",node="gw1"} 1.0' in said
    assert (
        'firstout_device_failures_total{device="mould-plc",node="gw1",reason="REFUSED"} 2.0'
        in said
    )
    assert (
        'firstout_device_request_seconds{device="mould-plc",node="gw1",quantile="0.99"} 0.03'
        in said
    )
    assert 'firstout_spool_waiting_records{node="gw1"} 10.0' in said
    assert 'firstout_consumer_lag_records{consumer="monitor",node="gw1"} 0.0' in said
    assert 'firstout_consumer_age_seconds{consumer="monitor",node="gw1"} +Inf' in said
    assert 'firstout_judged_seconds{quantile="0.5"} 0.004' in said
    assert 'firstout_monitor_refused_total{reason="early"} 2.0' in said


async def test_a_device_is_connected_only_while_that_is_known(told: World) -> None:
    connected = 'firstout_device_connected{device="mould-plc",node="gw1"}'
    say(told, replace(STATE, devices=(replace(DEVICE, down=Reason.NO_ANSWER),)))
    assert f"{connected} 0.0" in await text(told)
    say(told)
    assert f"{connected} 1.0" in await text(told)
    told.advance(5.5)
    said = await text(told)

    assert f"{connected} 0.0" in said
    assert 'firstout_gateway_age_seconds{node="gw1"} 5.5' in said
    assert "firstout_device_request_seconds{" not in said
    assert "firstout_consumer_lag_records{" not in said
    assert "firstout_judged_seconds{" not in said
    assert 'firstout_device_polls_total{device="mould-plc",node="gw1"} 20.0' in said

"""A computed signal has a history like others; it is recorded as far as all its members are."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from api.recorder import RecorderState
from historian.points import Points
from plant.formula import Formula, Function
from plant.moment import SECOND, to_text
from plant.plant import Device
from tests.api_world import START, World

LOSS = "caster-1.water_flow"


@pytest.fixture
def computed(world: World) -> World:
    """A world whose flow is computed from a signal of our gateway and one of another node."""
    services = world.app.state.services
    flow, *others = services.plant.signals
    ours = replace(flow, id="caster-1.inlet")
    theirs = replace(flow, id="caster-1.outlet", device="pump")
    formula = Formula(Function.DIFFERENCE, (ours.id, theirs.id))
    flow = replace(flow, formula=formula, device="", address="")
    devices = (
        Device("mould-plc", "modbus-tcp", host="127.0.0.1", port=502),
        Device("pump", "sparkplug", node="edge7"),
    )
    plant = replace(services.plant, signals=(flow, ours, theirs, *others), devices=devices)
    world.app.state.services = replace(services, plant=plant)
    return world


async def get(world: World, what: str) -> dict[str, Any]:
    span = {"start": to_text(START), "end": to_text(START + 60 * SECOND)}
    async with world.client() as client:
        path = f"/api/v1/plants/demo/signals/{LOSS}/{what}"
        answer = await client.get(path, params=span)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_it_is_given_like_any_other(computed: World) -> None:
    points = Points(
        names=(LOSS,),
        which=np.zeros(2, np.int32),
        times=START + SECOND * np.arange(2),
        sources=np.zeros(2, np.int64),
        values=np.array([10.0, 30.0]),
        quality=np.zeros(2, np.uint8),
        reasons=np.zeros(2, np.uint8),
    )
    computed.historian.write(points, {"gw1": ("spool", 1)})

    assert (await get(computed, "samples"))["values"] == [10.0, 30.0]
    assert (await get(computed, "history"))["mean"] == [10.0, 30.0]


@pytest.mark.parametrize(
    ("until", "known", "recording"),
    [
        ({"gw1": START - SECOND, "edge7": START - 60 * SECOND}, "edge7", "current"),
        ({"gw1": START - 60 * SECOND, "edge7": START}, "gw1", "behind"),
        ({"gw1": START}, None, "current"),
        ({"edge7": START}, None, "behind"),
    ],
)
async def test_it_is_recorded_as_far_as_all_its_members(
    computed: World, until: dict[str, int], known: str | None, recording: str
) -> None:
    computed.recorder = RecorderState(START, until)
    found = await get(computed, "history")

    assert found["recording"] == recording
    assert found["recorded_until"] == (to_text(until[known]) if known else None)

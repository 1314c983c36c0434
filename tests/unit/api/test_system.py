"""The system's own state: what is not known now never looks as if it were."""

from dataclasses import replace
from typing import Any

import pytest

from api.gateways import GatewayStore
from api.judging import Judged
from api.recorder import RecorderState
from api.system import Look, gateways_out
from plant.moment import SECOND, to_text
from plant.plant import Device
from plant.quality import Reason
from telemetry.gateway_state import state_topic
from tests.api_world import PLANT, START, World
from tests.unit.api.gateway_said import DEVICE, STATE, commit, say

SPREAD = {"count": 3, "p50_s": 0.004, "p99_s": 0.02, "max_s": 0.08}


async def system(world: World) -> Any:
    async with world.client() as client:
        answer = await client.get("/api/v1/system")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def gateway(world: World) -> Any:
    return (await system(world))["gateways"][0]


@pytest.fixture
def running(world: World) -> World:
    """A world in which every part speaks."""
    world.gateways.note_link(up=True)
    world.beat(
        linked=True,
        latencies={"judged": SPREAD, "commit": SPREAD},
        dropped={"early": 2, "slow_path": 9},
    )
    world.write("node", "gw1", {"from": None, "state": "online"})
    world.live.update(world.live_message(water_flow=210.5))
    world.recorder = RecorderState(world.now, {"gw1": world.now}, points=7)
    for consumer, offset in (("monitor", 49), ("recorder", 44)):
        commit(world, consumer, offset)  # what the broker has kept
        commit(world, consumer, offset)
    say(world)
    return world


async def test_every_part_speaks(running: World) -> None:
    found = await system(running)
    [gw1] = found["gateways"]
    [device] = gw1["devices"]

    assert found["broker"] == {"linked": True, "since": to_text(START)}
    assert (gw1["kind"], gw1["state"], gw1["silent"]) == ("gateway", "online", False)
    assert (device["state"], device["since"]) == ("connected", to_text(START))
    assert (device["signals"], device["untrusted"]) == (2, 1)  # of the gate nothing came
    assert device["equipment"] == ["caster-1"]
    assert device["failures"] == {"REFUSED": 2}
    assert device["request"]["p99_s"] == 0.03
    assert (gw1["spool"]["waiting"], gw1["spool"]["dropped"]) == (10, 0)
    assert [(one["name"], one["offset"], one["behind"]) for one in gw1["consumers"]] == [
        ("monitor", 49, 0),
        ("recorder", 44, 5),
    ]
    assert not any(one["silent"] for one in gw1["consumers"])
    assert found["recorder"]["state"] == "current"
    assert found["monitor"]["judged"] == found["monitor"]["commit"] == SPREAD
    assert found["monitor"]["refused"] == {"early": 2}
    assert found["streams"] == {"clients": 0, "most": running.stream.most_clients}
    assert found["journal"]["seq"] == 1
    assert len(found["journal"]["hash"]) == 64


async def test_before_anybody_has_spoken_nothing_is_known(world: World) -> None:
    found = await system(world)
    [gw1] = found["gateways"]

    assert (gw1["state"], gw1["silent"], gw1["said_at"]) == ("unknown", True, None)
    assert [device["state"] for device in gw1["devices"]] == ["unknown"]
    assert gw1["spool"] is None
    assert [(one["name"], one["silent"]) for one in gw1["consumers"]] == [
        ("monitor", True),
        ("recorder", True),
    ]
    assert found["recorder"]["state"] == "away"
    assert found["monitor"]["linked"] is None
    assert (found["broker"]["linked"], found["journal"]["epoch"] is None) == (False, False)


async def test_a_device_that_does_not_answer_says_why(running: World) -> None:
    lost = replace(DEVICE, down=Reason.NO_ANSWER, since=START - SECOND, request=None)
    say(running, replace(STATE, devices=(lost,)))
    [device] = (await gateway(running))["devices"]

    assert (device["state"], device["reason"]) == ("disconnected", "NO_ANSWER")
    assert device["since"] == to_text(START - SECOND)


async def test_a_silent_gateway_leaves_its_devices_unknown(running: World) -> None:
    running.advance(5)
    assert (await gateway(running))["devices"][0]["state"] == "connected"
    running.advance(0.001)
    silent = await gateway(running)
    [device] = silent["devices"]

    assert (silent["silent"], silent["said_at"]) == (True, to_text(START))
    assert (device["state"], device["since"]) == ("unknown", to_text(START))
    assert device["request"] is device["spooled"] is None
    assert device["polls"] == 20  # a count stays true
    assert {one["behind"] for one in silent["consumers"]} == {None}


async def test_a_device_of_which_the_gateway_does_not_tell_is_unknown(running: World) -> None:
    say(running, replace(STATE, devices=()))
    [device] = (await gateway(running))["devices"]

    assert (device["id"], device["state"], device["polls"]) == ("mould-plc", "unknown", None)


async def test_a_consumer_that_stops_falls_behind_and_is_silent(running: World) -> None:
    running.advance(6)
    commit(running, "monitor", 89)
    say(running, replace(STATE, spool=replace(STATE.spool, first=45, next=90)))
    monitor, recorder = (await gateway(running))["consumers"]

    assert (monitor["behind"], monitor["silent"]) == (0, False)
    assert (recorder["behind"], recorder["silent"]) == (45, True)
    assert recorder["heard_at"] == to_text(START)


async def test_what_a_full_spool_dropped_is_told_and_is_no_lag(running: World) -> None:
    spool = replace(STATE.spool, first=1000, next=1010, dropped=955, lost=3)
    say(running, replace(STATE, spool=spool))
    found = await gateway(running)

    assert (found["spool"]["dropped"], found["spool"]["lost"]) == (955, 3)
    assert [one["behind"] for one in found["consumers"]] == [10, 10]


async def test_a_position_in_another_spool_is_none(running: World) -> None:
    commit(running, "recorder", 44, spool="0ther")

    assert (await gateway(running))["consumers"][1]["behind"] == 10


async def test_a_dead_monitor_measures_nothing(running: World) -> None:
    running.advance(4)
    found = await system(running)

    assert found["judging"]["stale"]
    assert found["monitor"]["judged"] is found["monitor"]["commit"] is None
    assert found["monitor"]["linked"] is None
    assert found["gateways"][0]["state"] == "unknown"
    assert found["gateways"][0]["devices"][0]["untrusted"] == 2


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (None, "away"),
        (RecorderState(START - 6 * SECOND, {"gw1": START}), "away"),
        (RecorderState(START, {"gw1": START}, fault="disk full"), "failing"),
        (RecorderState(START, {"gw1": START - 60 * SECOND}), "behind"),
        (RecorderState(START, {"gw1": START}), "current"),
    ],
)
async def test_the_recorder_as_it_is(
    running: World, said: RecorderState | None, state: str
) -> None:
    running.recorder = said
    found = (await system(running))["recorder"]

    assert found["state"] == state
    assert found["fault"] == ((said.fault or None) if said else None)


async def test_the_plant_version_since_it_was_applied(running: World) -> None:
    running.write("plant", "f" * 64, {"version": "f" * 64, "files": {}})
    running.advance(1)
    applied = running.now
    running.write("plant", PLANT.version, {"version": PLANT.version, "files": {}})

    assert (await system(running))["plant"] == {
        "version": PLANT.version,
        "since": to_text(applied),
    }


def test_a_foreign_node_is_judged_by_what_the_monitor_says_of_it() -> None:
    tank = Device("tank", "sparkplug", node="edge7", sparkplug_device="tank")
    plant = replace(PLANT, devices=(*PLANT.devices, tank))
    store = GatewayStore(plant, lambda: START)
    judged = Judged(START, START, stale=False, catching_up=False, behind=False)
    nodes = {"edge7": {"id": "edge7", "state": "offline", "since": to_text(START)}}
    ours, foreign = gateways_out(Look(plant, judged, {}, nodes, START), store.gateways())

    assert (ours.id, ours.kind, ours.silent) == ("gw1", "gateway", True)
    assert [device.id for device in ours.devices] == ["mould-plc"]
    assert (foreign.id, foreign.kind, foreign.silent) == ("edge7", "foreign", False)
    assert (foreign.state, foreign.spool, foreign.consumers) == ("offline", None, [])
    assert [(one.id, one.state) for one in foreign.devices] == [("tank", "not_told")]


# --- what is heard -------------------------------------------------------------------------


def test_what_the_broker_has_kept_is_no_sign_of_life(world: World) -> None:
    def recorder() -> Any:
        return world.gateways.gateways()[0].consumers["recorder"]

    commit(world, "recorder", 44)
    assert (recorder().position.offset, recorder().heard_at) == (44, None)
    commit(world, "recorder", 44)
    assert recorder().heard_at == START
    world.gateways.note_link(up=False)
    world.advance(60)
    world.gateways.note_link(up=True)
    commit(world, "recorder", 44)
    assert recorder().heard_at == START
    commit(world, "recorder", 44)
    assert recorder().heard_at == world.now


@pytest.mark.parametrize(
    "topic",
    [
        state_topic("demo", "stranger"),
        state_topic("other", "gw1"),
        "firstout/v1/committed/demo/stranger/monitor",
        "firstout/v1/committed/other/gw1/monitor",
        "firstout/v1/gateway",
        "x",
        "",
    ],
)
def test_of_others_nothing_is_believed(world: World, topic: str) -> None:
    before = world.gateways.gateways()
    world.gateways.update(topic, b'{"spool": "s", "offset": 1, "rewind": false}')

    assert world.gateways.gateways() == before


def test_what_cannot_be_read_is_counted_and_changes_nothing(world: World) -> None:
    say(world)
    before = world.gateways.gateways()
    world.gateways.update(state_topic("demo", "gw1"), b"{}")
    world.gateways.update("firstout/v1/committed/demo/gw1/watch", b"5f1c9a02")

    assert world.gateways.gateways() == before
    assert world.gateways.dropped == 1


def test_consumers_are_bounded(world: World) -> None:
    for number in range(100):
        commit(world, f"c{number}", 1)

    assert len(world.gateways.gateways()[0].consumers) == 16
    assert world.gateways.dropped == 86

"""What a gateway says of a spool that runs over, as the API hears it over the real broker."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from api.gateways import GatewayStore
from firstout.clock import Clock
from firstout.gateway_teller import GatewayTeller
from gateway.reporting import edge_session
from gateway.spool import Spool
from plant.quality import Reason
from plant.reading import Readings
from telemetry.delivery import Position, committed_topic, encode_committed
from telemetry.edge_link import EdgeLink
from telemetry.mqtt import Link, Session
from tests.api_world import PLANT
from tests.patience import until

pytestmark = [pytest.mark.system]

TOPICS = ("firstout/v1/gateway/demo/+", "firstout/v1/committed/demo/+/+")
READINGS = Readings.bad(tuple(signal.id for signal in PLANT.signals), Reason.NO_ANSWER)


async def test_a_spool_that_drops_its_oldest_says_so(
    nats_only: Any, connect: Any, tmp_path: Path
) -> None:
    spool, clock, wake = Spool(tmp_path / "spool", 4000), Clock(), asyncio.Event()
    teller, store = GatewayTeller(spool, clock), GatewayStore(PLANT, clock.now)
    heard = Link(
        nats_only.broker("api"),
        "api",
        lambda: Session(subscriptions=tuple((topic, 0) for topic in TOPICS)),
        store.update,
        lambda up: store.note_link(up=up),
    )
    heard.start()
    link = EdgeLink(
        nats_only.broker("gateway"),
        edge_session(PLANT, PLANT.devices),
        spool,
        consumers=("monitor", "recorder"),
        next_bd_seq=spool.next_bd_seq,
        now=clock.now,
        wake=wake,
        on_state=lambda up: teller.note_link(up=up),
    )
    teller.follow(PLANT, ())
    monitor = connect(nats_only.broker("monitor"), "monitor")

    def told() -> Any:
        return store.gateways()[0]

    def commit(offset: int) -> None:
        said = encode_committed(Position(spool.spool_id, offset), rewind=False)
        monitor.say(committed_topic("demo", "gw1", "monitor"), said, 1, retain=True)

    tasks = [asyncio.create_task(link.run()), asyncio.create_task(teller.run(link))]
    try:
        spool.append("mould-plc", clock.now(), READINGS)
        await until(lambda: told().state is not None)
        before = told().state
        for _ in range(200):
            spool.append("mould-plc", clock.now(), READINGS)
        wake.set()
        commit(149)
        await until(lambda: told().state.spool.dropped > 0)
        await until(lambda: told().consumers["monitor"].position is not None)
        await until(lambda: told().state.sent > before.sent)
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        heard.close()
    state, consumers = told().state, told().consumers

    assert (before.spool.first, before.spool.next, before.spool.dropped) == (0, 1, 0)
    assert before.linked_since is not None
    assert state.spool.id == spool.spool_id
    assert (state.spool.next, state.spool.dropped) == (201, spool.dropped)
    assert state.spool.first == spool.dropped
    assert state.spool.size <= state.spool.max_bytes == 4000
    # The recorder never came: it lacks all that is left, and what was dropped is no lag.
    assert consumers["recorder"].behind(state.spool) == 201 - spool.dropped
    assert consumers["monitor"].behind(state.spool) == min(51, 201 - spool.dropped)
    spool.close()

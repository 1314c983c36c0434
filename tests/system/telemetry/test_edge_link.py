"""A gateway's spool through a real broker into a host, with the broker killed on the way."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from plant.errors import TelemetryError
from telemetry.delivery import Intake, Position
from telemetry.mqtt import Broker
from telemetry.sparkplug.events import DeviceBorn, NodeBorn, NodeDied
from tests.system.telemetry.rig import Monitor, commits, rig

pytestmark = [pytest.mark.system]


async def test_nothing_is_lost_or_doubled_when_the_broker_is_killed(
    server: Any, soon: Any
) -> None:
    parts = rig(server)
    monitor = Monitor(server.broker("monitor"))
    monitor.start()
    parts.tasks += [asyncio.create_task(parts.link.run()), asyncio.create_task(commits(monitor))]
    await soon(lambda: parts.link.connected and monitor.link.connected)
    for index in range(300):
        parts.spool.add(float(index))
        if index == 100:
            server.kill()
        if index == 180:
            server.start()
        await asyncio.sleep(0.01)

    await soon(lambda: monitor.intake.position.offset == 299)
    await soon(lambda: parts.spool.oldest() is None)
    parts.spool.add(300.0)
    await soon(lambda: len(monitor.values) == 301)

    assert monitor.values == [float(index) for index in range(301)]
    assert monitor.lost == []
    assert any(monitor.late)
    assert not monitor.late[-1]
    assert [type(e) for e in monitor.events[:2]] == [NodeBorn, DeviceBorn]
    assert monitor.events[0].ours
    assert any(isinstance(event, NodeDied) for event in monitor.events)
    assert monitor.host.counters["malformed"] == 0, monitor.host.last_fault
    await parts.stop()
    monitor.link.close()


async def test_nothing_is_lost_or_doubled_when_cables_are_cut(
    server: Any, soon: Any, relayed: Any
) -> None:
    near, far = relayed(server.port), relayed(server.port)
    parts = rig(server, port=near.port)
    broker = server.broker("monitor")
    monitor = Monitor(Broker("127.0.0.1", far.port, broker.username, broker.password))
    monitor.start()
    parts.tasks += [asyncio.create_task(parts.link.run()), asyncio.create_task(commits(monitor))]
    await soon(lambda: parts.link.connected and monitor.link.connected)
    for index in range(400):
        parts.spool.add(float(index))
        if index % 120 == 60:
            await asyncio.to_thread(near.cut)
        if index % 90 == 70:
            await asyncio.to_thread(far.cut)
        await asyncio.sleep(0.005)
    await soon(lambda: len(monitor.values) == 400)

    assert monitor.values == [float(index) for index in range(400)]
    assert monitor.lost == []
    await parts.stop()
    monitor.link.close()


async def test_a_record_leaves_at_once(server: Any, soon: Any) -> None:
    parts = rig(server)
    monitor = Monitor(server.broker("monitor"))
    monitor.start()
    parts.tasks += [asyncio.create_task(parts.link.run()), asyncio.create_task(commits(monitor))]
    await soon(lambda: parts.link.connected and monitor.link.connected)
    for index in range(40):
        parts.spool.add(float(index))
        await asyncio.sleep(0.03)
    await soon(lambda: len(monitor.values) == 40)

    delays = sorted(monitor.delays[15:])
    # read_time is in whole milliseconds, so half a millisecond of this is rounding.
    assert delays[len(delays) // 2] < 10, delays
    await parts.stop()
    monitor.link.close()


async def test_a_backlog_comes_first_and_is_marked(server: Any, soon: Any) -> None:
    parts = rig(server)
    for index in range(2000):
        parts.spool.add(float(index))
    monitor = Monitor(server.broker("monitor"))
    monitor.start()
    parts.tasks += [asyncio.create_task(parts.link.run()), asyncio.create_task(commits(monitor))]
    await soon(lambda: len(monitor.values) >= 2000)
    parts.spool.add(2000.0)
    await soon(lambda: len(monitor.values) == 2001)

    assert monitor.values == [float(index) for index in range(2001)]
    assert all(monitor.late[:2000])
    assert not monitor.late[2000]
    await parts.stop()
    monitor.link.close()


async def test_a_full_spool_announces_what_it_dropped(server: Any, soon: Any) -> None:
    parts = rig(server, keep=10)
    for index in range(50):
        parts.spool.add(float(index))
    monitor = Monitor(server.broker("monitor"))
    monitor.start()
    parts.tasks += [asyncio.create_task(parts.link.run()), asyncio.create_task(commits(monitor))]
    await soon(lambda: len(monitor.values) == 10)

    assert monitor.lost == [(0, 39)]
    assert monitor.values == [float(index) for index in range(40, 50)]
    await parts.stop()
    monitor.link.close()


async def test_a_monitor_that_was_away_gets_what_it_missed(server: Any, soon: Any) -> None:
    parts = rig(server)
    first = Monitor(server.broker("monitor"))
    first.start()
    parts.tasks += [asyncio.create_task(parts.link.run())]
    commit = asyncio.create_task(commits(first))
    await soon(lambda: parts.link.connected and first.link.connected)
    for index in range(20):
        parts.spool.add(float(index))
        await asyncio.sleep(0.005)
    await soon(lambda: parts.spool.oldest() is None)
    commit.cancel()
    first.link.close()
    for index in range(20, 60):
        parts.spool.add(float(index))
        await asyncio.sleep(0.005)
    second = Monitor(server.broker("monitor"), intake=Intake(first.intake.position))
    second.start()
    parts.tasks += [asyncio.create_task(commits(second))]
    await soon(lambda: len(second.values) == 40)

    assert second.values == [float(index) for index in range(20, 60)]
    await parts.stop()
    second.link.close()


async def test_one_that_is_far_behind_does_not_delay_the_first(server: Any, soon: Any) -> None:
    parts = rig(server, consumers=("monitor", "recorder"))
    for index in range(10_000):
        parts.spool.add(float(index))
    first = Monitor(server.broker("monitor"), intake=Intake(Position("5p001", 9_999)))
    late = Monitor(server.broker("monitor"), "recorder")
    first.start()
    parts.tasks += [asyncio.create_task(parts.link.run()), asyncio.create_task(commits(first))]
    await soon(lambda: parts.link.connected and first.link.connected)
    await asyncio.sleep(0.5)
    late.start()
    parts.tasks += [asyncio.create_task(commits(late))]
    count = 10_000
    while len(late.values) < count:
        parts.spool.add(float(count))
        count += 1
        await asyncio.sleep(0.02)
        assert count < 12_000, (late.intake.position, late.host.counters)
    await soon(lambda: parts.spool.oldest() is None)

    assert late.values == [float(index) for index in range(count)]
    assert first.values == [float(index) for index in range(10_000, count)]
    assert late.lost == first.lost == []
    assert late.late.count(True) >= 10_000
    # Sent one after the other, what is live would come when all the rest has come.
    assert sorted(first.delays)[len(first.delays) * 9 // 10] < 1000
    assert parts.link.counters["lost"] == 0
    await parts.stop()
    first.link.close()
    late.link.close()


@pytest.mark.tck("tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath")
@pytest.mark.tck("tck-id-operational-behavior-edge-node-intentional-disconnect-packet")
@pytest.mark.tck("tck-id-payloads-ndeath-will-message-publisher")
@pytest.mark.tck("tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311")
async def test_a_gateway_that_stops_says_so_once(server: Any, soon: Any) -> None:
    parts = rig(server)
    monitor = Monitor(server.broker("monitor"))
    monitor.start()
    await soon(lambda: monitor.link.connected)
    parts.tasks += [asyncio.create_task(parts.link.run())]
    await soon(lambda: any(isinstance(event, DeviceBorn) for event in monitor.events))
    await parts.stop()
    await soon(lambda: isinstance(monitor.events[-1], NodeDied))
    await asyncio.sleep(0.2)

    assert sum(isinstance(event, NodeDied) for event in monitor.events) == 1
    # A second death, from the will, would be counted as an old one.
    assert monitor.host.counters["old_death"] == 0
    monitor.link.close()


async def test_without_consumers_a_record_is_released_when_it_is_sent(
    server: Any, soon: Any
) -> None:
    parts = rig(server, consumers=())
    for index in range(6000):
        parts.spool.add(float(index))
    parts.tasks += [asyncio.create_task(parts.link.run())]
    await soon(lambda: parts.spool.oldest() is None)
    parts.spool.add(1.0)
    await soon(lambda: parts.spool.oldest() is None)
    await parts.stop()


async def test_a_connection_that_ends_for_good_is_no_secret(server: Any, soon: Any) -> None:
    parts = rig(server)
    parts.link._session = None  # type: ignore[assignment]
    task = asyncio.create_task(parts.link.run())
    with pytest.raises(TelemetryError), _quiet_threads():
        await asyncio.wait_for(task, 10)


@contextmanager
def _quiet_threads() -> Iterator[None]:
    before, threading.excepthook = threading.excepthook, lambda _args: None
    yield
    threading.excepthook = before

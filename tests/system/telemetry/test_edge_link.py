"""A gateway's spool through a real broker into a host, with the broker killed on the way."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from plant.errors import TelemetryError
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from telemetry.backlog import Record
from telemetry.delivery import Accept, Gap, Intake, Position, committed_topic, encode_committed
from telemetry.edge_link import EdgeLink
from telemetry.mqtt import Broker, Link, Session
from telemetry.sparkplug import command, topic
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.events import Data, DeviceBorn, NodeBorn, NodeDied, RebirthWanted
from telemetry.sparkplug.host import HostSession
from telemetry.sparkplug.message import Message

pytestmark = [pytest.mark.system]

DEVICES = (EdgeDevice("plc", (EdgeMetric("water"), EdgeMetric("gate", discrete=True))),)
BIND = {("gw1", "plc", "water"): 0, ("gw1", "plc", "gate"): 1}


class Spool:
    """A spool in memory; `keep` bounds it as a full disk would."""

    spool_id = "5p001"

    def __init__(self, wake: asyncio.Event, keep: int = 1_000_000) -> None:
        self.records: dict[int, Record] = {}
        self.next = 0
        self.wake = wake
        self.keep = keep

    def add(self, value: float) -> None:
        gate = Reading("gate", value % 2)
        if value % 5 == 0:
            gate = Reading("gate", 0.0, Quality.BAD, Reason.NO_ANSWER)
        readings = Readings.of([Reading("water", value), gate])
        self.records[self.next] = Record(self.next, "plc", time.time_ns(), readings)
        self.next += 1
        while len(self.records) > self.keep:
            del self.records[min(self.records)]
        self.wake.set()

    def oldest(self) -> int | None:
        return min(self.records, default=None)

    def next_offset(self) -> int:
        return self.next

    def read(self, first: int, count: int) -> list[Record]:
        start = max(first, min(self.records, default=first))
        return [self.records[o] for o in range(start, min(start + count, self.next))]

    def release(self, through: int) -> None:
        for offset in range(min(self.records, default=through + 1), through + 1):
            self.records.pop(offset, None)


@dataclass
class Monitor:
    """The consumer as it should be: takes in order, commits, asks to rewind on a gap."""

    broker: Any
    name: str = "monitor"
    host: HostSession = field(default_factory=lambda: HostSession("demo", BIND))
    intake: Intake = field(default_factory=Intake)
    values: list[float] = field(default_factory=list)
    late: list[bool] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.link = Link(
            self.broker,
            self.name,
            lambda: Session(
                subscriptions=((topic.node_filter("demo"), 0),),
                hello=(self.committed(rewind=True),),
            ),
            self.hear,
            lambda up: None if up else self.events.extend(self.host.disconnected(time.time_ns())),
        )
        self.link.start()

    def committed(self, *, rewind: bool) -> Message:
        return Message(
            committed_topic("demo", "gw1", self.name),
            encode_committed(self.intake.position, rewind=rewind),
            qos=1,
            retain=True,
        )

    def commit(self) -> None:
        self.link.publish(self.committed(rewind=self.intake.waiting))

    def hear(self, text: str, payload: bytes) -> None:
        for event in self.host.receive(text, payload, time.time_ns()):
            match event:
                case RebirthWanted():
                    self.link.publish(command.rebirth("demo", event.node, 1))
                case Data():
                    self.take(event)
                case _:
                    self.events.append(event)

    def take(self, data: Data) -> None:
        assert data.spool is not None
        assert data.offset is not None
        waiting = self.intake.waiting
        match self.intake.accept(data.spool, data.offset, data.lost):
            case Accept(lost=lost):
                self.values.append(float(data.values[0]))
                self.late.append(data.historical)
                self.delays.append((time.time_ns() - data.read_time) / 1e6)
                if lost:
                    self.lost.append(lost)
            case Gap():
                if not waiting:
                    self.commit()


async def commits(monitor: Monitor) -> None:
    while True:
        await asyncio.sleep(0.1)
        monitor.commit()


@dataclass
class Rig:
    spool: Spool
    link: EdgeLink
    session: EdgeSession
    tasks: list[asyncio.Task[None]]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def rig(
    server: Any,
    keep: int = 1_000_000,
    port: int = 0,
    consumers: tuple[str, ...] = ("monitor",),
) -> Rig:
    broker = server.broker("gateway")
    wake = asyncio.Event()
    spool = Spool(wake, keep)
    session = EdgeSession("demo", "gw1", DEVICES)
    numbers = iter(range(1000))
    link = EdgeLink(
        replace(broker, port=port or broker.port),
        session,
        spool,
        consumers=consumers,
        next_bd_seq=lambda: next(numbers),
        now=time.time_ns,
        wake=wake,
    )
    return Rig(spool, link, session, [])


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

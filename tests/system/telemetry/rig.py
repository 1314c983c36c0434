"""A gateway's link with a spool in memory, and a consumer as it should be."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from telemetry.backlog import Record
from telemetry.delivery import Accept, Gap, Intake, committed_topic, encode_committed
from telemetry.edge_link import EdgeLink
from telemetry.mqtt import Link, Session
from telemetry.sparkplug import command, topic
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.events import Data, RebirthWanted
from telemetry.sparkplug.host import HostSession
from telemetry.sparkplug.message import Message

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

    def renew(self) -> None:
        self.spool_id += "+"
        kept = [self.records[offset] for offset in sorted(self.records)]
        self.records = {n: replace(record, offset=n) for n, record in enumerate(kept)}
        self.next = len(kept)


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

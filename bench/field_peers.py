"""The other processes of `bench.field`: a Modbus device in no hurry, and the host that commits."""

import asyncio
import contextlib
import time
from array import array
from collections.abc import Callable
from multiprocessing.connection import Connection

from firstout.intake import MONITOR, RECORDER
from plant.moment import MILLISECOND
from telemetry.delivery import Intake, committed_topic, encode_committed
from telemetry.mqtt import Broker, Link, Session
from telemetry.sparkplug.events import Data
from telemetry.sparkplug.host import HostSession
from telemetry.sparkplug.message import Message

GROUP, NODE, DEVICE = "bench", "gw1", "plc"
_COMMIT_S = 0.5


class _Device(asyncio.Protocol):
    """Answers every read of registers with as many as were asked, made beforehand."""

    _bodies = tuple(
        bytes((0, 0, 0, 2 * count + 3, 1, 3, 2 * count))
        + b"".join((1000 + number).to_bytes(2, "big") for number in range(count))
        for count in range(126)
    )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        """Answer each whole request of 12 bytes."""
        data = self._rest + data
        for at in range(0, len(data) - 11, 12):
            count = data[at + 11]
            self._transport.write(data[at : at + 2] + self._bodies[count])  # type: ignore[attr-defined]
        self._rest = data[len(data) // 12 * 12 :]


def run_device(told: Connection) -> None:
    """Serve until the process is ended; tells its port."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Device, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())


class _Host:
    """Hears the gateway, notes when each record came, and commits as both consumers would."""

    def __init__(
        self, broker: Broker, now: Callable[[], int], slots: dict[tuple[str, str, str], int]
    ) -> None:
        self._session = HostSession(GROUP, slots)
        self._intake = Intake()
        self._now = now
        self.values = 0
        self.lags = array("d")  # ms from the read to here
        self._link = Link(
            broker,
            "firstout-bench-host",
            lambda: Session(subscriptions=((f"spBv1.0/{GROUP}/#", 0),)),
            self._hear,
            lambda _up: self.commit(rewind=False),
        )

    @property
    def slow_path(self) -> int:
        """How many messages were not ordinary."""
        return self._session.counters["slow_path"]

    def start(self) -> None:
        """Connect."""
        self._link.start()

    def commit(self, *, rewind: bool) -> None:
        """Tell the gateway how far it is."""
        said = encode_committed(self._intake.position, rewind=rewind)
        for consumer in (MONITOR, RECORDER):
            self._link.publish(
                Message(committed_topic(GROUP, NODE, consumer), said, 1, retain=True)
            )

    def _hear(self, topic: str, payload: bytes) -> None:
        now = self._now()
        for event in self._session.receive(topic, payload, now):
            if isinstance(event, Data) and event.spool is not None and event.offset is not None:
                self._intake.accept(event.spool, event.offset, event.lost)
                self.values += len(event.slots)
                self.lags.append((now - event.read_time) / MILLISECOND)


def shared_clock(offset: int) -> Callable[[], int]:
    """Give a clock that is the same in all processes, whatever happens to the wall clock.

    `offset` (ns) is what the monotonic clock, which they share, is behind the time since 1970.
    """
    return lambda: time.monotonic_ns() + offset


def run_host(told: Connection, broker: Broker, offset: int, signals: tuple[str, ...]) -> None:
    """Hear until asked; then tell the values heard, the lags, and how many messages were odd."""
    slots = {(NODE, DEVICE, name): slot for slot, name in enumerate(signals)}
    host = _Host(broker, shared_clock(offset), slots)
    host.start()
    told.send("started")
    while not told.poll(_COMMIT_S):
        host.commit(rewind=False)
    told.send((host.values, host.lags.tolist(), host.slow_path))

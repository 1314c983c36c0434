"""Publishes a gateway's spool: births, the backlog, then each record as it is spooled.

A record stays in the spool until every named consumer has committed it, whatever the broker
acknowledged. Nothing that arrives here can reach the plant.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Sequence

from plant.errors import TelemetryError
from telemetry.backlog import Backlog, Record
from telemetry.delivery import committed_topic, decode_committed
from telemetry.mqtt import Broker, Link, Session
from telemetry.progress import Progress
from telemetry.sparkplug.edge import EdgeSession
from telemetry.sparkplug.message import Message
from telemetry.spool_pass import SpoolPass

_CHUNK = 64
_OUTBOX = 256
# What is live waits for no more than this of what others lack.
_LATE_OUTBOX = 16
_RETAINED_S = 0.3
_IDLE_S = 1.0


class EdgeLink:
    """One gateway's connection to the broker.

    Constructing stores; `run` connects and publishes until it is cancelled, then says NDEATH.
    `counters` counts data messages sent, rewinds, lost records, and messages that could not be
    read.
    """

    def __init__(
        self,
        broker: Broker,
        session: EdgeSession,
        backlog: Backlog,
        *,
        consumers: Sequence[str],
        next_bd_seq: Callable[[], int],
        now: Callable[[], int],
        wake: asyncio.Event,
        on_state: Callable[[bool], None] | None = None,
    ) -> None:
        """Store the parts.

        Args:
            broker: where to publish.
            session: what the node says.
            backlog: the spool.
            consumers: the names that must commit before a record is released. The first is sent
                what is live as soon as it is there; one of the others that lacks something gets
                it in between, however much that is.
            next_bd_seq: gives, and has stored, the number of the next CONNECT; called in the
                link's thread before every attempt.
            now: wall clock, ns since 1970.
            wake: set by the gateway when it has spooled a record.
            on_state: told in the event loop when the connection comes or goes.
        """
        self.counters: Counter[str] = Counter()
        self.connected = False
        self._session = session
        self._backlog = backlog
        self._next_bd_seq = next_bd_seq
        self._now = now
        self._wake = wake
        self._on_state = on_state
        self._topics = {
            committed_topic(session.group, session.node, name): name for name in consumers
        }
        self._progress = Progress(backlog.spool_id, tuple(consumers))
        self._link = Link(
            broker,
            f"firstout-{session.group}-{session.node}",
            self._prepare,
            self._on_message,
            self._on_link,
            on_drained=self._on_drained,
        )
        self._devices = {device.id for device in session.devices}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bd_seq = 0
        self._head = SpoolPass()
        self._late: SpoolPass | None = None
        self._generation = 0
        self._sending = False

    @property
    def fault(self) -> str:
        """Why the last connection ended, or the last attempt failed."""
        return self._link.fault

    async def run(self) -> None:
        """Connect, publish, and keep doing both until cancelled.

        TelemetryError when the link's thread has ended, which it must not.
        """
        self._loop = asyncio.get_running_loop()
        self._link.start()
        try:
            while self._link.alive:
                self._wake.clear()
                await self._send_ready()
                await self._woken()
            raise TelemetryError("the connection to the broker has ended for good")
        finally:
            farewell = [self._session.death(self._bd_seq, self._now())] if self.connected else []
            await asyncio.to_thread(self._link.close, farewell)

    def tell(self, message: Message) -> bool:
        """Publish what is no record of the spool; False while there is no connection."""
        return self._link.publish(message)

    def change(self, session: EdgeSession) -> None:
        """Say from now on what `session` declares, of the same node: births, then the spool.

        The connection stays, so nobody takes the node for dead. Call it in the event loop.
        """
        self._session = session
        self._devices = {device.id for device in session.devices}
        if self.connected:
            self._publish_births()
            self._say_again()
        self._wake.set()

    async def _woken(self) -> None:
        try:
            async with asyncio.timeout(_IDLE_S):
                await self._wake.wait()
        except TimeoutError:
            return

    # --- in the link's thread ------------------------------------------------------------------

    def _prepare(self) -> Session:
        self._bd_seq = self._next_bd_seq()
        wanted = (self._session.command_topic, *self._topics)
        return Session(
            will=self._session.death(self._bd_seq, self._now()),
            subscriptions=tuple((topic, 1) for topic in wanted),
        )

    def _on_message(self, topic: str, payload: bytes) -> None:
        self._in_loop(self._received, topic, payload)

    def _on_link(self, connected: bool) -> None:  # noqa: FBT001
        self._in_loop(self._changed, connected)

    def _on_drained(self) -> None:
        self._in_loop(self._wake.set)

    def _in_loop(self, function: Callable[..., None], *arguments: object) -> None:
        loop = self._loop
        if loop is None:
            return
        # The loop may close while the link is still saying goodbye.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(function, *arguments)

    # --- in the event loop ---------------------------------------------------------------------

    def _changed(self, connected: bool) -> None:  # noqa: FBT001
        self.connected = connected
        self._sending = False
        self._generation += 1
        if connected and self._publish_births():
            loop = asyncio.get_running_loop()
            if self._progress.all_heard:
                self._start()
            else:
                # Retained positions come right after the subscription, if there are any.
                loop.call_later(_RETAINED_S, self._start_anyway, self._bd_seq)
        if self._on_state is not None:
            self._on_state(connected)
        self._wake.set()

    def _start_anyway(self, bd_seq: int) -> None:
        if self.connected and not self._sending and bd_seq == self._bd_seq:
            self._start()

    def _start(self) -> None:
        self._late = None
        self._rewind(self._progress.first_wanted())
        self._sending = True
        self._wake.set()

    def _rewind(self, offset: int) -> None:
        self._head = SpoolPass.live(offset, self._backlog.next_offset())
        self._generation += 1

    def _received(self, topic: str, payload: bytes) -> None:
        consumer = self._topics.get(topic)
        if consumer is None:
            if self._session.wants_rebirth(topic, payload) and self._publish_births():
                self._say_again()
            return
        try:
            said = decode_committed(payload)
        except TelemetryError:
            self.counters["committed_malformed"] += 1
            return
        place = said.position
        if place.spool == self._backlog.spool_id and place.offset >= self._backlog.next_offset():
            self._begin_anew()
        now, first = asyncio.get_running_loop().time(), self._progress.is_first(consumer)
        served = self._late is not None and not first
        again = self._progress.heard(consumer, said, self._head.unsaid, now, served=served)
        self._release()
        if self._sending and again is not None:
            self.counters["rewind"] += 1
            if first:
                self._rewind(again)
            else:
                self._late = SpoolPass.late(min(again, self._progress.late_wanted(now) or again))
        elif self.connected and not self._sending and self._progress.all_heard:
            self._start()
        self._wake.set()

    def _begin_anew(self) -> None:
        """Have the spool take another name: somebody has records of it that it never gave.

        So it is when its file was put back from a copy. What comes next would be taken for what
        is known already, and dropped without a word.
        """
        self.counters["committed_ahead"] += 1
        self._backlog.renew()
        self._progress.spool = self._backlog.spool_id
        if self._sending:
            self._start()

    def _say_again(self) -> None:
        # Whoever asked for the births has dropped the data since the last ones. If it was the
        # first consumer, it gets what it has not committed; the others ask when they miss any.
        if self._sending and self._progress.first_listens(asyncio.get_running_loop().time()):
            self._rewind(self._progress.first_wanted())
            self._wake.set()

    def _publish_births(self) -> bool:
        births = self._session.births(self._bd_seq, self._now())
        return all(self._link.publish(message) for message in births)

    def _release(self) -> None:
        through = self._progress.next_wanted() - 1
        if not self._progress.consumers:
            through = self._head.cursor - 1
        oldest = self._backlog.oldest()
        if oldest is not None and through >= oldest:
            self._backlog.release(min(through, self._backlog.next_offset() - 1))
        self._head.committed(min(self._progress.first_wanted(), self._backlog.next_offset()) - 1)

    async def _send_ready(self) -> None:
        """Send what the first consumer lacks, which is what is live; then what others lack."""
        going = True
        while self._sending and going:
            going = await self._send_some(self._head, self._held_back)
            if not going and not self._live_waits() and self._late is not None:
                going = await self._send_late(self._late)
        if not self._progress.consumers:
            self._release()

    async def _send_late(self, late: SpoolPass) -> bool:
        """Send some of what others lack; False when there is no more to send now."""
        if late.cursor < self._head.cursor:
            return await self._send_some(late, self._late_held_back)
        # What comes next is the next for everybody.
        self._late = None
        return False

    async def _send_some(self, spool_pass: SpoolPass, held_back: Callable[[], bool]) -> bool:
        """Send some records of a pass; False when there are none, or none may be sent now."""
        generation = self._generation
        if spool_pass.cursor >= self._backlog.next_offset():
            return False
        records = self._backlog.read(spool_pass.cursor, _CHUNK)
        for record in records:
            if held_back() or not self._send(spool_pass, record):
                return False
            # Let polls, rewinds, rebirths and the loss of the connection in between.
            await asyncio.sleep(0)
            if generation != self._generation or spool_pass not in (self._head, self._late):
                break
            if spool_pass is self._late and (
                self._live_waits() or spool_pass.cursor >= self._head.cursor
            ):
                break
        return bool(records)

    def _live_waits(self) -> bool:
        return self._head.cursor < self._backlog.next_offset()

    def _held_back(self) -> bool:
        if not self._link.room(_OUTBOX):
            return True
        if not self._head.full:
            return False
        if self._progress.first_listens(asyncio.get_running_loop().time()):
            return True
        self._head.forget_what_is_ahead()
        return False

    def _late_held_back(self) -> bool:
        wanted = self._progress.late_wanted(asyncio.get_running_loop().time())
        if self._late is None or wanted is None:
            self._late = None  # nobody listens: whoever comes back asks
            return True
        self._late.committed(wanted - 1)
        return self._late.full or not self._link.room(_LATE_OUTBOX)

    def _send(self, spool_pass: SpoolPass, record: Record) -> bool:
        """Publish one record; False when the connection is gone."""
        spool_pass.cursor = record.offset + 1
        if record.device not in self._devices:
            # Spooled under an earlier plant version: announced as lost with the next record.
            self.counters["undeclared_device"] += 1
            return True
        lost = spool_pass.lost_before(record.offset)
        message = self._session.data(
            self._now(),
            record.device,
            self._backlog.spool_id,
            record.offset,
            record.read_time,
            record.readings,
            historical=spool_pass.is_history(record.offset),
            lost=lost,
        )
        if not self._link.publish(message):
            # `_changed` follows, and starts again from what was committed.
            self._sending = False
            return False
        self.counters["sent"] += 1
        if lost is not None:
            self.counters["lost"] += lost[1] - lost[0] + 1
        spool_pass.said(record.offset, len(message.payload))
        return True

"""Reads one OPC UA server for ever: every change at once, and every signal every period.

The server tells what changes. What does not change still stands, as long as the server proves
that it would tell: so a signal without news is given again each period, and is BAD as soon as the
proof is older than its signals may be. Only the sink's errors end a subscriber.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from gateway.contact import Contact
from gateway.counters import Counters
from gateway.guarded import guarded
from gateway.opcua.credentials import Credentials
from gateway.opcua.latest import Latest
from gateway.opcua.plan import plan
from gateway.opcua.status import overflowed
from gateway.opcua.stream import REVIEW_S, Stream
from gateway.read_times import ReadTimes
from gateway.rhythm import backed_off, following
from gateway.source import ReadError, Sink
from gateway.wanted import still_wanted
from plant.moment import MILLISECOND, SECOND
from plant.plant import Device
from plant.quality import Reason
from plant.reading import Readings
from plant.signal import Signal

_log = structlog.get_logger("gateway")


class Subscriber:
    """The reader of one OPC UA device.

    `sink(device, read_time, readings)` gets each record; `now` gives nanoseconds since 1970. Of
    `counters`, `polls` counts what the server published, keep-alives too, and `overruns` the
    times that it says that it had to drop values, and the values that were too many in a report.
    """

    def __init__(
        self,
        device: Device,
        signals: Sequence[Signal],
        sink: Sink,
        now: Callable[[], int],
        credentials: Credentials | None = None,
        review_s: float = REVIEW_S,
    ) -> None:
        self.device = device.id
        self.counters = Counters()
        self.contact = Contact(now)
        self._settings = device
        self._groups = plan(signals)
        self._latest = tuple(Latest(group.signals, group.queue) for group in self._groups)
        self._times = tuple(ReadTimes() for _ in self._groups)
        self._last = [0 for _ in self._groups]
        self._sink = sink
        self._now = now
        self._credentials = credentials
        self._review_s = review_s
        self._said = ""
        self._stream: Stream | None = None

    @property
    def connected(self) -> bool:
        """True while the server has our subscriptions and proves that it lives."""
        return self.contact.down is None and self._proven()

    async def run(self) -> None:
        """Read until cancelled, or until the sink fails."""
        if not self._groups:
            return
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_connected())
            tasks.create_task(self._keep_giving())

    async def _keep_connected(self) -> None:
        delay = 0.0
        while True:
            still_wanted()
            await asyncio.sleep(delay)
            delay = backed_off(delay)
            stream = Stream(self._settings, self._groups, self._credentials, self._review_s)
            polite = True
            try:
                await guarded(stream.open(), self.device, self.counters)
                self._found(stream)
                while True:
                    group, records = await guarded(self._heard(stream), self.device, self.counters)
                    delay = 0.0
                    self._give(group, records)
            except ReadError as error:
                polite = error.reason is not Reason.NO_ANSWER
                delay = delay or backed_off(delay)
                self._lost(error)
            finally:
                self._stream = None
                await stream.close(polite=polite)

    async def _keep_giving(self) -> None:
        """Give every period what has not been given in it. The first period is the server's."""
        clock = asyncio.get_running_loop().time
        start = clock()
        due = [start + group.period_s for group in self._groups]
        while True:
            number = min(range(len(due)), key=due.__getitem__)
            await asyncio.sleep(max(0.0, due[number] - clock()))
            self._give_standing(number)
            due[number], _ = following(due[number], self._groups[number].period_s, clock())

    def _give_standing(self, number: int) -> None:
        latest = self._latest[number]
        standing = latest.standing()
        down = self.contact.down
        if down is not None or not self._proven():
            self._give(number, [Readings.bad(latest.signals, down or Reason.NO_ANSWER)])
        elif standing is not None:
            self._give(number, [standing])

    async def _heard(self, stream: Stream) -> tuple[int, list[Readings]]:
        """Give the number of the group that the server tells of next, and its records."""
        report = await stream.next()
        self.contact.answered_at = self._now()
        latest = self._latest[report.group]
        left_out = latest.left_out
        records = latest.take(report.items, report.seldom)
        self.counters.polls += 1
        self.counters.overruns += sum(overflowed(item.status) for item in report.items)
        self.counters.overruns += latest.left_out - left_out
        return report.group, records

    def _give(self, number: int, records: Sequence[Readings]) -> None:
        """Give a group's records, the last as of now, each a millisecond after the one before."""
        now, last, times = self._now(), self._last[number], self._times[number]
        moment = now - max(0, len(records) - 1) * MILLISECOND
        if now - SECOND < last < now + SECOND:  # not so after a step of our clock
            moment = max(moment, last + MILLISECOND)
        for readings in records:
            moment = times.free(moment)
            self._sink(self.device, moment, readings)
            times.note(moment)
            self._last[number] = moment
            moment += MILLISECOND

    def _proven(self) -> bool:
        """Say whether the server spoke lately enough, whoever was too slow to notice."""
        alive_until = 0.0 if self._stream is None else self._stream.alive_until
        return asyncio.get_running_loop().time() <= alive_until

    def _found(self, stream: Stream) -> None:
        for latest in self._latest:
            latest.forget()
        self._stream, self._said = stream, ""
        self.contact.found()
        self.counters.connections += 1
        _log.info("device answers", device=self.device)

    def _lost(self, error: ReadError) -> None:
        """Say it at once, and once; every period says it again."""
        if str(error) != self._said:
            self._said = str(error)
            _log.warning(
                "device lost", device=self.device, reason=error.reason.name, error=self._said
            )
        was_up = self.contact.down is None
        self.contact.lost(error.reason)
        if was_up:
            for number, latest in enumerate(self._latest):
                self._give(number, [Readings.bad(latest.signals, error.reason)])

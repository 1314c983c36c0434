"""Reads one device for ever: every period gives a record, whatever the device does.

A device that fails gives BAD readings with the reason, at once and at every period, while the
connection is made and proven again beside the polling. Only the sink's errors end a poller:
a gateway that cannot keep what it reads must not look alive.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Generic

import structlog

from gateway.contact import Contact
from gateway.counters import Counters
from gateway.guarded import guarded
from gateway.poll_records import Records
from gateway.rhythm import FIRST_RETRY, backed_off, following
from gateway.source import AnswerT, Group, PartT, Reader, ReadError, Sink, Source
from gateway.wanted import still_wanted
from plant.moment import SECOND
from plant.quality import Reason
from plant.reading import Readings

_log = structlog.get_logger("gateway")


class Poller(Generic[PartT, AnswerT]):
    """Polls one source on a fixed schedule.

    `sink(device, read_time, readings)` gets each record; `now` gives nanoseconds since 1970
    and is asked when the answer has arrived.
    """

    def __init__(
        self, device: str, source: Source[PartT, AnswerT], sink: Sink, now: Callable[[], int]
    ) -> None:
        self.device = device
        self.counters = Counters()
        self.contact = Contact(now)
        self._source = source
        self._sink = sink
        self._now = now
        self._restoring: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """True while the device answers."""
        return self.contact.down is None

    async def run(self) -> None:
        """Poll until cancelled, or until the sink fails."""
        groups = self._source.groups
        if not groups:
            return
        clock = asyncio.get_running_loop().time
        try:
            self._restoring = asyncio.create_task(self._restore())
            # At the start the device gets one period to answer, before it is called BAD.
            await asyncio.wait({self._restoring}, timeout=groups[0].period / SECOND)
            rounds: list[_Round[PartT, AnswerT]] = [_Round(group, clock()) for group in groups]
            while True:
                turn = _next(rounds, clock())
                if not turn.place:
                    await asyncio.sleep(max(0.0, turn.due - clock()))
                await self._ask(turn)
                if turn.place == len(turn.group.parts):
                    self.counters.overruns += turn.end(clock())
        finally:
            if self._restoring is not None:
                self._restoring.cancel()
                with suppress(asyncio.CancelledError):
                    await self._restoring
            await self._source.close()

    async def _ask(self, turn: "_Round[PartT, AnswerT]") -> None:
        """Ask for the next part of a group's poll, and give the records that are complete."""
        place, turn.place = turn.place, turn.place + 1
        self.counters.polls += place == 0
        answer = await self._answer(turn.group.parts[place])
        arrived = self._now()
        if self.contact.down is None:
            self.contact.answered_at = arrived
        finished = turn.records.add(place, answer, arrived)
        if turn.place == len(turn.group.parts):
            finished += turn.records.end()
        for run in finished:
            parts = turn.group.parts[run.first : run.first + len(run.answers)]
            self._sink(self.device, run.time, self._readings(parts, run.answers))

    async def _answer(self, part: PartT) -> AnswerT | Reason:
        if self.contact.down is not None:
            return self.contact.down
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            answer = await guarded(self._source.read(part), self.device, self.counters)
        except ReadError as error:
            if error.reason is not Reason.REFUSED:
                _log.warning(
                    "device lost", device=self.device, reason=error.reason.name, error=str(error)
                )
                self.contact.lost(error.reason)
                self._restoring = asyncio.create_task(self._restore())
            return error.reason
        ended = clock()
        self.contact.requests.add(ended, ended - began)
        return answer

    def _readings(self, parts: Sequence[PartT], answers: Sequence[AnswerT | Reason]) -> Readings:
        try:
            return self._source.readings(parts, answers)
        except Exception:  # noqa: BLE001 - the supervised boundary of this task
            self.counters.crashes += 1
            _log.exception("unexpected error while decoding", device=self.device)
            signals = tuple(signal for part in parts for signal in part.signals)
            return Readings.bad(signals, Reason.NOT_DECODABLE)

    async def _restore(self) -> None:
        """Connect, and ask once: a device that accepts but does not answer is still away."""
        delay = 0.0
        while True:
            still_wanted()
            await asyncio.sleep(delay)
            delay = backed_off(delay)
            try:
                await guarded(self._source.connect(), self.device, self.counters)
                await guarded(
                    self._source.read(self._source.groups[0].parts[0]), self.device, self.counters
                )
            except ReadError as error:
                if error.reason is not Reason.REFUSED:
                    if not self.counters.connections and delay == FIRST_RETRY:
                        _log.warning("device not reached", device=self.device, error=str(error))
                    self.contact.lost(error.reason)
                    continue
            self.contact.found()
            self.counters.connections += 1
            _log.info("device answers", device=self.device)
            return


class _Round(Generic[PartT, AnswerT]):
    """Where one group is: when its poll is due (loop seconds), which part is asked for next."""

    def __init__(self, group: Group[PartT], due: float) -> None:
        self.group = group
        self.due = due
        self.place = 0
        self.records: Records[AnswerT | Reason] = Records(len(group.parts))

    def end(self, now: float) -> int:
        """Look forward to the next poll, and give how many were missed."""
        self.place = 0
        self.due, missed = following(self.due, self.group.period / SECOND, now)
        return missed


def _next(rounds: Sequence[_Round[PartT, AnswerT]], now: float) -> _Round[PartT, AnswerT]:
    """Choose the group to ask for: of those that are due, the one with the shortest period.

    So a long poll of a slow group lets the quick ones in between. It goes on itself by at least
    one part after each of theirs, because a poll that has ended is never due again at once.
    """
    overdue = (turn for turn in rounds if turn.due <= now)
    return next(overdue, None) or min(rounds, key=lambda turn: turn.due)


async def poll_all(readers: Iterable[Reader]) -> None:
    """Run all readers, each in a task of its own, until cancelled or until one's sink fails."""
    async with asyncio.TaskGroup() as tasks:
        for reader in readers:
            tasks.create_task(reader.run(), name=f"read {reader.device}")

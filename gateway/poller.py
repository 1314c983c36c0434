"""Reads one device for ever: every period gives a record, whatever the device does.

A device that fails gives BAD readings with the reason, at once and at every period, while the
connection is made and proven again beside the polling. Only the sink's errors end a poller:
a gateway that cannot keep what it reads must not look alive.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog

from gateway.rhythm import backed_off, following
from gateway.source import Group, PartT, ReadError, Source
from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality, Reason
from plant.reading import Reading

Sink = Callable[[str, int, Sequence[Reading]], object]

# Answers of one poll further apart than this get records of their own, so that a slow second
# answer does not make the first look later than it was (standards 4.7: 20 ms is a tie).
_TOGETHER = 20 * MILLISECOND

_log = structlog.get_logger("gateway")

T = TypeVar("T")


@dataclass
class Counters:
    """What a poller has done since it started; for metrics."""

    polls: int = 0
    overruns: int = 0  # periods that passed without a poll, because the one before took too long
    connections: int = 0
    failures: Counter[Reason] = field(default_factory=Counter)  # requests without usable answer
    crashes: int = 0  # errors that nobody expected: faults of ours


class Poller(Generic[PartT]):
    """Polls one source on a fixed schedule.

    `sink(device, read_time, readings)` gets each record; `now` gives nanoseconds since 1970
    and is asked when the answer has arrived.
    """

    def __init__(
        self, device: str, source: Source[PartT], sink: Sink, now: Callable[[], int]
    ) -> None:
        self.device = device
        self.counters = Counters()
        self._source = source
        self._sink = sink
        self._now = now
        self._down: Reason | None = Reason.NO_ANSWER
        self._restoring: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """True while the device answers."""
        return self._down is None

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
            due = dict.fromkeys(groups, clock())
            while True:
                group = min(groups, key=due.__getitem__)
                await asyncio.sleep(max(0.0, due[group] - clock()))
                await self._poll(group)
                due[group], missed = following(due[group], group.period / SECOND, clock())
                self.counters.overruns += missed
        finally:
            if self._restoring is not None:
                self._restoring.cancel()
                with suppress(asyncio.CancelledError):
                    await self._restoring
            await self._source.close()

    async def _poll(self, group: Group[PartT]) -> None:
        self.counters.polls += 1
        batch: list[Reading] = []
        began = read_time = 0
        for part in group.parts:
            readings = await self._readings(part)
            arrived = self._now()
            if batch and not 0 <= arrived - began <= _TOGETHER:
                self._sink(self.device, read_time, tuple(batch))
                batch = []
            began = began if batch else arrived
            read_time = arrived
            batch += readings
        self._sink(self.device, read_time, tuple(batch))

    async def _readings(self, part: PartT) -> tuple[Reading, ...]:
        if self._down is not None:
            return _bad(part.signals, self._down)
        try:
            return await self._guarded(self._source.read(part))
        except ReadError as error:
            if error.reason is not Reason.REFUSED:
                _log.warning(
                    "device lost", device=self.device, reason=error.reason.name, error=str(error)
                )
                self._down = error.reason
                self._restoring = asyncio.create_task(self._restore())
            return _bad(part.signals, error.reason)

    async def _restore(self) -> None:
        """Connect, and ask once: a device that accepts but does not answer is still away."""
        delay = 0.0
        while True:
            await asyncio.sleep(delay)
            delay = backed_off(delay)
            try:
                await self._guarded(self._source.connect())
                await self._guarded(self._source.read(self._source.groups[0].parts[0]))
            except ReadError as error:
                if error.reason is not Reason.REFUSED:
                    self._down = error.reason
                    continue
            self._down = None
            self.counters.connections += 1
            _log.info("device answers", device=self.device)
            return

    async def _guarded(self, attempt: Awaitable[T]) -> T:
        """Await `attempt`; whatever goes wrong in it is the device's failure, and is counted."""
        try:
            return await attempt
        except ReadError as error:
            self.counters.failures[error.reason] += 1
            raise
        except Exception as error:  # the supervised boundary of this task
            self.counters.crashes += 1
            _log.exception("unexpected error while reading", device=self.device)
            message = f"{self.device}: {type(error).__name__} while reading"
            raise ReadError(Reason.NOT_DECODABLE, message) from error


async def poll_all(pollers: Iterable[Poller[Any]]) -> None:
    """Run all pollers, each in a task of its own, until cancelled or until one's sink fails."""
    async with asyncio.TaskGroup() as tasks:
        for poller in pollers:
            tasks.create_task(poller.run(), name=f"poll {poller.device}")


def _bad(signals: Iterable[str], reason: Reason) -> tuple[Reading, ...]:
    return tuple(Reading(signal, float("nan"), Quality.BAD, reason) for signal in signals)

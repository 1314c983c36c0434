"""The end of the journal as it grows: read once, kept as events for all clients of the stream."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from api.sse import Position, ResetReason, Ring, entry_event, parse_position
from journal.read import Reader, Row
from plant.errors import JournalError

URGENT = frozenset({"alarm", "interlock", "demand", "bypass", "violation"})
"""Kinds of entries that wait for nothing."""

_PAGE = 500
_LOOK_S = 0.25
_BEGIN_WITHIN_S = 2.0


@dataclass(frozen=True)
class Hearer:
    """Who is told: of entries and whether one is urgent, and that the journal is another one."""

    entries: Callable[[bytes, bool], None]
    anew: Callable[[], None]


@dataclass(frozen=True)
class _Look:
    epoch: str | None
    head: int
    heartbeat: Row | None


class JournalTail:
    """Follows the journal; everything but `wake` belongs to the event loop that `run` runs in.

    `size` is how many entries a returning client may have missed.
    """

    def __init__(self, reader: Reader, size: int, hearer: Hearer) -> None:
        self.heartbeat: Row | None = None
        self._reader = reader
        self._size = size
        self._hearer = hearer
        self._ring = Ring(0, size)
        self._epoch: str | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._begun = asyncio.Event()

    async def run(self) -> None:
        """Follow until cancelled; a journal that cannot be read is tried again."""
        self._loop = asyncio.get_running_loop()
        looked = -_LOOK_S
        while True:
            # When the journal cannot be read, the heartbeat we have grows old, as it should.
            with suppress(JournalError):
                if self._loop.time() - looked >= _LOOK_S:
                    looked = self._loop.time()
                    await self._look()
                await self._read_on()
            # Without news we look anyway: a journal can grow while the broker is away.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._news.wait()
            self._news.clear()

    def wake(self) -> None:
        """Say that the journal has grown; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def begun(self) -> None:
        """Wait until the journal was looked at once; not for long, it may be unreadable."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_BEGIN_WITHIN_S):
                await self._begun.wait()

    @property
    def position(self) -> Position | None:
        """How far the journal was read; None while there is none."""
        return None if self._epoch is None else Position(self._epoch, self._ring.head)

    def missed(self, last: str) -> list[bytes] | ResetReason:
        """Give the events after the one with the id `last`, or why they cannot be given."""
        seen = parse_position(last)
        if seen is None:
            return "malformed"
        if seen.epoch != self._epoch:
            return "other_journal"
        if seen.seq > self._ring.head:
            return "ahead"
        return "too_old" if seen.seq < self._ring.start else self._ring.since(seen.seq)

    async def _look(self) -> None:
        """Read the heartbeat, and begin anew when the journal is another one."""
        look = await asyncio.to_thread(self._read_state)
        # A journal that ends before what we have told is an older copy, put back.
        if look.epoch != self._epoch or look.head < self._ring.head:
            await self._begin(look)
        self.heartbeat = look.heartbeat
        self._begun.set()

    def _read_state(self) -> _Look:
        identity, head = self._reader.identity(), self._reader.head()
        return _Look(
            epoch=identity[1] if identity else None,
            head=int(head["seq"]) if head else 0,
            heartbeat=self._reader.heartbeat(),
        )

    async def _begin(self, look: _Look) -> None:
        """Fill a new ring first: nobody may be told old entries as if they were news."""
        ring = Ring(max(0, look.head - self._size), self._size)
        if look.epoch is not None:
            await self._read_into(ring, look.epoch, _nobody)
        self._epoch, self._ring = look.epoch, ring
        self._hearer.anew()

    async def _read_on(self) -> None:
        if self._epoch is not None:
            await self._read_into(self._ring, self._epoch, self._hearer.entries)

    async def _read_into(
        self, ring: Ring, epoch: str, hear: Callable[[bytes, bool], None]
    ) -> None:
        while True:
            rows = await asyncio.to_thread(self._reader.tail, ring.head, _PAGE)
            chunks = [entry_event(row, epoch) for row in rows]
            for row, chunk in zip(rows, chunks, strict=True):
                ring.append(int(row["seq"]), chunk)
            if rows:
                hear(b"".join(chunks), any(row["kind"] in URGENT for row in rows))
            if len(rows) < _PAGE:
                return


def _nobody(_chunk: bytes, _urgent: bool) -> None:  # noqa: FBT001  # as `Hearer.entries`
    """Tell nobody."""

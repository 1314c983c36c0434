"""The event stream: one reader of the journal and of the live values, for all clients.

Journal entries leave as soon as they are seen, live values every 100 ms, the monitor's state
every second. Each event is encoded once, however many clients there are.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from api.judging import Judged, judged
from api.live import LiveStore, Seen
from api.reading import reading
from api.sse import Client, Position, ResetReason, Ring, entry_event, event, parse_position
from journal.read import Reader, Row
from plant.errors import JournalError
from plant.moment import to_text
from plant.plant import Plant

_PAGE = 500
_TAIL_S = 0.2
_SIGNALS_S = 0.1
_STATUS_S = 1.0


class Stream:
    """Feeds every open event stream.

    `ring` is how many entries a returning client may have missed; a client for which more than
    `queue` chunks or `queue_bytes` bytes wait gets `reset` instead of them.
    Everything but `wake` belongs to the event loop that `run` runs in.
    """

    def __init__(
        self,
        reader: Reader,
        live: LiveStore,
        plant: Plant,
        now: Callable[[], int],
        *,
        ring: int = 5000,
        queue: int = 1000,
        queue_bytes: int = 4 * 1024 * 1024,
        most_clients: int = 200,
    ) -> None:
        self._reader = reader
        self._live = live
        self._plant = plant
        self._now = now
        self._ring_size = ring
        self._queue = queue
        self._queue_bytes = queue_bytes
        self._most_clients = most_clients
        self._clients: set[Client] = set()
        self._ring = Ring(0, ring)
        self._epoch: str | None = None
        self._heartbeat: Row | None = None
        self._shown: dict[str, dict[str, Any]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._closed = False

    @property
    def clients(self) -> int:
        """How many streams are open."""
        return len(self._clients)

    @property
    def full(self) -> bool:
        """True when no further stream may be opened."""
        return self._closed or len(self._clients) >= self._most_clients

    async def run(self) -> None:
        """Feed the clients until cancelled; a journal that cannot be read is tried again."""
        self._loop = asyncio.get_running_loop()
        self._live.woken = self.wake
        with suppress(JournalError):
            await self._look()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tail())
            tasks.create_task(self._signals())
            tasks.create_task(self._status())

    def wake(self) -> None:
        """Say that the journal has grown; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    def subscribe(self, last: str | None) -> Client:
        """Open a stream that goes on after `last` (an event's id); None begins now."""
        client = Client(self._opening(last), self._queue, self._queue_bytes)
        self._clients.add(client)
        return client

    def leave(self, client: Client) -> None:
        """Forget a stream that has ended."""
        self._clients.discard(client)

    def close(self) -> None:
        """End every stream and open no more: the server is about to stop."""
        self._closed = True
        for client in self._clients:
            client.end()

    # --- what a client is told first ------------------------------------------------------

    def _opening(self, last: str | None) -> bytes:
        """Write what is missed, or `reset`; then how things are."""
        missed: list[bytes] = []
        if last is not None:
            seen = parse_position(last)
            reason = self._why_not(seen)
            if reason is not None:
                return b"retry: 1000\n\n" + self._afresh(reason)
            missed = self._ring.since(seen.seq if seen else 0)
        # What was missed comes before any event with a later id: a connection that breaks in
        # between must not lose the rest.
        return b"".join([b"retry: 1000\n\n", *missed, self._state()])

    def _afresh(self, reason: ResetReason) -> bytes:
        position = self._position()
        data = {"reason": reason, "position": str(position) if position else None}
        return event("reset", data, position) + self._state()

    def _why_not(self, seen: Position | None) -> ResetReason | None:
        if seen is None:
            return "malformed"
        if seen.epoch != self._epoch:
            return "other_journal"
        if seen.seq > self._ring.head:
            return "ahead"
        return "too_old" if seen.seq < self._ring.start else None

    def _state(self) -> bytes:
        now, values = self._now(), self._live.values()
        shown = self._readings(values.signals, self._judged(now), now, every=True)
        return self._status_event() + _signals_event(values.at, shown, full=True)

    # --- the three loops ------------------------------------------------------------------

    async def _tail(self) -> None:
        while True:
            # Without news we look anyway: a journal can grow while the broker is away.
            with suppress(TimeoutError):
                async with asyncio.timeout(_TAIL_S):
                    await self._news.wait()
            self._news.clear()
            with suppress(JournalError):
                await self._read_on()

    async def _signals(self) -> None:
        while True:
            await asyncio.sleep(_SIGNALS_S)
            changes = self._live.take()
            if changes.signals:
                now = self._now()
                shown = self._readings(changes.signals, self._judged(now), now, every=False)
                self._shown.update(shown)
                self._offer(_signals_event(changes.at, shown, full=False))

    async def _status(self) -> None:
        while True:
            await asyncio.sleep(_STATUS_S)
            # When the journal cannot be read, the heartbeat we have grows old, as it should.
            with suppress(JournalError):
                await self._look()
            self._offer(self._aged() + self._status_event())

    def _aged(self) -> bytes:
        """Write the values whose trust has changed though nobody sent anything."""
        now, values = self._now(), self._live.values()
        shown = self._readings(values.signals, self._judged(now), now, every=True)
        changed = {key: item for key, item in shown.items() if self._shown.get(key) != item}
        self._shown = shown
        return _signals_event(values.at, changed, full=False) if changed else b""

    # --- the journal ----------------------------------------------------------------------

    async def _look(self) -> None:
        """Read the heartbeat, and begin anew when the journal is another one."""
        identity = await asyncio.to_thread(self._reader.identity)
        epoch = identity[1] if identity else None
        if epoch != self._epoch:
            await self._begin(epoch)
        self._heartbeat = await asyncio.to_thread(self._reader.heartbeat)

    async def _begin(self, epoch: str | None) -> None:
        head = await asyncio.to_thread(self._reader.head)
        known = self._epoch is not None
        self._epoch = epoch
        self._ring = Ring(max(0, (head["seq"] if head else 0) - self._ring_size), self._ring_size)
        try:
            await self._read_on()
        finally:
            if known:
                for client in self._clients:
                    client.restart(self._afresh("other_journal"))

    async def _read_on(self) -> None:
        ring, epoch = self._ring, self._epoch
        while epoch is not None:
            rows = await asyncio.to_thread(self._reader.tail, ring.head, _PAGE)
            # Another task may have begun anew, or read these, while this one waited.
            if ring is not self._ring:
                return
            fresh = [row for row in rows if row["seq"] > ring.head]
            chunks = [entry_event(row, epoch) for row in fresh]
            for row, chunk in zip(fresh, chunks, strict=True):
                ring.append(int(row["seq"]), chunk)
            if chunks:
                self._offer(b"".join(chunks))
            if len(rows) < _PAGE:
                return

    # --- telling --------------------------------------------------------------------------

    def _offer(self, chunk: bytes) -> None:
        for client in self._clients:
            if not client.offer(chunk):
                client.restart(self._afresh("slow_client"))

    def _judged(self, now: int) -> Judged:
        return judged(self._heartbeat, self._plant, now)

    def _position(self) -> Position | None:
        return None if self._epoch is None else Position(self._epoch, self._ring.head)

    def _status_event(self) -> bytes:
        now, position = self._now(), self._position()
        data = {
            "server_time": to_text(now),
            "judging": self._judged(now).as_model().model_dump(),
            "position": str(position) if position else None,
        }
        return event("status", data, position)

    def _readings(
        self, seen: Mapping[str, Seen], judged_now: Judged, now: int, *, every: bool
    ) -> dict[str, dict[str, Any]]:
        return {
            signal.id: reading(signal, seen.get(signal.id), judged_now, now)
            for signal in self._plant.signals
            if every or signal.id in seen
        }


def _signals_event(at: int | None, shown: dict[str, dict[str, Any]], *, full: bool) -> bytes:
    data = {"at": None if at is None else to_text(at), "full": full, "signals": shown}
    return event("signals", data)

"""The event stream: one reader of the journal and of the live values, for all clients.

What happens waits for the next tick, each 100 ms, and leaves as one chunk, encoded once however
many clients there are. Entries that call somebody leave at once, and take along what waits.
"""

import asyncio
from collections.abc import Callable

from api.journal_tail import Hearer, JournalTail
from api.judging import Judged, judged
from api.live import LiveStore
from api.sse import Client, ResetReason, event
from api.told import Told
from journal.read import Reader
from plant.moment import to_text
from plant.plant import Plant

_TICK_S = 0.1
_STATUS_TICKS = 10
_RETRY = b"retry: 1000\n\n"


class Stream:
    """Feeds every open event stream.

    `ring` is how many entries a returning client may have missed; a client for which more than
    `queue` chunks or `queue_bytes` bytes wait gets `reset` instead of them. `most_clients` take
    about half a core in a flood of 200 entries a second (`bench/events.py`).
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
        most_clients: int = 500,
    ) -> None:
        self._live = live
        self._plant = plant
        self._now = now
        self._queue = queue
        self._queue_bytes = queue_bytes
        self._most_clients = most_clients
        self._clients: set[Client] = set()
        self._tail = JournalTail(reader, ring, Hearer(self._hear, self._begin_anew))
        self._told = Told(plant)
        self._waiting: list[bytes] = []
        self._stale = True
        self._closed = False

    @property
    def clients(self) -> int:
        """How many streams are open."""
        return len(self._clients)

    @property
    def most_clients(self) -> int:
        """How many streams may be open."""
        return self._most_clients

    @property
    def full(self) -> bool:
        """True when no further stream may be opened."""
        return self._closed or len(self._clients) >= self._most_clients

    async def run(self) -> None:
        """Feed the clients until cancelled; a journal that cannot be read is tried again."""
        self._live.woken = self.wake
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tail.run())
            tasks.create_task(self._ticks())

    def wake(self) -> None:
        """Say that the journal has grown; may be called from any thread."""
        self._tail.wake()

    async def begun(self) -> None:
        """Wait until it is known where the journal stands: before that nobody can resume."""
        await self._tail.begun()

    def subscribe(self, last: str | None, *, signals: bool = True) -> Client:
        """Open a stream that goes on after `last` (an event's id); None begins now.

        Without `signals` it is told entries and status only.
        """
        # All others are told what waits, so that what we say to this one is what they know.
        self._flush(tick=True)
        client = Client(self._queue, self._queue_bytes, signals=signals)
        client.restart(_RETRY + self._opening(client, last))
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

    def _opening(self, client: Client, last: str | None) -> bytes:
        """Write what is missed, or `reset`; then how things are."""
        missed = [] if last is None else self._tail.missed(last)
        if isinstance(missed, str):
            return self._afresh(client, missed)
        # What was missed comes before any event with a later id: a connection that breaks in
        # between must not lose the rest.
        return b"".join([*missed, self._state(client)])

    def _afresh(self, client: Client, reason: ResetReason) -> bytes:
        position = self._tail.position
        data = {"reason": reason, "position": str(position) if position else None}
        return event("reset", data, position) + self._state(client)

    def _state(self, client: Client) -> bytes:
        return self._status() + (self._told.everything() if client.signals else b"")

    # --- telling --------------------------------------------------------------------------

    async def _ticks(self) -> None:
        loop = asyncio.get_running_loop()
        due, number = loop.time(), 0
        while True:
            due = max(due + _TICK_S, loop.time())
            await asyncio.sleep(due - loop.time())
            number += 1
            self._flush(tick=True, status=number % _STATUS_TICKS == 0)

    def _hear(self, entries: bytes, urgent: bool) -> None:  # noqa: FBT001  # see `Hearer`
        self._waiting.append(entries)
        if urgent:
            self._flush()

    def _begin_anew(self) -> None:
        self._waiting.clear()
        for client in self._clients:
            client.restart(self._afresh(client, "other_journal"))

    def _flush(self, *, tick: bool = False, status: bool = False) -> None:
        """Send what waits: entries first, for what follows carries the id of the last of them."""
        entries, self._waiting = b"".join(self._waiting), []
        signals = self._signals(aged=status) if tick else b""
        told = self._status() if status else b""
        self._offer(entries + told, entries + signals + told)

    def _signals(self, *, aged: bool) -> bytes:
        now, judged_now = self._now(), self._judged()
        changes = self._told.changes(self._live.take(), judged_now, now)
        # A monitor that falls silent, or speaks again, changes what every value is worth.
        if aged or judged_now.stale != self._stale:
            changes += self._told.aged(judged_now, now)
        self._stale = judged_now.stale
        return changes

    def _offer(self, without: bytes, whole: bytes) -> None:
        for client in self._clients:
            chunk = whole if client.signals else without
            if chunk and not client.offer(chunk):
                client.restart(self._afresh(client, "slow_client"))

    def _judged(self) -> Judged:
        return judged(self._tail.heartbeat, self._plant, self._now())

    def _status(self) -> bytes:
        position = self._tail.position
        data = {
            "server_time": to_text(self._now()),
            "judging": self._judged().as_model().model_dump(),
            "position": str(position) if position else None,
        }
        return event("status", data, position)

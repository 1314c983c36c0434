"""What the broker's thread has heard and another thread has not taken yet, within bounds."""

import contextlib
import queue

Arrival = tuple[str, bytes, int] | bool
"""A message (topic, payload, arrival in ns since 1970), or that the connection came or went."""


class Arrivals:
    """A queue from one thread to one other.

    It holds messages of `most_bytes` together; those beyond are dropped and counted, as on a line
    that is cut: their senders number them, so the taker notices.
    """

    def __init__(self, most_bytes: int) -> None:
        self._queue: queue.SimpleQueue[Arrival] = queue.SimpleQueue()
        self._most_bytes = most_bytes
        # Each is counted by one thread only, so no lock is needed.
        self._put_bytes = self._taken_bytes = 0
        self.dropped = 0

    def put_message(self, topic: str, payload: bytes, at: int) -> None:
        """Add a message that arrived at `at`."""
        if self._put_bytes - self._taken_bytes + len(payload) > self._most_bytes:
            self.dropped += 1
            return
        self._put_bytes += len(payload)
        self._queue.put((topic, payload, at))

    def put_state(self, connected: bool) -> None:  # noqa: FBT001 - a callback of the link
        """Add that the connection came or went."""
        self._queue.put(connected)

    def take(self, wait_s: float, most: int) -> list[Arrival]:
        """Give up to `most` of them in order, waiting at most `wait_s` for the first."""
        taken: list[Arrival] = []
        with contextlib.suppress(queue.Empty):
            taken.append(self._queue.get(timeout=wait_s))
            while len(taken) < most:
                taken.append(self._queue.get_nowait())
        for arrival in taken:
            if not isinstance(arrival, bool):
                self._taken_bytes += len(arrival[1])
        return taken

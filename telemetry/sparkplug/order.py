"""Puts a node's messages into the order of their sequence numbers, within a short window."""

from typing import Generic, TypeVar

SEQ_COUNT = 256
_HELD_LIMIT = 32

_T = TypeVar("_T")


class Order(Generic[_T]):
    """Holds what came early until what is missing has come.

    `reorder` is how long to wait, in ns. When `broken` says that the wait is over, something was
    lost, perhaps a birth, so that what is held may no longer mean what it says: drop it.
    """

    def __init__(self, reorder: int, expected: int) -> None:
        self._reorder = reorder
        self._expected = expected
        self._held: dict[int, _T] = {}
        self._since = 0
        self._behind = False

    def offer(self, seq: int, message: _T, now: int) -> list[_T]:
        """Take the message numbered `seq`; gives the messages that are now in order."""
        if seq != self._expected:
            ahead = (seq - self._expected) % SEQ_COUNT
            # A number from the past, twice the same, or too many early ones: no reordering.
            self._behind |= ahead >= SEQ_COUNT // 2 or seq in self._held
            if not self._held:
                self._since = now
            self._held[seq] = message
            return []
        ready = [message]
        self._expected = (self._expected + 1) % SEQ_COUNT
        while self._expected in self._held:
            ready.append(self._held.pop(self._expected))
            self._expected = (self._expected + 1) % SEQ_COUNT
        self._since = now
        return ready

    def broken(self, now: int) -> bool:
        """Say whether what is missing will not come any more."""
        if not self._held:
            return False
        late = now - self._since >= self._reorder
        return self._behind or late or len(self._held) > _HELD_LIMIT

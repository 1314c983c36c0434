"""One pass of a gateway over its spool: where it is, what it has said, how far it may go on."""

from collections import deque
from dataclasses import dataclass, field

# How much may be on its way to consumers that listen, beyond what they have committed. It bounds
# what a broker must hold for a consumer that is slower than the spool is read.
_AHEAD_RECORDS = 4096
_AHEAD_BYTES = 8 << 20
_ALL = 1 << 63


@dataclass(slots=True)
class SpoolPass:
    """A pass that began at some offset of the spool.

    `cursor` is the next offset to read, `unsaid` the first that nobody was told of on this pass.
    What lies before `history_before` is a backlog.
    """

    cursor: int = 0
    unsaid: int = 0
    history_before: int = 0
    _ahead: deque[tuple[int, int]] = field(default_factory=deque)
    _ahead_bytes: int = 0

    @classmethod
    def live(cls, offset: int, next_offset: int) -> "SpoolPass":
        """Begin at `offset`, or at the spool's end if that comes before; then go on with it."""
        first = min(offset, next_offset)
        return cls(first, first, next_offset)

    @classmethod
    def late(cls, offset: int) -> "SpoolPass":
        """Begin at `offset`, to say again what was said already: all of it is a backlog."""
        return cls(offset, offset, _ALL)

    @property
    def full(self) -> bool:
        """True when so much of the backlog is on its way that more would only pile up."""
        return len(self._ahead) >= _AHEAD_RECORDS or self._ahead_bytes >= _AHEAD_BYTES

    def is_history(self, offset: int) -> bool:
        """Say whether a record belongs to the backlog."""
        return offset < self.history_before

    def lost_before(self, offset: int) -> tuple[int, int] | None:
        """Give the range (inclusive) that is left out before a record, None when it follows."""
        return (self.unsaid, offset - 1) if offset > self.unsaid else None

    def said(self, offset: int, size: int) -> None:
        """Note that a record was sent, in a message of `size` bytes."""
        self.unsaid = self.cursor = offset + 1
        if self.is_history(offset):
            self._ahead.append((offset, size))
            self._ahead_bytes += size

    def committed(self, through: int) -> None:
        """Note that those whom the pass serves have everything up to `through`."""
        self.cursor = max(self.cursor, through + 1)
        self.unsaid = max(self.unsaid, through + 1)
        while self._ahead and self._ahead[0][0] <= through:
            self._ahead_bytes -= self._ahead.popleft()[1]

    def forget_what_is_ahead(self) -> None:
        """Note that nobody listens, so that nothing piles up for anybody."""
        self._ahead.clear()
        self._ahead_bytes = 0

"""The seam between recording and the stores: what a historian must be able to do."""

from collections.abc import Mapping
from typing import Protocol

from historian.points import Buckets, History, Points
from plant.errors import FirstoutError

# (spool id, offset of the last record) of each node, as `telemetry.delivery` counts them.
Positions = Mapping[str, tuple[str, int]]


class HistorianError(FirstoutError):
    """The store cannot be opened, written or read now; nothing is lost while that lasts."""


class Historian(Protocol):
    """Keeps samples. One process writes, any number read; each opens its own."""

    def write(self, points: Points, positions: Positions) -> None:
        """Keep the points, then how far each node's spool is kept by that; durable on return.

        What was written twice with the same positions behind it is there once. HistorianError
        when it is not known to be kept: then neither points nor positions are taken as written,
        and the caller writes the same again.
        """
        ...

    def positions(self) -> Positions:
        """Give how far each node's spool is kept."""
        ...

    def buckets(self, signal: str, start: int, end: int, width: int) -> Buckets:
        """Give a signal's samples of [start, end) in buckets of `width` (ns, times in ns)."""
        ...

    def samples(self, signal: str, start: int, end: int, limit: int) -> History:
        """Give the first `limit` samples of [start, end) of a signal."""
        ...

    def close(self) -> None:
        """Let go of files and connections; harmless when closed already."""
        ...

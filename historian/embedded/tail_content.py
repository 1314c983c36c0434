"""What a tail holds, read from its blocks as they come."""

import numpy as np
from numpy.typing import NDArray

from historian.embedded.block import Block, Head, unpack, unpack_head
from historian.embedded.layout import DAY
from historian.embedded.series import NOTHING, Series

_FIRST_ROOM = 4096  # samples


class TailContent:
    """All samples of one tail in arrays that grow; `which` numbers the names.

    `began` is the latest time of the first write that had samples, `days` (since 1970) are those
    of all samples.

    What `samples` and `which` gave stays as it was when more is taken in.
    """

    def __init__(self, head: Head) -> None:
        self.head = head
        self.positions = dict(head.positions)
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self.days: set[int] = set()
        self.began: int | None = None
        self._count = 0
        self._which = np.empty(_FIRST_ROOM, np.int32)
        self._samples = _room(_FIRST_ROOM)

    @property
    def which(self) -> NDArray[np.int32]:
        """Whose each sample is, as it was written."""
        return self._which[: self._count]

    @property
    def samples(self) -> Series:
        """The samples, as they were written."""
        return self._samples.at(slice(self._count))

    def take(self, block: Block) -> None:
        """Take in the next block."""
        for name in block.names:
            self._numbers[name] = len(self.names)
            self.names.append(name)
        self.positions.update(block.positions)
        self._append(block)
        self.days.update((np.unique(block.samples.times // DAY)).tolist())
        if self.began is None and self._count:
            self.began = int(self.samples.times.max())

    def of(self, signal: str, start: int, end: int) -> Series:
        """Give a signal's samples of [start, end), as they were written."""
        number = self._numbers.get(signal)
        if number is None:
            return NOTHING
        mine = np.flatnonzero(self.which == number)
        return self._samples.at(mine).within(start, end)

    def _append(self, block: Block) -> None:
        end = self._count + len(block.which)
        if end > len(self._which):
            self._grow(max(end, 2 * len(self._which)))
        new, room = slice(self._count, end), self._samples
        self._which[new] = block.which
        room.times[new] = block.samples.times
        room.sources[new] = block.samples.sources
        room.values[new] = block.samples.values
        room.quality[new] = block.samples.quality
        room.reasons[new] = block.samples.reasons
        self._count = end

    def _grow(self, room: int) -> None:
        which, samples = np.empty(room, np.int32), _room(room)
        old = slice(self._count)
        which[old] = self.which
        for former, new in zip(_columns(self._samples), _columns(samples), strict=True):
            new[old] = former[old]
        self._which, self._samples = which, samples


def read_on(content: TailContent | None, body: memoryview) -> TailContent:
    """Take in the body of a tail's next frame; the first one begins the content.

    ValueError when a later Firstout has written the tail.
    """
    if content is None:
        return TailContent(unpack_head(body))
    content.take(unpack(body))
    return content


def _room(count: int) -> Series:
    return Series(
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.float64),
        np.empty(count, np.uint8),
        np.empty(count, np.uint8),
    )


def _columns(series: Series) -> tuple[NDArray[np.generic], ...]:
    return series.times, series.sources, series.values, series.quality, series.reasons

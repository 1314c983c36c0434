"""The samples of one signal as arrays: joined, put in order, each time once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Series:
    """n samples of one signal; the arrays are as in `historian.points.Points`."""

    times: NDArray[np.int64]
    sources: NDArray[np.int64]
    values: NDArray[np.float64]
    quality: NDArray[np.uint8]
    reasons: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.times)

    def at(self, chosen: slice | NDArray[np.intp] | NDArray[np.bool_]) -> "Series":
        """Give the samples at these places."""
        return Series(
            self.times[chosen],
            self.sources[chosen],
            self.values[chosen],
            self.quality[chosen],
            self.reasons[chosen],
        )

    def within(self, start: int, end: int) -> "Series":
        """Give the samples of [start, end)."""
        return self.at((self.times >= start) & (self.times < end))

    def settled(self) -> "Series":
        """Put the samples in order of time; of several at one time the last stays."""
        settled = self
        if not np.all(self.times[1:] >= self.times[:-1]):
            settled = self.at(np.argsort(self.times, kind="stable"))
        last = np.empty(len(self), np.bool_)
        last[-1:] = True
        np.not_equal(settled.times[1:], settled.times[:-1], out=last[:-1])
        return settled if last.all() else settled.at(last)


NOTHING = Series(
    np.empty(0, np.int64),
    np.empty(0, np.int64),
    np.empty(0, np.float64),
    np.empty(0, np.uint8),
    np.empty(0, np.uint8),
)


def joined(parts: Sequence[Series]) -> Series:
    """Put series one behind the other."""
    if not parts:
        return NOTHING
    if len(parts) == 1:
        return parts[0]
    columns = [
        np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Series)
    ]
    return Series(*columns)

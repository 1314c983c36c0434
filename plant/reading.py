"""What one poll or report of a device gave: the unit in which values travel from the field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant.quality import Quality, Reason


@dataclass(frozen=True)
class Reading:
    """One signal's value in the signal's unit (0 or 1 for discrete ones), with its quality.

    `value` means nothing, and is NaN, when the quality is BAD or worse. `source` is when the
    source itself stamped the value, in ns since 1970 UTC; 0 when it did not.
    """

    signal: str
    value: float
    quality: Quality = Quality.GOOD
    reason: Reason = Reason.NONE
    source: int = 0


@dataclass(frozen=True, eq=False)
class Readings:
    """The values of n different signals that were read together, as arrays of length n.

    `values` float64 and `quality`, `reasons` uint8 are as in `Reading`, `sources` int64 too (None
    when none is stamped). `signals` are the ids. Who reads the same signals again gives the very
    same tuple again, so that others may remember by it what they have worked out.
    """

    signals: tuple[str, ...]
    values: NDArray[np.float64]
    quality: NDArray[np.uint8]
    reasons: NDArray[np.uint8]
    sources: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.signals)

    def __iter__(self) -> Iterator[Reading]:
        sources = np.zeros(len(self), np.int64) if self.sources is None else self.sources
        rows = zip(self.signals, self.values, self.quality, self.reasons, sources, strict=True)
        for signal, value, quality, reason, source in rows:
            yield Reading(signal, float(value), Quality(quality), Reason(reason), int(source))

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> "Readings":
        """Give single readings as arrays."""
        sources = np.array([reading.source for reading in readings], np.int64)
        return cls(
            tuple(reading.signal for reading in readings),
            np.array([reading.value for reading in readings], np.float64),
            np.array([reading.quality for reading in readings], np.uint8),
            np.array([reading.reason for reading in readings], np.uint8),
            sources if sources.any() else None,
        )

    @classmethod
    def bad(cls, signals: tuple[str, ...], reason: Reason) -> "Readings":
        """Give no value for any of `signals`: BAD for one reason."""
        count = len(signals)
        return cls(
            signals,
            np.full(count, np.nan),
            np.full(count, Quality.BAD, np.uint8),
            np.full(count, reason, np.uint8),
        )

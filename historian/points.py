"""What a historian takes and gives: samples and buckets, as arrays."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from plant.quality import Quality, Reason


@dataclass(frozen=True, eq=False)
class Points:
    """n samples of a plant.

    `names` are signal ids and `which` (int32, length n) says whose each sample is, as an index
    into them. `times` and `sources` int64 are ns since 1970 UTC: when it was read, and when its
    source stamped it (0: it did not). `values` float64 are in the signal's unit and NaN where the
    quality is BAD or worse; `quality` and `reasons` uint8 are of `plant.quality`.
    A signal has at most one sample at one time.
    """

    names: tuple[str, ...]
    which: NDArray[np.int32]
    times: NDArray[np.int64]
    sources: NDArray[np.int64]
    values: NDArray[np.float64]
    quality: NDArray[np.uint8]
    reasons: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.which)


def sound(points: Points) -> Points:
    """Give the points as they are kept: with a finite value exactly if GOOD or UNCERTAIN.

    A GOOD or UNCERTAIN one that is NaN or infinite, which `Points` rules out, becomes BAD, not
    decodable: no store and no trend can do anything with it, and it must not look normal.
    """
    usable, finite = points.quality <= Quality.UNCERTAIN, np.isfinite(points.values)
    if np.array_equal(usable, finite):
        return points
    no_number = usable & ~finite
    return replace(
        points,
        values=np.where(usable & finite, points.values, np.nan),
        quality=np.where(no_number, np.uint8(Quality.BAD), points.quality),
        reasons=np.where(no_number, np.uint8(Reason.NOT_DECODABLE), points.reasons),
    )


@dataclass(frozen=True, eq=False)
class History:
    """The samples of one signal, in order of time; the arrays are as in `Points`.

    `more` is true when there are later ones in what was asked for.
    """

    times: NDArray[np.int64]
    sources: NDArray[np.int64]
    values: NDArray[np.float64]
    quality: NDArray[np.uint8]
    reasons: NDArray[np.uint8]
    more: bool


@dataclass(frozen=True, eq=False)
class Buckets:
    """One signal in spans of equal width: arrays of length n, only of spans that have samples.

    `starts` int64 are ns since 1970 UTC, multiples of the width. `samples` int64 counts all
    samples of the span, `good` and `uncertain` those of that quality; the rest has no value.
    `minimum`, `mean`, `maximum`, `first` and `last` are over the samples that have a value (GOOD
    and UNCERTAIN; the mean is of samples, not of time), NaN where there is none.
    A span without any sample is absent: a gap is a gap.
    """

    starts: NDArray[np.int64]
    samples: NDArray[np.int64]
    good: NDArray[np.int64]
    uncertain: NDArray[np.int64]
    minimum: NDArray[np.float64]
    mean: NDArray[np.float64]
    maximum: NDArray[np.float64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]

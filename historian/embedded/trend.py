"""From samples to buckets: pure array functions."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from historian.embedded.series import Series
from historian.points import Buckets
from plant.quality import Quality

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cells:
    """As `Buckets`, but with the sum of the values (0 where there is none) in place of the mean.

    Cells can be put together to larger ones; several may have the same start.
    """

    starts: Counts
    samples: Counts
    good: Counts
    uncertain: Counts
    minimum: Floats
    sums: Floats
    maximum: Floats
    first: Floats
    last: Floats


def cells(series: Series, width: int) -> Cells:
    """Count samples, in order of time, into spans of `width` ns."""
    good = series.quality == Quality.GOOD
    uncertain = series.quality == Quality.UNCERTAIN
    values = np.where(good | uncertain, series.values, np.nan)
    return _grouped(
        Cells(
            starts=series.times // width * width,
            samples=np.ones(len(series), np.int64),
            good=good.astype(np.int64),
            uncertain=uncertain.astype(np.int64),
            minimum=values,
            sums=np.where(np.isnan(values), 0.0, values),
            maximum=values,
            first=values,
            last=values,
        )
    )


def buckets(parts: Sequence[Cells]) -> Buckets:
    """Put cells together; given in order of time, and of one width."""
    columns = {
        column.name: np.concatenate([getattr(part, column.name) for part in parts])
        for column in fields(Cells)
    }
    whole = _grouped(Cells(**columns))
    return Buckets(
        starts=whole.starts,
        samples=whole.samples,
        good=whole.good,
        uncertain=whole.uncertain,
        minimum=whole.minimum,
        mean=_mean(whole),
        maximum=whole.maximum,
        first=whole.first,
        last=whole.last,
    )


def _grouped(fine: Cells) -> Cells:
    """Put neighbours with the same start together."""
    count = len(fine.starts)
    edges = np.flatnonzero(np.diff(fine.starts)) + 1
    if not count or len(edges) == count - 1:
        return fine
    at = np.concatenate([[0], edges])
    place = np.arange(count)
    begin = np.minimum.reduceat(np.where(np.isnan(fine.first), count, place), at)
    end = np.maximum.reduceat(np.where(np.isnan(fine.last), -1, place), at)
    return Cells(
        starts=fine.starts[at],
        samples=np.add.reduceat(fine.samples, at),
        good=np.add.reduceat(fine.good, at),
        uncertain=np.add.reduceat(fine.uncertain, at),
        minimum=np.fmin.reduceat(fine.minimum, at),
        sums=np.add.reduceat(fine.sums, at),
        maximum=np.fmax.reduceat(fine.maximum, at),
        first=np.append(fine.first, np.nan)[begin],
        last=np.append(fine.last, np.nan)[end],
    )


def _mean(whole: Cells) -> Floats:
    """Divide; rounding must not lead a mean out of what it is the mean of."""
    valued = ~np.isnan(whole.minimum)
    mean = np.full(len(whole.starts), np.nan)
    np.divide(whole.sums, whole.good + whole.uncertain, out=mean, where=valued)
    np.clip(mean, whole.minimum, whole.maximum, out=mean)
    return mean

"""A tail becomes segments, one for each UTC day that it touches."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from historian.embedded.footer import Facts
from historian.embedded.layout import DAY, Segment, segment
from historian.embedded.segment import SegmentWriter
from historian.embedded.series import Series
from historian.embedded.tail_content import TailContent


def seal(folder: Path, number: int, content: TailContent) -> list[Segment]:
    """Write a tail's segments under a number. They count as soon as the next tail is there.

    Sealing the same tail again writes the same files again.
    """
    facts = Facts((content.head.tail_id,), content.positions)
    order, names = _order(content)
    which, samples = content.which[order], content.samples.at(order)
    which, samples = _once(which, samples)
    days = samples.times // DAY
    sealed = []
    for day in np.unique(days):
        chosen = days == day
        target = segment(folder, int(day), number, number)
        _write(target.path, facts, names, which[chosen], samples.at(chosen))
        sealed.append(target)
    return sealed


def _order(content: TailContent) -> tuple[NDArray[np.intp], list[str]]:
    """Give the order by (name, time, written), and the names by their number."""
    rank = np.empty(len(content.names), np.int64)
    rank[np.argsort(np.array(content.names, object))] = np.arange(len(content.names))
    return np.lexsort((content.samples.times, rank[content.which])), content.names


def _once(which: NDArray[np.int32], samples: Series) -> tuple[NDArray[np.int32], Series]:
    """Of several samples of one signal at one time keep the one written last."""
    keep = np.ones(len(which), np.bool_)
    keep[:-1] = (which[1:] != which[:-1]) | (samples.times[1:] != samples.times[:-1])
    return which[keep], samples.at(keep)


def _write(
    path: Path, facts: Facts, names: list[str], which: NDArray[np.int32], samples: Series
) -> None:
    writer = SegmentWriter(path, facts, len(which))
    try:
        edges = np.flatnonzero(np.diff(which)) + 1
        for first, end in zip([0, *edges], [*edges, len(which)], strict=True):
            writer.add(names[which[first]], samples.at(slice(first, end)))
        writer.commit()
    finally:
        writer.drop()

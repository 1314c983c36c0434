"""Many segments of a day become one, in small steps and bounded memory."""

import heapq
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from historian.embedded.durable import sync_folder
from historian.embedded.footer import Facts, footer_of
from historian.embedded.layout import Segment, segment
from historian.embedded.segment import SegmentWriter, by_signal
from historian.embedded.series import Series, joined

FAN = 8  # so many of a size make one of the next; a sample is rewritten about log8 times a day
_MOST = 64  # files that a merge has open at once
_SMALL = 1 << 20  # bytes up to which files count as equally small


class Sized(NamedTuple):
    """A segment and its bytes."""

    segment: Segment
    size: int


class _Run(NamedTuple):
    signal: str
    age: int  # its file's place among the merged, oldest first
    samples: Series


def choose(day: Sequence[Sized], *, over: bool) -> list[Segment]:
    """Choose what of a day is merged next; nothing when all is well.

    The chosen are neighbours in the order of their numbers, so that what is written last stays
    last. A day that is `over` becomes one file, but a few late samples do not have the whole
    day written again.
    """
    if over and len(day) > 1 and _worth(day):
        return [one.segment for one in day[:_MOST]]
    for tier in sorted({_tier(one.size) for one in day}):
        for small, group in groupby(day, key=lambda one: _tier(one.size) <= tier):
            run = list(group)
            if small and len(run) >= FAN and _worth(run):
                return [one.segment for one in run[:_MOST]]
    return []


def _worth(run: Sequence[Sized]) -> bool:
    """Tell whether merging these does not write one large file again for a few bytes."""
    largest = max(one.size for one in run)
    return largest <= FAN * (sum(one.size for one in run) - largest)


def merge(folder: Path, chosen: Sequence[Segment]) -> Iterator[int]:
    """Merge segments of one day, given oldest first; each step writes a row group: its rows.

    The result counts from its rename on, whatever happens then; until then the old ones count.

    Raises:
        DamagedError: one of them is not as it was written; nothing wrong is written on.
    """
    target = segment(folder, chosen[0].day, chosen[0].first, chosen[-1].last)
    footers = [footer_of(one.path) for one in chosen]
    tails = tuple(tail for footer in footers for tail in footer.facts.tails)
    facts = Facts(tails, footers[-1].facts.positions)
    writer = SegmentWriter(target.path, facts, sum(footer.rows for footer in footers))
    try:
        runs = heapq.merge(*map(_runs, chosen, range(len(chosen))), key=lambda run: run[:2])
        for signal, parts in groupby(runs, key=lambda run: run.signal):
            if rows := writer.add(signal, joined([part.samples for part in parts]).settled()):
                yield rows
        writer.commit()
    finally:
        writer.drop()
    for one in chosen:
        one.path.unlink()
    sync_folder(target.path.parent)


def _runs(one: Segment, age: int) -> Iterator[_Run]:
    for signal, samples in by_signal(one.path):
        yield _Run(signal, age, samples)


def _tier(size: int) -> int:
    tier = 0
    while size > _SMALL * FAN**tier:
        tier += 1
    return tier

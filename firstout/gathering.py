"""From what the nodes say to what a historian keeps: gathered in order, up to the next write."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from historian.points import Points
from monitor.inputs import Samples
from plant.moment import MILLISECOND

_Scalar = TypeVar("_Scalar", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Batch:
    """What is written at once.

    `positions` is how far each node's spool is kept when `points` are; `until` has, for each node
    that they come from, the read time of its latest sample (ns since 1970).
    """

    points: Points
    positions: Mapping[str, tuple[str, int]]
    until: Mapping[str, int]


class Gathering:
    """Samples of a plant whose signals are `names`, on their way to the next batch.

    Its length is the number of samples.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._parts: list[Samples] = []
        self._length = 0
        self._until: dict[str, int] = {}

    def __len__(self) -> int:
        return self._length

    def add(self, samples: Samples) -> None:
        """Take the samples of one message."""
        if not len(samples.slots):
            return
        self._parts.append(samples)
        self._length += len(samples.slots)
        latest = int(samples.times.max())
        self._until[samples.node] = max(latest, self._until.get(samples.node, latest))

    def add_computed(self, samples: Samples) -> None:
        """Take what was computed from samples that were added: it says nothing of how far we are.

        A signal must have one sample at one time.
        """
        self._parts.append(samples)
        self._length += len(samples.slots)

    def take(self, positions: Mapping[str, tuple[str, int]]) -> Batch:
        """Give everything gathered, which is all up to `positions`, and begin anew."""
        parts, until = self._parts, self._until
        self._parts, self._length, self._until = [], 0, {}
        points = Points(
            names=self._names,
            which=_joined([part.slots for part in parts], np.int32),
            times=_joined([_apart(part.slots, part.times) for part in parts], np.int64),
            sources=_joined([_sources(part) for part in parts], np.int64),
            values=_joined([part.values for part in parts], np.float64),
            quality=_joined([part.quality for part in parts], np.uint8),
            reasons=_joined([part.reasons for part in parts], np.uint8),
        )
        return Batch(points, dict(positions), until)


def _joined(parts: list[NDArray[_Scalar]], kind: type[_Scalar]) -> NDArray[_Scalar]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _sources(part: Samples) -> NDArray[np.int64]:
    return np.zeros(len(part.slots), np.int64) if part.sources is None else part.sources


def _apart(slots: NDArray[np.int32], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Let values of one signal at one time follow each other by a millisecond.

    A gateway of ours never sends such; a foreign node may pack several into one message, and a
    store keeps one sample of a signal a time.
    """
    seen = np.zeros(int(slots.max()) + 1, np.bool_)
    seen[slots] = True
    if np.count_nonzero(seen) == len(slots):
        return times
    moved = times.copy()
    order = np.lexsort((times, slots)).tolist()  # stable: what was said first stays first
    for before, after in pairwise(order):
        if slots[before] == slots[after] and moved[after] <= moved[before]:
            moved[after] = moved[before] + MILLISECOND
    return moved

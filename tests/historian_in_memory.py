"""A historian in memory that fails when told to, in either of the two ways a store can."""

from collections.abc import Mapping

import numpy as np

from historian.historian import HistorianError
from historian.points import Buckets, History, Points


class HistorianInMemory:
    """Keeps what is written; `samples_of` gives it back.

    While `refuses` it takes nothing; while `forgets_to_answer` it takes everything, and the
    writer is not told so.
    """

    def __init__(self) -> None:
        self.refuses = self.forgets_to_answer = False
        self.places: dict[str, tuple[str, int]] = {}
        self.kept: dict[tuple[str, int], tuple[float, int]] = {}
        self.writes = 0
        self.closed = False

    def write(self, points: Points, positions: Mapping[str, tuple[str, int]]) -> None:
        self.writes += 1
        if self.refuses:
            raise HistorianError("the store is full")
        for index, which in enumerate(points.which.tolist()):
            key = points.names[which], int(points.times[index])
            self.kept[key] = float(points.values[index]), int(points.quality[index])
        self.places |= dict(positions)
        if self.forgets_to_answer:
            raise HistorianError("the store did not answer")

    def positions(self) -> dict[str, tuple[str, int]]:
        if self.refuses:
            raise HistorianError("the store is away")
        return dict(self.places)

    def samples_of(self, signal: str) -> list[tuple[int, float]]:
        """Give (time, value) of a signal, in order of time."""
        return sorted(
            (time, value) for (name, time), (value, _) in self.kept.items() if name == signal
        )

    def buckets(self, signal: str, start: int, end: int, width: int) -> Buckets:
        raise NotImplementedError

    def samples(self, signal: str, start: int, end: int, limit: int) -> History:
        if self.refuses:
            raise HistorianError("the store is away")
        found = [item for item in self.samples_of(signal) if start <= item[0] < end]
        part = found[:limit]
        zeros = np.zeros(len(part), np.uint8)
        return History(
            times=np.array([time for time, _ in part], np.int64),
            sources=np.zeros(len(part), np.int64),
            values=np.array([value for _, value in part], np.float64),
            quality=zeros,
            reasons=zeros,
            more=len(found) > limit,
        )

    def close(self) -> None:
        self.closed = True

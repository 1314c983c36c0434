"""Questions to a history folder, while another process may write, seal, merge and delete."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb

from historian.embedded import layout
from historian.embedded.footer import facts_of
from historian.embedded.layout import DAY, Segment
from historian.embedded.sealed import Gone, Sealed
from historian.embedded.series import NOTHING, Series, joined
from historian.embedded.tail_view import TailView
from historian.embedded.trend import Cells, buckets, cells
from historian.embedded.upkeep import newest
from historian.historian import HistorianError, Positions
from historian.points import Buckets, History

T = TypeVar("T")

_LOOKS = 50  # a file that was merged or deleted since is no failure, unless it happens for ever
_DAYS_AT_ONCE = 7  # bounds the memory of a long trend
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1


class Reader:
    """Reads a history; from any thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tail = TailView(layout.tail_path(folder))
        self._sealed = Sealed(folder)

    def positions(self) -> Positions:
        """Give how far each node's spool is kept."""
        return self._answered(self._positions)

    def buckets(self, signal: str, start: int, end: int, width: int) -> Buckets:
        """Give a signal's samples of [start, end) in buckets."""
        found: list[Cells] = [cells(NOTHING, width)]
        for first, last in self._spans(start, end, _DAYS_AT_ONCE):
            series = self._answered(partial(self._series, signal, first, last, whole=False))
            found.append(cells(series, width))
        return buckets(found)

    def samples(self, signal: str, start: int, end: int, limit: int) -> History:
        """Give the first `limit` samples of [start, end) of a signal."""
        found, count = [NOTHING], 0
        for first, last in self._spans(start, end, 1):
            found.append(self._answered(partial(self._series, signal, first, last, whole=True)))
            count += len(found[-1])
            if count > limit:
                break
        given = joined(found).at(slice(limit))
        return History(
            given.times,
            given.sources,
            given.values,
            given.quality,
            given.reasons,
            more=count > limit,
        )

    def close(self) -> None:
        """Let go of files; harmless when closed already."""
        with self._tail.lock:
            self._tail.close()
        self._sealed.close()

    def _spans(self, start: int, end: int, at_once: int) -> Iterator[tuple[int, int]]:
        """Cut [start, end) at midnights, into spans of some days, those that may hold samples."""
        start, end = max(start, _LEAST), min(end, _MOST)
        if start >= end:
            return
        known = self._answered(self._days)
        asked = sorted(day for day in known if start // DAY <= day <= (end - 1) // DAY)
        while asked:
            last = asked[0] + at_once
            yield max(start, asked[0] * DAY), min(end, last * DAY)
            asked = [day for day in asked if day >= last]

    def _days(self) -> set[int]:
        with self._tail.lock:
            content = self._tail.refresh()
            in_tail = set(content.days) if content else set()
        return in_tail.union(layout.days(self.folder))

    def _series(self, signal: str, start: int, end: int, *, whole: bool) -> Series:
        segments, newest_part = self._look(signal, start, end)
        parts = self._sealed.rows(segments, signal, start, end, whole=whole)
        return joined([*parts, newest_part]).settled()

    def _look(self, signal: str, start: int, end: int) -> tuple[list[Segment], Series]:
        """Give the segments before the tail, and what the tail has; both of one moment."""
        with self._tail.lock:
            content = self._tail.refresh()
            part = content.of(signal, start, end) if content else NOTHING
            number = content.head.number if content else _MOST
        days = range(start // DAY, (end - 1) // DAY + 1)
        segments = [one for day in days for one in layout.listed(self.folder, day)]
        if any(one.first < number <= one.last for one in segments):
            raise Gone  # the tail was sealed and merged since
        return layout.counting([one for one in segments if one.last < number]), part

    def _positions(self) -> Positions:
        with self._tail.lock:
            content = self._tail.refresh()
            if content:
                return dict(content.positions)
        last = newest(self.folder)
        return facts_of(last.path).positions if last else {}

    def _answered(self, question: Callable[[], T]) -> T:
        """Ask, and ask again while what was looked at is gone."""
        for _ in range(_LOOKS):
            try:
                return question()
            except (Gone, FileNotFoundError):
                continue
            except (OSError, ValueError, duckdb.Error) as error:
                raise HistorianError(
                    f"the history {self.folder} cannot be read: {error}"
                ) from error
        raise HistorianError(
            f"the history {self.folder} changes faster than it can be read, or a copy of it was "
            "made in pieces of different times; start the recorder on it once"
        )

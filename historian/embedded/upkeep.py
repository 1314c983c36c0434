"""What the writer does beside writing: seals the tail, merges segments, deletes old days.

Nothing here is needed for a write to be kept, so its failures are counted, logged and tried
again later. All is decided by the samples' own times and sizes: no clock, no thread.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import structlog

from historian.embedded import layout
from historian.embedded.durable import UNFINISHED, sync_folder
from historian.embedded.footer import DamagedError, facts_of
from historian.embedded.merge import Sized, choose, merge
from historian.embedded.seal import seal
from historian.embedded.tail_file import TailFile, new_tail
from plant.moment import SECOND

_log = structlog.get_logger("historian")

# Rows that are merged after a write, and more for each sample of it; a step, the row group of a
# large file, may be longer.
_ROWS, _ROWS_A_SAMPLE = 16_384, 4
_GRACE = 3600 * SECOND  # a day is over when the samples are so much later than its end


@dataclass(frozen=True)
class Sealing:
    """When a tail is sealed: at `size` bytes, or at `age` (ns, by the samples' times).

    Not for its age alone: a tail below `least` bytes grows on, or a plant of few signals, or one
    whose clocks disagree, would get a great many small files.
    """

    size: int = 32 << 20  # about a million samples: 17 minutes of 1,000 signals at 1 Hz
    age: int = 3600 * SECOND
    least: int = 1 << 20


@dataclass
class Counts:
    """What upkeep has done since the history was opened."""

    sealed: int = 0  # tails
    merged: int = 0  # results of merges
    days_deleted: int = 0
    failures: int = 0


class Upkeep:
    """Looks after one history folder; only its writer may have one."""

    def __init__(self, folder: Path, sealing: Sealing, keep_days: int | None) -> None:
        self.counts = Counts()
        self._folder = folder
        self._sealing = sealing
        self._keep_days = keep_days
        self._not_before = 0  # bytes of the tail before which sealing is not tried again
        self._old_before: int | None = None  # days before it are deleted; None: none is known
        self._latest = -(1 << 63)
        self._merging: Iterator[int] | None = None
        self._chosen: tuple[layout.Segment, ...] = ()  # what is being merged
        self._put_off: dict[tuple[layout.Segment, ...], int] = {}  # what failed, on which day
        self._unmerged = True  # there may be something to merge

    def clean(self) -> None:
        """Remove what a crash left: unfinished files, and segments that others replace."""
        for day in layout.days(self._folder):
            for path in layout.day_folder(self._folder, day).glob(f"*{UNFINISHED}"):
                path.unlink()
            segments = layout.listed(self._folder, day)
            counting = layout.counting(segments)
            for one in sorted(set(segments) - set(counting)):
                self._remove(one, next(other for other in counting if other.replaces(one)))
        layout.tail_path(self._folder).with_name(f"tail{UNFINISHED}").unlink(missing_ok=True)

    def due(self, tail: TailFile, latest: int | None) -> bool:
        """Tell whether the tail is to be sealed; `latest` is the last write's latest time."""
        if latest is not None:
            self._latest = latest
        rule, began = self._sealing, tail.began
        if tail.size < self._not_before:
            return False
        old = began is not None and abs(self._latest - began) >= rule.age
        return tail.size >= rule.size or (old and tail.size >= rule.least)

    def seal(self, tail: TailFile, number: int) -> TailFile:
        """Seal the tail under a number and give the next tail; the same one when that failed."""
        try:
            content = tail.content()
            seal(self._folder, number, content)
            following = new_tail(self._folder, number + 1, tail.positions)
        except (OSError, pa.ArrowException) as error:
            # The tail keeps everything meanwhile; try when it has grown a good deal.
            self._not_before = tail.size + self._sealing.size // 16
            self._failed("the tail could not be sealed", error)
            return tail
        tail.close()
        self.counts.sealed += 1
        self._not_before, self._unmerged = 0, True
        if self._keep_days is not None and content.began is not None:
            self._old_before = (
                int(np.median(content.samples.times)) // layout.DAY - self._keep_days
            )
        return following

    def step(self, written: int, tail: int) -> None:
        """Delete an old day, and merge a little, in proportion to the samples that were written.

        `tail` is the number of the tail. A segment of that number was sealed in vain, and does
        not count: it will be written again.
        """
        self._delete_old()
        left = _ROWS + _ROWS_A_SAMPLE * written
        while left > 0 and (rows := self._step(tail)):
            left -= rows

    def stop(self) -> None:
        """Give up a merge that is under way; it is begun anew some other time."""
        if self._merging is not None:
            self._merging.close()  # type: ignore[attr-defined]  # it is a generator
            self._merging = None

    def _step(self, tail: int) -> int:
        """Go one step on; give the rows that it counts for, 0 when there is nothing to do."""
        try:
            if self._merging is None and self._unmerged:
                self._merging = self._next_merge(tail)
                self._unmerged = self._merging is not None
            return 0 if self._merging is None else next(self._merging)
        except StopIteration:
            self._merging = None
            self.counts.merged += 1
        except (OSError, DamagedError, pa.ArrowException) as error:
            self._merging = None
            self._put_off[self._chosen] = self._latest // layout.DAY
            self._failed("segments could not be merged; tried again tomorrow", error)
        return _ROWS

    def _next_merge(self, tail: int) -> Iterator[int] | None:
        today = self._latest // layout.DAY
        over_before = (self._latest - _GRACE) // layout.DAY
        for day in layout.days(self._folder):
            sealed = [one for one in layout.listed(self._folder, day) if one.last < tail]
            segments = layout.counting(sealed)
            sized = [Sized(one, one.path.stat().st_size) for one in segments]
            chosen = tuple(choose(sized, over=day < over_before))
            if chosen and self._put_off.get(chosen) != today:
                self._chosen = chosen
                return merge(self._folder, chosen)
        return None

    def _delete_old(self) -> None:
        """Delete one day that ended more than `keep_days` ago, if there is one.

        It is counted from the median time of the samples sealed last, so a few wrong clocks do
        not move it; and whatever the clocks say, the last `keep_days` folders stay.
        """
        if self._old_before is None or self._keep_days is None:
            return
        try:
            known = layout.days(self._folder)[: -self._keep_days]
            if known and known[0] < self._old_before:
                self._delete(known[0])
            else:
                self._old_before = None
        except OSError as error:
            self._old_before = None
            self._failed("an old day could not be deleted", error)

    def _remove(self, one: layout.Segment, by: layout.Segment) -> None:
        """Remove a replaced segment, unless its numbers only look as if it was replaced."""
        try:
            mine, theirs = facts_of(one.path).tails, facts_of(by.path).tails
        except DamagedError as error:
            self._failed("a replaced segment is left where it is", error)
            return
        if set(mine) <= set(theirs):
            one.path.unlink()
            return
        _log.error(
            "a segment of another history is not read, for its numbers are in use; move it away",
            segment=str(one.path),
            in_use_by=str(by.path),
        )

    def _delete(self, day: int) -> None:
        self.stop()  # it may be a merge of that day
        place = layout.day_folder(self._folder, day)
        shutil.rmtree(place)
        sync_folder(self._folder)
        self.counts.days_deleted += 1
        _log.info("an old day was deleted", folder=str(place), keep_days=self._keep_days)

    def _failed(self, what: str, error: Exception) -> None:
        self.counts.failures += 1
        _log.error(what, folder=str(self._folder), error=str(error))


def newest(folder: Path) -> layout.Segment | None:
    """Give the segment with the highest number, None when there is none."""
    found = [one for day in layout.days(folder) for one in layout.listed(folder, day)]
    return max(found, key=lambda one: one.last, default=None)

"""The embedded historian's door: a folder, opened for writing by one process or for reading."""

import fcntl
import os
from pathlib import Path
from threading import Lock
from typing import Self

import pyarrow as pa

from historian.embedded.durable import make_folder
from historian.embedded.footer import facts_of
from historian.embedded.layout import Segment
from historian.embedded.reader import Reader
from historian.embedded.tail_file import TailFile, new_tail, open_tail
from historian.embedded.upkeep import Counts, Sealing, Upkeep, newest
from historian.historian import HistorianError, Positions
from historian.points import Buckets, History, Points, sound


class Embedded:
    """A historian (`historian.historian.Historian`) in a folder of this machine.

    Usable from several threads. Reading does not need the folder to exist: it is empty then.
    """

    def __init__(self, folder: Path, writer: "_Writer | None") -> None:
        """Use `open`."""
        self.folder = folder
        self._writer = writer
        self._reader = Reader(folder)
        self._closed = False

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        writing: bool,
        keep_days: int | None = None,
        sealing: Sealing | None = None,
    ) -> Self:
        """Open a history.

        Args:
            folder: where it is; made (0700) when writing and not there.
            writing: whether to write too; one process at a time.
            keep_days: older whole UTC days are deleted; None keeps all. Counts when writing.
            sealing: when the tail is sealed; tests make it small.

        Raises:
            HistorianError: another process writes, or the folder cannot be used.
        """
        if keep_days is not None and keep_days < 1:
            raise HistorianError(f"keep_days is {keep_days}; accepted: 1 or more, or none")
        writer = _Writer(folder, sealing or Sealing(), keep_days) if writing else None
        return cls(folder, writer)

    @property
    def counts(self) -> Counts:
        """What upkeep has done; all 0 in a history opened for reading."""
        return self._writer.upkeep.counts if self._writer else Counts()

    def write(self, points: Points, positions: Positions) -> None:
        """See `Historian.write`."""
        if self._writer is None or self._closed:
            state = "closed" if self._closed else "opened for reading"
            raise HistorianError(f"the history {self.folder} is {state}; nothing was written")
        self._writer.write(points, positions)

    def positions(self) -> Positions:
        """See `Historian.positions`."""
        return self._open_reader().positions()

    def buckets(self, signal: str, start: int, end: int, width: int) -> Buckets:
        """See `Historian.buckets`."""
        return self._open_reader().buckets(signal, start, end, width)

    def samples(self, signal: str, start: int, end: int, limit: int) -> History:
        """See `Historian.samples`."""
        return self._open_reader().samples(signal, start, end, limit)

    def close(self) -> None:
        """Let go of files and the lock; harmless when closed already."""
        if self._closed:
            return
        self._closed = True
        self._reader.close()
        if self._writer:
            self._writer.close()

    def _open_reader(self) -> Reader:
        if self._closed:
            raise HistorianError(f"the history {self.folder} is closed")
        return self._reader


class _Writer:
    """The one that holds the folder's lock."""

    def __init__(self, folder: Path, sealing: Sealing, keep_days: int | None) -> None:
        self._folder = folder
        self._one_at_a_time = Lock()
        self.upkeep = Upkeep(folder, sealing, keep_days)
        try:
            make_folder(folder)
            self._lock = _locked(folder)
        except OSError as error:
            raise self._trouble("cannot be opened for writing", error) from error
        try:
            self.upkeep.clean()
            self._tail = self._adopted()
        except (OSError, ValueError, pa.ArrowException) as error:
            os.close(self._lock)
            raise self._trouble("cannot be opened for writing", error) from error

    def write(self, points: Points, positions: Positions) -> None:
        with self._one_at_a_time:
            try:
                self._tail.append(sound(points), positions)
            except OSError as error:
                raise self._trouble("cannot be written", error) from error
            latest = int(points.times.max()) if len(points) else None
            if self.upkeep.due(self._tail, latest):
                self._tail = self.upkeep.seal(self._tail, self._tail.head.number)
            self.upkeep.step(len(points), self._tail.head.number)

    def close(self) -> None:
        with self._one_at_a_time:
            self.upkeep.stop()
            self._tail.close()
            os.close(self._lock)

    def _adopted(self) -> TailFile:
        """Take over the tail, or begin one behind the segments that are there."""
        tail, last = open_tail(self._folder), newest(self._folder)
        if tail is None:
            positions = facts_of(last.path).positions if last else {}
            return new_tail(self._folder, last.last + 1 if last else 1, positions)
        if last is None or last.last < tail.head.number:
            return tail
        try:
            return self._behind(tail, last)
        except BaseException:
            tail.close()
            raise

    def _behind(self, tail: TailFile, last: Segment) -> TailFile:
        """Take over a tail that is not newer than all segments."""
        if last.first == tail.head.number and facts_of(last.path).tails == (tail.head.tail_id,):
            return tail  # sealing it was interrupted, and will be done again
        # Segments were put here that are not of before this tail: it goes behind them.
        following = self.upkeep.seal(tail, last.last + 1)
        if following is tail:
            raise ValueError("segments newer than its tail were put there, and sealing it failed")
        return following

    def _trouble(self, what: str, error: Exception) -> HistorianError:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return HistorianError(f"the history {self._folder} {what}: {reason}")


def _locked(folder: Path) -> int:
    """Take the folder's lock; the system frees it when the process dies, however it dies."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(handle)
        raise HistorianError(
            f"the history {folder} already has a writer (process {holder}); "
            "stop that recorder before starting another"
        ) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle

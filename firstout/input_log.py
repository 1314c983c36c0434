"""The recorded inputs on disk: one file an hour, 14 days of them.

Inputs are appended and flushed before the commit that follows from them, and the commit stores
how far they reach; what a crash left behind that point is cut off at the next start, so the
inputs and the journal never tell different stories.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import structlog

from firstout import recording
from firstout.recording import Recorded, Snapshot
from plant.errors import JournalError
from plant.moment import SECOND

KEEP_FILES = 14 * 24
_NAME = "%Y-%m-%dT%H.inputs"

_log = structlog.get_logger("monitor")


class InputLog:
    """Appends what the monitor is about to judge."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: BinaryIO | None = None
        self._name = ""
        self._pending: list[bytes] = []
        self._history_lost = False

    def resume(self, mark: bytes | None) -> None:
        """Cut off everything behind the last committed `mark`.

        A folder that somebody has emptied begins anew.

        Raises:
            JournalError: the inputs end before the mark, so some that were judged are gone, or
                they cannot be written.
        """
        with _told(self._folder):
            self._resume(mark)

    def _resume(self, mark: bytes | None) -> None:
        name, _, size = (mark or b"").decode().partition(":")
        self._name = name  # a clock that was stepped back must not write before the mark
        found = sorted(self._folder.glob("*.inputs"))
        if not name:
            self._set_aside(found)
            return
        for path in found:
            if path.name > name:
                path.unlink()
        if not found:
            _log.warning("the recorded inputs are gone; nothing before now can be replayed")
            self._name, self._history_lost = "", True
            return
        path = self._folder / name
        if not path.exists() or path.stat().st_size < int(size):
            raise JournalError(
                f"{path}: the recorded inputs end before the last commit; restore the file, "
                f"or move all files out of {self._folder} to go on without their history"
            )
        os.truncate(path, int(size))

    def _set_aside(self, found: list[Path]) -> None:
        """Keep the inputs of a journal that is not here any more out of the new one's."""
        for path in found:
            path.replace(path.with_suffix(".orphaned"))
            _log.warning("recorded inputs of another journal were set aside", file=path.name)

    def add(self, given: Recorded) -> None:
        """Note an input; it reaches the disk with the next `flush`."""
        self._pending.append(recording.encode(given))

    def flush(self, now: int, snapshot: Callable[[], Snapshot]) -> bytes:
        """Write what was noted, and give the mark to store in the same commit.

        `snapshot` gives what the judge remembers now that all this is judged; each file after
        the first begins with one, so that it can be judged when those before it are gone.

        Raises:
            JournalError: the disk is full or fails.
        """
        with _told(self._folder):
            return self._flush(now, snapshot)

    def _flush(self, now: int, snapshot: Callable[[], Snapshot]) -> bytes:
        name = datetime.fromtimestamp(now // SECOND, tz=UTC).strftime(_NAME)
        if self._file is None:
            self._open(self._name or name)
        if self._history_lost:
            self._pending = [recording.encode(snapshot())]
            self._history_lost = False
        self._write()
        if name > self._name:
            self._open(name)
            self._pending.append(recording.encode(snapshot()))
            self._write()
        assert self._file is not None  # noqa: S101 - it was opened above
        return f"{self._name}:{self._file.tell()}".encode()

    def _write(self) -> None:
        assert self._file is not None  # noqa: S101 - the caller opened it
        self._file.write(b"".join(self._pending))
        self._file.flush()
        os.fdatasync(self._file.fileno())
        self._pending.clear()

    def close(self) -> None:
        """Close the file; what was noted and not flushed is dropped, as after a crash."""
        if self._file is not None:
            with suppress(OSError):  # what a full disk did not take was never committed
                self._file.close()

    def _open(self, name: str) -> None:
        self.close()
        self._name = name
        self._file = (self._folder / name).open("ab")
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)  # else a new file's name may be lost with the power
        os.close(folder)
        # By number, not by age: a clock that was wrong once must not delete what is young.
        for path in sorted(self._folder.glob("*.inputs"))[:-KEEP_FILES]:
            path.unlink()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn an error of the disk into a sentence."""
    try:
        yield
    except OSError as error:
        raise JournalError(
            f"the inputs cannot be recorded in {folder}: {error.strerror}; "
            "free space there, or give this account write access"
        ) from error


def read_inputs(folder: Path) -> Iterator[Recorded]:
    """Read all recorded inputs in order."""
    for path in sorted(folder.glob("*.inputs")):
        yield from recording.decode_all(path.read_bytes(), str(path))

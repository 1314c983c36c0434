"""The tail as a reader sees it: followed as it grows, taken anew when it is another."""

import os
from pathlib import Path
from threading import RLock

from historian.embedded.frame import HEAD_SIZE, Frame, frames, has_frame
from historian.embedded.tail_content import TailContent, read_on


class TailView:
    """Follows one tail file by path. Not for several threads at once: hold `lock`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = RLock()
        self._forget(-1)

    def refresh(self) -> TailContent | None:
        """Read on and give all that the tail holds; None when there is no tail.

        What was given before is not to be used any more. ValueError when it is damaged, and holds
        more behind that: to leave it out would look as if nothing had been read.
        """
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self.close()
            return None
        if self._handle < 0 or not self._same(status):
            self._restart()
        self._read_on()
        return self._content

    def close(self) -> None:
        """Let go of the file; it is opened again when it is looked at again."""
        if self._handle >= 0:
            os.close(self._handle)
        self._forget(-1)

    def _forget(self, handle: int) -> None:
        self._handle = handle
        self._content: TailContent | None = None
        self._end = 0
        self._last_start, self._last_head = 0, b""

    def _same(self, status: os.stat_result) -> bool:
        """Tell whether what was read so far still stands.

        A write that failed may have been seen whole and then been written over.
        """
        mine = os.fstat(self._handle)
        if (mine.st_ino, mine.st_dev) != (
            status.st_ino,
            status.st_dev,
        ) or mine.st_size < self._end:
            return False
        head = os.pread(self._handle, len(self._last_head), self._last_start)
        return head == self._last_head

    def _restart(self) -> None:
        self.close()
        self._forget(os.open(self.path, os.O_RDONLY | os.O_CLOEXEC))

    def _read_on(self) -> None:
        size = os.fstat(self._handle).st_size
        new = os.pread(self._handle, max(size - self._end, 0), self._end)
        frame: Frame | None = None
        for frame in frames(new, self._end):
            self._content = read_on(self._content, frame.body)
        read = 0
        if frame:
            begin, read = frame.start - self._end, frame.end - self._end
            self._last_start, self._last_head = frame.start, new[begin : begin + HEAD_SIZE]
            self._end = frame.end
        if read < len(new) and has_frame(new[read:]):
            raise ValueError(f"{self.path} is damaged at byte {self._end}")

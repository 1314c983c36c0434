"""The tail as its writer has it: appended to with a sync each, a torn end cut at opening."""

import errno
import os
import secrets
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray

from historian.embedded.block import Block, Head, pack, pack_head
from historian.embedded.durable import NewFile, sync_folder
from historian.embedded.frame import framed, frames, has_frame
from historian.embedded.layout import tail_path
from historian.embedded.series import Series
from historian.embedded.tail_content import TailContent, read_on
from historian.historian import Positions
from historian.points import Points

_DAMAGED = (
    "its tail is damaged; start the recorder again: it sets aside what lies behind the damage "
    "and goes on"
)

_log = structlog.get_logger("historian")


class TailFile:
    """The open tail of a history; only one that holds the folder's lock may have it."""

    def __init__(
        self, handle: int, content: TailContent, size: int, unsynced: Path | None = None
    ) -> None:
        """Go on with a tail of `size` bytes; `open_tail` and `new_tail` do that.

        `unsynced` is its folder when the file's name may not be on the disk yet: nothing is kept
        before it is.
        """
        self.head = content.head
        self.size = size
        self.began = content.began  # the latest time of the first write that had samples
        self._head_size = len(framed(pack_head(content.head)))
        self.positions: dict[str, tuple[str, int]] = dict(content.positions)
        self._numbers = {name: number for number, name in enumerate(content.names)}
        self._known: tuple[str, ...] = ()
        self._number_of_known = np.empty(0, np.int32)
        self._handle = handle
        self._unsynced = unsynced
        self._damaged = False

    def append(self, points: Points, positions: Positions) -> None:
        """Keep one write; OSError when it is not kept: then it can be tried again."""
        if self._damaged:
            raise OSError(errno.EIO, _DAMAGED)
        if self._unsynced is not None:
            sync_folder(self._unsynced)
            self._unsynced = None
        known = points.names is self._known
        names = () if known else tuple(n for n in points.names if n not in self._numbers)
        fresh = {name: len(self._numbers) + place for place, name in enumerate(names)}
        block = Block(names, positions, self._which(points, fresh), _samples(points))
        data = framed(pack(block))
        try:
            _write(self._handle, data, self.size)
            os.fdatasync(self._handle)
        except OSError:
            with suppress(OSError):  # readers stop at a torn end, and the next write is put there
                os.ftruncate(self._handle, self.size)
            raise
        self.size += len(data)
        self._numbers.update(fresh)
        self.positions.update(positions)
        if self.began is None and len(points):
            self.began = int(points.times.max())

    def content(self) -> TailContent:
        """Read everything back, for sealing; OSError when what was written is not there.

        Then nothing more is written behind it: who starts would not find it.
        """
        content, end = TailContent(self.head), self._head_size
        for frame in frames(_read(self._handle, end, self.size), end):
            read_on(content, frame.body)
            end = frame.end
        if end != self.size:
            self._damaged = True
            raise OSError(errno.EIO, f"{end} of the tail's {self.size} bytes are read back whole")
        return content

    def close(self) -> None:
        """Let go of the file; once."""
        os.close(self._handle)

    def _which(self, points: Points, fresh: dict[str, int]) -> NDArray[np.int32]:
        if fresh or points.names is not self._known:
            numbers = self._numbers | fresh if fresh else self._numbers
            known = np.array([numbers[name] for name in points.names], np.int32)
            if fresh:
                return known[points.which]
            self._known, self._number_of_known = points.names, known
        return self._number_of_known[points.which]


def new_tail(folder: Path, number: int, positions: Positions) -> TailFile:
    """Begin an empty tail in place of the one that is there, at one moment."""
    head = Head(number, secrets.token_hex(8), dict(positions))
    data = framed(pack_head(head))
    file = NewFile(tail_path(folder))
    handle = -1
    try:
        file.file.write(data)
        handle = os.dup(file.file.fileno())
        file.commit()
    except OSError:
        if not file.named:
            if handle >= 0:
                os.close(handle)
            file.drop()
            raise
        # It has taken the former one's place, so that must not be written to any more.
        return TailFile(handle, TailContent(head), len(data), unsynced=folder)
    return TailFile(handle, TailContent(head), len(data))


def open_tail(folder: Path) -> TailFile | None:
    """Go on with the tail that is there; its torn end is cut, and what is damaged set aside.

    None when there is none, or none of it can be used. ValueError when a later Firstout wrote it.
    """
    path = tail_path(folder)
    if not path.exists():
        return None
    data = path.read_bytes()
    content, good = None, 0
    for frame in frames(data, 0):
        content, good = read_on(content, frame.body), frame.end
    if good < len(data):
        _cut(path, data, good)
    return _reopened(path, content, good) if content else None


def _reopened(path: Path, content: TailContent, size: int) -> TailFile:
    """Make what a process that died had written, and perhaps not synced, safe to rely on."""
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.fsync(handle)
        sync_folder(path.parent)
    except OSError:
        os.close(handle)
        raise
    return TailFile(handle, content, size)


def _cut(path: Path, data: bytes, good: int) -> None:
    """Cut what a crash left half written; damage before whole blocks is kept for a person."""
    rest = data[good:]
    if has_frame(rest):
        aside = path.with_name(f"{path.name}.damaged-{zlib.crc32(rest):08x}")
        _keep(aside, rest)
        _log.error(
            "the tail is damaged; what follows the damage was set aside and is not in the history",
            tail=str(path),
            offset=good,
            set_aside=str(aside),
        )
    os.truncate(path, good)
    sync_folder(path.parent)


def _keep(path: Path, data: bytes) -> None:
    file = NewFile(path)
    try:
        file.file.write(data)
        file.commit()
    finally:
        file.drop()


def _samples(points: Points) -> Series:
    return Series(points.times, points.sources, points.values, points.quality, points.reasons)


def _write(handle: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(handle, view, at)
        view, at = view[written:], at + written


def _read(handle: int, start: int, end: int) -> bytes:
    parts = []
    while start < end and (part := os.pread(handle, end - start, start)):
        parts.append(part)
        start += len(part)
    return b"".join(parts)

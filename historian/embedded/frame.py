"""A frame of the tail log: a few bytes that prove that what follows was written whole."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

_MAGIC = b"\xf1FH1"  # not ASCII at first, so that no text is mistaken for it
_LENGTH = struct.Struct("<Q")
_HEAD = struct.Struct("<4sIQ")  # magic, CRC-32 of length and body, length of the body
HEAD_SIZE = _HEAD.size


class Frame(NamedTuple):
    """A whole frame: where it begins and ends in the log, and what it holds."""

    start: int
    end: int
    body: memoryview


def framed(body: bytes) -> bytes:
    """Give the body with its head."""
    return _HEAD.pack(_MAGIC, _checksum(body), len(body)) + body


def frames(log: bytes, at: int) -> Iterator[Frame]:
    """Give the whole frames of a piece of log that begins at offset `at`, up to the first fault.

    A frame that was not written to its end, or not as it was meant, is a fault.
    """
    view, place = memoryview(log), 0
    while frame := _frame(view, place):
        yield Frame(at + frame.start, at + frame.end, frame.body)
        place = frame.end


def has_frame(log: bytes) -> bool:
    """Tell whether a whole frame begins anywhere in these bytes."""
    view, place = memoryview(log), log.find(_MAGIC)
    while place >= 0:
        if _frame(view, place):
            return True
        place = log.find(_MAGIC, place + 1)
    return False


def _frame(view: memoryview, start: int) -> Frame | None:
    body_start = start + HEAD_SIZE
    if body_start > len(view):
        return None
    magic, checksum, length = _HEAD.unpack_from(view, start)
    body = view[body_start : body_start + length]
    if magic != _MAGIC or len(body) != length or checksum != _checksum(body):
        return None
    return Frame(start, body_start + length, body)


def _checksum(body: bytes | memoryview) -> int:
    return zlib.crc32(body, zlib.crc32(_LENGTH.pack(len(body))))

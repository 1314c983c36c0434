"""A segment's end: what it says of itself, and the checksums that prove all of the file.

Parquet readers do not notice a wrong bit; of a value it makes another value. So the footer names
the bytes and the CRC-32 of each row group, and has a CRC-32 of its own.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import BinaryIO

from historian.embedded.block import VERSION, packed_positions, unpacked_positions
from historian.historian import Positions

_SAID, _SUM = "firstout.history", "firstout.checksum"
_NO_SUM = "0" * 8
# A text's length follows its key in the footer (Thrift's compact protocol): 0x18, then a varint.
_SAID_MARK = _SAID.encode() + b"\x18"
_SUM_MARK = _SUM.encode() + b"\x18" + bytes([len(_NO_SUM)])
_END = struct.Struct("<I4s")  # bytes of the footer before it, PAR1
_PIECE = 1 << 20


class DamagedError(ValueError):
    """A segment does not hold what was written into it."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"{path} is damaged ({what}); put it back from a back-up, or take it out of its "
            "folder: then its samples are a gap"
        )


@dataclass(frozen=True)
class Facts:
    """What a segment says of itself: the tails in it, and how far it is kept with the last."""

    tails: tuple[str, ...]
    positions: Positions


@dataclass(frozen=True)
class Group:
    """A row group: its first and last signal, its bytes [start, end) and their CRC-32."""

    first: str
    last: str
    start: int
    end: int
    checksum: int
    rows: int


@dataclass(frozen=True)
class Footer:
    """What stands at the end of a segment, proven."""

    facts: Facts
    groups: tuple[Group, ...]

    @property
    def rows(self) -> int:
        """How many samples the segment holds."""
        return sum(group.rows for group in self.groups)

    def of(self, signal: str) -> list[Group]:
        """Give the row groups that may hold samples of a signal."""
        return [group for group in self.groups if group.first <= signal <= group.last]


def entries(facts: Facts, groups: Iterable[Group]) -> dict[str, str]:
    """Give what is to stand in a segment's footer; `sign` completes it."""
    said = {
        "version": VERSION,
        "tails": facts.tails,
        "positions": packed_positions(facts.positions),
        "groups": [astuple(group) for group in groups],
    }
    return {_SAID: json.dumps(said, separators=(",", ":")), _SUM: _NO_SUM}


def sign(file: BinaryIO) -> None:
    """Put the footer's checksum into it, once the Parquet writer has closed the file."""
    start, footer = _last_bytes(file)
    place = footer.rindex(_SUM_MARK) + len(_SUM_MARK)
    file.seek(start + place)
    file.write(f"{zlib.crc32(footer):08x}".encode())


def footer_of(path: Path) -> Footer:
    """Read a segment's footer.

    Raises:
        DamagedError: it is not as it was written.
        ValueError: a later Firstout has written it.
    """
    with path.open("rb") as file:
        _, footer = _last_bytes(file)
    place = footer.rfind(_SUM_MARK) + len(_SUM_MARK)
    end = place + len(_NO_SUM)
    unsigned = footer[:place] + _NO_SUM.encode() + footer[end:]
    if footer[place:end] != f"{zlib.crc32(unsigned):08x}".encode():
        raise DamagedError(path, "at its end")
    said = json.loads(_value(footer))
    if said["version"] != VERSION:
        raise ValueError(f"{path} is of version {said['version']}; this Firstout reads {VERSION}")
    facts = Facts(tuple(said["tails"]), unpacked_positions(said["positions"]))
    return Footer(facts, tuple(Group(*group) for group in said["groups"]))


def facts_of(path: Path) -> Facts:
    """Read what a segment says of itself; raises as `footer_of` does."""
    return footer_of(path).facts


def prove(path: Path, groups: Iterable[Group]) -> None:
    """Read the bytes of row groups; DamagedError when they are not as they were written."""
    with path.open("rb") as file:
        for group in groups:
            checksum = 0
            for piece in _pieces(file, group.start, group.end):
                checksum = zlib.crc32(piece, checksum)
            if checksum != group.checksum:
                raise DamagedError(path, f"within its bytes {group.start} to {group.end}")


def _pieces(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end and (piece := file.read(min(_PIECE, end - start))):
        yield piece
        start += len(piece)


def _last_bytes(file: BinaryIO) -> tuple[int, bytes]:
    """Give where the footer begins, and all from there on; what is no footer proves nothing."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _END.size, 0))
    end = file.read()
    length = _END.unpack(end)[0] if len(end) == _END.size else 0
    start = max(size - _END.size - length, 0)
    file.seek(start)
    return start, file.read()


def _value(footer: bytes) -> bytes:
    """Give what the segment says of itself: a text behind its key and its length."""
    place = footer.rindex(_SAID_MARK) + len(_SAID_MARK)
    length = shift = 0
    while True:
        byte = footer[place]
        length |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return footer[place : place + length]

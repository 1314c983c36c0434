"""Recorded inputs as bytes: everything that decided, in order, so that it can be judged again.

A record is its length and CRC-32 (4 bytes each, big-endian), then a JSON header ended by a
newline, then, for samples, the five arrays one after the other and, when the header says
`sources`, the sources' own times; for a snapshot its blocks.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from firstout.judge import Act
from monitor.inputs import Born, Died, Samples, Started, Tick
from plant.errors import JournalError

_ARRAYS = (
    ("slots", np.int32),
    ("times", np.int64),
    ("values", np.float64),
    ("quality", np.uint8),
    ("reasons", np.uint8),
)


@dataclass(frozen=True)
class Applied:
    """A plant version was taken in.

    The first one names its version only; its files are in the journal. A later one says all that
    decided: the new folder's `files`, the version `base` that it took the place of, and who asked
    and agreed (opaque account ids; `approver` is empty when nobody had to) for what `reason`.
    """

    version: str
    known_at: int
    files: Mapping[str, str] | None = None
    base: str = ""
    reason: str = ""
    requester: str = ""
    approver: str = ""


_RECORDS: dict[str, Callable[..., "Recorded"]] = {
    "act": Act,
    "applied": Applied,
    "born": Born,
    "died": Died,
    "started": Started,
    "tick": Tick,
}


@dataclass(frozen=True)
class Snapshot:
    """What the judge remembered when a file began, so that each file can be judged by itself.

    `blocks` are the state's blocks under plant version `version`.
    """

    version: str
    blocks: dict[str, bytes]
    known_at: int


Recorded = Samples | Born | Died | Tick | Started | Act | Applied | Snapshot


def encode(given: Recorded) -> bytes:
    """Give one record."""
    header, arrays = _parts(given)
    content = json.dumps(header, separators=(",", ":")).encode() + b"\n" + arrays
    return len(content).to_bytes(4, "big") + zlib.crc32(content).to_bytes(4, "big") + content


def decode_all(data: bytes, where: str) -> Iterator[Recorded]:
    """Read back records one after the other.

    Raises:
        JournalError: a record is cut off or damaged; names `where` and the byte.
    """
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        content = data[at + 8 : at + 8 + size]
        stated = int.from_bytes(data[at + 4 : at + 8], "big")
        # A record is never empty; zeros are what a crash may leave behind.
        if not content or len(content) < size or zlib.crc32(content) != stated:
            raise JournalError(f"{where}: the record at byte {at} is cut off or damaged")
        yield _decode(content)
        at += 8 + size


def _parts(given: Recorded) -> tuple[dict[str, object], bytes]:
    """Give a record's header, and the bytes that follow it."""
    match given:
        case Samples():
            header: dict[str, object] = {
                "record": "samples",
                "node": given.node,
                "historical": given.historical,
                "known_at": given.known_at,
                "count": len(given.slots),
            }
            arrays = [getattr(given, name).tobytes() for name, _ in _ARRAYS]
            if given.sources is not None:
                header["sources"] = True
                arrays.append(given.sources.tobytes())
            return header, b"".join(arrays)
        case Snapshot():
            sizes = {name: len(block) for name, block in given.blocks.items()}
            header = {
                "record": "snapshot",
                "version": given.version,
                "known_at": given.known_at,
                "blocks": sizes,
            }
            return header, b"".join(given.blocks.values())
        case _:
            return {"record": type(given).__name__.lower(), **asdict(given)}, b""


def _decode(content: bytes) -> Recorded:
    line, _, rest = content.partition(b"\n")
    header: dict[str, Any] = json.loads(line)
    record = header.pop("record")
    if record == "samples":
        return _samples(header, rest)
    if record == "snapshot":
        blocks = {}
        for name, size in header["blocks"].items():
            blocks[name], rest = rest[:size], rest[size:]
        return Snapshot(header["version"], blocks, header["known_at"])
    return _RECORDS[record](**header)


def _samples(header: dict[str, Any], rest: bytes) -> Samples:
    count = header.pop("count")
    sourced = (("sources", np.int64),) if header.pop("sources", False) else ()
    for name, dtype in (*_ARRAYS, *sourced):
        size = count * np.dtype(dtype).itemsize
        header[name] = np.frombuffer(rest[:size], dtype)
        rest = rest[size:]
    return Samples(**header)

"""What a frame of the tail holds: the tail's head, or one write's samples with its positions.

A block carries the names that are new in its tail; samples name their signal by its number in
the order in which the tail's blocks told the names.
"""

import json
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from historian.embedded.series import Series
from historian.historian import Positions

VERSION = 1
_SIZES = struct.Struct("<II")  # bytes of JSON, number of samples
_COLUMNS = ("<i8", "<i8", "<f8", "<i4", "u1", "u1")  # times sources values which quality reasons


@dataclass(frozen=True)
class Head:
    """What the first block says: the tail's number, its random id, what was kept before it."""

    number: int
    tail_id: str
    positions: Positions


@dataclass(frozen=True, eq=False)
class Block:
    """One write: new names, samples (`which`: the numbers of their signals), positions."""

    names: tuple[str, ...]
    positions: Positions
    which: NDArray[np.int32]
    samples: Series


def pack_head(head: Head) -> bytes:
    """Put the head into bytes."""
    return _text(
        {
            "version": VERSION,
            "number": head.number,
            "tail": head.tail_id,
            "positions": packed_positions(head.positions),
        }
    )


def unpack_head(body: memoryview) -> Head:
    """Read the head; ValueError when a later Firstout has written it."""
    said = json.loads(bytes(body))
    if said["version"] != VERSION:
        raise ValueError(f"its version is {said['version']}; this Firstout reads {VERSION}")
    return Head(said["number"], said["tail"], unpacked_positions(said["positions"]))


def pack(block: Block) -> bytes:
    """Put one write into bytes."""
    samples = block.samples
    said = _text(
        {"names": block.names, "positions": packed_positions(block.positions)},
    )
    columns = (
        samples.times,
        samples.sources,
        samples.values,
        block.which,
        samples.quality,
        samples.reasons,
    )
    data = [
        np.ascontiguousarray(column, kind) for column, kind in zip(columns, _COLUMNS, strict=True)
    ]
    return b"".join(
        [_SIZES.pack(len(said), len(block.which)), said, *(part.tobytes() for part in data)]
    )


def unpack(body: memoryview) -> Block:
    """Read what `pack` has written; the arrays look into `body`."""
    length, count = _SIZES.unpack_from(body)
    place = _SIZES.size + length
    said = json.loads(bytes(body[_SIZES.size : place]))
    found = []
    for kind in _COLUMNS:
        column = np.frombuffer(body, kind, count, place)
        found.append(column)
        place += column.nbytes
    times, sources, values, which, quality, reasons = found
    samples = Series(times, sources, values, quality, reasons)
    return Block(tuple(said["names"]), unpacked_positions(said["positions"]), which, samples)


def packed_positions(positions: Positions) -> dict[str, list[str | int]]:
    """Give positions as JSON has them."""
    return {node: [spool, offset] for node, (spool, offset) in positions.items()}


def unpacked_positions(said: dict[str, list[str | int]]) -> dict[str, tuple[str, int]]:
    """Read positions as JSON has them."""
    return {node: (str(spool), int(offset)) for node, (spool, offset) in said.items()}


def _text(said: dict[str, object]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

"""How the readings of one record are kept in the spool: a few packed bytes.

A reading is quality (1 byte), reason (1), value (8, IEEE 754, so NaN and every digit survive)
and its signal's id (length 2, then UTF-8). A record explains itself: ids are not interned in a
second table, because a spool must stay readable when a part of it is lost. JSON was refused: it
has no NaN, needs three times the bytes and rounds in careless hands.
"""

import struct
from collections.abc import Iterable

from plant.quality import Quality, Reason
from plant.reading import Reading

_HEAD = struct.Struct(">BBdH")


def pack(readings: Iterable[Reading]) -> bytes:
    """Write readings as bytes."""
    parts: list[bytes] = []
    for reading in readings:
        signal = reading.signal.encode()
        head = _HEAD.pack(reading.quality, reading.reason, reading.value, len(signal))
        parts += (head, signal)
    return b"".join(parts)


def unpack(data: bytes) -> tuple[Reading, ...]:
    """Read bytes that `pack` wrote; ValueError when they are something else."""
    readings: list[Reading] = []
    place = 0
    try:
        while place < len(data):
            quality, reason, value, length = _HEAD.unpack_from(data, place)
            place += _HEAD.size
            signal = data[place : place + length]
            if len(signal) != length:
                raise ValueError("a spooled record ends inside a signal's id")
            place += length
            readings.append(Reading(signal.decode(), value, Quality(quality), Reason(reason)))
    except struct.error as error:
        raise ValueError("a spooled record ends inside a reading") from error
    return tuple(readings)

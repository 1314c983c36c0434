"""How the readings of one record are kept in the spool: a few packed arrays.

    | mark 1 | flags 1 | count 4 | layout 8, or the ids | values 8 each | quality, reasons 1 each |
    | source times 8 each |

Numbers are little-endian; values are IEEE 754, so NaN and every digit survive. Quality and reasons
are left out when all are GOOD, source times when none is stamped: an ordinary value is 8 bytes.

The ids of a record that is one of many alike are kept once, as a layout (`gateway.spool_layout`),
and named by a digest of theirs: no record can be taken for one of other signals, and whoever has
lost the layout can find it again from the ids in the plant folder. A record of signals that come
together only once has its ids in itself.

The former format, without a mark, is read too: an update of Firstout loses nothing spooled.
JSON was refused: it has no NaN, needs several times the bytes and rounds in careless hands.
"""

import struct
from collections.abc import Callable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from plant.quality import Quality, Reason
from plant.reading import Reading, Readings

_DIGEST_BYTES = 8
_MARK = 0xA2
_HAS_IDS, _HAS_QUALITY, _HAS_SOURCES = 1, 2, 4
_HEAD = struct.Struct("<BBI")
_LENGTH = struct.Struct("<I")
_FORMER = struct.Struct(">BBdH")
_WORST_QUALITY, _LAST_REASON = max(Quality), max(Reason)

Layout = Callable[[bytes], tuple[str, ...] | None]


def digest_of(ids: bytes) -> bytes:
    """Name a layout by its packed ids."""
    return blake2b(ids, digest_size=_DIGEST_BYTES).digest()


def pack_ids(signals: tuple[str, ...]) -> bytes:
    """Write ids as bytes: each with its length before it."""
    texts = [signal.encode() for signal in signals]
    return b"".join(part for text in texts for part in (_LENGTH.pack(len(text)), text))


def unpack_ids(data: bytes) -> tuple[str, ...]:
    """Read what `pack_ids` wrote; ValueError when it is something else."""
    signals: list[str] = []
    place = 0
    try:
        while place < len(data):
            (length,) = _LENGTH.unpack_from(data, place)
            text = data[place + _LENGTH.size : place + _LENGTH.size + length]
            place += _LENGTH.size + length
            if place > len(data):
                raise ValueError("the ids end inside one")
            signals.append(text.decode())
    except struct.error as error:
        raise ValueError("the ids end inside a length") from error
    return tuple(signals)


def pack(readings: Readings, digest: bytes | None = None) -> bytes:
    """Write readings as bytes; `digest` names the layout that has their ids, if one does."""
    flags, count = 0, len(readings)
    parts: list[bytes] = []
    if digest is None:
        flags |= _HAS_IDS
        ids = pack_ids(readings.signals)
        parts += (_LENGTH.pack(len(ids)), ids)
    else:
        parts.append(digest)
    parts.append(readings.values.astype("<f8", copy=False).tobytes())
    if readings.quality.any() or readings.reasons.any():
        flags |= _HAS_QUALITY
        parts += (readings.quality.tobytes(), readings.reasons.tobytes())
    if readings.sources is not None:
        flags |= _HAS_SOURCES
        parts.append(readings.sources.astype("<i8", copy=False).tobytes())
    return b"".join((_HEAD.pack(_MARK, flags, count), *parts))


def unpack(data: bytes, layout: Layout) -> Readings:
    """Read bytes that `pack`, or the former Firstout, wrote.

    `layout` gives the ids for a digest, None when it does not know it. ValueError when the bytes
    are something else, or their layout is lost.
    """
    if not data or data[0] != _MARK:
        return Readings.of(_unpack_former(data))
    if len(data) < _HEAD.size + _LENGTH.size:
        raise ValueError("a spooled record ends inside its head")
    _, flags, count = _HEAD.unpack_from(data)
    signals, at = _ids(data, flags, layout)
    quality = count if flags & _HAS_QUALITY else 0
    sources = count if flags & _HAS_SOURCES else 0
    if len(signals) != count or len(data) - at != 8 * count + 2 * quality + 8 * sources:
        raise ValueError(f"a spooled record of {count} readings has {len(data)} bytes")
    values: NDArray[np.float64] = np.frombuffer(data, "<f8", count, at)
    at += 8 * count
    trust = np.zeros((2, count), np.uint8)
    if quality:
        trust = np.frombuffer(data, np.uint8, 2 * quality, at).reshape(2, count)
    if (trust > [[_WORST_QUALITY], [_LAST_REASON]]).any():
        raise ValueError("a spooled record has a quality or a reason that there is not")
    at += 2 * quality
    stamps = np.frombuffer(data, "<i8", sources, at) if flags & _HAS_SOURCES else None
    return Readings(signals, values, trust[0], trust[1], stamps)


def _ids(data: bytes, flags: int, layout: Layout) -> tuple[tuple[str, ...], int]:
    """Give the ids of a record, and where its values begin."""
    at = _HEAD.size
    if flags & _HAS_IDS:
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        return unpack_ids(data[at : at + length]), at + length
    digest = data[at : at + _DIGEST_BYTES]
    signals = layout(digest)
    if signals is None:
        raise ValueError(f"the layout {digest.hex()} of a spooled record is lost")
    return signals, at + _DIGEST_BYTES


def _unpack_former(data: bytes) -> list[Reading]:
    """Read the former format: quality 1, reason 1, value 8, id (length 2, UTF-8), big-endian."""
    readings: list[Reading] = []
    place = 0
    try:
        while place < len(data):
            quality, reason, value, length = _FORMER.unpack_from(data, place)
            place += _FORMER.size
            signal = data[place : place + length]
            if len(signal) != length:
                raise ValueError("a spooled record ends inside a signal's id")
            place += length
            readings.append(Reading(signal.decode(), value, Quality(quality), Reason(reason)))
    except struct.error as error:
        raise ValueError("a spooled record ends inside a reading") from error
    return readings

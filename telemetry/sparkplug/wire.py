"""Reads ordinary data messages straight into arrays: alias, time and number of each metric.

The loop is plain Python compiled by numba; uncompiled (NUMBA_DISABLE_JIT=1) it gives the same.
It reads what data messages are made of and gives up on everything else (names, properties, data
sets, unknown fields, broken bytes), so that the caller falls back to `payload.decode`, which
decides. It never reads outside the bytes it was given.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.hot import hot
from telemetry.sparkplug.payload import MAX_BYTES, MAX_METRICS

HAS_TIME = 1
HISTORICAL = 2
NULL = 4
KIND_SHIFT = 4

NONE, INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING = range(7)

_GIVE_UP = -1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Fields:
    """What one data message holds, one item per metric, in the order of the message.

    The arrays are views that the next `Wire.read` overwrites.
    `bits` is the value as carried: an unsigned integer, or the start (high 32 bits) and the
    length (low 32) of a string in the payload. `value` is the same as a float; NaN for strings
    and for metrics without a value. `flags` is HAS_TIME, HISTORICAL, NULL and the kind of value
    shifted by KIND_SHIFT. `time` is in ms since 1970 UTC, 0
    without HAS_TIME.
    """

    timestamp: int | None
    seq: int | None
    alias: NDArray[np.uint64]
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    bits: NDArray[np.uint64]
    flags: NDArray[np.uint8]


class Wire:
    """Reads data messages, reusing one set of arrays."""

    def __init__(self, capacity: int = MAX_METRICS) -> None:
        self._head = np.zeros(4, np.uint64)
        self._alias = np.empty(capacity, np.uint64)
        self._time = np.empty(capacity, np.int64)
        self._bits = np.empty(capacity, np.uint64)
        self._value = np.empty(capacity, np.float64)
        self._flags = np.empty(capacity, np.uint8)

    def read(self, payload: bytes) -> Fields | None:
        """Read one payload; None when it must go through `payload.decode` instead."""
        if len(payload) > MAX_BYTES:
            return None
        count = _parse(
            np.frombuffer(payload, np.uint8),
            self._head,
            self._alias,
            self._time,
            self._bits,
            self._value,
            self._flags,
        )
        if count < 0:
            return None
        has_time, time, has_seq, seq = self._head.tolist()
        return Fields(
            timestamp=time if has_time else None,
            seq=seq if has_seq else None,
            alias=self._alias[:count],
            time=self._time[:count],
            value=self._value[:count],
            bits=self._bits[:count],
            flags=self._flags[:count],
        )


@hot
def _varint(data: Any, at: Any, end: Any) -> Any:
    """Read a varint at `at`; gives the value and the next position, or -1 as position."""
    value = np.uint64(0)
    shift = 0
    while at < end and shift < 64:
        byte = int(data[at])
        at += 1
        if shift == 63 and byte > 1:
            return value, _GIVE_UP
        value |= np.uint64(byte & 0x7F) << np.uint64(shift)
        if byte < 0x80:
            return value, at
        shift += 7
    return value, _GIVE_UP


@hot
def _length(data: Any, at: Any, end: Any) -> Any:
    """Read a length at `at`; gives start and end of what follows, or -1 as start."""
    value, start = _varint(data, at, end)
    if start < 0 or value > np.uint64(end - start):
        return _GIVE_UP, _GIVE_UP
    return start, start + int(value)


@hot
def _little(data: Any, at: Any, width: Any) -> Any:
    """Read a little-endian unsigned integer of `width` bytes; the caller checks the bounds."""
    value = np.uint64(0)
    for index in range(width):
        value |= np.uint64(int(data[at + index])) << np.uint64(8 * index)
    return value


@hot
def _metric(  # noqa: C901, PLR0911, PLR0912, PLR0915  (one loop; a call per field would cost)
    data: Any,
    at: Any,
    end: Any,
    row: Any,
    alias: Any,
    time: Any,
    bits: Any,
    value: Any,
    flags: Any,
) -> Any:
    """Read one metric between `at` and `end` into row `row`; False to give up."""
    named = False
    flag = 0
    kind = NONE
    number = np.float64(np.nan)
    raw = np.uint64(0)
    time[row] = 0
    while at < end:
        tag = int(data[at])
        at += 1
        field = tag >> 3
        shape = tag & 7
        # A tag of more than one byte (fields from 16 on) has its high bit set: field > 15.
        if shape == _VARINT and (2 <= field <= 7 or field in (10, 11, 14)) and field != 9:
            integer, at = _varint(data, at, end)
            if at < 0:
                return False
            if field == 2:
                alias[row] = integer
                named = True
            elif field == 3:
                if integer >> np.uint64(63):
                    return False
                time[row] = np.int64(integer)
                flag |= HAS_TIME
            elif field == 5:
                flag = flag | HISTORICAL if integer else flag & ~HISTORICAL
            elif field == 7:
                flag = flag | NULL if integer else flag & ~NULL
            elif field == 10:
                raw = integer & np.uint64(0xFFFFFFFF)
                number = np.float64(raw)
                kind = INT
            elif field == 11:
                raw = integer
                number = np.float64(raw)
                kind = LONG
            elif field == 14:
                raw = np.uint64(1) if integer else np.uint64(0)
                number = np.float64(raw)
                kind = BOOLEAN
        elif shape == _FIXED64 and field == 13:
            if end - at < 8:
                return False
            raw = _little(data, at, 8)
            bits[row] = raw
            number = bits[row : row + 1].view(np.float64)[0]
            kind = DOUBLE
            at += 8
        elif shape == _FIXED32 and field == 12:
            if end - at < 4:
                return False
            raw = _little(data, at, 4)
            bits[row] = raw
            # The low half of a little-endian word is the float.
            number = np.float64(bits[row : row + 1].view(np.float32)[0])
            kind = FLOAT
            at += 4
        elif shape == _BYTES and field == 15:
            start, at = _length(data, at, end)
            if start < 0:
                return False
            raw = np.uint64(start) << np.uint64(32) | np.uint64(at - start)
            number = np.float64(np.nan)
            kind = STRING
        else:
            return False
    bits[row] = raw
    value[row] = number
    flags[row] = flag | kind << KIND_SHIFT
    return named


@hot
def _parse(data: Any, head: Any, alias: Any, time: Any, bits: Any, value: Any, flags: Any) -> Any:
    """Read a payload into the arrays; gives the number of metrics, or -1 to give up."""
    head[:] = 0
    end = len(data)
    at = 0
    row = 0
    while at < end:
        tag = int(data[at])
        at += 1
        if tag == 0x08 or tag == 0x18:  # timestamp, seq  # noqa: PLR1714
            number, at = _varint(data, at, end)
            if at < 0:
                return _GIVE_UP
            place = 0 if tag == 0x08 else 2
            head[place] = np.uint64(1)
            head[place + 1] = number
        elif tag == 0x12:  # one metric
            start, at = _length(data, at, end)
            if start < 0 or row >= len(alias):
                return _GIVE_UP
            if not _metric(data, start, at, row, alias, time, bits, value, flags):
                return _GIVE_UP
            row += 1
        else:
            return _GIVE_UP
    return row

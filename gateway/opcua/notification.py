"""Reads the bytes of a PublishResponse (OPC 10000-6): changed values, or a sign of life.

asyncua can decode these too, at about 50 µs a value, and gives the whole answer up when one
node's value is of a structure that it does not know. Here numbers are read where they stand, and
what is no number is stepped over by its length.
"""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from plant.moment import MILLISECOND

_BOOLEAN = 1
_NUMBERS = {
    _BOOLEAN: struct.Struct("<?"),
    2: struct.Struct("<b"),
    3: struct.Struct("<B"),
    4: struct.Struct("<h"),
    5: struct.Struct("<H"),
    6: struct.Struct("<i"),
    7: struct.Struct("<I"),
    8: struct.Struct("<q"),
    9: struct.Struct("<Q"),
    10: struct.Struct("<f"),
    11: struct.Struct("<d"),
}
_INT32, _UINT32, _INT64 = _NUMBERS[6], _NUMBERS[7], _NUMBERS[8]
_UINT16 = _NUMBERS[5]

# Bytes of the built-in types that have a fixed length.
_FIXED = {**{kind: form.size for kind, form in _NUMBERS.items()}, 13: 8, 14: 16, 19: 4}
_STRINGS = frozenset({12, 15, 16})
_DEEPEST = 16  # variants within variants; nobody means more

_PUBLISH_RESPONSE = 829
_DATA_CHANGE = 811
_STATUS_CHANGE = 820

# OPC UA counts 100 ns since 1601 UTC; up to that, there is no stamp.
_TICK_NS = 100
_EPOCH = 116_444_736_000_000_000
# A stamp before 1970 or after 2116 is one of a clock that is wrong, and must stay one: ns since
# 1970 have no room for the year 9999, and 0 would say that the value is not stamped.
_EARLIEST, _LATEST = MILLISECOND, 1 << 62


class NotificationError(ValueError):
    """The bytes are no PublishResponse."""


class Kind:
    """What a value is, besides its number."""

    NOTHING = 0  # no scalar number: nothing at all, text, a list, a structure
    BOOLEAN = 1
    NUMBER = 2


class Item(NamedTuple):
    """One value of one monitored item.

    `handle` is the number that we gave the item, `kind` one of `Kind`, `value` NaN when that is
    NOTHING; `status` the status code and `source` the source's time stamp in ns since 1970 UTC,
    0 when there is none. A stamp that no working clock gives is brought into 1970 to 2116.
    """

    handle: int
    kind: int
    value: float
    status: int
    source: int


@dataclass(frozen=True)
class Publication:
    """What one subscription had to say; without `items` it is a keep-alive.

    `result` is the status of the answer itself, `state` what is told of the subscription's own
    state (0: nothing), `carries` whether the message has content and so uses up `sequence`.
    """

    result: int
    subscription: int = 0
    sequence: int = 0
    carries: bool = False
    items: list[Item] = field(default_factory=list)
    state: int = 0


def read(data: bytes) -> Publication:
    """Read one answer to a Publish request; NotificationError when it is none."""
    try:
        publication, end = _read(data)
    except (struct.error, IndexError) as error:
        raise NotificationError(f"a PublishResponse ends too early: {error}") from error
    if end > len(data):
        raise NotificationError("a PublishResponse ends too early")
    return publication


def _read(data: bytes) -> tuple[Publication, int]:
    kind, at = _type_id(data, 0)
    if kind != _PUBLISH_RESPONSE:
        raise NotificationError(f"message {kind} is no PublishResponse")
    result = int(_UINT32.unpack_from(data, at + 12)[0])
    at = _after_diagnostics(data, at + 16, 0)
    at = _after_list(data, at, 12, 0)
    at = _after_structure(data, at)
    if result & 0x80000000:
        return Publication(result), at
    (subscription,) = _UINT32.unpack_from(data, at)
    at = _after_list(data, at + 4, 7, 0) + 1  # sequence numbers to be had; whether more is ready
    (sequence,) = _UINT32.unpack_from(data, at)
    parts, at = _count(data, at + 12)
    items: list[Item] = []
    state = 0
    for _ in range(parts):
        kind, body = _type_id(data, at)
        at = _after_structure(data, at)
        if at > len(data):
            raise NotificationError("a notification ends too early")
        if kind == _DATA_CHANGE:
            items += _items(data, body + 5)
        elif kind == _STATUS_CHANGE:
            (state,) = _UINT32.unpack_from(data, body + 5)
    return Publication(result, subscription, sequence, parts > 0, items, state), at


def _items(data: bytes, at: int) -> list[Item]:
    count, at = _count(data, at)
    items = []
    for _ in range(count):
        (handle,) = _UINT32.unpack_from(data, at)
        item, at = _item(data, at + 4, handle)
        items.append(item)
    return items


def _item(data: bytes, at: int, handle: int) -> tuple[Item, int]:
    """Read a DataValue: what is there is said by a mask."""
    mask = data[at]
    at += 1
    kind, value, status, source = Kind.NOTHING, math.nan, 0, 0
    if mask & 0x01:
        form = _NUMBERS.get(data[at])
        if form is None:
            at = _after_variant(data, at, 0)
        else:
            kind = Kind.BOOLEAN if data[at] == _BOOLEAN else Kind.NUMBER
            value = float(form.unpack_from(data, at + 1)[0])
            at += 1 + form.size
    if mask & 0x02:
        (status,) = _UINT32.unpack_from(data, at)
        at += 4
    if mask & 0x04:
        (ticks,) = _INT64.unpack_from(data, at)
        source = _since_1970(ticks)
        at += 8
    if mask & 0x10:
        at += 2
    if mask & 0x08:
        at += 8
    if mask & 0x20:
        at += 2
    return Item(handle, kind, value, status, source), at


def _since_1970(ticks: int) -> int:
    if ticks <= 0:
        return 0
    return min(max((ticks - _EPOCH) * _TICK_NS, _EARLIEST), _LATEST)


def _count(data: bytes, at: int) -> tuple[int, int]:
    """Read the length of a list; no list is an empty one, and no element is without a byte."""
    (count,) = _INT32.unpack_from(data, at)
    if count > len(data) - at:
        raise NotificationError(f"a list of {count} does not fit into the message")
    return max(0, int(count)), at + 4


def _type_id(data: bytes, at: int) -> tuple[int, int]:
    """Read a node id that names a type of OPC UA's own; others are 0."""
    match data[at]:
        case 0x00:
            return data[at + 1], at + 2
        case 0x01 if data[at + 1] == 0:
            return int(_UINT16.unpack_from(data, at + 2)[0]), at + 4
        case _:
            return 0, _after_node_id(data, at)


def _after_node_id(data: bytes, at: int) -> int:
    form, end = data[at], at
    match form & 0x3F:
        case 0:
            end += 2
        case 1:
            end += 4
        case 2:
            end += 7
        case 4:
            end += 19
        case 3 | 5:
            end = _after_string(data, at + 3)
        case _:
            raise NotificationError(f"{form:#x} is no node id")
    if form & 0x80:
        end = _after_string(data, end)
    return end + 4 if form & 0x40 else end


def _after_string(data: bytes, at: int) -> int:
    (length,) = _INT32.unpack_from(data, at)
    return at + 4 + max(0, int(length))


def _after_structure(data: bytes, at: int) -> int:
    at = _after_node_id(data, at)
    return _after_string(data, at + 1) if data[at] else at + 1


def _after_diagnostics(data: bytes, at: int, depth: int) -> int:
    mask = data[at]
    at += 1 + 4 * (mask & 0x0F).bit_count()
    if mask & 0x10:
        at = _after_string(data, at)
    if mask & 0x20:
        at += 4
    if mask & 0x40:
        if depth >= _DEEPEST:
            raise NotificationError("diagnostics are nested too deep")
        at = _after_diagnostics(data, at, depth + 1)
    return at


def _after_list(data: bytes, at: int, kind: int, depth: int) -> int:
    count, at = _count(data, at)
    if kind in _FIXED:
        return at + count * _FIXED[kind]
    for _ in range(count):
        at = _after_value(data, at, kind, depth)
    return at


def _after_variant(data: bytes, at: int, depth: int) -> int:
    form = data[at]
    kind = form & 0x3F
    if form & 0x80:
        at = _after_list(data, at + 1, kind, depth)
        return _after_list(data, at, 6, depth) if form & 0x40 else at
    return _after_value(data, at + 1, kind, depth) if kind else at + 1


def _after_value(data: bytes, at: int, kind: int, depth: int) -> int:
    if kind in _FIXED:
        return at + _FIXED[kind]
    if kind in _STRINGS:
        return _after_string(data, at)
    step = _STEPS.get(kind)
    if step is None:
        raise NotificationError(f"{kind} is no type of a value")
    if depth >= _DEEPEST:
        raise NotificationError("values are nested too deep")
    return step(data, at, depth + 1)


def _after_localized_text(data: bytes, at: int, _: int) -> int:
    mask, at = data[at], at + 1
    at = _after_string(data, at) if mask & 1 else at
    return _after_string(data, at) if mask & 2 else at


def _after_data_value(data: bytes, at: int, depth: int) -> int:
    mask = data[at]
    at = _after_variant(data, at + 1, depth) if mask & 0x01 else at + 1
    lengths = ((0x02, 4), (0x04, 8), (0x10, 2), (0x08, 8), (0x20, 2))
    return at + sum(length for bit, length in lengths if mask & bit)


_STEPS: dict[int, Callable[[bytes, int, int], int]] = {
    17: lambda data, at, _: _after_node_id(data, at),
    18: lambda data, at, _: _after_node_id(data, at),
    20: lambda data, at, _: _after_string(data, at + 2),  # a qualified name
    21: _after_localized_text,
    22: lambda data, at, _: _after_structure(data, at),
    23: _after_data_value,
    24: _after_variant,
    25: _after_diagnostics,
}

"""From the bits and registers of one answer to readings. Nothing a device sends raises here."""

import math
import struct
from collections.abc import Sequence

from gateway.modbus.plan import Item, Read
from plant.modbus_address import Form
from plant.quality import Quality, Reason
from plant.reading import Reading
from plant.signal import Signal

_FORMATS = {
    Form.INT16: ">h",
    Form.UINT16: ">H",
    Form.INT32: ">i",
    Form.UINT32: ">I",
    Form.FLOAT32: ">f",
}


def bad(signal: str, reason: Reason) -> Reading:
    """Give the reading of a signal that has no value."""
    return Reading(signal, math.nan, Quality.BAD, reason)


def decode(read: Read, data: Sequence[int], word_order: str) -> tuple[Reading, ...]:
    """Give one reading for each signal of `read` from the answer's bits or registers.

    `word_order` is `big` when the first register of a 32-bit value is the high half, `little`
    when it is the low half. The bytes inside a register are always high first.
    """
    if len(data) < read.count:
        return tuple(bad(item.signal.id, Reason.NOT_DECODABLE) for item in read.items)
    return tuple(_decode(item, data, read.start, word_order) for item in read.items)


def _decode(item: Item, data: Sequence[int], start: int, word_order: str) -> Reading:
    address = item.address
    words = data[address.number - start : address.end - start]
    if any(not 0 <= word <= 0xFFFF for word in words):
        return bad(item.signal.id, Reason.NOT_DECODABLE)
    if address.table.bits:
        raw = float(bool(words[0]))
    elif address.form is Form.BIT:
        raw = float(words[0] >> address.bit & 1)
    else:
        ordered = words if word_order == "big" else words[::-1]
        packed = b"".join(word.to_bytes(2, "big") for word in ordered)
        (raw,) = struct.unpack(_FORMATS[address.form], packed)
    return _in_unit(item.signal, raw)


def _in_unit(signal: Signal, raw: float) -> Reading:
    if signal.discrete:
        return Reading(signal.id, float(raw))
    value = raw * signal.scale + signal.offset
    if not math.isfinite(value):
        return bad(signal.id, Reason.NOT_DECODABLE)
    low, high = signal.accepted_range
    if not low <= value <= high:
        return bad(signal.id, Reason.OUT_OF_RANGE)
    return Reading(signal.id, value)

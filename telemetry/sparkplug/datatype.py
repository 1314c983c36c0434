"""Sparkplug's data types, and how their numbers are carried."""

from enum import IntEnum


class DataType(IntEnum):
    """The types of metrics and properties (arrays are known by number only)."""

    UNKNOWN = 0
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATETIME = 13
    TEXT = 14
    UUID = 15
    DATASET = 16
    BYTES = 17
    FILE = 18
    TEMPLATE = 19


# A signed integer travels as the unsigned number with the same low bits.
SIGNED_BITS: dict[int, int] = {
    DataType.INT8: 8,
    DataType.INT16: 16,
    DataType.INT32: 32,
    DataType.INT64: 64,
}


def from_wire(value: int, datatype: int) -> int:
    """Give the integer that the unsigned `value` stands for in a metric of `datatype`."""
    bits = SIGNED_BITS.get(datatype)
    if bits is None:
        return value
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value

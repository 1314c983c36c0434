"""The address grammar of Modbus signals in `signals.csv`.

    input:0:float32         input registers 0 and 1 as one IEEE 754 number
    holding:10:uint16       int16, uint16, int32, uint32, int64, uint64, float32 or float64
    holding:30:int32:CDAB   its bytes in an order of its own, where the device's does not hold
    holding:20:bit3         one bit (0 = least significant) of a register
    holding:20:bits4-7      bits 4 to 7 of a register as one whole number
    coil:5, discrete:0      one bit by itself

Numbers are those on the wire: they start at 0, whatever the controller's manual prints.
"""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum

ACCEPTED = (
    "coil:N, discrete:N, or input:N:TYPE, holding:N:TYPE with N from 0 to 65535 and "
    "TYPE one of int16, uint16, int32, uint32, int64, uint64, float32, float64, bit0 to bit15, "
    "bitsA-B; a number may end with its byte order :ABCD, :CDAB, :BADC or :DCBA"
)

_GRAMMAR = re.compile(
    r"(coil|discrete|input|holding):(0|[1-9][0-9]{0,4})"
    r"(?::([a-z]+[0-9]+(?:-[0-9]+)?))?(?::([A-D]+))?"
)


class Table(Enum):
    """One of the four tables of a Modbus device, by the function code that reads it."""

    COIL = 1
    DISCRETE = 2
    HOLDING = 3
    INPUT = 4

    @property
    def function(self) -> int:
        """The only function code that Firstout uses on this table; it reads."""
        return self.value

    @property
    def bits(self) -> bool:
        """True when the table holds single bits, False when it holds 16-bit registers."""
        return self in (Table.COIL, Table.DISCRETE)


class Form(StrEnum):
    """How the bits at an address make a number."""

    BIT = "bit"
    BITS = "bits"
    INT16 = "int16"
    UINT16 = "uint16"
    INT32 = "int32"
    UINT32 = "uint32"
    INT64 = "int64"
    UINT64 = "uint64"
    FLOAT32 = "float32"
    FLOAT64 = "float64"

    @property
    def registers(self) -> int:
        """How many registers a value of this form takes."""
        return _REGISTERS.get(self, 1)


_REGISTERS = {
    **dict.fromkeys((Form.INT32, Form.UINT32, Form.FLOAT32), 2),
    **dict.fromkeys((Form.INT64, Form.UINT64, Form.FLOAT64), 4),
}


class ByteOrder(StrEnum):
    """How the bytes of a value lie in its registers, shown for a value of two registers.

    A is the most significant byte. Longer values go on in the same manner: CDAB has the lowest
    register first, BADC the bytes inside each register exchanged, DCBA both.
    """

    ABCD = "ABCD"
    CDAB = "CDAB"
    BADC = "BADC"
    DCBA = "DCBA"

    @classmethod
    def of(cls, word_order: str, byte_order: str) -> "ByteOrder":
        """Give the order of a device's values from its settings, each `big` or `little`."""
        if word_order == "big":
            return cls.ABCD if byte_order == "big" else cls.BADC
        return cls.CDAB if byte_order == "big" else cls.DCBA

    @property
    def low_register_first(self) -> bool:
        """True when the least significant register comes first."""
        return self in (ByteOrder.CDAB, ByteOrder.DCBA)

    @property
    def low_byte_first(self) -> bool:
        """True when the bytes inside each register are exchanged."""
        return self in (ByteOrder.BADC, ByteOrder.DCBA)


@dataclass(frozen=True)
class Address:
    """Where a value is: `number` in `table`, its form, and which bits of a register.

    `bit` is the lowest bit of a BIT or BITS, `last_bit` the highest. `order` None leaves the
    byte order to the device.
    """

    table: Table
    number: int
    form: Form
    bit: int = 0
    last_bit: int = 0
    order: ByteOrder | None = None

    @property
    def width(self) -> int:
        """How many items of the table (bits or registers) the value takes."""
        return self.form.registers

    @property
    def end(self) -> int:
        """The first item after the value."""
        return self.number + self.width


def parse(text: str) -> Address:
    """Read one address; ValueError names what would be accepted."""
    match = _GRAMMAR.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no Modbus address; accepted: {ACCEPTED}")
    table, number, form, order = Table[match[1].upper()], int(match[2]), match[3], match[4]
    if table.bits:
        if form is not None or order is not None:
            raise ValueError(f"{text!r} gives a bit a type; accepted: {match[1]}:{number}")
        address = Address(table, number, Form.BIT)
    else:
        address = _in_registers(text, table, number, form, order)
    if address.end > 65536:
        raise ValueError(f"{text!r} passes the last item, 65535; accepted: {ACCEPTED}")
    return address


def _in_registers(
    text: str, table: Table, number: int, form: str | None, order: str | None
) -> Address:
    if form is not None and form.startswith("bit"):
        bits = _bits(form)
        if bits is not None and order is None:
            single, first, last = bits
            return Address(table, number, Form.BIT if single else Form.BITS, first, last)
    elif form in _NUMBERS and (order is None or order in list(ByteOrder)):
        chosen = None if order is None else ByteOrder(order)
        return Address(table, number, Form(form), order=chosen)
    raise ValueError(f"{text!r} has no type that a register can hold; accepted: {ACCEPTED}")


_NUMBERS = frozenset(form.value for form in Form) - {Form.BIT, Form.BITS}


def _bits(form: str) -> tuple[bool, int, int] | None:
    """Read `bit3` or `bits4-7`: whether it is one bit, the lowest, the highest; None if wrong."""
    single = re.fullmatch(r"bit(0|[1-9][0-9]?)", form)
    if single is not None and int(single[1]) <= 15:
        return True, int(single[1]), int(single[1])
    several = re.fullmatch(r"bits(0|[1-9][0-9]?)-([1-9][0-9]?)", form)
    if several is not None and int(several[1]) < int(several[2]) <= 15:
        return False, int(several[1]), int(several[2])
    return None

"""The address grammar of Modbus signals in `signals.csv`.

    input:0:float32       input registers 0 and 1 as one IEEE 754 number
    holding:10:uint16     int16, uint16, int32, uint32 or float32
    holding:20:bit3       one bit (0 = least significant) of a register
    coil:5, discrete:0    one bit by itself

Numbers are those on the wire: they start at 0, whatever the controller's manual prints.
"""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum

ACCEPTED = (
    "coil:N, discrete:N, or input:N:TYPE, holding:N:TYPE with N from 0 to 65535 and "
    "TYPE one of int16, uint16, int32, uint32, float32, bit0 to bit15"
)

_GRAMMAR = re.compile(r"(coil|discrete|input|holding):(0|[1-9][0-9]{0,4})(?::([a-z]+[0-9]+))?")


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
    INT16 = "int16"
    UINT16 = "uint16"
    INT32 = "int32"
    UINT32 = "uint32"
    FLOAT32 = "float32"


_WIDE = frozenset({Form.INT32, Form.UINT32, Form.FLOAT32})


@dataclass(frozen=True)
class Address:
    """Where a value is: `number` in `table`, its form, and for a register's bit which one."""

    table: Table
    number: int
    form: Form
    bit: int = 0

    @property
    def width(self) -> int:
        """How many items of the table (bits or registers) the value takes."""
        return 2 if self.form in _WIDE else 1

    @property
    def end(self) -> int:
        """The first item after the value."""
        return self.number + self.width


def parse(text: str) -> Address:
    """Read one address; ValueError names what would be accepted."""
    match = _GRAMMAR.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no Modbus address; accepted: {ACCEPTED}")
    table, number, form = Table[match[1].upper()], int(match[2]), match[3]
    if table.bits:
        if form is not None:
            raise ValueError(f"{text!r} gives a bit a type; accepted: {match[1]}:{number}")
        address = Address(table, number, Form.BIT)
    else:
        address = _in_registers(text, table, number, form)
    if address.end > 65536:
        raise ValueError(f"{text!r} passes the last item, 65535; accepted: {ACCEPTED}")
    return address


def _in_registers(text: str, table: Table, number: int, form: str | None) -> Address:
    if form is not None and form.startswith("bit"):
        bit = int(form.removeprefix("bit"))
        if bit <= 15 and form == f"bit{bit}":
            return Address(table, number, Form.BIT, bit)
    elif form in list(Form):
        return Address(table, number, Form(form))
    raise ValueError(f"{text!r} has no type that a register can hold; accepted: {ACCEPTED}")

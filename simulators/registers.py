"""A simulated device's memory: values go in by address, registers and bits come out."""

import struct
from collections.abc import Iterable
from math import inf, nan

from plant.modbus_address import Address, ByteOrder, Form, Table

_STRUCTS = {
    Form.INT16: struct.Struct(">h"),
    Form.UINT16: struct.Struct(">H"),
    Form.INT32: struct.Struct(">i"),
    Form.UINT32: struct.Struct(">I"),
    Form.INT64: struct.Struct(">q"),
    Form.UINT64: struct.Struct(">Q"),
    Form.FLOAT32: struct.Struct(">f"),
    Form.FLOAT64: struct.Struct(">d"),
}
_FLOATS = frozenset({Form.FLOAT32, Form.FLOAT64})


def _ends(form: Form) -> tuple[float, float]:
    """Give the lowest and the highest number that a form holds; a float's are finite."""
    packer = _STRUCTS[form]
    if form in _FLOATS:
        highest = b"\x7f\x7f\xff\xff" if form is Form.FLOAT32 else b"\x7f\xef" + b"\xff" * 6
        high = float(packer.unpack(highest)[0])
        return -high, high
    bits = 8 * packer.size
    signed = form.name.startswith("INT")
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)


_ENDS = {form: _ends(form) for form in _STRUCTS}


class Registers:
    """Items of the four tables; only those that an address names exist.

    `word_order` and `byte_order` are the device's, for addresses that say none of their own.
    """

    def __init__(self, addresses: Iterable[Address], word_order: str, byte_order: str) -> None:
        self._order = ByteOrder.of(word_order, byte_order)
        self._items: dict[tuple[Table, int], int] = {
            (address.table, number): 0
            for address in addresses
            for number in range(address.number, address.end)
        }

    def numbers(self, table: Table) -> tuple[int, ...]:
        """Give the numbers of the items that the table has, ascending."""
        return tuple(sorted(number for kind, number in self._items if kind is table))

    def item(self, table: Table, number: int) -> int:
        """Give one bit (0 or 1) or register (0 to 65535); KeyError where there is none."""
        return self._items[table, number]

    def put(self, address: Address, raw: float) -> float:
        """Store a raw number and give what a reader will decode.

        It is rounded to the form, and one that the form cannot hold becomes the nearest that it
        can: an instrument in saturation shows the end of its scale.
        """
        match address.form:
            case Form.BIT:
                return float(self._put_bits(address, int(raw != 0)))
            case Form.BITS:
                highest = (1 << address.last_bit - address.bit + 1) - 1
                return float(self._put_bits(address, round(max(0.0, min(highest, raw)))))
            case form:
                low, high = _ENDS[form]
                held = max(low, min(high, raw))
                return self._put_words(address, held if form in _FLOATS else round(held))

    def put_nothing(self, address: Address) -> float:
        """Store what a device shows for an instrument that gives nothing, and give it.

        NaN in a float, the lowest number of a signed form, the highest of an unsigned one. A
        single bit stays as it was.
        """
        match address.form:
            case Form.BIT:
                return float(self._word(address) >> address.bit & 1)
            case Form.FLOAT32 | Form.FLOAT64:
                return self._put_words(address, nan)
            case Form.INT16 | Form.INT32 | Form.INT64:
                return self.put(address, -inf)
            case _:
                return self.put(address, inf)

    def _put_bits(self, address: Address, number: int) -> int:
        """Store a number in some bits of one item, and leave the others alone."""
        mask = (1 << address.last_bit - address.bit + 1) - 1 << address.bit
        self._set_word(address, self._word(address) & ~mask | number << address.bit)
        return number

    def _word(self, address: Address) -> int:
        """Give the item in which bits are, most significant byte first."""
        return self._exchanged(address, self._items[address.table, address.number])

    def _set_word(self, address: Address, word: int) -> None:
        self._items[address.table, address.number] = self._exchanged(address, word)

    def _exchanged(self, address: Address, word: int) -> int:
        # A device that exchanges the bytes of its registers does so in those of bits as well.
        if address.table.bits or not self._order.low_byte_first:
            return word
        return word >> 8 | (word & 0xFF) << 8

    def _put_words(self, address: Address, number: float) -> float:
        packer = _STRUCTS[address.form]
        packed = packer.pack(number)
        order = self._order if address.order is None else address.order
        words = struct.unpack(f"{'<' if order.low_byte_first else '>'}{len(packed) // 2}H", packed)
        for place, word in enumerate(reversed(words) if order.low_register_first else words):
            self._items[address.table, address.number + place] = word
        return float(packer.unpack(packed)[0])

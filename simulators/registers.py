"""A simulated device's memory: values go in by address, registers and bits come out."""

import struct
from collections.abc import Iterable

from plant.modbus_address import Address, Form, Table

_FORMATS = {
    Form.INT16: ">h",
    Form.UINT16: ">H",
    Form.INT32: ">i",
    Form.UINT32: ">I",
    Form.FLOAT32: ">f",
}


class Registers:
    """Items of the four tables; only those that an address names exist."""

    def __init__(self, addresses: Iterable[Address], word_order: str) -> None:
        self._little = word_order == "little"
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
        """Store a raw value and give what a reader will decode (rounded to the form).

        ValueError if the form cannot hold it.
        """
        if address.form is Form.BIT:
            return self._put_bit(address, on=raw != 0)
        whole = raw if address.form is Form.FLOAT32 else round(raw)
        try:
            packed = struct.pack(_FORMATS[address.form], whole)
        except (struct.error, OverflowError) as error:
            raise ValueError(f"{raw} does not fit {address.form}") from error
        words = [int.from_bytes(packed[at : at + 2], "big") for at in range(0, len(packed), 2)]
        for place, word in enumerate(reversed(words) if self._little else words):
            self._items[address.table, address.number + place] = word
        return float(struct.unpack(_FORMATS[address.form], packed)[0])

    def _put_bit(self, address: Address, *, on: bool) -> float:
        mask = 1 << address.bit
        former = self._items[address.table, address.number]
        self._items[address.table, address.number] = former | mask if on else former & ~mask
        return float(on)

"""From the bytes of answers to readings. Nothing a device sends raises here.

What can be worked out beforehand is worked out once for requests whose answers become one record;
a record then costs a few array operations, however many signals and answers it holds. The bytes of
all answers are laid one after another, and each number is gathered from its bytes, the most
significant first, so that the order in which a device sends them is a matter of indices.

A 64-bit whole number becomes a float64: above 2^53 (9.0e15) it is the nearest one that there is,
so a counter that large shows no steps of 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from gateway.modbus.plan import Item, Read
from gateway.scaling import Scaling
from plant.modbus_address import Address, ByteOrder, Form
from plant.quality import Quality, Reason
from plant.reading import Readings

_NUMBERS: dict[Form, np.dtype[np.generic]] = {
    Form.BITS: np.dtype(">u2"),
    Form.INT16: np.dtype(">i2"),
    Form.UINT16: np.dtype(">u2"),
    Form.INT32: np.dtype(">i4"),
    Form.UINT32: np.dtype(">u4"),
    Form.INT64: np.dtype(">i8"),
    Form.UINT64: np.dtype(">u8"),
    Form.FLOAT32: np.dtype(">f4"),
    Form.FLOAT64: np.dtype(">f8"),
}
_PACKED_BIT = np.dtype(np.uint8)  # in an answer of bits, eight to a byte


@dataclass(frozen=True, eq=False)
class Answer:
    """The data bytes of the answer to one request.

    Bits come eight to a byte, lowest first; registers as two bytes, high byte first. `refused`
    marks the signals of the request that the device refused by themselves, None when none.
    """

    data: bytes
    refused: NDArray[np.bool_] | None = None


class Decoder:
    """How the answers to certain requests become one record; made once, used at every poll."""

    def __init__(self, reads: Sequence[Read], order: ByteOrder) -> None:
        """Prepare for `reads`, in this order, at a device whose values lie in `order`."""
        items = [item for read in reads for item in read.items]
        self.signals = tuple(item.signal.id for item in items)
        self._scaling = Scaling([item.signal for item in items])
        self._sizes = [read.size for read in reads]
        rows = [0, *accumulate(len(read.items) for read in reads)]
        self._rows = [slice(*ends) for ends in pairwise(rows)]
        starts = [0, *accumulate(self._sizes)]
        self._kinds = _kinds(
            [
                _place(item, read, at, order)
                for read, at in zip(reads, starts[:-1], strict=True)
                for item in read.items
            ]
        )

    def readings(self, answers: Sequence[Answer | Reason]) -> Readings:
        """Give one reading for each signal, from the answer to each request.

        A reason in the place of an answer makes its signals BAD for it. Signals whose answer has
        fewer bytes than were asked for are NOT_DECODABLE.
        """
        quality = reasons = None
        for answer, size, rows in zip(answers, self._sizes, self._rows, strict=True):
            wrong = _wrong(answer, size)
            if wrong is None:
                continue
            if reasons is None:
                reasons = np.full(len(self.signals), Reason.NONE, np.uint8)
            reasons[rows] = wrong
        if reasons is not None:
            quality = np.where(reasons, Quality.BAD, Quality.GOOD).astype(np.uint8)
        data = b"".join(map(_padded, answers, self._sizes))
        # A signalling NaN and a product past the largest float64 are values that Scaling judges.
        with np.errstate(invalid="ignore", over="ignore"):
            raw = self._raw(np.frombuffer(data, np.uint8))
            scaled = self._scaling.readings(raw, quality, reasons)
        return Readings(self.signals, scaled.values, scaled.quality, scaled.reasons)

    def _raw(self, data: NDArray[np.uint8]) -> NDArray[np.float64]:
        raw = np.empty(len(self.signals), np.float64)
        for kind in self._kinds:
            raw[kind.rows] = kind.numbers(data)
        return raw


def _wrong(answer: Answer | Reason, size: int) -> Reason | NDArray[np.uint8] | None:
    """Say why signals have no value: one reason for all, or one for each; None if all have."""
    if isinstance(answer, Reason):
        return answer
    if len(answer.data) < size:
        return Reason.NOT_DECODABLE
    if answer.refused is None:
        return None
    return np.where(answer.refused, Reason.REFUSED, Reason.NONE).astype(np.uint8)


def _padded(answer: Answer | Reason, size: int) -> bytes:
    return bytes(size) if isinstance(answer, Reason) else answer.data[:size].ljust(size, b"\0")


@dataclass(frozen=True)
class _Place:
    """Where one signal's number is: its bytes, most significant first, and the bits wanted."""

    number: np.dtype[np.generic]
    places: tuple[int, ...]
    cut: bool = False
    shift: int = 0
    mask: int = 0


@dataclass(frozen=True, eq=False)
class _Kind:
    """The signals of a record whose bytes make a number in the same way.

    `places` are the places of its bytes: shape (signals, bytes). `shift` and `mask` cut the bits
    of a bit field out of it; None for numbers.
    """

    rows: NDArray[np.intp]
    places: NDArray[np.intp]
    number: np.dtype[np.generic]
    shift: NDArray[np.uint16] | None
    mask: NDArray[np.uint16] | None

    def numbers(self, data: NDArray[np.uint8]) -> NDArray[np.generic]:
        """Give the number of each signal, in the form's own type."""
        whole: NDArray[np.generic] = data[self.places].view(self.number)[:, 0]
        if self.shift is None or self.mask is None:
            return whole
        return whole.astype(np.uint16) >> self.shift & self.mask


def _place(item: Item, read: Read, start: int, order: ByteOrder) -> _Place:
    """Find an item in the bytes of its answer, which begin at `start`."""
    address = item.address
    number = address.number - read.start
    if read.table.bits:
        return _Place(_PACKED_BIT, (start + number // 8,), cut=True, shift=number % 8, mask=1)
    places = tuple(start + 2 * number + place for place in _bytes(address, order))
    if address.form not in (Form.BIT, Form.BITS):
        return _Place(_NUMBERS[address.form], places)
    mask = (1 << address.last_bit - address.bit + 1) - 1
    return _Place(_NUMBERS[Form.BITS], places, cut=True, shift=address.bit, mask=mask)


def _bytes(address: Address, order: ByteOrder) -> list[int]:
    """Give where the bytes of a value lie in its registers, the most significant first."""
    own = address.order or order
    registers = range(address.width)
    return [
        2 * register + place
        for register in (reversed(registers) if own.low_register_first else registers)
        for place in ((1, 0) if own.low_byte_first else (0, 1))
    ]


def _kinds(found: Sequence[_Place]) -> tuple[_Kind, ...]:
    alike: dict[tuple[np.dtype[np.generic], bool], list[int]] = {}
    for row, place in enumerate(found):
        alike.setdefault((place.number, place.cut), []).append(row)
    return tuple(
        _Kind(
            np.array(rows),
            np.array([found[row].places for row in rows]),
            number,
            np.array([found[row].shift for row in rows], np.uint16) if cut else None,
            np.array([found[row].mask for row in rows], np.uint16) if cut else None,
        )
        for (number, cut), rows in alike.items()
    )

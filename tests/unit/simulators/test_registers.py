import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.modbus_address import Address, ByteOrder, Form, Table, parse
from simulators.registers import Registers

_LETTERS = {
    "int16": "h", "uint16": "H", "int32": "i", "uint32": "I",
    "int64": "q", "uint64": "Q", "float32": "f", "float64": "d",
}  # fmt: skip
_FORMS = sorted(_LETTERS)
_WHOLE = [form for form in _FORMS if "int" in form]
_SETTINGS = {
    ByteOrder.ABCD: ("big", "big"),
    ByteOrder.CDAB: ("little", "big"),
    ByteOrder.BADC: ("big", "little"),
    ByteOrder.DCBA: ("little", "little"),
}


def _bytes(registers: Registers, place: Address) -> bytes:
    words = [registers.item(place.table, n) for n in range(place.number, place.end)]
    return struct.pack(f">{len(words)}H", *words)


def _in_order(number: bytes, order: ByteOrder) -> bytes:
    """Lay the bytes of a big-endian number as the letters of its order say."""
    words = [number[at : at + 2] for at in range(0, len(number), 2)]
    match order:
        case ByteOrder.ABCD:
            return number
        case ByteOrder.CDAB:
            return b"".join(reversed(words))
        case ByteOrder.BADC:
            return b"".join(word[::-1] for word in words)
        case ByteOrder.DCBA:
            return number[::-1]


@given(
    form=st.sampled_from(_FORMS),
    order=st.sampled_from(list(ByteOrder)),
    own=st.booleans(),
    value=st.floats(-1e300, 1e300) | st.integers(-(2**63), 2**64 - 1).map(float),
)
def test_what_is_put_lies_in_the_registers_in_its_order(
    form: str, order: ByteOrder, *, own: bool, value: float
) -> None:
    address = parse(f"holding:4:{form}" + (f":{order}" if own else ""))
    settings = ("big", "big") if own else _SETTINGS[order]
    registers = Registers([address], *settings)
    shown = registers.put(address, value)

    number = shown if "float" in form else int(shown)
    if "64" not in form or "float" in form:  # a 64-bit number need not be a float exactly
        assert _bytes(registers, address) == _in_order(
            struct.pack(f">{_LETTERS[form]}", number), order
        )
    (held,) = struct.unpack(f">{_LETTERS[form]}", _in_order(_bytes(registers, address), order))
    assert held == pytest.approx(shown, rel=1e-15)


@pytest.mark.parametrize("form", _WHOLE)
@given(value=st.floats())
def test_a_whole_number_shows_the_end_of_its_scale_in_saturation(form: str, value: float) -> None:
    address = parse(f"input:0:{form}")
    if math.isnan(value):
        return
    bits = int(form.removeprefix("u").removeprefix("int"))
    low, high = (0, 2**bits - 1) if form[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)

    shown = Registers([address], "big", "big").put(address, value)

    assert low <= shown <= float(high)
    if low <= value <= high:
        assert abs(shown - value) <= 0.5
    else:
        assert shown == float(low if value < low else high)


@pytest.mark.parametrize(
    ("form", "largest"), [("float32", 3.4028234663852886e38), ("float64", 1.7976931348623157e308)]
)
def test_a_float_shows_its_largest_number_in_saturation(form: str, largest: float) -> None:
    address = parse(f"input:0:{form}")
    registers = Registers([address], "little", "big")

    assert registers.put(address, math.inf) == largest
    assert registers.put(address, -math.inf) == -largest


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("input:0:int16", -(2**15)),
        ("input:0:uint16", 2**16 - 1),
        ("input:0:int32", -(2**31)),
        ("input:0:uint32", 2**32 - 1),
        ("input:0:int64", -(2**63)),
        ("input:0:uint64", 2**64),  # the nearest float
        ("input:0:bits4-6", 7),
    ],
)
def test_an_instrument_that_gives_nothing_shows_the_end_of_the_form(
    address: str, shown: float
) -> None:
    place = parse(address)

    assert Registers([place], "big", "big").put_nothing(place) == shown


@pytest.mark.parametrize("form", ["float32", "float64"])
def test_a_float_that_gives_nothing_is_no_number(form: str) -> None:
    place = parse(f"input:0:{form}")
    registers = Registers([place], "big", "big")

    assert math.isnan(registers.put_nothing(place))
    (held,) = struct.unpack(f">{_LETTERS[form]}", _bytes(registers, place))
    assert math.isnan(held)


@pytest.mark.parametrize("address", ["coil:3", "discrete:3", "holding:3:bit9"])
@pytest.mark.parametrize("state", [0.0, 1.0])
def test_a_bit_that_gives_nothing_stays_as_it_was(address: str, state: float) -> None:
    place = parse(address)
    registers = Registers([place], "big", "little")
    registers.put(place, state)
    former = registers.item(place.table, 3)

    assert registers.put_nothing(place) == state
    assert registers.item(place.table, 3) == former


def test_bits_of_one_register_do_not_disturb_each_other() -> None:
    bits = [parse(f"holding:1:bit{bit}") for bit in range(16)]
    registers = Registers(bits, "big", "big")
    for bit in bits[::2]:
        registers.put(bit, 1.0)
    registers.put(bits[0], 0.0)

    assert registers.item(Table.HOLDING, 1) == 0b0101_0101_0101_0100


@given(st.integers(0, 14), st.data())
def test_a_bit_field_holds_its_number_and_leaves_its_neighbours(
    first: int, data: st.DataObject
) -> None:
    last = data.draw(st.integers(first + 1, 15))
    place = parse(f"holding:1:bits{first}-{last}")
    whole = parse("holding:1:uint16")
    registers = Registers([place, whole], "big", "big")
    number = data.draw(st.integers(0, 2 ** (last - first + 1) - 1))
    registers.put(whole, data.draw(st.integers(0, 65535)))
    before = registers.item(Table.HOLDING, 1)

    assert registers.put(place, number) == number
    after = registers.item(Table.HOLDING, 1)
    assert after >> first & 2 ** (last - first + 1) - 1 == number
    mask = 2 ** (last + 1) - 2**first
    assert after & ~mask == before & ~mask


def test_a_device_that_exchanges_bytes_does_so_around_bits_too() -> None:
    place = parse("holding:1:bit0")
    registers = Registers([place, parse("coil:1")], "big", "little")
    registers.put(place, 1.0)
    registers.put(parse("coil:1"), 1.0)

    assert registers.item(Table.HOLDING, 1) == 0x0100
    assert registers.item(Table.COIL, 1) == 1


def test_only_what_is_addressed_exists() -> None:
    registers = Registers([parse("input:4:float32"), parse("discrete:2")], "big", "big")

    assert registers.numbers(Table.INPUT) == (4, 5)
    assert registers.numbers(Table.DISCRETE) == (2,)
    assert registers.numbers(Table.COIL) == ()
    with pytest.raises(KeyError):
        registers.item(Table.INPUT, 6)


def test_each_form_takes_the_registers_that_it_says() -> None:
    for form in _FORMS:
        registers = Registers([parse(f"input:10:{form}")], "big", "big")
        assert registers.numbers(Table.INPUT) == tuple(range(10, 10 + Form(form).registers))

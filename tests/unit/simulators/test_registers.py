import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.modbus.decode import decode
from gateway.modbus.plan import plan
from plant.modbus_address import Table, parse
from simulators.registers import Registers
from tests.modbus_signals import signal


@given(
    st.sampled_from(["input:4:float32", "holding:4:int32", "holding:4:uint16", "input:4:bit7"]),
    st.sampled_from(["big", "little"]),
    st.floats(0, 60000, width=32),
)
def test_what_is_put_is_what_the_gateway_decodes(
    address: str, word_order: str, value: float
) -> None:
    place = parse(address)
    registers = Registers([place], word_order)
    shown = registers.put(place, value)
    (group,) = plan([signal("s", address)])
    (read,) = group.parts
    data = [registers.item(place.table, read.start + at) for at in range(read.count)]

    (reading,) = decode(read, data, word_order)

    assert reading.value == shown
    if ":bit" not in address:
        assert shown == pytest.approx(value, abs=0.5)


def test_bits_of_one_register_do_not_disturb_each_other() -> None:
    bits = [parse(f"holding:1:bit{bit}") for bit in range(16)]
    registers = Registers(bits, "big")
    for bit in bits[::2]:
        registers.put(bit, 1.0)
    registers.put(bits[0], 0.0)

    assert registers.item(Table.HOLDING, 1) == 0b0101_0101_0101_0100


def test_only_what_is_addressed_exists() -> None:
    registers = Registers([parse("input:4:float32"), parse("discrete:2")], "big")

    assert registers.numbers(Table.INPUT) == (4, 5)
    assert registers.numbers(Table.DISCRETE) == (2,)
    assert registers.numbers(Table.COIL) == ()
    with pytest.raises(KeyError):
        registers.item(Table.INPUT, 6)


@pytest.mark.parametrize(
    ("address", "value"), [("input:0:int16", 40000.0), ("input:0:uint32", -1)]
)
def test_what_does_not_fit_is_refused(address: str, value: float) -> None:
    place = parse(address)

    with pytest.raises(ValueError, match="does not fit"):
        Registers([place], "big").put(place, value)

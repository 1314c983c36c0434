from dataclasses import replace

import pytest

from gateway.modbus.check import check_modbus
from plant.plant import Device
from tests.signals import signal

PLC = Device("plc", "modbus-tcp", "127.0.0.1", 502, timeout_s=0.5)


@pytest.mark.parametrize(
    "address",
    [
        "coil:0", "discrete:9", "input:0:bit3", "holding:1:bit15", "input:0:bits4-7",
        "input:0:int16", "holding:0:uint16:BADC", "input:0:int32", "holding:0:uint32:CDAB",
        "input:0:int64", "holding:0:uint64:DCBA", "input:0:float32", "holding:0:float64:ABCD",
    ],
)  # fmt: skip
def test_every_form_may_be_read(address: str) -> None:
    assert check_modbus(PLC, [signal("s", address)]) == []


@pytest.mark.parametrize("key", ["word_order", "byte_order"])
def test_an_order_is_big_or_little(key: str) -> None:
    (fault,) = check_modbus(replace(PLC, **{key: "middle"}), [])

    assert fault.where == f"device plc, {key}"
    assert fault.problem == f"'middle' is no {key.replace('_', ' ')}"
    assert fault.accepted == "big or little"


def test_a_bit_field_is_a_number_and_a_bit_is_not() -> None:
    field, bit = signal("a", "input:0:bits0-2"), signal("b", "input:1:bit0")

    (wrong,) = check_modbus(PLC, [replace(field, unit=None)])
    assert "cannot hold a discrete signal" in wrong.problem
    (wrong,) = check_modbus(PLC, [replace(bit, unit="mm")])
    assert "cannot hold a measured signal" in wrong.problem
    assert "bitsA-B" in wrong.accepted


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("holding:0:float64", "holding:4:float64"),
        ("holding:0:int64:CDAB", "holding:0:int64:CDAB"),
        ("holding:0:int16", "holding:0:int16:CDAB"),  # one register has no order of registers
        ("holding:0:float32", "holding:0:float32:ABCD"),  # as the device has it anyway
        ("holding:7:bits0-3", "holding:7:bits4-7"),
        ("holding:7:bits0-3", "holding:7:bit4"),
        ("holding:7:bits0-3", "holding:7:bits0-3"),
        ("coil:16", "holding:1:bit0"),
        ("coil:7", "coil:8"),
    ],
)
def test_two_signals_may_read_apart_or_alike(first: str, second: str) -> None:
    assert check_modbus(PLC, [signal("a", first), signal("b", second)]) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("holding:0:float64", "holding:3:uint16"),
        ("holding:3:uint64", "holding:0:int64"),
        ("holding:0:int64", "holding:0:uint64"),
        ("holding:0:float32", "holding:0:float32:CDAB"),
        ("holding:0:uint16", "holding:0:uint16:BADC"),
        ("holding:7:bits0-3", "holding:7:bits3-5"),
        ("holding:7:bits0-3", "holding:7:bit2"),
        ("holding:7:bits0-3", "holding:7:uint16"),
    ],
)
def test_one_place_read_in_two_ways_is_a_slip(first: str, second: str) -> None:
    (fault,) = check_modbus(PLC, [signal("a", first), signal("b", second)])

    assert fault.where == "signal b, address"
    assert fault.problem == f"{second!r} of plc overlaps {first!r} of a"


def test_the_orders_of_the_device_count_too() -> None:
    little = replace(PLC, word_order="little", byte_order="little")
    own = [signal("a", "holding:0:int32"), signal("b", "holding:0:int32:DCBA")]

    assert check_modbus(little, own) == []
    assert len(check_modbus(PLC, own)) == 1

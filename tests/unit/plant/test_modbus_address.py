import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.modbus_address import Address, ByteOrder, Form, Table, parse


@pytest.mark.parametrize(
    ("text", "expected", "width"),
    [
        ("input:0:float32", Address(Table.INPUT, 0, Form.FLOAT32), 2),
        ("holding:10:int16", Address(Table.HOLDING, 10, Form.INT16), 1),
        ("holding:65535:uint16", Address(Table.HOLDING, 65535, Form.UINT16), 1),
        ("holding:65534:uint32", Address(Table.HOLDING, 65534, Form.UINT32), 2),
        ("input:65532:float64", Address(Table.INPUT, 65532, Form.FLOAT64), 4),
        ("holding:0:uint64", Address(Table.HOLDING, 0, Form.UINT64), 4),
        ("holding:1:int64:DCBA", Address(Table.HOLDING, 1, Form.INT64, order=ByteOrder.DCBA), 4),
        ("input:2:int32:CDAB", Address(Table.INPUT, 2, Form.INT32, order=ByteOrder.CDAB), 2),
        ("input:2:int16:BADC", Address(Table.INPUT, 2, Form.INT16, order=ByteOrder.BADC), 1),
        ("holding:20:bit0", Address(Table.HOLDING, 20, Form.BIT), 1),
        ("input:20:bit15", Address(Table.INPUT, 20, Form.BIT, 15, 15), 1),
        ("holding:20:bits4-7", Address(Table.HOLDING, 20, Form.BITS, 4, 7), 1),
        ("coil:5", Address(Table.COIL, 5, Form.BIT), 1),
        ("discrete:65535", Address(Table.DISCRETE, 65535, Form.BIT), 1),
    ],
)
def test_an_address_is_read(text: str, expected: Address, width: int) -> None:
    assert parse(text) == expected
    assert parse(text).width == width


@pytest.mark.parametrize(
    "text",
    [
        "", "input", "input:0", "input:0:", "input:0:float", "input:0:float80", "input:0:bit16",
        "input:0:bits7-4", "input:0:bits4-4", "input:0:bits4-16",
        "input:0:bits04-7", "input:0:bits4",
        "input:0:bit3:ABCD", "input:0:float32:ACBD", "input:0:float32:abcd", "coil:0:ABCD",
        "input:65533:float64",
        "input:0:bit03", "input:0:bit", "input:-1:int16", "input:00:int16", "input:65536:int16",
        "input:65535:float32", "coil:1:bit0", "discrete:x", "coil:65536", " coil:1", "coil:1 ",
        "COIL:1", "register:1:int16", "input:٣:int16", "holding:10:int16|uint16", "coil:1\n",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(ValueError, match="; accepted: "):
        parse(text)


@given(st.text())
def test_any_text_is_an_address_or_a_value_error(text: str) -> None:
    try:
        address = parse(text)
    except ValueError:
        return
    assert 0 <= address.number < address.end <= 65536


def test_tables_are_known_by_the_function_that_reads_them() -> None:
    assert [(table.name, table.function, table.bits) for table in Table] == [
        ("COIL", 1, True),
        ("DISCRETE", 2, True),
        ("HOLDING", 3, False),
        ("INPUT", 4, False),
    ]


@pytest.mark.parametrize(
    ("order", "exchanged"),
    [
        ("ABCD", set()),
        ("CDAB", {"registers"}),
        ("BADC", {"bytes"}),
        ("DCBA", {"registers", "bytes"}),
    ],
)
def test_an_order_is_of_registers_and_of_bytes(order: str, exchanged: set[str]) -> None:
    named = ByteOrder(order)

    assert named.low_register_first is ("registers" in exchanged)
    assert named.low_byte_first is ("bytes" in exchanged)


@pytest.mark.parametrize(
    ("word_order", "byte_order", "order"),
    [
        ("big", "big", ByteOrder.ABCD),
        ("little", "big", ByteOrder.CDAB),
        ("big", "little", ByteOrder.BADC),
        ("little", "little", ByteOrder.DCBA),
    ],
)
def test_a_device_says_its_order_in_two_settings(
    word_order: str, byte_order: str, order: ByteOrder
) -> None:
    assert ByteOrder.of(word_order, byte_order) is order

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.modbus_address import Address, Form, Table, parse


@pytest.mark.parametrize(
    ("text", "expected", "width"),
    [
        ("input:0:float32", Address(Table.INPUT, 0, Form.FLOAT32), 2),
        ("holding:10:int16", Address(Table.HOLDING, 10, Form.INT16), 1),
        ("holding:65535:uint16", Address(Table.HOLDING, 65535, Form.UINT16), 1),
        ("holding:65534:uint32", Address(Table.HOLDING, 65534, Form.UINT32), 2),
        ("holding:20:bit0", Address(Table.HOLDING, 20, Form.BIT, 0), 1),
        ("input:20:bit15", Address(Table.INPUT, 20, Form.BIT, 15), 1),
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
        "", "input", "input:0", "input:0:", "input:0:float", "input:0:float64", "input:0:bit16",
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

import pytest

from plant.io_list.address import understand
from plant.modbus_address import parse


@pytest.mark.parametrize(
    ("text", "function", "type_", "address"),
    [
        ("40001", "", "REAL", "holding:0:float32"),
        ("400101", "", "DINT", "holding:100:int32"),
        ("30011", "", "INT", "input:10:int16"),
        ("10001", "", "", "discrete:0"),
        ("00017", "", "BOOL", "coil:16"),
        ("40011.3", "", "", "holding:10:bit3"),
        ("12", "03", "浮点", "holding:12:float32"),
        ("12", "FC 4", "word", "input:12:uint16"),
        ("40012", "3", "float", "holding:11:float32"),
        ("0", "输入寄存器", "uint32", "input:0:uint32"),
        ("holding:7:int16", "", "", "holding:7:int16"),
        ("４０００１", "", "real", "holding:0:float32"),
        ("40001", "", "LREAL", "holding:0:float64"),
        ("40001", "", "双精度", "holding:0:float64"),
        ("30001", "", "float CDAB", "input:0:float32:CDAB"),
        ("30001", "", "DINT (badc)", "input:0:int32:BADC"),
        ("HOLDING:7:INT32:cdab", "", "", "holding:7:int32:CDAB"),
    ],
)
def test_an_address_is_understood(text: str, function: str, type_: str, address: str) -> None:
    found = understand(text, function, type_, discrete=False)

    assert found is not None
    assert found.address == address
    parse(found.address)


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("DB1.DBD4", ""),
        ("12", ""),  # in which table?
        ("40000", ""),  # conventional numbers start at 1
        ("50001", ""),
        ("12", "16"),  # writes; there is no way to ask for that
        ("12", "06"),
        ("70000", "03"),
        ("40001.16", ""),
        ("", "03"),
    ],
)
def test_an_address_that_is_not_clear_is_not_guessed(text: str, function: str) -> None:
    assert understand(text, function, "", discrete=False) is None


def test_what_was_guessed_is_said() -> None:
    both = understand("40001", "", "unheard-of", discrete=False)
    clear = understand("holding:0:float32", "", "", discrete=False)
    switch = understand("40005", "", "", discrete=True)

    assert both is not None
    assert both.address == "holding:0:uint16"
    assert [guess.en for guess in both.guesses] == [
        "read as conventional numbering (such as 40001), which starts at 1",
        "no known data type: uint16",
    ]
    assert clear is not None
    assert clear.guesses == ()
    assert switch is not None
    assert switch.address == "holding:4:bit0"


def test_a_number_as_a_spreadsheet_writes_it_is_no_bit() -> None:
    analog = understand("40009.0", "", "float", discrete=False)
    switch = understand("40009.0", "", "", discrete=True)
    odd = understand("40009.3", "", "float", discrete=False)

    assert analog is not None
    assert analog.address == "holding:8:float32"
    assert [guess.en for guess in analog.guesses][1:] == [
        "the .0 read as a spreadsheet's number, not as a bit"
    ]
    assert switch is not None
    assert switch.address == "holding:8:bit0"
    assert odd is not None
    assert odd.address == "holding:8:bit3"


@pytest.mark.parametrize("text", ["ns=2;s=Furnace.T_out", "/Objects/2:Store/2:SO2"])
def test_an_opcua_address_is_taken_as_it_is(text: str) -> None:
    found = understand(text, "", "REAL", discrete=False)

    assert found is not None
    assert (found.address, found.guesses) == (text, ())

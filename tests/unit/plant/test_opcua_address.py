import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.opcua_address import NodeAddress, PathAddress, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i=2258", NodeAddress(0, "i", "2258")),
        ("ns=2;s=Furnace1.T_out", NodeAddress(2, "s", "Furnace1.T_out")),
        ("ns=2;s=a;b=c", NodeAddress(2, "s", "a;b=c")),
        ("nsu=urn:works:plc;s=T out", NodeAddress("urn:works:plc", "s", "T out")),
        ("nsu=http://works/plc/;i=7", NodeAddress("http://works/plc/", "i", "7")),
        (
            "ns=1;g=09087e75-8e5e-499b-954f-f2a9603db28a",
            NodeAddress(1, "g", "09087e75-8e5e-499b-954f-f2a9603db28a"),
        ),
        ("ns=1;b=Zm9v", NodeAddress(1, "b", "Zm9v")),
        ("/Objects/2:Store/2:SO2_A", PathAddress(((0, "Objects"), (2, "Store"), (2, "SO2_A")))),
        ("/Objects/2:a&/b/2:c&:d&&", PathAddress(((0, "Objects"), (2, "a/b"), (2, "c:d&")))),
    ],
)
def test_an_address_is_read(text: str, expected: NodeAddress | PathAddress) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "//", "Objects/2:a", "/Objects/", "/Objects/x:y", "/Objects/70000:y",
        "/Objects/2:", "ns=2;s=", "ns=2", "s", "ns=x;s=a", "ns=70000;s=a", "ns=-1;s=a",
        "i=4294967296", "i=x",
        "g=1234", "b=***", "x=1", "ns=2;nsu=urn:a;s=b", "nsu=;s=a",
        "/Objects/2:a&", "holding:0:int16",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(ValueError, match="; accepted: "):
        parse(text)


@given(st.text())
def test_any_text_is_an_address_or_a_value_error(text: str) -> None:
    try:
        parse(text)
    except ValueError as error:
        assert "; accepted: " in str(error)  # noqa: PT017 - either outcome is right

import math
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.canonical import canonical, parse
from plant.errors import JournalError

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Word(StrEnum):
    TRIP = "trip"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "x"]}, '{"a":[true,null,"x"],"b":1}'),
        (1.0, "1"),
        (-0.0, "0"),
        (1e21, "1e+21"),
        (1e17, "100000000000000000"),
        (333333333.33333329, "333333333.3333333"),
        (1e-7, "1e-7"),
        ('€$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ("结晶器", '"结晶器"'),
        # Names sort by UTF-16 code unit: U+1F600 begins with D83D and comes before U+FB33.
        ({"\ufb33": 1, "\U0001f600": 2}, '{"\U0001f600":2,"\ufb33":1}'),
        ((Word.TRIP,), '["trip"]'),
    ],
)
def test_writes_what_rfc_8785_says(value, text):
    assert canonical(value) == text


@given(JSON)
def test_reads_back_to_the_same_text(value):
    text = canonical(value)
    assert canonical(parse(text)) == text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": {"b": [1, math.nan]}}, r"body\.a\.b\[1\].*nan is no JSON number"),
        ({"a": math.inf}, r"body\.a .*inf is no JSON number"),
        ({"n": 2**53}, r"body\.n .*9007199254740992 is beyond 2\^53 - 1"),
        ({"n": -(2**53)}, r"body\.n .*beyond 2\^53 - 1"),
        ({1: "x"}, r"body .*the key 1 is no text"),
        ({"\ud800": 1}, r"the key .* surrogate"),
        ({"x": "\ud800"}, r"body\.x .*surrogate"),
        ({"x": b"raw"}, r"body\.x .*bytes is no JSON type"),
        ({"x": {1, 2}}, r"body\.x .*set is no JSON type"),
    ],
)
def test_refuses_what_json_cannot_carry_and_names_the_place(value, said):
    with pytest.raises(JournalError, match=said):
        canonical(value, "body")


def test_refuses_a_value_that_holds_itself():
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(JournalError, match="holds itself"):
        canonical(loop)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", ""])
def test_reads_no_text_that_is_no_json(text):
    with pytest.raises(ValueError, match=r"no JSON|Expecting"):
        parse(text)

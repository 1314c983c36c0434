import math

import pytest

from gateway.opcua.decode import raw_number
from gateway.opcua.notification import Item, Kind


@pytest.mark.parametrize(
    ("kind", "value", "discrete", "expected"),
    [
        (Kind.BOOLEAN, 1.0, True, 1.0),
        (Kind.NUMBER, 0.0, True, 0.0),
        (Kind.NUMBER, 1.0, True, 1.0),
        (Kind.NUMBER, 2.0, True, None),
        (Kind.NUMBER, -7.5, False, -7.5),
        (Kind.BOOLEAN, 1.0, False, None),
        (Kind.NOTHING, math.nan, False, None),
        (Kind.NOTHING, math.nan, True, None),
    ],
)
def test_a_signal_takes_only_values_of_its_own_kind(kind, value, discrete, expected) -> None:
    number = raw_number(Item(0, kind, value, 0, 0), discrete=discrete)

    assert math.isnan(number) if expected is None else number == expected

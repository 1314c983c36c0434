import math

import pytest

from plant.formula import Formula, Function
from simulators.computed import computed

VALUES = {"a": 10.0, "b": 8.0, "c": 3.0, "zero": 0.0, "lost": math.nan}


@pytest.mark.parametrize(
    ("function", "signals", "parameter", "value"),
    [
        (Function.DIFFERENCE, "ab", None, 2.0),
        (Function.RATIO, "ab", None, 1.25),
        (Function.PERCENT, "ba", None, 80.0),
        (Function.PERCENT, "ca", 12.0, 25.0),
        (Function.SUM, "abc", None, 21.0),
        (Function.MEAN, "abc", None, 7.0),
        (Function.MEDIAN, "abc", None, 8.0),
    ],
)
def test_it_computes_what_the_plant_declares(
    function: Function, signals: str, parameter: float | None, value: float
) -> None:
    assert computed(Formula(function, tuple(signals), parameter), VALUES) == pytest.approx(value)


@pytest.mark.parametrize(
    ("function", "signals"),
    [
        (Function.DIFFERENCE, ("a", "lost")),
        (Function.MEDIAN, ("a", "b", "lost")),
        (Function.SUM, ("lost", "a")),
        (Function.RATIO, ("a", "zero")),
        (Function.PERCENT, ("a", "zero")),
        (Function.COUNT, ("a",)),
    ],
)
def test_what_cannot_be_computed_is_no_value(function: Function, signals: tuple[str, ...]) -> None:
    assert math.isnan(computed(Formula(function, signals), VALUES))

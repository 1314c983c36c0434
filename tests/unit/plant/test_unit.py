"""Units: which numbers may stand beside each other, and how people write them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plant.role import ROLES
from plant.unit import (
    comparable,
    convert,
    has_own_zero,
    is_quotient,
    known,
    of_difference,
    same,
    shown,
)

# Standards 2.2.
UNITS = (
    *("ppm", "mg/m3", "%LEL", "%vol", "%RH", "%", "kPa", "MPa", "Pa", "degC", "K", "m3/h"),
    *("mm", "count", "deg", "mm/min", "mm/s", "t", "kg", "kN", "m/s", "rpm", "A", "kW", "s"),
)


@pytest.mark.parametrize("unit", UNITS)
def test_the_units_of_the_trades(unit: str) -> None:
    assert known(unit)
    assert comparable(unit, unit)
    assert same(unit, unit)


def test_every_role_has_a_unit_we_know() -> None:
    assert [role.id for role in ROLES.values() if role.unit and not known(role.unit)] == []


@pytest.mark.parametrize(
    ("unit", "reference"),
    [
        *(("kPa", "MPa"), ("bar", "MPa"), ("L/min", "m3/h"), ("m³/h", "m3/h"), ("°C", "degC")),
        *(("ppb", "ppm"), ("K", "degC"), ("°", "deg"), ("µg/m3", "mg/m³"), ("degF", "degC")),
    ],
)
def test_units_of_one_quantity(unit: str, reference: str) -> None:
    assert known(unit)
    assert comparable(unit, reference)


@pytest.mark.parametrize(
    ("unit", "reference"),
    [
        *(("m3", "m3/h"), ("mm", "MPa")),
        # ppm follows from mg/m3 only with a temperature; the fractions are of different things.
        *(("mg/m3", "ppm"), ("%LEL", "%vol"), ("%vol", "%"), ("%LEL", "%"), ("%RH", "%")),
        *(("ppm", "%"), ("ppm", "%vol"), ("count", "1"), ("%", "1"), ("deg", "1")),
        # A rise of 15 °C is written 15 K: as a temperature it would be 288.
        ("degC", "K"),
    ],
)
def test_units_of_another_quantity(unit: str, reference: str) -> None:
    assert known(unit)
    assert not comparable(unit, reference)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        *(("m3/h", "m³/h"), ("mg/m3", "mg/m³"), ("degC", "°C"), ("%LEL", "%LEL"), ("deg", "°")),
        *(("mm/min", "mm/min"), ("kPa", "kPa"), ("ppm", "ppm"), ("1", ""), (None, "")),
        *(("m2", "m²"), ("count", "count"), ("K", "K")),
    ],
)
def test_how_people_write_them(unit: str | None, text: str) -> None:
    assert shown(unit) == text


def test_units_in_which_the_same_number_is_the_same() -> None:
    assert same("m³/h", "m3/h")
    assert same("°C", "degC")
    assert not same("kPa", "MPa")
    assert not same("K", "degC")
    assert not same("ppb", "ppm")


@pytest.mark.parametrize(
    ("value", "unit", "into", "expected"),
    [
        *((0.2, "MPa", "kPa", 200), (212, "degF", "degC", 100), (60, "L/min", "m3/h", 3.6)),
        *((24, "ppm", "ppm", 24), (1500, "ppb", "ppm", 1.5), (3, "m³/h", "m3/h", 3)),
    ],
)
def test_a_number_in_another_unit(value: float, unit: str, into: str, expected: float) -> None:
    assert convert(value, unit, into) == pytest.approx(expected)


@pytest.mark.parametrize(("unit", "into"), [("mg/m3", "ppm"), ("%LEL", "%vol"), ("degC", "K")])
def test_what_is_never_converted(unit: str, into: str) -> None:
    with pytest.raises(ValueError, match="measure different quantities"):
        convert(1.0, unit, into)


def test_the_difference_of_two_temperatures_has_no_zero_of_its_own() -> None:
    assert [has_own_zero(unit) for unit in ("degC", "degF", "K", "kPa")] == [
        *(True, True, False, False)
    ]
    assert of_difference("degC") == of_difference("°C") == "K"
    assert of_difference("degF") == "delta_degF"
    assert of_difference("kPa") == "kPa"


def test_what_dividing_gives() -> None:
    assert is_quotient("1", "kPa", "kPa")
    assert is_quotient("dimensionless", "%LEL", "%LEL")
    assert is_quotient("mg/m3", "mg", "m3")
    assert not is_quotient("1", "kPa", "MPa")
    assert not is_quotient("1", "%LEL", "%vol")
    assert not is_quotient("1", "degC", "degC")


@pytest.mark.parametrize("text", ["", " ", "MPa;rm", "MPascals", "m*(", "%XYZ", "1e9999", "水"])
def test_what_is_no_unit(text: str) -> None:
    assert not known(text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="mPa3/h*()^°C%0.1e- \n\"'[LERHvol", max_size=12))
def test_whether_a_text_is_a_unit_can_always_be_said(text: str) -> None:
    if known(text):
        comparable(text, "mm")
        same(text, "K")
        shown(text)

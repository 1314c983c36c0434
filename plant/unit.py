"""Units, checked against the quantity they measure (pint).

Beside what pint knows there are the fractions that people must not mix up, each a quantity of its
own: %LEL, %vol, %RH, % and ppm; and counts and angles, which to pint are plain numbers.
So mg/m3 and ppm are never comparable: which is how much of the other depends on the temperature.
"""

import re
import tokenize
from functools import cache

import pint

# What pint raises on text that is no unit; it evaluates the text as an expression.
_NO_UNIT = (
    pint.errors.PintError,
    tokenize.TokenError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    TypeError,
    ValueError,
)

# How people write a unit → how pint is asked for it.
_SPELLED = {
    "%LEL": "percent_lel",
    "%vol": "percent_vol",
    "%RH": "percent_rh",
    "%": "percent_plain",
    "ppm": "parts_million",
    "ppb": "parts_billion",
    "count": "counted_event",
    "deg": "angle_degree",
    "°": "angle_degree",
    "°C": "degC",
    "m2": "m**2",
    "m²": "m**2",
    "m3": "m**3",
    "m³": "m**3",
}
_DEFINED = (
    "percent_lel = [fraction_of_lower_explosive_limit]",
    "percent_vol = [fraction_of_volume]",
    "percent_rh = [relative_humidity]",
    "percent_plain = [percentage]",
    "parts_million = [parts]",
    "parts_billion = 0.001 * parts_million",
    "counted_event = [events]",
    "angle_degree = [angle]",
)
_WRITTEN = re.compile(r"%(?:LEL|vol|RH)?|°C?|\b(?:ppm|ppb|count|deg)\b|m[23²³]")
_TEXT = re.compile(r"[A-Za-z0-9_%°²³µμΩ*/^(). -]+")  # pint overlooks some other characters
_SHOWN = {"m3": "m³", "m2": "m²", "degC": "°C", "deg": "°", "delta_degC": "K"}
_TO_SHOW = re.compile(r"m[23]|delta_degC|degC|\bdeg\b")

_EXACT = 1e-9  # factors that differ by less are rounding


@cache
def _registry() -> pint.UnitRegistry[float]:
    registry: pint.UnitRegistry[float] = pint.UnitRegistry(cache_folder=None)
    for definition in _DEFINED:
        registry.define(definition)
    return registry


@cache
def known(unit: str) -> bool:
    """Say whether `unit` is a unit at all, such as `MPa`, `m3/h`, `%LEL` or `degC`."""
    if not unit.strip() or not _TEXT.fullmatch(unit):
        return False
    try:
        _unit(unit)
    except _NO_UNIT:
        return False
    return True


@cache
def comparable(unit: str, reference: str) -> bool:
    """Say whether `unit` measures the same quantity as `reference` (kPa and MPa do).

    K measures temperatures and differences of temperatures; degC is for temperatures only.
    """
    if _unit(unit).dimensionality != _unit(reference).dimensionality:
        return False
    return has_own_zero(reference) or not has_own_zero(unit)


def convert(value: float, unit: str, into: str) -> float:
    """Say what a number in `unit` is in `into`, which measures the same quantity.

    Raises:
        ValueError: the units measure different quantities, such as mg/m3 and ppm.
    """
    if unit == into:
        return value
    if not comparable(unit, into):
        message = f"{unit} and {into} measure different quantities"
        raise ValueError(message)
    return float(_registry().convert(value, _unit(unit), _unit(into)))


@cache
def same(unit: str, other: str) -> bool:
    """Say whether a number in `unit` is the same number in `other` (°C and degC, m3 and m³)."""
    if unit == other:
        return True
    if has_own_zero(unit) or has_own_zero(other):
        return bool(_unit(unit) == _unit(other))
    return _equal(_unit(unit), _unit(other))


@cache
def is_quotient(unit: str, over: str, under: str) -> bool:
    """Say whether `unit` is what dividing numbers in `over` by numbers in `under` gives."""
    if any(has_own_zero(item) for item in (unit, over, under)):
        return False
    return _equal(_unit(unit), _unit(over) / _unit(under))


@cache
def has_own_zero(unit: str) -> bool:
    """Say whether the unit's 0 is no absence of the quantity: degC, degF."""
    left = _unit(unit)
    kelvin = _registry().kelvin
    if left.dimensionality != kelvin.dimensionality:
        return False
    return abs(_registry().convert(0.0, left, kelvin)) > _EXACT


def of_difference(unit: str) -> str:
    """Give the unit of the difference of two numbers in `unit`: K for degC, mostly the same."""
    if not has_own_zero(unit):
        return unit
    return "K" if same(unit, "degC") else "delta_degF"


def shown(unit: str | None) -> str:
    """Write a unit as people do: m³/h, mg/m³, °C; nothing for a switch or a plain number."""
    if unit in (None, "1", "dimensionless"):
        return ""
    return _TO_SHOW.sub(lambda found: _SHOWN[found[0]], unit or "")


def _unit(text: str) -> pint.Unit:
    spelled = _WRITTEN.sub(lambda found: _SPELLED[found[0]], text)
    return _registry().parse_units(spelled)


def _equal(left: pint.Unit, right: pint.Unit) -> bool:
    if left.dimensionality != right.dimensionality:
        return False
    return abs(_registry().convert(1.0, left, right) - 1) < _EXACT

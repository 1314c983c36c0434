"""Units, checked against the quantity they measure (pint)."""

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


@cache
def _registry() -> pint.UnitRegistry[float]:
    return pint.UnitRegistry(cache_folder=None)


def known(unit: str) -> bool:
    """Say whether `unit` is a unit at all, such as `MPa`, `m3/h` or `degC`."""
    try:
        _registry().parse_units(_spelled(unit))
    except _NO_UNIT:
        return False
    return bool(unit.strip())


def comparable(unit: str, reference: str) -> bool:
    """Say whether `unit` measures the same quantity as `reference` (kPa and MPa do)."""
    registry = _registry()
    left = registry.parse_units(_spelled(unit)).dimensionality
    return bool(left == registry.parse_units(_spelled(reference)).dimensionality)


def shown(unit: str | None) -> str:
    """Write a unit as people do: m³/h, °C; nothing for a switch."""
    return (unit or "").replace("m3", "m³").replace("degC", "°C")


def _spelled(unit: str) -> str:
    return unit.replace("m3", "m**3").replace("°C", "degC").replace("m³", "m**3")

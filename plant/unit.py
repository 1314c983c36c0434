"""Units, checked against the quantity they measure (pint)."""

from functools import cache

import pint


@cache
def _registry() -> pint.UnitRegistry[float]:
    return pint.UnitRegistry(cache_folder=None)


def known(unit: str) -> bool:
    """Say whether `unit` is a unit at all, such as `MPa`, `m3/h` or `degC`."""
    try:
        _registry().parse_units(_spelled(unit))
    except (pint.errors.PintError, AttributeError, ValueError, TypeError, AssertionError):
        return False
    return bool(unit.strip())


def comparable(unit: str, reference: str) -> bool:
    """Say whether `unit` measures the same quantity as `reference` (kPa and MPa do)."""
    registry = _registry()
    left = registry.parse_units(_spelled(unit)).dimensionality
    return bool(left == registry.parse_units(_spelled(reference)).dimensionality)


def _spelled(unit: str) -> str:
    return unit.replace("m3", "m**3").replace("°C", "degC").replace("m³", "m**3")

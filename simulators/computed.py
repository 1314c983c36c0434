"""Computed signals inside the simulated controllers: what their causes follow from. Pure."""

import math
import statistics
from collections.abc import Mapping

from plant.formula import Formula, Function


def computed(formula: Formula, values: Mapping[str, float]) -> float:
    """Give the value of a formula over `values` by signal id.

    NaN where a member is, where there is nothing to divide by, and for `count`: the simulated
    controllers remember no events.
    """
    members = [values[signal] for signal in formula.signals]
    if any(math.isnan(member) for member in members):
        return math.nan
    match formula.function:
        case Function.DIFFERENCE:
            value = members[0] - members[1]
        case Function.RATIO | Function.PERCENT:
            floor = -math.inf if formula.parameter is None else formula.parameter
            value = _divided(members[0], max(members[1], floor))
        case Function.SUM:
            value = sum(members)
        case Function.MEAN:
            value = statistics.fmean(members)
        case Function.MEDIAN:
            value = statistics.median(members)
        case _:
            value = math.nan
    return 100 * value if formula.function is Function.PERCENT else value


def _divided(dividend: float, divisor: float) -> float:
    return dividend / divisor if divisor else math.nan

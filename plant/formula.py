"""How a computed signal follows from others.

    difference(a, b)        a - b
    ratio(a, b)             a / b
    percent(a, b)           100 a / b
    percent(a, b, 12)       100 a / max(b, 12): the floor keeps small divisors from exploding
    sum(a, b, ...)          mean(a, b, ...)
    median(a, b, c)         the middle one of exactly three
    count(a, 10)            how often switch a went from 0 to 1 in the last 10 s

Values are paired by time (standards 2.3 item 1): the samples may lie at most `pair_within_s`
apart, and all must be usable, else there is no value; never 0.
"""

from dataclasses import dataclass
from enum import StrEnum


class Function(StrEnum):
    """What is computed."""

    DIFFERENCE = "difference"
    RATIO = "ratio"
    PERCENT = "percent"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    COUNT = "count"


@dataclass(frozen=True)
class Formula:
    """A function over `signals`.

    `parameter` is the floor of `percent` (in the divisor's unit) or the window of `count`
    (seconds), None when not given; `pair_within_s` is how far apart in time the samples may lie.
    """

    function: Function
    signals: tuple[str, ...]
    parameter: float | None = None
    pair_within_s: float = 1.0

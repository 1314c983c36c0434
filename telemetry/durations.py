"""How long things took lately: a small ring of durations, and what it says of the last minute."""

from array import array
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Any, Self

import numpy as np

WITHIN_S = 60.0
"""How far back a spread looks."""

_NEWEST = 2048  # what is kept of a minute: 34 a second


@dataclass(frozen=True, slots=True)
class Spread:
    """What `count` durations say: half took at most `p50_s`, 99 of 100 `p99_s`, all `max_s`."""

    count: int
    p50_s: float
    p99_s: float
    max_s: float

    def body(self) -> dict[str, float]:
        """Give it as plain JSON, to the microsecond."""
        seconds = {"p50_s": self.p50_s, "p99_s": self.p99_s, "max_s": self.max_s}
        return {"count": self.count, **{name: round(took, 6) for name, took in seconds.items()}}

    @classmethod
    def of(cls, body: Any) -> Self:
        """Read what `body` gave.

        Raises:
            LookupError, TypeError, ValueError: it is something else.
        """
        count = body["count"]
        seconds = [_seconds(body[name]) for name in ("p50_s", "p99_s", "max_s")]
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ValueError("a spread is of at least one duration")
        return cls(count, *seconds)


class Durations:
    """The newest 2,048 durations; to add one costs a fraction of a microsecond."""

    def __init__(self) -> None:
        self._ended = array("d", [float("-inf")]) * _NEWEST
        self._took = array("d", [0.0]) * _NEWEST
        self._place = 0

    def add(self, ended_s: float, took_s: float) -> None:
        """Note that something took `took_s` seconds and ended at `ended_s` of a steady clock."""
        place = self._place
        self._ended[place] = ended_s
        self._took[place] = took_s
        self._place = (place + 1) % _NEWEST

    def spread(self, now_s: float) -> Spread | None:
        """Say how those of the minute before `now_s` are spread; None when there are none."""
        ended = np.frombuffer(self._ended)
        lately = np.sort(np.frombuffer(self._took)[(ended > now_s - WITHIN_S) & (ended <= now_s)])
        count = len(lately)
        if not count:
            return None
        p50, p99, most = (float(lately[ceil(count * share) - 1]) for share in (0.5, 0.99, 1.0))
        return Spread(count, p50, p99, most)


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a duration is a number")
    if not (isfinite(value) and value >= 0):
        raise ValueError("a duration is finite and not negative")
    return float(value)

"""What may still be believed when the monitor is silent or behind: unknown is not normal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.models.document import Judging
from plant.moment import SECOND, from_text, seconds, to_text
from plant.plant import Plant

HEARTBEAT_LIMIT = 3 * SECOND
"""A monitor that has not written its heartbeat for this long judges no more."""


@dataclass(frozen=True)
class Judged:
    """How far the monitor has judged; moments in nanoseconds since 1970, None if never."""

    judged_until: int | None
    heartbeat_at: int | None
    stale: bool
    catching_up: bool
    behind: bool
    linked: bool = True  # the monitor is connected to the broker

    @property
    def current(self) -> bool:
        """True when a pass may be shown as a pass."""
        return not (self.stale or self.behind)

    def as_model(self) -> Judging:
        """Give the shape that answers carry."""
        until = None if self.judged_until is None else to_text(self.judged_until)
        return Judging(
            judged_until=until,
            heartbeat_at=None if self.heartbeat_at is None else to_text(self.heartbeat_at),
            stale=self.stale,
            not_judged_since=None if self.current else until,
            catching_up=self.catching_up,
            behind=self.behind,
        )

    def verdict(self, raw: str) -> str:
        """Read a verdict: a pass that nobody upholds now is unknown, all else stays."""
        return "unknown" if raw == "pass" and not self.current else raw

    def interlock(self, raw: str) -> str:
        """Read an interlock's state: armed is a kind of pass."""
        return "unknown" if raw == "armed" and not self.current else raw


def judged(row: Mapping[str, Any] | None, plant: Plant, now: int) -> Judged:
    """Read the monitor's heartbeat row as of `now` (nanoseconds).

    A heartbeat from the future proves no more than an old one: the clock has stepped.
    """
    if row is None:
        return Judged(None, None, stale=True, catching_up=False, behind=True)
    beat = from_text(str(row["beat_at"]))
    until = from_text(str(row["judged_until"]))
    return Judged(
        judged_until=until,
        heartbeat_at=beat,
        stale=abs(now - beat) > HEARTBEAT_LIMIT,
        catching_up=bool((row["detail"] or {}).get("catching_up", False)),
        behind=now - until > lag_limit(plant),
        linked=bool((row["detail"] or {}).get("linked", True)),
    )


def lag_limit(plant: Plant) -> int:
    """Give how far judged time may lag, in nanoseconds: the strictest max age, at least 3 s."""
    ages = [seconds(signal.max_age_s) for signal in plant.signals]
    return max(HEARTBEAT_LIMIT, min(ages, default=HEARTBEAT_LIMIT))

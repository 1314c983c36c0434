"""How a live value is shown: with the trust it deserves now, not when it was judged."""

from typing import Any

from api.judging import Judged
from api.live import Seen
from plant.moment import SECOND, seconds, to_text
from plant.quality import Quality, Reason
from plant.signal import Signal

USABLE = (Quality.GOOD, Quality.UNCERTAIN)
"""A number of this quality may be shown as it is."""
NOT_JUDGED = "NOT_JUDGED"
"""The reason when the monitor itself is silent."""


def reading(signal: Signal, seen: Seen | None, judged: Judged, now: int) -> dict[str, Any]:
    """Give a `LiveValue` as plain JSON."""
    return shown(seen, *trust(signal, seen, judged, now))


def trust(signal: Signal, seen: Seen | None, judged: Judged, now: int) -> tuple[Quality, str]:
    """Give the quality that a value deserves at `now` (ns since 1970), and why.

    A silent monitor makes every value STALE, and so does a value's own age.
    """
    if seen is None:
        return Quality.MISSING, Reason.NEVER_SEEN.name
    if judged.stale and seen.quality is not Quality.MISSING:
        return Quality.STALE, NOT_JUDGED
    if seen.quality not in USABLE:
        return seen.quality, seen.reason.name
    if seen.value is None:
        return Quality.BAD, Reason.NOT_DECODABLE.name
    # A value from the future is as little proof as an old one: some clock has stepped.
    if seen.time is None or abs(now - seen.time) > seconds(signal.max_age_s):
        return Quality.STALE, Reason.AGED.name
    return seen.quality, seen.reason.name


def shown(seen: Seen | None, quality: Quality, reason: str) -> dict[str, Any]:
    """Give a `LiveValue` as plain JSON, with the trust it deserves."""
    last = None if seen is None else seen.value
    return {
        "value": last if quality in USABLE else None,
        "last_value": last,
        "quality": quality.name,
        "reason": reason,
        "time": None if seen is None or seen.time is None else to_text(seen.time),
    }


def age_s(seen: Seen | None, now: int) -> float | None:
    """Give the seconds since the value was read; None when there is none."""
    if seen is None or seen.time is None:
        return None
    return max(0.0, (now - seen.time) / SECOND)

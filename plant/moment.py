"""Points in time: whole nanoseconds since 1970 UTC inside, RFC 3339 with microseconds outside."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000
MILLISECOND = 1_000_000


def seconds(value: float) -> int:
    """Give a length in seconds as whole nanoseconds."""
    return round(value * SECOND)


def to_text(moment: int) -> str:
    """Write nanoseconds since 1970 as RFC 3339 UTC, for example 2026-11-24T06:45:33.500000Z."""
    whole, rest = divmod(moment, SECOND)
    stamp = datetime.fromtimestamp(whole, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{stamp}.{rest // 1000:06d}Z"


def to_local(moment: int, zone: ZoneInfo) -> str:
    """Write a moment for people at the plant, to the second: 2026-11-24 15:30:43."""
    return datetime.fromtimestamp(moment // SECOND, tz=zone).strftime("%Y-%m-%d %H:%M:%S")


def from_text(text: str) -> int:
    """Read an RFC 3339 date-time with an offset; ValueError if it has none or is no time."""
    stamp = datetime.fromisoformat(text)
    if stamp.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; write e.g. 2026-11-24T08:00:00+08:00")
    whole = int(stamp.replace(microsecond=0).timestamp())
    return whole * SECOND + stamp.microsecond * 1000

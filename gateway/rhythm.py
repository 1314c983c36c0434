"""When to poll next and when to try a lost device again. Pure: times come in, times go out."""

FIRST_RETRY = 0.25  # seconds
LONGEST_RETRY = 5.0  # seconds; no jitter, so that a return is noticed within a known time


def following(due: float, period: float, now: float) -> tuple[float, int]:
    """Give the time of the next poll, and how many were missed because this one took too long.

    The times stay on one grid (`due` plus whole periods), so polling does not drift; polls
    that are over already are skipped, not made up for. All in seconds of one clock.
    """
    missed = max(0, int((now - due) // period))
    return due + (missed + 1) * period, missed


def backed_off(delay: float) -> float:
    """Give the pause before the next attempt, after a pause of `delay` seconds (0: none yet)."""
    return min(LONGEST_RETRY, 2 * delay) if delay else FIRST_RETRY

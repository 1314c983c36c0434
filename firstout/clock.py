"""The one place that asks what time it is.

Time advances with the monotonic clock, so a small step of the wall clock cannot make data look
fresh or old. When the wall clock has been stepped by more than RE_ANCHOR, it is followed.
"""

import time

RE_ANCHOR = 2_000_000_000  # ns; also the largest clock error before a clock alarm (standards 2.4)


class Clock:
    """Wall time in nanoseconds since 1970 UTC, steady between re-anchorings."""

    def __init__(self) -> None:
        self._offset = time.time_ns() - time.monotonic_ns()

    def now(self) -> int:
        """Give the time now, in nanoseconds since 1970 UTC."""
        monotonic, wall = time.monotonic_ns(), time.time_ns()
        steady = monotonic + self._offset
        if abs(wall - steady) > RE_ANCHOR:
            self._offset = wall - monotonic  # the same from whichever threads notice at once
            return wall
        return steady


def monotonic_s() -> float:
    """Give seconds that only ever advance, for measuring waits."""
    return time.monotonic()


def sleep_s(duration: float) -> None:
    """Wait for `duration` seconds."""
    time.sleep(duration)

"""Whether a device answers, since when, and how quickly."""

from collections.abc import Callable

from plant.quality import Reason
from telemetry.durations import Durations


class Contact:
    """One reader's contact with its device; `now` gives nanoseconds since 1970.

    `down` is why the device does not answer, None while it does; `since` is when that began, and
    `answered_at` when its last answer came, None before the first. `requests` are the times that
    usable answers took.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self.down: Reason | None = Reason.NO_ANSWER
        self.since = now()
        self.answered_at: int | None = None
        self.requests = Durations()
        self._now = now

    def found(self) -> None:
        """Note that the device answers from now on."""
        if self.down is not None:
            self.since = self._now()
        self.down = None

    def lost(self, reason: Reason) -> None:
        """Note that it does not answer; a device that is away already may be so for another."""
        if self.down is None:
            self.since = self._now()
        self.down = reason

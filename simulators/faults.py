"""What can go wrong in the demonstration, as data."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """Which quantity a fault moves."""

    PUMP = "speed of the mould-water pump, 1 at rest"
    MOULDS = "openness of the moulds' water passages, 1 at rest"
    SURGE = "extra metal into the launder in mm/s, 0 at rest"
    BYPASS = "the bypass switch, 0 at rest and 1 while it is on"


@dataclass(frozen=True)
class Fault:
    """`kind` goes to `value` from `start` on, in `ramp` seconds, and back from `end` on."""

    kind: Kind
    start: float
    end: float
    value: float
    ramp: float = 0.0

    def share(self, time: float) -> float:
        """Say how far the fault has developed at `time`, 0 to 1."""
        if self.ramp == 0.0:
            return 1.0 if self.start <= time < self.end else 0.0
        rising = (time - self.start) / self.ramp
        falling = (self.end + self.ramp - time) / self.ramp
        return max(0.0, min(1.0, rising, falling))

"""What a reader of a device has done since it started; for metrics."""

from collections import Counter
from dataclasses import dataclass, field

from plant.quality import Reason


@dataclass
class Counters:
    """Counts of one reader; they only grow.

    `overruns` are periods that passed without a poll because the one before took too long,
    `connections` how often the device was found (again), `failures` requests without a usable
    answer, by reason, and `crashes` errors that nobody expected: faults of ours.
    """

    polls: int = 0
    overruns: int = 0
    connections: int = 0
    failures: Counter[Reason] = field(default_factory=Counter)
    crashes: int = 0

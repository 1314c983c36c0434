"""What can go wrong in the demonstration, as data: in processes, instruments and controllers.

A fault says what moves (`Kind`), where (`At`) and when; `schedule` finds the equipment, signals
and devices of a plant that it is about.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a fault moves, and which value is rest."""

    # Processes
    PUMP = "speed of the cooling-water pump, 1 at rest"
    PASSAGES = "openness of the moulds, cooling panels or gas cleaning, 1 at rest"
    SURGE = "extra metal into the launder in mm/s, 0 at rest"
    LEAK = "share of the cooling water that leaks into the furnace, 0 at rest"
    TOP_GAS = "extra gas at the furnace top as a share of the normal, 0 at rest"
    SUPPLY = "openness of the gas supply, 1 at rest"
    REGULATOR = "pressure behind the gas regulator as a share of the normal, 1 at rest"
    COMBUSTION_FAN = "speed of the combustion fan, 1 at rest"
    FLAME = "what is left of the flame, 1 at rest"
    RELEASE = "gas that escapes into the air, in the detectors' unit per second, 0 at rest"
    VENTILATION = "ventilation that people have switched on, 0 at rest and 1 full"
    # Instruments
    FREEZE = "the value stays what it was"
    DRIFT = "the value runs away by so many units per second"
    OFFSET = "the value is off by so many units"
    NOISE = "the value is noisy by so many units (one deviation)"
    DROP_OUT = "no value at all"
    SATURATION = "the value is stuck at the end of its range: 1 the upper, -1 the lower"
    # Controllers
    BYPASS = "the bypass switch, 0 at rest and 1 while it is on"
    FAILS = "the controller's outputs do nothing"
    SLOW = "the controller's outputs take so many times as long, 1 at rest"
    # Devices
    AWAY = "the device does not answer"


INSTRUMENT = frozenset(
    {Kind.FREEZE, Kind.DRIFT, Kind.OFFSET, Kind.NOISE, Kind.DROP_OUT, Kind.SATURATION}
)
OUTPUT = frozenset({Kind.FAILS, Kind.SLOW})
_ONE_AT_REST = frozenset(
    {
        *(Kind.PUMP, Kind.PASSAGES, Kind.SUPPLY, Kind.REGULATOR),
        *(Kind.COMBUSTION_FAN, Kind.FLAME, Kind.SLOW),
    }
)


def rest(kind: Kind) -> float:
    """Give the value of a kind that no fault moves."""
    return 1.0 if kind in _ONE_AT_REST else 0.0


class Which(Enum):
    """Which equipment of a kind."""

    ALL = "every one"
    FIRST = "the first in the plant's order"
    LAST = "the last in the plant's order"


@dataclass(frozen=True)
class At:
    """Where a fault is.

    It is at `which` equipment of a `kind`; a fault of an instrument or of a controller's output
    names the `role` of the signal or the effect. `place` picks one of several signals in that
    role, counted from 0; None means each.
    """

    kind: str
    role: str = ""
    which: Which = Which.ALL
    place: int | None = None


@dataclass(frozen=True)
class Fault:
    """`kind` goes to `value` from `start` on, in `ramp` seconds, and back from `end` on.

    Times are in seconds. `end` ends a fault that has no ramp; one that has takes `ramp` more.
    """

    kind: Kind
    at: At
    start: float
    end: float
    value: float = 1.0
    ramp: float = 0.0

    def share(self, time: float) -> float:
        """Say how far the fault has developed at `time`, 0 to 1."""
        if self.ramp == 0.0:
            return 1.0 if self.start <= time < self.end else 0.0
        rising = (time - self.start) / self.ramp
        falling = (self.end + self.ramp - time) / self.ramp
        return max(0.0, min(1.0, rising, falling))

"""One limit that a safety controller trips on, as the controller compares it. Pure."""

from dataclasses import dataclass

from plant.plant import Plant
from plant.signal import Level, Limit

_INNER = {Level.LL: Level.L, Level.HH: Level.H}
_LONGEST_FILTER = 1.0  # s [E]: a controller waits less than an alarm for a value to stay passed
# What the trip itself takes away cannot come back before the controller is reset.
_TAKEN_BY_TRIP = frozenset({"flame.present"})


@dataclass(frozen=True)
class Trip:
    """A limit's set-point, and where the value must be back before a reset.

    `filter_ms` is how long the value must stay passed; `taken` says that the trip itself keeps
    it passed, so that a reset cannot wait for it. A limit on a rate or a deviation trips nothing
    in the demonstration.
    """

    signal: str
    level: Level
    set_point: float
    healthy: float
    filter_ms: int = 0
    taken: bool = False

    def passed(self, value: float) -> bool:
        """True at the set-point and beyond; NaN has passed nothing."""
        match self.level:
            case Level.LL | Level.L:
                return value <= self.set_point
            case Level.H | Level.HH:
                return value >= self.set_point
            case Level.STATE:
                return value == self.set_point
            case _:
                return False

    def well(self, value: float) -> bool:
        """True when the value is well inside; NaN is not."""
        match self.level:
            case Level.LL | Level.L:
                return value > self.healthy
            case Level.H | Level.HH:
                return value < self.healthy
            case Level.STATE:
                return value == 1 - self.set_point
            case _:
                return True


def trip_on(plant: Plant, limit: Limit) -> Trip:
    """Give a limit as a controller has it: reset inside the inner limit, if there is one."""
    inner = plant.limit_by_id.get(f"{limit.signal}:{_INNER.get(limit.level, limit.level)}", limit)
    return Trip(
        signal=limit.signal,
        level=limit.level,
        set_point=limit.set_point,
        healthy=inner.set_point,
        filter_ms=round(1000 * min(limit.on_delay_s, _LONGEST_FILTER)),
        taken=plant.signal_by_id[limit.signal].role in _TAKEN_BY_TRIP,
    )

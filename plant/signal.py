"""One measured or discrete quantity of an equipment, and its limits."""

from dataclasses import dataclass, field
from enum import StrEnum

from plant.name import Name


class Level(StrEnum):
    """Which limit: low-low, low, high, high-high."""

    LL = "LL"
    L = "L"
    H = "H"
    HH = "HH"

    @property
    def high(self) -> bool:
        """True for limits that a rising value passes."""
        return self in (Level.H, Level.HH)

    @property
    def outer(self) -> bool:
        """True for the severe limit of a side (LL, HH)."""
        return self in (Level.LL, Level.HH)


class Priority(StrEnum):
    """How soon a person must act (standards 3.4)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class LimitSource(StrEnum):
    """Where a set-point comes from."""

    STANDARD = "standard"
    DESIGN = "design"
    SITE = "site"


@dataclass(frozen=True)
class Limit:
    """A set-point of one signal.

    A value equal to the set-point has passed it (standards 2.1).
    It has returned when it is inside by more than `deadband` (in the signal's unit).
    Delays are in seconds: the value must stay passed for `on_delay_s`, and inside for
    `off_delay_s`, before the change counts.
    """

    signal: str
    level: Level
    set_point: float
    deadband: float
    on_delay_s: float
    off_delay_s: float
    priority: Priority
    source: LimitSource

    @property
    def id(self) -> str:
        """`signal:LEVEL`, unique in the plant."""
        return f"{self.signal}:{self.level}"


@dataclass(frozen=True)
class Signal:
    """One row of the I/O list (点表).

    `period_s` is how often the value is read, `max_age_s` how old it may become, both in seconds;
    values outside `range_low` to `range_high` are instrument faults.
    `address` is the place inside `device`, in that device's protocol.
    """

    id: str
    equipment: str
    role: str
    name: Name
    unit: str | None
    range_low: float
    range_high: float
    period_s: float
    max_age_s: float
    device: str
    address: str
    scale: float = 1.0
    offset: float = 0.0
    limits: tuple[Limit, ...] = field(default=())

    @property
    def discrete(self) -> bool:
        """True when the signal is 0 or 1."""
        return self.unit is None

    @property
    def fresh_s(self) -> float:
        """Seconds after which a value is stale: 3 periods, at most max age (standards 0.3)."""
        return min(3 * self.period_s, self.max_age_s)

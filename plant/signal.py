"""One measured, computed or discrete quantity of an equipment, and its limits."""

from dataclasses import dataclass, field
from enum import StrEnum

from plant.formula import Formula
from plant.name import Name

# A full-scale value that a controller holds in 32 bits may come out a hair above the range
# (0.6 is sent as 0.60000002); that much of the span is rounding, not a fault.
_ROUNDING = 1e-6

# NAMUR NE 43 (standards 2.1 [M]), in mA: beyond the fault currents the instrument is broken,
# between them and the valid span it is saturated.
LOOP_FAULT_LOW, LOOP_FAULT_HIGH = 3.6, 21.0
LOOP_VALID_LOW, LOOP_VALID_HIGH = 3.8, 20.5


class Level(StrEnum):
    """Which limit: low-low, low, high, high-high, rate of change, deviation or state."""

    LL = "LL"
    L = "L"
    H = "H"
    HH = "HH"
    RATE = "RATE"
    DEVIATION = "DEVIATION"
    STATE = "STATE"

    @property
    def high(self) -> bool:
        """True for the limits of a signal's high side (H, HH)."""
        return self in (Level.H, Level.HH)

    @property
    def outer(self) -> bool:
        """True for the severe limit of a side (LL, HH)."""
        return self in (Level.LL, Level.HH)

    @property
    def ordered(self) -> bool:
        """True for the limits that lie in order on the signal's own range (LL, L, H, HH)."""
        return self in (Level.LL, Level.L, Level.H, Level.HH)


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


class Indicates(StrEnum):
    """What a passed limit tells: of the process, or that the instrument must be wrong."""

    PROCESS = "process"
    INSTRUMENT = "instrument"


@dataclass(frozen=True)
class Guidance:
    """What the alarm's rationalisation says to the operator; each text may be absent.

    `respond_s` is the time to respond in seconds, None when not stated.
    """

    consequence: Name | None = None
    cause: Name | None = None
    action: Name | None = None
    respond_s: float | None = None


NO_GUIDANCE = Guidance()


@dataclass(frozen=True)
class Limit:
    """A set-point of one signal.

    A value equal to the set-point has passed it (standards 2.1).
    It has returned when it is inside by more than `deadband` (in the signal's unit).
    Delays are in seconds: the value must stay passed for `on_delay_s`, and inside for
    `off_delay_s`, before the change counts.

    LL, L, H, HH compare the value. RATE compares how far the value has risen (set-point above 0)
    or fallen (below 0) within the last `window_s` seconds. DEVIATION compares the distance from
    the other members of `group` (standards 4.4). STATE is passed while a switch shows `set_point`
    (0 or 1). `basis` is the rule and version of the figure, such as `GB 6222-2005 [L21]`.
    """

    signal: str
    level: Level
    set_point: float
    deadband: float
    on_delay_s: float
    off_delay_s: float
    priority: Priority
    source: LimitSource
    latching: bool = False
    window_s: float = 0.0
    group: tuple[str, ...] = ()
    indicates: Indicates = Indicates.PROCESS
    basis: str = ""
    guidance: Guidance = NO_GUIDANCE

    @property
    def id(self) -> str:
        """`signal:LEVEL`, unique in the plant."""
        return f"{self.signal}:{self.level}"

    @property
    def passed_upwards(self) -> bool:
        """Say whether what is compared passes the set-point by rising."""
        match self.level:
            case Level.LL | Level.L:
                return False
            case Level.STATE:
                return self.set_point >= 0.5
            case Level.RATE:
                return self.set_point > 0
            case _:
                return True


@dataclass(frozen=True)
class Signal:
    """One row of the I/O list (点表).

    `period_s` is how often the value is read, `max_age_s` how old it may become, both in seconds;
    values outside `range_low` to `range_high` are instrument faults.
    A measured signal has its `address` inside `device`, in that device's protocol, and
    value = raw · `scale` + `offset` (for a discrete one −1 and 1 exchange 0 and 1); a computed one
    has a `formula` over other signals and no device.
    `frozen_s` is how long an analog value may stay exactly the same before it is called frozen
    (0: not watched). `life` says what proves that a signal reported by exception is alive:
    "" every sample proves itself, "node" the edge node's session, else the id of a heartbeat
    signal, whose every change proves it.
    `current_loop` says that the value comes from a loop of 4 to 20 mA over its range.
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
    formula: Formula | None = None
    frozen_s: float = 0.0
    life: str = ""
    current_loop: bool = False

    @property
    def discrete(self) -> bool:
        """True when the signal is 0 or 1."""
        return self.unit is None

    @property
    def accepted_range(self) -> tuple[float, float]:
        """The lowest and the highest value that is no instrument fault, rounding allowed for.

        A current loop may go a little beyond its range before the current says fault.
        """
        if self.current_loop:
            ends = self.at_current(LOOP_FAULT_LOW), self.at_current(LOOP_FAULT_HIGH)
            return min(ends), max(ends)
        slack = (self.range_high - self.range_low) * _ROUNDING
        return self.range_low - slack, self.range_high + slack

    def at_current(self, milliampere: float) -> float:
        """Give the value that a loop of 4 to 20 mA shows with this current.

        A module's raw number rises with the current; so where it falls as the value rises, the
        instrument shows the top of its range with 4 mA.
        """
        share = (milliampere - 4) / 16
        share = share if self.scale > 0 else 1 - share
        return self.range_low + (self.range_high - self.range_low) * share

    @property
    def fresh_s(self) -> float:
        """Seconds after which a value is stale: 3 periods, at most max age (standards 0.3)."""
        return min(3 * self.period_s, self.max_age_s)

"""One alarm: the standing life of a signal's side, a freshness rule, an interlock or a node."""

from dataclasses import dataclass
from enum import StrEnum

from plant.name import Name
from plant.signal import Level, Priority


class AlarmKind(StrEnum):
    """What kind of condition an alarm watches."""

    HIGH = "high"
    LOW = "low"
    RATE = "rate"
    DEVIATION = "deviation"
    STATE = "state"
    INSTRUMENT = "instrument"
    QUALITY = "quality"
    DEVICE = "device"
    NODE = "node"
    INTERLOCK = "interlock"
    SPURIOUS = "spurious"
    DEGRADED = "degraded"
    DISARMED = "disarmed"
    BYPASS = "bypass"
    CLOCK = "clock"


class AlarmEventKind(StrEnum):
    """What happened to an alarm (rows of standards 3.2)."""

    TRIP = "trip"
    LEVEL = "level"
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"
    RESET = "reset"
    SUPPRESS = "suppress"
    UNSUPPRESS = "unsuppress"
    REMOVE = "remove"


@dataclass(frozen=True)
class Alarm:
    """The orthogonal state of one alarm: condition, acknowledgement, and what it says now.

    `levels` are the limits of its side that are passed now; of these, `muted` are suppressed by
    design and do not call. `level` is the one it speaks of: the most severe that has called since
    it was last acknowledged, so that a trip that has eased is not overlooked.
    `latched` keeps it standing after its return, until a person resets it. `suppressed_by` names
    the suppression that holds it back while nothing of it calls; its condition is judged all the
    same. `value` and `limit` are in `unit`. `raised_at` is when it last began to call, or to hold
    while suppressed (nanoseconds).
    """

    id: str
    kind: AlarmKind
    signal: str | None
    equipment: str | None
    active: bool
    acknowledged: bool
    occurrence: int
    priority: Priority
    message: Name
    raised_at: int
    levels: tuple[Level, ...] = ()
    level: Level | None = None
    value: float | None = None
    limit: float | None = None
    unit: str | None = None
    latched: bool = False
    suppressed_by: str | None = None
    muted: tuple[Level, ...] = ()

    @property
    def standing(self) -> bool:
        """True while a person still has to do with it."""
        return self.active or self.latched or not self.acknowledged

    @property
    def calling(self) -> tuple[Level, ...]:
        """The passed limits that are not suppressed."""
        return tuple(level for level in self.levels if level not in self.muted)


def most_severe(levels: tuple[Level, ...]) -> Level | None:
    """Give the most severe of one side's passed levels; None when none is passed."""
    outer = [level for level in levels if level.outer]
    return next(iter(outer or levels), None)


def outranks(level: Level, other: Level | None) -> bool:
    """Say whether passing `level` is more severe than what was passed before."""
    return other is None or (level.outer and not other.outer)


@dataclass(frozen=True)
class AlarmEvent:
    """A transition of one alarm: `alarm` is its state after the event at `time`."""

    event: AlarmEventKind
    alarm: Alarm
    time: int
    actor: str | None = None
    comment: str = ""

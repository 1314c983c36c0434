"""One alarm: the standing life of a signal's side, a freshness rule, an interlock or a node."""

from dataclasses import dataclass
from enum import StrEnum

from plant.name import Name
from plant.signal import Level, Priority


class AlarmKind(StrEnum):
    """What kind of condition an alarm watches."""

    HIGH = "high"
    LOW = "low"
    QUALITY = "quality"
    DEVICE = "device"
    NODE = "node"
    INTERLOCK = "interlock"
    BYPASS = "bypass"


class AlarmEventKind(StrEnum):
    """What happened to an alarm (rows of standards 3.2)."""

    TRIP = "trip"
    LEVEL = "level"
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True)
class Alarm:
    """The orthogonal state of one alarm: condition, acknowledgement, and what it says now.

    `levels` are the limits of its side that are passed now. `level` is the one it calls for: the
    most severe since it was last acknowledged, so that a trip that has eased is not overlooked.
    `value` and `limit` are in `unit`. `raised_at` is when it last began to call (nanoseconds).
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


def most_severe(levels: tuple[Level, ...]) -> Level | None:
    """Give the most severe of one side's passed levels; None when none is passed."""
    outer = [level for level in levels if level.outer]
    return next(iter(outer or levels), None)


@dataclass(frozen=True)
class AlarmEvent:
    """A transition of one alarm: `alarm` is its state after the event at `time`."""

    event: AlarmEventKind
    alarm: Alarm
    time: int
    actor: str | None = None
    comment: str = ""

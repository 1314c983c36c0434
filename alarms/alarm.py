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

    `levels` are the limits of its side that are passed now, `level` the most severe of them.
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
    value: float | None = None
    limit: float | None = None
    unit: str | None = None

    @property
    def level(self) -> Level | None:
        """The most severe passed level of the side; None for alarms without levels."""
        outer = [level for level in self.levels if level.outer]
        return next(iter(outer or self.levels), None)


@dataclass(frozen=True)
class AlarmEvent:
    """A transition of one alarm: `alarm` is its state after the event at `time`."""

    event: AlarmEventKind
    alarm: Alarm
    time: int
    actor: str | None = None
    comment: str = ""

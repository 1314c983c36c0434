"""What the engine says: only what changed, each with the time at which it happened."""

from dataclasses import dataclass
from enum import StrEnum

from plant.name import Name
from plant.quality import Quality, Reason


@dataclass(frozen=True)
class LimitChange:
    """A limit has been passed for its on-delay, or has been returned from for its off-delay.

    The crossing itself lies in the interval (`earliest`, `latest`]: between the last sample that
    did not show it and the first that did. `value` is in the signal's unit.
    """

    limit: str
    active: bool
    time: int
    value: float
    earliest: int
    latest: int


@dataclass(frozen=True)
class QualityChange:
    """The trust in a signal's value has changed."""

    signal: str
    before: Quality
    after: Quality
    reason: Reason
    time: int


@dataclass(frozen=True)
class ValueChange:
    """A discrete signal shows another state; the change lies in (`earliest`, `latest`].

    `quality` is that of the sample that showed it: GOOD or UNCERTAIN.
    """

    signal: str
    value: float
    earliest: int
    latest: int
    quality: Quality = Quality.GOOD

    @property
    def time(self) -> int:
        """When the new state was first seen."""
        return self.latest


class NodeState(StrEnum):
    """How far a node's data may be called live."""

    ONLINE = "online"
    CATCHING_UP = "catching_up"
    OFFLINE = "offline"


@dataclass(frozen=True)
class NodeChange:
    """A node has gone away, is catching up, or is live again."""

    node: str
    before: NodeState | None
    after: NodeState | None
    time: int


@dataclass(frozen=True)
class ClockChange:
    """A device's own clock was found wrong (stepped back, or more than 2 s off), or right again.

    `offset` is receive time minus source time in nanoseconds, the known offset taken off.
    """

    device: str
    wrong: bool
    offset: int
    time: int


@dataclass(frozen=True)
class SuppressionChange:
    """A suppression by design has begun or ended to hold its limits' alarms back."""

    suppression: str
    on: bool
    time: int


class InterlockState(StrEnum):
    """What an interlock would do now, as far as we can show it."""

    ARMED = "armed"
    DEMANDED = "demanded"
    DEGRADED = "degraded"
    DISARMED = "disarmed"
    BYPASSED = "bypassed"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Voting:
    """How a cause votes: as designed, and as faulty channels leave it (standards 4.4).

    `effective` is e.g. `1oo2`, "trip" when the fault alone trips, "failed" when no channel is
    left, "unknown" while a channel's data are missing. `tolerance` is how many more channels may
    fail before the cause is lost (None when not known).
    """

    cause: str
    designed: str
    effective: str
    tolerance: int | None


@dataclass(frozen=True)
class InterlockChange:
    """An interlock's live state or effective voting has changed; `reason` says why not armed."""

    interlock: str
    before: InterlockState
    after: InterlockState
    reason: Name | None
    time: int
    votings: tuple[Voting, ...] = ()


@dataclass(frozen=True)
class BypassChange:
    """A bypass signal of an interlock was switched on or off.

    `bypassed` says whether the interlock is bypassed after it: another signal may still be on.
    """

    interlock: str
    signal: str
    on: bool
    bypassed: bool
    started: int
    time: int


class Response(StrEnum):
    """How one effect answered its cause, and the verdict on a whole demand."""

    WAITING = "waiting"
    OK = "ok"
    SLOW = "slow"
    PARTIAL = "partial"
    FAILED = "failed"
    UNDETERMINED = "undetermined"
    SPURIOUS = "spurious"


@dataclass(frozen=True)
class CauseSeen:
    """A cause of a demand; it became true in (`earliest`, `latest`].

    `limit` is the limit of a 1oo1 cause, else the id of the voted cause; `members` are the limits
    that made the vote. `rank` is its place in the first-out sequence from 1: causes whose
    intervals overlap cannot be told apart and share a rank.
    """

    limit: str
    earliest: int
    latest: int
    members: tuple[str, ...] = ()
    rank: int = 0


@dataclass(frozen=True)
class EffectSeen:
    """An effect of a demand; `shortest` and `longest` bound its response in nanoseconds."""

    signal: str
    result: Response
    shortest: int | None = None
    longest: int | None = None


class DemandEvent(StrEnum):
    """What is new about a demand."""

    OPEN = "open"
    CAUSE = "cause"
    EFFECT = "effect"
    SETTLE = "settle"
    REVISE = "revise"


@dataclass(frozen=True)
class DemandChange:
    """One activation of an interlock, as known after `event`.

    A demand without causes is a trip that nothing known explains: SPURIOUS, or UNDETERMINED while
    some cause cannot be seen. `bypassed` says that the interlock was bypassed when it opened.
    """

    interlock: str
    demand: str
    event: DemandEvent
    result: Response
    opened: int
    first_out: tuple[str, ...]
    causes: tuple[CauseSeen, ...]
    effects: tuple[EffectSeen, ...]
    time: int
    bypassed: bool = False


Change = (
    LimitChange
    | QualityChange
    | ValueChange
    | NodeChange
    | ClockChange
    | SuppressionChange
    | InterlockChange
    | BypassChange
    | DemandChange
)

"""Alarms, interlocks and demands."""

from typing import Literal

from pydantic import Field

from api.models.document import (
    Document,
    Judging,
    Level,
    Moment,
    NextCursor,
    Position,
    Priority,
    Request,
    Text,
)

AlarmKind = Literal["high", "low", "quality", "device", "node", "interlock", "bypass"]
InterlockState = Literal["armed", "demanded", "bypassed", "unavailable", "unknown"]
DemandResult = Literal["open", "ok", "slow", "partial", "failed", "undetermined"]
EffectResult = Literal["waiting", "ok", "slow", "failed", "undetermined"]


class AlarmOut(Document):
    """The standing life of one alarm."""

    id: str
    kind: AlarmKind
    signal: str | None
    equipment: str | None
    active: bool
    acknowledged: bool
    priority: Priority
    level: Level | None
    occurrence: int = Field(description="Counts annunciations; name it when you acknowledge")
    value: float | None
    limit: float | None
    unit: str | None
    message: Text
    raised_at: Moment
    changed_at: Moment
    known_at: Moment
    acknowledged_by: str | None = Field(description="Opaque id, see `actors`")
    acknowledged_at: Moment | None
    seq: int


class Alarms(Document):
    """Alarms, latest change first."""

    items: list[AlarmOut]
    next: NextCursor
    judging: Judging
    position: Position | None


class Acknowledge(Request):
    """I have seen this occurrence of the alarm."""

    occurrence: int | None = Field(
        default=None,
        ge=0,
        le=2**53 - 1,
        description="The occurrence that was seen; a later one is not acknowledged by mistake",
    )
    comment: str = Field(default="", max_length=500)


class ActDone(Document):
    """The act stands in the journal."""

    seq: int | None = Field(description="The journal entry that records it")
    idempotency_key: str


class EffectOut(Document):
    """What the interlock must bring about."""

    signal: str
    state: int
    within_s: float


class CauseSeen(Document):
    """A cause of a demand, and when it came: between earliest and latest."""

    limit: str
    at: tuple[Moment | None, Moment | None]


class EffectSeen(EffectOut):
    """An effect of a demand as it was measured."""

    result: EffectResult
    response_s: tuple[float | None, float | None] | None = Field(
        description="Shortest and longest response time that the readings allow"
    )


class DemandOut(Document):
    """One activation of an interlock."""

    id: str
    interlock: str
    time: Moment
    result: DemandResult
    first_out: list[str] | None = Field(
        description="The limits that came first: one, or several that cannot be told apart"
    )
    causes: list[CauseSeen]
    effects: list[EffectSeen]
    seq: int


class Demands(Document):
    """Activations of one interlock, latest first."""

    items: list[DemandOut]
    next: NextCursor
    judging: Judging
    position: Position | None


class BypassOut(Document):
    """A defeat of an interlock; it stands while `ended_at` is null."""

    id: str
    interlock: str
    signal: str
    started_at: Moment
    ended_at: Moment | None
    seq: int


class InterlockOut(Document):
    """A protective function and whether it can be relied on."""

    id: str
    equipment: str
    name: Text
    state: InterlockState = Field(description="`armed` reads unknown while nobody judges")
    raw_state: InterlockState = Field(description="As last judged")
    stale: bool
    since: Moment | None
    reason: Text | None
    causes: list[str]
    effects: list[EffectOut]
    bypass_signals: list[str]
    bypasses: list[BypassOut] = Field(description="Those that stand")
    last_demand: DemandOut | None
    proof_test_days: int
    seq: int | None


class Interlocks(Document):
    """Every interlock of the plant, in the order of the plant's files."""

    items: list[InterlockOut]
    judging: Judging
    position: Position | None

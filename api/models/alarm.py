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

AlarmKind = Literal[
    "high",
    "low",
    "rate",
    "deviation",
    "state",
    "instrument",
    "quality",
    "device",
    "node",
    "interlock",
    "spurious",
    "degraded",
    "disarmed",
    "bypass",
    "clock",
]
InterlockState = Literal[
    "armed", "demanded", "degraded", "disarmed", "bypassed", "unavailable", "unknown"
]
DemandResult = Literal["open", "ok", "slow", "partial", "failed", "undetermined", "spurious"]
OnBad = Literal["remove", "vote", "trip"]
HowReset = Literal["manual", "auto"]
EffectResult = Literal["waiting", "ok", "slow", "failed", "undetermined"]


class AlarmOut(Document):
    """The standing life of one alarm."""

    id: str
    kind: AlarmKind
    signal: str | None
    equipment: str | None
    active: bool = Field(description="The condition holds, whoever acknowledges or suppresses it")
    acknowledged: bool
    latched: bool = Field(description="Stands after its return, until a person resets it")
    suppressed_by: str | None = Field(
        description="The suppression by design that holds it back now: it does not call"
    )
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
        description="The occurrence that was seen; a later one is not meant by mistake",
    )
    comment: str = Field(default="", max_length=500)


class Reset(Acknowledge):
    """Let go of this occurrence of a latched alarm; nothing in the plant is reset."""


class ActDone(Document):
    """The act stands in the journal."""

    seq: int | None = Field(description="The journal entry that records it")
    idempotency_key: str


class EffectOut(Document):
    """What the interlock must bring about."""

    signal: str = Field(description="Its feedback, or its role when it has none")
    feedback: bool = Field(default=True, description="False: it exists and cannot be proven")
    state: int
    within_s: float


class CauseSeen(Document):
    """A cause of a demand, and when it came: between earliest and latest."""

    limit: str = Field(description="The limit, or the id of a voted cause")
    at: tuple[Moment | None, Moment | None]
    members: list[str] = Field(default=[], description="The limits that made the vote")
    rank: int = Field(
        default=0,
        description="Place in the first-out sequence from 1, shared by causes that cannot be told "
        "apart; 0 when not recorded",
    )


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
    bypassed: bool = Field(description="The interlock was bypassed when it opened")
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


class CauseOut(Document):
    """What demands the effects: limits that vote."""

    id: str
    limits: list[str]
    voting: str = Field(description="As designed, such as `2oo3`", examples=["2oo3"])
    on_bad: OnBad = Field(
        description="What the controller does with a faulty channel: it votes without it, takes "
        "it as a vote, or trips"
    )
    effective: str | None = Field(
        description="As faulty channels leave it: a voting, `trip`, `failed` or `unknown`; null "
        "when not judged yet or nobody judges"
    )
    tolerance: int | None = Field(description="How many more channels may fail")


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
    causes: list[str] = Field(description="The limits of all causes")
    voting: list[CauseOut]
    effects: list[EffectOut]
    bypass_signals: list[str]
    armed_signal: str | None = Field(description="Reads 0 while the function is not in service")
    reset: HowReset
    effects_in_normal_use: bool
    sil: int = Field(description="The safety integrity level claimed for it, 0 for none")
    bypasses: list[BypassOut] = Field(description="Those that stand")
    last_demand: DemandOut | None
    proof_test_days: int
    seq: int | None


class Interlocks(Document):
    """Every interlock of the plant, in the order of the plant's files."""

    items: list[InterlockOut]
    judging: Judging
    position: Position | None

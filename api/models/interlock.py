"""Interlocks, their demands and their bypasses."""

from typing import Literal

from pydantic import Field

from api.models.document import Document, Judging, Moment, NextCursor, Position, Text

InterlockState = Literal[
    "armed", "demanded", "degraded", "disarmed", "bypassed", "unavailable", "unknown"
]
DemandResult = Literal["open", "ok", "slow", "partial", "failed", "undetermined", "spurious"]
OnBad = Literal["remove", "vote", "trip"]
HowReset = Literal["manual", "auto"]
EffectResult = Literal["waiting", "ok", "slow", "failed", "undetermined"]
ProofTestState = Literal["never_recorded", "current", "due_soon", "overdue", "failed"]


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
    equipment: str | None = Field(
        description="The interlock's; null when the plant had it no longer before it was judged"
    )
    time: Moment = Field(description="When the first cause was seen")
    result: DemandResult
    bypassed: bool = Field(description="The interlock was bypassed when it opened")
    first_out: list[str] | None = Field(
        description="The limits that came first: one, or several that cannot be told apart"
    )
    causes: list[CauseSeen]
    effects: list[EffectSeen]
    seq: int


class Demands(Document):
    """Activations of interlocks, latest first."""

    items: list[DemandOut]
    next: NextCursor
    judging: Judging
    position: Position | None


class OneDemand(Document):
    """One activation of an interlock, and how far what it says can be trusted."""

    item: DemandOut
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


class Bypasses(Document):
    """Defeats of one interlock, latest first."""

    items: list[BypassOut]
    next: NextCursor
    judging: Judging
    position: Position | None


class ProofTestOut(Document):
    """A record that an interlock was tested end to end."""

    id: str
    name: Text
    performed_at: Moment
    valid_until: Moment | None = Field(description="An end of its own, before the interval's")
    ok: bool = Field(description="False: the interlock did not work in the test")
    by: str = Field(
        description="Who recorded it: opaque id, see `actors`; `monitor` for records "
        "that came with the plant's files"
    )
    future: bool = Field(description="Dated after now: it shows nothing yet")


class ProofTests(Document):
    """Proof tests of one interlock, latest first, and what the last one says now."""

    items: list[ProofTestOut]
    next: NextCursor
    state: ProofTestState = Field(
        description="As of now. `never_recorded`: nothing is known, which is not good. "
        "`due_soon`: 90 % of the time has gone by. `failed`: the last test found it not working"
    )
    last: ProofTestOut | None = Field(description="The one that counts; null if never recorded")
    due_at: Moment | None = Field(
        description="The last test and the interval, or the record's own end; null if never "
        "recorded"
    )
    overdue: bool | None = Field(description="Null if never recorded: it cannot be said")
    proof_test_days: int = Field(description="The interval")
    judging: Judging
    position: Position | None


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
    """Interlocks of the plant, in the order of the plant's files."""

    items: list[InterlockOut]
    next: NextCursor
    judging: Judging
    position: Position | None


class OneInterlock(Document):
    """One interlock, and how far what it says can be trusted."""

    item: InterlockOut
    judging: Judging
    position: Position | None

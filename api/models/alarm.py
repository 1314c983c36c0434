"""Alarms, and what a person does to one."""

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


class OneAlarm(Document):
    """One alarm, and how far what it says can be trusted."""

    item: AlarmOut
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

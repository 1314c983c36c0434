"""The journal, and the events of the stream."""

from typing import Annotated, Literal

from pydantic import Field

from api.models.document import Document, JsonObject, Judging, Moment, NextCursor, Position
from api.models.plant import LiveValue

BreakKind = Literal[
    "changed",
    "missing",
    "reordered",
    "wrong_previous",
    "not_canonical",
    "foreign",
    "unreadable",
    "truncated",
]


class EntryEvent(Document):
    """`event: entry`: one journal entry; the event's id is its position."""

    seq: int
    time: Moment = Field(description="When it happened")
    known_at: Moment = Field(description="When we knew")
    kind: str
    subject: str
    actor: str
    body: JsonObject


class EntryOut(EntryEvent):
    """One line of the journal with its place in the chain."""

    plant: str
    previous_hash: str
    hash: str


class Entries(Document):
    """A page of the journal."""

    items: list[EntryOut]
    next: NextCursor
    position: Position | None


class Head(Document):
    """The end of the chain: who holds this can tell whether the past was rewritten."""

    plant: str
    epoch: str
    seq: int
    time: Moment | None
    hash: str | None
    position: Position


class Verification(Document):
    """What walking the whole chain found."""

    ok: bool
    entries: int = Field(description="Entries that are whole, counted from the first")
    broken_at: int | None = Field(description="The first entry that is not as it was written")
    how: BreakKind | None = Field(description="How that entry is broken")
    problem: str | None
    head_seq: int = Field(description="The last whole entry")
    head_hash: str


Fresh = Annotated[
    tuple[float, int],
    Field(description="`value` and `last_value`; and how many ms before `at` it was read"),
]


class SignalsEvent(Document):
    """`event: signals`: what was read since the last such event, or all signals when `full`.

    A signal is in `signals` when its quality or reason is another one than was last said on this
    stream, or when its number may not be used; else in `fresh`, also when its number is the same:
    it was read again.
    """

    at: Moment | None = Field(description="When the monitor said so")
    full: bool
    signals: dict[str, LiveValue]
    fresh: dict[str, Fresh] = Field(
        description="Signals that go on with the quality and reason last said, GOOD or UNCERTAIN"
    )


class StatusEvent(Document):
    """`event: status`: each second, also when nothing else happens."""

    server_time: Moment
    judging: Judging
    position: Position | None


class ResetEvent(Document):
    """`event: reset`: what came before cannot be continued; read everything again.

    The stream goes on from `position`.
    """

    reason: Literal["malformed", "other_journal", "too_old", "ahead", "slow_client"]
    position: Position | None


EVENTS: dict[str, type[Document]] = {
    "entry": EntryEvent,
    "signals": SignalsEvent,
    "status": StatusEvent,
    "reset": ResetEvent,
}

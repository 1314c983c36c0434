"""Shapes that many answers share."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.roles import Role

Moment = Annotated[
    str,
    Field(
        description="RFC 3339, UTC",
        json_schema_extra={"format": "date-time", "examples": ["2026-11-24T06:45:33.500000Z"]},
    ),
]
Position = Annotated[
    str,
    Field(
        description="`{epoch}-{seq}` of the journal this was read at; give it to `events?after=`",
        examples=["5f1c9a02-1287"],
    ),
]
NextCursor = Annotated[
    str | None, Field(description="Give it as `cursor` to get what follows; null at the end")
]
Priority = Literal["critical", "high", "medium", "low"]
Level = Literal["LL", "L", "H", "HH", "RATE", "DEVIATION", "STATE"]
Quality = Literal["GOOD", "UNCERTAIN", "BAD", "STALE", "MISSING"]


class Document(BaseModel):
    """Base of everything the API answers with."""

    model_config = ConfigDict(frozen=True)


class Request(BaseModel):
    """Base of everything the API is asked with: an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Document):
    """One text in Chinese and English."""

    zh: str
    en: str


class Judging(Document):
    """How far the monitor has judged, and whether it still does."""

    judged_until: Moment | None = Field(description="Everything up to here has been judged")
    heartbeat_at: Moment | None = Field(description="The monitor's last sign of life")
    stale: bool = Field(
        description="No heartbeat for 3 s: what is shown is not judged now, a pass reads unknown"
    )
    not_judged_since: Moment | None = Field(
        description="Set when stale or behind: nothing after this moment has been judged"
    )
    catching_up: bool = Field(description="A backlog is being judged after an outage")
    behind: bool = Field(
        description="Judged time lags by more than data may age: a pass reads unknown"
    )


class FieldError(Document):
    """One thing wrong in a request."""

    where: str
    problem: str


class Problem(Document):
    """An error, as RFC 9457 asks; `code` is stable for programs, the rest is for people."""

    type: str = Field(examples=["urn:firstout:problem:not_found"])
    title: str
    status: int
    detail: str
    code: str = Field(examples=["not_found"])
    message: Text
    errors: list[FieldError] | None = None


class WhoAmI(Document):
    """Who the asker is."""

    actor: str = Field(description="Opaque id; the journal names people by it")
    login: str
    name: str
    role: Role
    via: Literal["session", "token"]
    csrf: str | None = Field(
        description="Send as `X-CSRF-Token` with every unsafe request of this session"
    )
    expires_at: Moment | None


class Actor(Document):
    """The name behind an opaque id of the journal."""

    id: str
    name: str
    role: Role


class Actors(Document):
    """Everybody who has or had an account."""

    items: list[Actor]


class Health(Document):
    """Whether the process answers."""

    status: Literal["ok"]


class Readiness(Document):
    """Whether what it answers is judged now."""

    ready: bool
    reason: str | None = Field(description="Why it is not; null when ready")
    warnings: list[str] = Field(description="What is wrong though the plant is judged")
    judging: Judging


JsonObject = dict[str, Any]

"""Criteria, verdicts and violations."""

from typing import Literal

from pydantic import Field

from api.models.document import Document, Judging, Moment, NextCursor, Position, Text

Verdict = Literal["pass", "fail", "suspect", "unknown", "not_applicable"]
ViolationKind = Literal["fail", "suspect", "exceedance", "unknown"]


class Reference(Document):
    """What a reason points at, for example `{"type": "demand", "id": ...}`."""

    type: str
    id: str


class ReasonOut(Document):
    """Why a verdict is what it is."""

    code: str
    zh: str
    en: str
    refs: list[Reference] = Field(default_factory=list)


class CriterionOut(Document):
    """One item of the notice."""

    id: str
    title: Text
    section: Text = Field(description="The section of the notice: an industry or a hazard")
    item: int = Field(description="The item's number in that section")
    order10: list[str] = Field(description="Articles of Order 10 the item rests on")
    judged: bool = Field(description="False: in scope here, but nothing judges it yet")
    subjects: list[str] = Field(description="What it is judged for in this plant")


class Criteria(Document):
    """The criteria in scope here."""

    items: list[CriterionOut]


class VerdictOut(Document):
    """The current verdict of one criterion at one subject."""

    criterion: str
    subject: str
    verdict: Verdict = Field(description="A pass reads unknown while nobody judges")
    raw_verdict: Verdict = Field(description="As last judged")
    stale: bool = Field(description="Its data are lost, or nobody judges now")
    since: Moment
    reasons: list[ReasonOut]
    seq: int


class VerdictCounts(Document):
    """How many cells read what."""

    passed: int
    fail: int
    suspect: int
    unknown: int
    not_applicable: int
    uncovered: int = Field(description="Cells in scope for which there is no verdict at all")


class Compliance(Document):
    """The matrix of criteria and subjects as it stands, worst first."""

    items: list[VerdictOut]
    counts: VerdictCounts
    judging: Judging
    position: Position | None


class ViolationOut(Document):
    """One entry of the live list of violations."""

    id: str
    criterion: str
    subject: str
    kind: ViolationKind
    since: Moment
    until: Moment | None = Field(description="Null while it stands")
    stale: bool = Field(description="It has lost its data, or nobody judges now; it stays")
    reasons: list[ReasonOut]
    judged_until: Moment | None
    seq: int


class Violations(Document):
    """Violations, worst first; the counts say how much is not known."""

    items: list[ViolationOut]
    next: NextCursor
    unknown: int = Field(description="Cells whose verdict reads unknown")
    uncovered: int = Field(description="Cells in scope for which there is no verdict at all")
    judging: Judging
    position: Position | None

"""Criteria, verdicts and violations."""

from typing import Literal

from pydantic import Field

from api.models.document import Document, Judging, Level, Moment, NextCursor, Position, Text
from api.models.plant import SubjectOut

Verdict = Literal["pass", "fail", "suspect", "unknown", "not_applicable"]
ViolationKind = Literal["fail", "suspect", "exceedance", "unknown"]
Basis = Literal["standard", "memory", "default", "notice"]


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


class Figure(Document):
    """A set-point that a rule names, in the role's unit."""

    level: Level
    value: float


class EffectAsked(Document):
    """What an interlock must bring about."""

    role: str
    name: Text
    state: int


class RequirementOut(Document):
    """One thing that a criterion requires; null where a kind of requirement has no such thing."""

    kind: Literal[
        "limits", "interlock", "evidence", "running_condition", "relation", "attribute", "any"
    ]
    name: Text | None = Field(description="The role, record or declaration that it is about")
    role: str | None = Field(description="The role that a signal must play")
    unit: str | None = Field(description="Of the role; null for a switch")
    levels: list[Level] = Field(description="The limits that must be set, or not be passed")
    figures: list[Figure] = Field(description="Set-points that a rule names")
    effects: list[EffectAsked]
    within_s: float | None = Field(description="How soon the effects must follow")
    for_s: float | None = Field(description="How long a limit may stay passed")
    record: str | None = Field(description="The type of the record")
    within_days: float | None = Field(description="How old the record may be")
    proof_test_days: float | None = Field(description="How often the interlock must be tested")
    calibration_days: float | None = Field(description="How often signals must be calibrated")
    while_producing: bool = Field(description="Asked only while the equipment produces")
    basis: Basis = Field(
        description=(
            "How sure the figure is: read in a standard, recalled and to be verified, a default "
            "of engineering, or asked by the notice alone"
        )
    )
    rule: str = Field(description="Which rule and version gives the figure; may be empty")
    alternatives: list[list["RequirementOut"]] = Field(
        description="Of these lists one must hold whole"
    )


class CriterionDetail(CriterionOut):
    """One item of the notice, and what it asks."""

    asks: Text | None = Field(description="What it asks, in our own words; null if not written")
    rule_version: str | None
    order10_basis: Basis | None = Field(description="How sure the counterpart in Order 10 is")
    ends: str | None = Field(description="The last day on which it is asked; null: no end")
    requires: list[RequirementOut]


class VerdictOut(Document):
    """The verdict of one criterion at one subject."""

    criterion: str
    subject: str
    verdict: Verdict = Field(description="A pass that nobody upholds reads unknown")
    raw_verdict: Verdict = Field(description="As last judged")
    stale: bool = Field(description="Its data are lost, or nobody judges at that moment")
    since: Moment | None = Field(description="Null when nothing is known of the cell")
    known_at: Moment | None = Field(description="When its last change was known")
    reasons: list[ReasonOut]
    seq: int | None = Field(description="The entry it rests on; null when there is none")


class VerdictCounts(Document):
    """How many cells read what."""

    passed: int
    fail: int
    suspect: int
    unknown: int
    not_applicable: int
    uncovered: int = Field(description="Cells in scope for which there is no verdict at all")


class ScopeOut(Document):
    """The cells of one criterion that exist."""

    criterion: str
    subjects: list[str]


class Compliance(Document):
    """The matrix of criteria and subjects, worst first; the counts are of all pages."""

    items: list[VerdictOut]
    next: NextCursor
    counts: VerdictCounts = Field(description="Over all filters but `verdict`")
    at: Moment | None = Field(description="The past moment; null: as it stands now")
    known_at: Moment | None = Field(description="As was known then; null: as is known now")
    version: str = Field(description="The plant version in force at that moment")
    scope: list[ScopeOut] = Field(description="The cells that exist in that version")
    subjects: list[SubjectOut] = Field(description="The subjects of that version")
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


class ViolationCounts(Document):
    """How many violations there are of each kind."""

    fail: int
    suspect: int
    exceedance: int
    unknown: int


class Violations(Document):
    """Violations, worst first; the counts say how much is not known."""

    items: list[ViolationOut]
    next: NextCursor
    counts: ViolationCounts = Field(description="Over all filters but `kind`, on all pages")
    unknown: int = Field(description="Cells asked for whose verdict reads unknown")
    uncovered: int = Field(description="Cells asked for for which there is no verdict at all")
    judging: Judging
    position: Position | None

"""Evidence: dated records that show what telemetry cannot."""

from pydantic import Field

from api.models.document import Document, Moment, NextCursor, Position, Text


class EvidenceOut(Document):
    """One record: a drill, a certificate, an inspection, a calibration, a proof test ..."""

    id: str
    type: str
    type_name: Text | None = Field(description="What the type means; null for one not known")
    subject: str = Field(description="What it is of: a subject, a signal or an interlock")
    name: Text
    performed_at: Moment
    valid_until: Moment | None = Field(description="Null: as long as the criterion says")
    ok: bool = Field(description="False: the record itself tells of a fault")
    criterion: str | None = Field(
        description="Of a statement that a criterion does not apply: which one"
    )
    actor: str
    seq: int


class EvidenceList(Document):
    """Records, latest first."""

    items: list[EvidenceOut]
    next: NextCursor
    position: Position | None

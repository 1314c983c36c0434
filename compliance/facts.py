"""What is known when a criterion is judged: the plant, the engine's view, demands and evidence."""

from dataclasses import dataclass, field

from monitor.changes import InterlockState, Response
from monitor.interlocks import View
from plant.plant import Plant


@dataclass(frozen=True)
class Record:
    """One piece of evidence with its resolved date (nanoseconds since 1970)."""

    id: str
    type: str
    subject: str
    performed_at: int


@dataclass(frozen=True)
class LastDemand:
    """The latest demand of an interlock, as far as it has been judged."""

    demand: str
    result: Response
    opened: int


@dataclass(frozen=True)
class Facts:
    """Everything a requirement may ask; all of it holds at `now`."""

    plant: Plant
    view: View
    now: int
    interlocks: dict[str, InterlockState] = field(default_factory=dict)
    demands: dict[str, LastDemand] = field(default_factory=dict)
    evidence: dict[str, Record] = field(default_factory=dict)

    def latest(self, record_type: str, subject: str) -> Record | None:
        """Give the newest record of a type for a subject; one of the future shows nothing yet."""
        fitting = (
            item
            for item in self.evidence.values()
            if item.type == record_type
            and item.subject == subject
            and item.performed_at <= self.now
        )
        return max(fitting, key=lambda item: item.performed_at, default=None)

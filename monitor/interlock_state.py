"""What is remembered of each interlock: its state, its bypass, its feedbacks, its open demand."""

from dataclasses import dataclass, field

from monitor.changes import CauseSeen, EffectSeen, InterlockState, Response


@dataclass
class Feedback:
    """When a watched signal took the value it shows: in (`earliest`, `latest`]."""

    value: float
    earliest: int
    latest: int


@dataclass
class OpenDemand:
    """An activation that is not over: its causes still stand, or its effects are awaited."""

    id: str
    opened: int
    causes: list[CauseSeen]
    effects: list[EffectSeen]
    first_out_settled: bool = False
    result: Response = Response.WAITING


@dataclass
class InterlockMemory:
    """One interlock's memory; feedbacks are keyed by signal id."""

    state: InterlockState = InterlockState.UNKNOWN
    feedback: dict[str, Feedback] = field(default_factory=dict)
    bypassed_since: dict[str, int] = field(default_factory=dict)
    demand: OpenDemand | None = None
    demands: int = 0

"""What is remembered of each interlock, and how it follows a step of the clock."""

from dataclasses import dataclass, field, replace

from monitor.changes import CauseSeen, EffectSeen, InterlockState, Response
from monitor.tables import NEVER


@dataclass(frozen=True)
class Feedback:
    """When a watched signal took the value it shows: in (`earliest`, `latest`].

    `good` says that a GOOD sample has shown it: only then it proves that an effect followed.
    """

    value: float
    earliest: int
    latest: int
    good: bool = True


@dataclass
class OpenDemand:
    """An activation that is not over: its causes still stand, or its effects are awaited.

    `causes` are in first-out order. `came` holds for each effect when it took its state, None
    while it is not measured. `ended` is when the demand was over; then only effects of which
    nothing is known yet may still be settled, by data that come late.
    """

    id: str
    opened: int
    causes: list[CauseSeen]
    effects: list[EffectSeen]
    came: list[Feedback | None]
    bypassed: bool = False
    first_out_settled: bool = False
    result: Response = Response.WAITING
    ended: int | None = None


@dataclass
class Trip:
    """All effects came together without a cause.

    `id` is empty and `result` WAITING until it has been said. `came` is each effect's change
    (None without feedback). `known` says up to when each cause signal has been seen without a
    gap, `blind` names those that were not usable about the trip.
    """

    came: list[Feedback | None]
    known: dict[str, int]
    blind: list[str] = field(default_factory=list)
    bypassed: bool = False
    id: str = ""
    result: Response = Response.WAITING
    undecided: bool = True

    @property
    def earliest(self) -> int:
        """The earliest moment at which an effect may have come."""
        return min(known.earliest for known in self.came if known is not None)

    @property
    def latest(self) -> int:
        """The latest moment by which all effects had come."""
        return max(known.latest for known in self.came if known is not None)


@dataclass
class InterlockMemory:
    """One interlock's memory.

    `voting` holds the effective voting of each cause that is known. `passed` are the active
    cause limits with their intervals, `standing` the causes that are true, `faults` the cause
    signals with a broken channel, `usable_since` since when the usable ones are so. `ready` says
    that no effect has shown its required state since the last demand or trip; `last` is the
    demand that ended with effects of which nothing is known; `awaiting` that time alone, or a
    sample that changes nothing, may say something.
    """

    state: InterlockState = InterlockState.UNKNOWN
    voting: dict[str, str] = field(default_factory=dict)
    feedback: dict[str, Feedback] = field(default_factory=dict)
    bypassed_since: dict[str, int] = field(default_factory=dict)
    out_of_service: bool = False
    passed: dict[str, tuple[int, int]] = field(default_factory=dict)
    faults: dict[str, tuple[int, int]] = field(default_factory=dict)
    usable_since: dict[str, int] = field(default_factory=dict)
    standing: list[str] = field(default_factory=list)
    ready: bool = False
    demand: OpenDemand | None = None
    last: OpenDemand | None = None
    trip: Trip | None = None
    demands: int = 0
    awaiting: bool = False


def shift(memory: InterlockMemory, by: int) -> None:
    """Move all remembered times by `by` nanoseconds, after the clock was stepped back.

    When a bypass was switched on stays as it was told: it names the bypass in the journal.
    """
    memory.feedback = {s: _followed(known, by) for s, known in memory.feedback.items()}
    memory.passed = {limit: _moved_both(both, by) for limit, both in memory.passed.items()}
    memory.faults = {signal: _moved_both(both, by) for signal, both in memory.faults.items()}
    memory.usable_since = {s: _moved(since, by) for s, since in memory.usable_since.items()}
    for demand in (memory.demand, memory.last):
        if demand is not None:
            _shift_demand(demand, by)
    if memory.trip is not None:
        memory.trip.known = {s: _moved(until, by) for s, until in memory.trip.known.items()}
        memory.trip.came = [known and _followed(known, by) for known in memory.trip.came]


def _shift_demand(demand: OpenDemand, by: int) -> None:
    demand.opened += by
    demand.ended = None if demand.ended is None else demand.ended + by
    demand.causes = [
        replace(cause, earliest=_moved(cause.earliest, by), latest=cause.latest + by)
        for cause in demand.causes
    ]
    demand.came = [known and _followed(known, by) for known in demand.came]


def _followed(known: Feedback, by: int) -> Feedback:
    return replace(known, earliest=_moved(known.earliest, by), latest=_moved(known.latest, by))


def _moved_both(both: tuple[int, int], by: int) -> tuple[int, int]:
    return _moved(both[0], by), _moved(both[1], by)


def _moved(moment: int, by: int) -> int:
    return moment if moment == NEVER else moment + by

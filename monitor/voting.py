"""Voting of a cause: when it is true, and what faulty channels leave of it (standards 4.4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.changes import Voting
from plant.interlock import Cause, OnBad
from plant.quality import CHANNEL_FAULTS, Quality, Reason

TRIP, FAILED, UNKNOWN = "trip", "failed", "unknown"

Intervals = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Vote:
    """A cause that is true since a moment in (`earliest`, `latest`], by the votes of `members`."""

    members: tuple[str, ...]
    earliest: int
    latest: int


def signal_of(limit: str) -> str:
    """Name the signal of a limit (`signal:LEVEL`)."""
    return limit.rpartition(":")[0]


def faulty(quality: Quality, reason: Reason) -> bool:
    """Say whether a channel is known to be broken; lost data say nothing about the channel."""
    return quality is Quality.BAD and reason in CHANNEL_FAULTS


def effective(cause: Cause, trust: Callable[[str], tuple[Quality, Reason]]) -> Voting:
    """Say how a cause votes now, by the trust in its channels.

    A channel without usable data that is not known to be faulty makes it unknown. `tolerance` is
    how many sound channels there are above the votes needed: 0 when it trips or has failed.
    """
    trusted = [trust(signal_of(limit)) for limit in cause.limits]
    bad = [faulty(*item) for item in trusted]
    if any(item[0] >= Quality.BAD and not fault for item, fault in zip(trusted, bad, strict=True)):
        return Voting(cause.id, cause.voting, UNKNOWN, None)
    needed, sound = _needed(cause, sum(bad)), len(bad) - sum(bad)
    if not sound:
        return Voting(cause.id, cause.voting, FAILED, 0)
    if not needed:
        return Voting(cause.id, cause.voting, TRIP, 0)
    return Voting(cause.id, cause.voting, f"{needed}oo{sound}", sound - needed)


def vote(cause: Cause, passed: Intervals, faults: Intervals) -> Vote | None:
    """Say when and by which members a cause has become true; None when it is not.

    `passed` are the active limits with the intervals of their crossings, `faults` the signals
    whose channel is known to be faulty with the intervals in which that began. The interval
    follows by order statistics: a vote of M is true since the M-th smallest bounds.
    """
    broken = {s: faults[signal_of(s)] for s in cause.limits if signal_of(s) in faults}
    voters = {s: passed[s] for s in cause.limits if s in passed and s not in broken}
    needed = cause.votes
    if broken and cause.on_bad is OnBad.TRIP:
        voters, needed = broken, 1
    elif cause.on_bad is OnBad.VOTE:
        voters |= broken
    else:
        needed = min(cause.votes, len(cause.limits) - len(broken))
    if not needed or len(voters) < needed:
        return None
    earliest, latest = (
        sorted(bounds)[needed - 1] for bounds in zip(*voters.values(), strict=True)
    )
    if cause.on_bad is OnBad.REMOVE and needed < cause.votes:
        # Fewer votes are enough only since the last channel was removed.
        earliest = max(earliest, *(since for since, _ in broken.values()))
        latest = max(latest, *(until for _, until in broken.values()))
    return Vote(tuple(s for s in cause.limits if s in voters), earliest, latest)


def still(cause: Cause, passed: Intervals, faults: Intervals) -> bool:
    """Say whether a cause that was true is so still: a channel that breaks then clears nothing."""
    if vote(cause, passed, faults) is not None:
        return True
    broken = sum(signal_of(limit) in faults for limit in cause.limits)
    needed = _needed(cause, broken) or cause.votes
    return sum(limit in passed for limit in cause.limits) >= needed


def _needed(cause: Cause, broken: int) -> int:
    """Give how many sound channels must vote, 0 when none is left to or the faults are enough."""
    match cause.on_bad:
        case OnBad.REMOVE:
            return min(cause.votes, len(cause.limits) - broken)
        case OnBad.VOTE:
            return max(cause.votes - broken, 0)
        case OnBad.TRIP:
            return 0 if broken else cause.votes

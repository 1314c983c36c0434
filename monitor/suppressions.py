"""Suppressions by design: how long each may hold its alarms back, and from when.

A condition is judged like a limit, without delay or deadband, but the other way round for doubt:
only GOOD data that hold may keep alarms back, and every silence expires.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.changes import SuppressionChange
from plant.moment import seconds
from plant.suppression import Suppression


@dataclass
class SuppressionMemory:
    """Since when the condition holds (None: it does not), and whether alarms are held back."""

    since: int | None = None
    on: bool = False


@dataclass(frozen=True)
class ConditionChange:
    """A suppression's condition has begun or ended to hold."""

    suppression: str
    holds: bool
    time: int


@dataclass(frozen=True)
class Trusted:
    """Whether the condition's data are GOOD and hold; `until` is their judged time.

    `lost_at` is when they ceased to, or came back.
    """

    good: bool
    until: int
    turned_at: int


def advance(
    suppression: Suppression,
    memory: SuppressionMemory,
    changes: Iterable[ConditionChange],
    trusted: Trusted,
) -> list[SuppressionChange]:
    """Take in what became of the condition; `memory` is advanced in place."""
    said: list[SuppressionChange] = []
    most = seconds(suppression.max_s)

    def turn(*, on: bool, time: int) -> None:
        if on is not memory.on:
            memory.on = on
            said.append(SuppressionChange(suppression.id, on=on, time=time))

    for change in changes:
        if memory.since is not None and change.time >= memory.since + most:
            turn(on=False, time=memory.since + most)
        memory.since = change.time if change.holds else None
        turn(on=change.holds and trusted.good, time=change.time)
    if memory.since is not None:
        over = trusted.until >= memory.since + most
        if over:
            turn(on=False, time=memory.since + most)
        else:
            turn(on=trusted.good, time=max(trusted.turned_at, memory.since))
    return said


def shift(memory: SuppressionMemory, by: int) -> None:
    """Move what is remembered by `by` nanoseconds, after the clock was stepped back."""
    if memory.since is not None:
        memory.since += by

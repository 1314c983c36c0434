"""Which limits are active, and which signals they prove wrong."""

from collections.abc import Iterable

from monitor.changes import Change, LimitChange
from monitor.compiled import Compiled
from monitor.state import State


def note_active(compiled: Compiled, state: State, changes: Iterable[Change]) -> None:
    """Take in which limits have become active and which no longer are."""
    active = state.memory.active
    for change in changes:
        if isinstance(change, LimitChange):
            if change.active:
                active[change.limit] = (change.earliest, change.latest)
            else:
                active.pop(change.limit, None)
            signal = change.limit.rpartition(":")[0]
            if change.limit in compiled.instrument_limits.get(signal, ()):
                doubt(compiled, state, signal)


def implausible(compiled: Compiled, state: State, signal: str) -> bool:
    """Say whether a passed limit proves a signal wrong."""
    limits = compiled.instrument_limits.get(signal, ())
    return any(limit in state.memory.active for limit in limits)


def doubt(compiled: Compiled, state: State, signal: str) -> None:
    """Let the rows of a signal know whether it is proven wrong: then they clear nothing."""
    for row in compiled.rows_of.get(signal, ()):
        state.rows.signals[row]["doubted"] = implausible(compiled, state, signal)

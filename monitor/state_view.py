"""The engine's state as interlocks, alarms and criteria may read it."""

from collections.abc import Mapping

from monitor.active import implausible
from monitor.changes import NodeState
from monitor.compiled import Compiled
from monitor.state import State
from plant.quality import Quality, Reason

_QUALITY = tuple(Quality)
_REASON = tuple(Reason)


class StateView:
    """Reads the live values, how far they are trusted, and the active limits (monitor.view)."""

    def __init__(self, compiled: Compiled, state: State) -> None:
        self._compiled = compiled
        self._state = state

    def trust(self, signal: str) -> tuple[Quality, Reason]:
        """Give the quality and reason that hold now.

        Data of a lagging node are STALE, and those that a passed limit proves wrong UNCERTAIN.
        """
        slot = self._compiled.slot[signal]
        row = self._state.rows.signals[slot]
        quality, reason = _QUALITY[row["shown"]], _REASON[row["reason"]]
        if quality < Quality.STALE and not self._online(slot):
            return Quality.STALE, Reason.NODE_OFFLINE
        if quality is Quality.GOOD and implausible(self._compiled, self._state, signal):
            return Quality.UNCERTAIN, Reason.IMPLAUSIBLE
        return quality, reason

    def _online(self, slot: int) -> bool:
        compiled, nodes = self._compiled, self._state.memory.nodes
        return all(
            nodes[compiled.nodes[node]].told is NodeState.ONLINE
            for node in compiled.groups[compiled.group_of[slot]]
        )

    def usable(self, signal: str) -> tuple[float, int]:
        """Give the last usable value (NaN before the first) and its time."""
        row = self._state.rows.signals[self._compiled.slot[signal]]
        return float(row["value"]), int(row["usable_at"])

    def seen_at(self, signal: str) -> int:
        """Give the time of the last sample of any quality; tables.NEVER before the first."""
        return int(self._state.rows.signals[self._compiled.slot[signal]]["seen_at"])

    def active(self) -> Mapping[str, tuple[int, int]]:
        """Give the active limits, each with the interval in which it was passed."""
        return self._state.memory.active

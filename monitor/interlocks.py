"""All interlocks of a plant, each judged only when something has touched it.

What an interlock says follows from changes of its own signals and their limits (and those of the
interlocks that share its effects), from nodes (which
change how far all their signals are trusted), and, while it awaits something, from time. So one
that nothing touched and that awaits nothing has nothing to say.
"""

from collections.abc import Callable, Iterable, Mapping

from monitor.changes import Change, LimitChange, NodeChange, QualityChange, ValueChange
from monitor.interlock_judge import InterlockJudge, sharing
from monitor.interlock_state import InterlockMemory
from monitor.view import View
from monitor.voting import signal_of
from plant.plant import Plant


class Interlocks:
    """Judges the interlocks of one plant; the caller owns their memories."""

    def __init__(self, plant: Plant) -> None:
        others = sharing(plant)
        self._judges = {
            item.id: InterlockJudge(plant, item, others[item.id]) for item in plant.interlocks
        }
        self._order = {item.id: index for index, item in enumerate(plant.interlocks)}
        self._of_signal: dict[str, list[str]] = {}
        for name, judge in self._judges.items():
            for signal in judge.signals:
                self._of_signal.setdefault(signal, []).append(name)

    def advance(
        self,
        memories: Mapping[str, InterlockMemory],
        changes: Iterable[Change],
        view: View,
        now: int,
        until_of: Callable[[str], int],
    ) -> list[Change]:
        """Take in `changes` that were found at `now`; the memories are advanced in place.

        `memories` are by interlock id; `until_of` gives the judged time of the nodes that bring
        an interlock's signals. What is said comes in the plant's order of interlocks.
        """
        touched: dict[str, list[Change]] = {
            name: [] for name, memory in memories.items() if memory.awaiting
        }
        for change in changes:
            for name in self._touches(change):
                touched.setdefault(name, []).append(change)
        said: list[Change] = []
        for name in sorted(touched, key=self._order.__getitem__):
            judge, memory = self._judges[name], memories[name]
            said += judge.advance(memory, touched[name], view, now, until_of(name))
        return said

    def _touches(self, change: Change) -> Iterable[str]:
        match change:
            case ValueChange() | QualityChange():
                return self._of_signal.get(change.signal, ())
            case LimitChange():
                return self._of_signal.get(signal_of(change.limit), ())
            case NodeChange():
                return self._judges
            case _:
                return ()

"""Which cells a change can touch; all others keep their verdict without being looked at."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from compliance.bound import Cell
from compliance.criterion import WhileProducing
from compliance.operating import watched
from monitor.changes import (
    BypassChange,
    Change,
    ClockChange,
    DemandChange,
    InterlockChange,
    LimitChange,
    NodeChange,
    QualityChange,
    SuppressionChange,
    ValueChange,
)
from plant.plant import Plant


class Touched:
    """An index from signals, interlocks and equipment to cells, by their place in `cells`."""

    def __init__(self, plant: Plant, cells: tuple[Cell, ...]) -> None:
        self._all = range(len(cells))
        self._of_signal: dict[str, set[int]] = {}
        self._of_interlock: dict[str, set[int]] = {}
        self.gated: dict[str, set[int]] = {}  # cells by the equipment whose work they ask for
        self.switches: dict[str, set[int]] = {}  # cells by the signals of their role gates
        for index, cell in enumerate(cells):
            for name in _signals(cell):
                self._of_signal.setdefault(name, set()).add(index)
            for part in cell.parts:
                for interlock in part.interlocks:
                    self._of_interlock.setdefault(interlock.id, set()).add(index)
                for signal in part.gate:
                    self.switches.setdefault(signal.id, set()).add(index)
                if isinstance(part.requirement.during, WhileProducing):
                    self.gated.setdefault(cell.subject.id, set()).add(index)
        self._work: dict[str, set[str]] = {}  # equipment by the signals of its work
        for equipment in self.gated:
            for name in watched(plant, equipment):
                self._work.setdefault(name, set()).add(equipment)

    def cells(self, changes: Iterable[Change]) -> set[int]:
        """Give the places of the cells that these changes can touch."""
        found: set[int] = set()
        for change in changes:
            match change:
                case LimitChange() | QualityChange() | ValueChange():
                    found |= self._of_signal.get(_signal(change), set())
                case InterlockChange() | DemandChange() | BypassChange():
                    found |= self._of_interlock.get(change.interlock, set())
                case NodeChange():
                    found.update(self._all)  # it changes the trust in all of the node's signals
                case ClockChange() | SuppressionChange():
                    pass  # what they do to signals is told of the signals
                case _:
                    assert_never(change)
        return found

    def work(self, changes: Iterable[Change]) -> set[str]:
        """Give the equipment whose operating state these changes can touch."""
        found: set[str] = set()
        for change in changes:
            match change:
                case LimitChange() | QualityChange() | ValueChange():
                    found |= self._work.get(_signal(change), set())
                case NodeChange():
                    found |= self.gated.keys()
                case _:
                    pass
        return found


def _signal(change: LimitChange | QualityChange | ValueChange) -> str:
    return change.limit.rpartition(":")[0] if isinstance(change, LimitChange) else change.signal


def _signals(cell: Cell) -> Iterator[str]:
    for part in cell.parts:
        for signal in (*part.signals, *part.gate):
            yield signal.id
        for interlock in part.interlocks:
            yield from interlock.signals

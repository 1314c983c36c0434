"""The ids that a key of the plant folder may name."""

from collections.abc import Iterable
from functools import cached_property

from plant.errors import Fault
from plant.form import FEW, some_of


class Names:
    """Ids of one sort; whether one is among them is asked for every row, all of them rarely."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = frozenset(item for item in ids if item)

    def __contains__(self, name: str) -> bool:
        """Say whether something has this id."""
        return name in self._ids

    @cached_property
    def accepted(self) -> str:
        """The ids, or of many the first ones."""
        return some_of(self._sorted) or "(none declared)"

    def accepted_for(self, name: str) -> str:
        """The ids, or of many those closest to `name`."""
        return some_of(self._sorted, name) or "(none declared)"

    @cached_property
    def _sorted(self) -> tuple[str, ...]:
        return tuple(sorted(self._ids))


def check_name(faults: list[Fault], file: str, where: str, *, value: str, known: Names) -> None:
    """Fault a name that leads nowhere; a blank one was faulted when it was read."""
    if value and value not in known:
        few = len(faults) < FEW
        accepted = known.accepted_for(value) if few else known.accepted
        faults.append(Fault(file, where, f"names {value!r}", accepted))

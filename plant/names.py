"""The ids that a key of the plant folder may name."""

from collections.abc import Iterable
from functools import cached_property

from plant.errors import Fault
from plant.form import some_of


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
        return some_of(sorted(self._ids)) or "(none declared)"


def check_name(faults: list[Fault], file: str, where: str, *, value: str, known: Names) -> None:
    """Fault a name that leads nowhere; a blank one was faulted when it was read."""
    if value and value not in known:
        faults.append(Fault(file, where, f"names {value!r}", known.accepted))

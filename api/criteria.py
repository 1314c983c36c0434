"""The criteria as readers see them; what they mean is decided elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from plant.name import Name


@dataclass(frozen=True)
class Criterion:
    """One item of the notice, as it applies to this plant.

    `subjects` are the equipment, enterprise ... it must be judged for here: with them the API
    counts what nobody has judged. `judged` is False for an item in scope that nothing judges yet.
    """

    id: str
    title: Name
    section: Name
    item: int
    order10: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    judged: bool = True


def uncovered(
    criteria: Iterable[Criterion], cells: set[tuple[str, str]], subject: str | None = None
) -> int:
    """Count the (criterion, subject) cells in scope that are not among the judged `cells`.

    With `subject`, only that subject's cells are in scope.
    """
    scope = {
        (item.id, name)
        for item in criteria
        for name in item.subjects
        if subject is None or name == subject
    }
    return len(scope - cells)

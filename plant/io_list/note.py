"""What was done with an I/O list, told place by place."""

from dataclasses import dataclass
from enum import StrEnum

from plant.name import Name


class Done(StrEnum):
    """What was done at a place of the list.

    GUESSED: a value was chosen that the list does not say. MISSING: a person must fill it in
    before the plant can be applied. IGNORED: it was left out. REFUSED: it cannot be understood.
    """

    GUESSED = "guessed"
    MISSING = "missing"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True)
class Note:
    """One thing done, at one place of the list.

    `row` is as the spreadsheet numbers it, 0 for the whole sheet; `column` is one of
    `signals.csv` or a header of the list.
    """

    done: Done
    sheet: str
    row: int
    column: str
    text: Name

    def as_json(self) -> dict[str, object]:
        """Give the note for programs."""
        return {
            "done": self.done.value,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "text": self.text.as_json(),
        }

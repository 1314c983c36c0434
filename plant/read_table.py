"""Tables with a header row, as spreadsheets write them: signals.csv and limits.csv."""

import csv
import io
from collections.abc import Iterator, Sequence

from plant.form import Faults, Form, Row


def read_table(
    text: str, faults: Faults, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[Form]:
    """Give each row as a form, named by the number that the engineer's spreadsheet shows.

    Columns may stand in any order; only the optional ones may be left out. Blank rows are skipped.
    """
    columns = frozenset((*required, *optional))
    rows = _rows(text, faults)
    header = [cell.strip() for cell in next(rows, [])]
    _check_header(header, faults, required, optional)
    for number, cells in enumerate(rows, start=2):
        if not any(map(str.strip, cells)):
            continue
        if len(cells) == len(header):
            given = {
                key: cell
                for key, cell in zip(header, cells, strict=True)
                if cell and not cell.isspace() and key in columns
            }
            yield Row(given, f"row {number}", faults)
        else:
            accepted = f"{len(header)} cells, as the header has"
            faults.add(f"row {number}", f"has {len(cells)} cells", accepted)


def _rows(text: str, faults: Faults) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    except csv.Error as error:
        faults.add("", f"is no table: {error}", "comma-separated values")


def _check_header(
    header: Sequence[str], faults: Faults, required: Sequence[str], optional: Sequence[str]
) -> None:
    accepted = ", ".join((*required, *optional))
    for column in header:
        if column not in required and column not in optional:
            faults.add(f"column {column!r}", "is not a known column", accepted)
    for column in (*required, *optional):
        count = header.count(column)
        if count > 1:
            faults.add(f"column {column!r}", "appears more than once", accepted)
        elif count == 0 and column in required:
            faults.add(f"column {column!r}", "is missing", accepted)

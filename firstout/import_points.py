"""`firstout import`: reading an engineer's I/O list from a workbook or a CSV file."""

import csv
import io
from collections import Counter
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from rich.console import Console
from rich.table import Table

from plant.errors import Fault, PlantError
from plant.io_list.convert import Converted, Defaults, convert
from plant.io_list.note import Done, Note
from plant.name import Name

_LARGEST = 64 << 20
_MOST_ROWS = 200_000
_SHOWN = 200
_WORDS = {
    Done.GUESSED: "推断 guessed",
    Done.MISSING: "缺少 missing",
    Done.IGNORED: "忽略 ignored",
    Done.REFUSED: "无法识别 refused",
}


def import_points(file: Path, sheet: str | None, defaults: Defaults) -> Converted:
    """Convert an I/O list.

    Raises:
        PlantError: the file is no workbook or table, too large, or has no such sheet.
    """
    try:
        size = file.stat().st_size
    except OSError as error:
        raise _fault(file, f"cannot be read: {error.strerror}") from error
    if size > _LARGEST:
        raise _fault(file, f"has {size} bytes", f"at most {_LARGEST}")
    sheets = _csv(file) if file.suffix.lower() in (".csv", ".txt") else _workbook(file)
    if sheet is not None:
        names = ", ".join(name for name, _ in sheets)
        sheets = [item for item in sheets if item[0] == sheet]
        if not sheets:
            raise _fault(file, f"has no sheet {sheet!r}", names)
    return convert(sheets, defaults)


def write_signals(converted: Converted, output: Path, *, force: bool) -> None:
    """Write `signals.csv`; an empty result writes nothing.

    Raises:
        PlantError: the file exists and is not to be overwritten, or cannot be written.
    """
    if not converted.rows:
        return
    try:
        with output.open("w" if force else "x", encoding="utf-8", newline="") as file:
            file.write(converted.as_csv())
    except FileExistsError as error:
        raise _fault(output, "exists already", "another --output, or --force") from error
    except OSError as error:
        raise _fault(output, f"cannot be written: {error.strerror}") from error


def print_report(converted: Converted, console: Console) -> None:
    """Show a person what was done; notes that say the same of many rows are told once."""
    count = Counter(note.done for note in converted.notes)
    told = ", ".join(f"{_WORDS[done]} {count[done]}" for done in Done if count[done])
    console.print(f"{len(converted.rows)} 个测点 signals; {told}".rstrip("; "))
    table = Table("处理 done", "位置 where", "列 column", "说明 what")
    alike: dict[tuple[Done, str, str, Name], list[Note]] = {}
    for note in converted.notes:
        alike.setdefault((note.done, note.sheet, note.column, note.text), []).append(note)
    for (done, sheet, column, text), notes in list(alike.items())[:_SHOWN]:
        more = f" (+{len(notes) - 1})" if len(notes) > 1 else ""
        where = f"{sheet}!{notes[0].row}{more}" if notes[0].row else sheet
        table.add_row(_WORDS[done], where, column, f"{text.zh}\n{text.en}")
    if alike:
        console.print(table)
    if len(alike) > _SHOWN:
        console.print(f"… 其余见 --json the rest: --json ({len(alike) - _SHOWN})")


def _workbook(file: Path) -> list[tuple[str, list[list[str]]]]:
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as error:
        raise _fault(file, f"is no workbook: {error}", ".xlsx or .csv") from error
    try:
        return [
            (sheet.title, [[_cell(value) for value in row] for row in _rows(file, sheet)])
            for sheet in book.worksheets
        ]
    finally:
        book.close()


def _rows(file: Path, sheet: Worksheet) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for row in sheet.iter_rows(values_only=True):
        rows.append(row)
        if len(rows) > _MOST_ROWS:
            raise _fault(file, f"sheet {sheet.title!r} has too many rows", f"at most {_MOST_ROWS}")
    return rows


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _csv(file: Path) -> list[tuple[str, list[list[str]]]]:
    data = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):  # what spreadsheets in China write
        try:
            text = data.decode(encoding)
        except ValueError:
            continue
        try:
            return [(file.name, list(csv.reader(io.StringIO(text, newline=""))))]
        except csv.Error as error:
            raise _fault(file, f"is no table: {error}", "comma-separated values") from error
    raise _fault(file, "is no text", "UTF-8 or GB 18030")


def _fault(file: Path, problem: str, accepted: str = "") -> PlantError:
    return PlantError([Fault(str(file), "", problem, accepted)])

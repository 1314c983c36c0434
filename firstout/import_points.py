"""`firstout import`: reading an engineer's I/O list from a workbook or a CSV file."""

import csv
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from rich.console import Console
from rich.table import Table

from plant.errors import Fault, PlantError
from plant.io_list.convert import Converted, Defaults, convert
from plant.io_list.note import Done, Note
from plant.name import Name

_LARGEST = 64 << 20
_LARGEST_UNPACKED = 512 << 20  # a small workbook may be packed out of anything
_MOST_ROWS = 200_000
_MOST_CELLS = 5_000_000
_SHOWN = 200
_ORDER = (Done.REFUSED, Done.MISSING, Done.GUESSED, Done.IGNORED)  # what must be done comes first
_WORDS = {
    Done.GUESSED: "推断 guessed",
    Done.MISSING: "缺少 missing",
    Done.IGNORED: "忽略 ignored",
    Done.REFUSED: "无法识别 refused",
}
# What openpyxl raises on a file that is damaged, or that is no workbook.
_NO_WORKBOOK = (
    *(InvalidFileException, BadZipFile, ParseError, zlib.error),
    *(KeyError, IndexError, TypeError, ValueError, EOFError, OSError, NotImplementedError),
)

_Sheets = list[tuple[str, list[list[str]]]]


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
    table = Table()
    for header in ("处理 done", "位置 where", "列 column", "说明 what"):
        table.add_column(header, overflow="fold")  # Chinese has no spaces to wrap at
    alike: dict[tuple[Done, str, str, Name], list[Note]] = {}
    for note in converted.notes:
        alike.setdefault((note.done, note.sheet, note.column, note.text), []).append(note)
    urgent = sorted(alike.items(), key=lambda item: _ORDER.index(item[0][0]))
    for (done, sheet, column, text), notes in urgent[:_SHOWN]:
        more = f" (+{len(notes) - 1})" if len(notes) > 1 else ""
        where = f"{sheet}!{notes[0].row}{more}" if notes[0].row else sheet
        table.add_row(_WORDS[done], where, column, f"{text.zh}\n{text.en}")
    if alike:
        console.print(table)
    if len(alike) > _SHOWN:
        console.print(f"… 其余见 --json the rest: --json ({len(alike) - _SHOWN})")


def _workbook(file: Path) -> _Sheets:
    try:
        with ZipFile(file) as packed:
            size = sum(item.file_size for item in packed.infolist())
        if size > _LARGEST_UNPACKED:
            raise _fault(file, f"unpacks to {size} bytes", f"at most {_LARGEST_UNPACKED}")
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            return [
                (sheet.title, _rows(file, sheet.title, sheet.iter_rows(values_only=True)))
                for sheet in book.worksheets
            ]
        finally:
            book.close()
    except _NO_WORKBOOK as error:
        raise _fault(file, f"is no workbook: {error}", ".xlsx or .csv") from error


def _rows(file: Path, sheet: str, rows: Iterable[Sequence[object]]) -> list[list[str]]:
    """Give a sheet's cells as texts; one that no plant can have is refused while it is read."""
    read: list[list[str]] = []
    cells = 0
    for row in rows:
        read.append([_cell(value) for value in row])
        cells += len(row)
        if len(read) > _MOST_ROWS or cells > _MOST_CELLS:
            accepted = f"at most {_MOST_ROWS} rows and {_MOST_CELLS} cells"
            raise _fault(file, f"sheet {sheet!r} is too large", accepted)
    return read


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _csv(file: Path) -> _Sheets:
    data = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):  # what spreadsheets in China write
        try:
            text = data.decode(encoding)
        except ValueError:
            continue
        try:
            rows = csv.reader(io.StringIO(text, newline=""))
            return [(file.name, _rows(file, file.name, rows))]
        except csv.Error as error:
            raise _fault(file, f"is no table: {error}", "comma-separated values") from error
    raise _fault(file, "is no text", "UTF-8 or GB 18030")


def _fault(file: Path, problem: str, accepted: str = "") -> PlantError:
    return PlantError([Fault(str(file), "", problem, accepted)])

"""Opening a recording that somebody exported: CSV or Parquet, read batch by batch.

This and `recording_cells` are the one door of pyarrow. A file larger than memory is no problem:
only one batch of the columns that are asked for is held at a time, and reading twice gives the
same batches.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from plant.errors import RecordingError

ACCEPTED = "a CSV or Parquet file, an .inputs file, or a folder of .inputs files"

_BLOCK = 4 << 20  # bytes of CSV that are parsed at once
_CELLS = 1 << 20  # of Parquet
_HEAD = 1 << 16  # bytes that tell what a file is; the rest of a longer first line follows
_DELIMITERS = ",;\t"


class Table(Protocol):
    """A file of named columns."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""

    @property
    def form(self) -> str:
        """What the file is: `CSV`, `Parquet`."""

    @property
    def ragged(self) -> "Ragged":
        """The rows that were left out in the last reading."""

    def batches(self, columns: Sequence[int]) -> Iterator[list[Any]]:
        """Give batch after batch of the columns, by their places, as arrays of pyarrow.

        Raises:
            RecordingError: the file cannot be read on.
        """


@dataclass
class Ragged:
    """Rows that have another number of cells than the header; they are left out."""

    count: int = 0
    first: str = ""

    def note(self, row: Any) -> str:
        """Note a row of a CSV file, and skip it."""
        if self.count == 0:
            cells = f"{row.actual_columns} cells instead of {row.expected_columns}"
            self.first = f"{row.text[:40]!r} ({cells})"
        self.count += 1
        return "skip"


def open_table(path: Path) -> Table:
    """Open a recording by what its first bytes say it is.

    Raises:
        RecordingError: it is not there, not readable, empty, or neither CSV nor Parquet.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD) + file.readline(_BLOCK)
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from error
    if head.startswith(b"PAR1"):
        return _open_parquet(path)
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise RecordingError(f"{path}: is empty; accepted: {ACCEPTED}")
    if b"\0" in head or head.startswith(b"PK"):
        raise RecordingError(f"{path}: is neither CSV nor Parquet; accepted: {ACCEPTED}")
    return _open_csv(path, head)


@dataclass
class _Csv:
    path: Path
    names: tuple[str, ...]
    encoding: str
    delimiter: str
    ragged: Ragged = field(default_factory=Ragged)

    @property
    def form(self) -> str:
        return "CSV" if self.encoding == "utf8" else f"CSV, {self.encoding}"

    def batches(self, columns: Sequence[int]) -> Iterator[list[Any]]:
        """Read the cells as texts: what a cell means is not guessed from the first block."""
        self.ragged.count = 0
        # By place, not by name: two columns may have the same name.
        names = [str(place) for place in range(len(self.names))]
        wanted = [names[place] for place in columns]
        with _told(self.path):
            reader = pyarrow.csv.open_csv(
                self.path,
                pyarrow.csv.ReadOptions(
                    column_names=names, skip_rows=1, block_size=_BLOCK, encoding=self.encoding
                ),
                pyarrow.csv.ParseOptions(
                    delimiter=self.delimiter, invalid_row_handler=self.ragged.note
                ),
                pyarrow.csv.ConvertOptions(
                    include_columns=wanted,
                    column_types=dict.fromkeys(wanted, pa.string()),
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
            with reader:
                for batch in reader:
                    yield batch.columns


@dataclass
class _Parquet:
    path: Path
    names: tuple[str, ...]
    form: str = "Parquet"
    ragged: Ragged = field(default_factory=Ragged)

    def batches(self, columns: Sequence[int]) -> Iterator[list[Any]]:
        wanted = [self.names[place] for place in columns]
        rows = max(_CELLS // max(len(self.names), 1), 1024)
        with _told(self.path), pyarrow.parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(rows, columns=wanted):
                yield [_plain(batch.column(name)) for name in wanted]


def _open_csv(path: Path, head: bytes) -> _Csv:
    encoding = "utf8"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except ValueError:
        encoding = "gb18030"  # what Chinese office programs write
    text = head.decode(encoding, "replace").removeprefix("\ufeff")
    line = text.splitlines()[0]
    delimiter = max(_DELIMITERS, key=line.count)
    names = next(csv.reader([line], delimiter=delimiter))
    return _Csv(path, tuple(name.strip() for name in names), encoding, delimiter)


def _open_parquet(path: Path) -> _Parquet:
    with _told(path), pyarrow.parquet.ParquetFile(path) as file:
        names = tuple(file.schema_arrow.names)
    if len(set(names)) < len(names):
        raise RecordingError(f"{path}: has two columns of the same name; accepted: each once")
    return _Parquet(path, names)


def _plain(column: Any) -> Any:
    encoded = pa.types.is_dictionary(column.type)
    return column.dictionary_decode() if encoded else column


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn an error of the disk or of the file's form into a sentence."""
    try:
        yield
    except (OSError, UnicodeError, pa.ArrowException) as error:
        what = " ".join(str(error).split())[:200]
        raise RecordingError(f"{path}: cannot be read: {what}") from error

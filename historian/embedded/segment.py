"""A segment's Parquet file: its columns, writing and reading it signal by signal.

Rows are in order of (signal, time), and a row group holds whole signals, so that the row groups'
statistics lead a reader to the few that hold a signal.
"""

import os
import zlib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from historian.embedded.durable import NewFile
from historian.embedded.footer import Facts, Group, entries, footer_of, prove, sign
from historian.embedded.series import Series
from plant.moment import MILLISECOND

_BATCH = 65_536  # rows read at once
# Times are nearly always whole milliseconds (the wire's resolution): apart from their rest they
# need 0.8 bytes a sample instead of 2.2 (measured with 30 ms of jitter).
_SCHEMA = pa.schema(
    [
        pa.field("signal", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("time_ms", pa.int64(), nullable=False),
        pa.field("time_rest_ns", pa.int32(), nullable=False),
        pa.field("source_ns", pa.int64(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("quality", pa.uint8(), nullable=False),
        pa.field("reason", pa.uint8(), nullable=False),
    ]
)
_FORMAT = {
    "compression": "zstd",
    "use_dictionary": ["signal", "time_rest_ns", "quality", "reason"],
    "column_encoding": {
        "time_ms": "DELTA_BINARY_PACKED",
        "source_ns": "DELTA_BINARY_PACKED",
        "value": "BYTE_STREAM_SPLIT",
    },
    "write_statistics": ["signal", "time_ms"],
}
# More groups make a longer footer (30 files of 1,000 groups: 0.4 s of reading footers); fewer
# make more rows to read for one signal.
_SMALLEST_GROUP, _LARGEST_GROUP, _GROUPS = 16_384, 1 << 20, 512
_SYNCED_AT_ONCE = 8 << 20  # bytes


class SegmentWriter:
    """Writes one segment; signals must come in order of their names, samples in order of time."""

    def __init__(self, path: Path, facts: Facts, rows: int) -> None:
        """Begin a file of about `rows` rows."""
        self._new = NewFile(path)
        self._sink = _Summed(self._new.file)
        self._parquet = pq.ParquetWriter(self._sink, _SCHEMA, **_FORMAT)
        self._facts = facts
        self._groups: list[Group] = []
        self._group = min(max(rows // _GROUPS, _SMALLEST_GROUP), _LARGEST_GROUP)
        self._waiting: list[tuple[str, Series]] = []
        self._rows = 0

    def add(self, signal: str, samples: Series) -> int:
        """Take the samples of the next signal; give the rows of the row group that it filled.

        0 when none was written yet.
        """
        self._waiting.append((signal, samples))
        self._rows += len(samples)
        if self._rows < self._group:
            return 0
        self._flush()
        return self._groups[-1].rows

    def commit(self) -> None:
        """Finish the file and give it its name."""
        self._flush()
        self._parquet.add_key_value_metadata(entries(self._facts, self._groups))
        self._parquet.close()
        sign(self._new.file)
        self._new.commit()

    def drop(self) -> None:
        """Forget the file; harmless after `commit`."""
        self._new.drop()

    def _flush(self) -> None:
        if not self._waiting:
            return
        start = self._sink.begin()
        self._parquet.write_table(_table(self._waiting), _LARGEST_GROUP)
        first, last = self._waiting[0][0], self._waiting[-1][0]
        end, checksum = self._sink.size, self._sink.checksum
        self._groups.append(Group(first, last, start, end, checksum, self._rows))
        self._waiting, self._rows = [], 0
        self._sink.sync()


class _Summed:
    """The file as the Parquet writer sees it, with the checksum of what it writes."""

    closed = False  # is asked for

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = self.checksum = self._synced = 0

    def begin(self) -> int:
        """Begin a checksum; give where."""
        self.checksum = 0
        return self.size

    def write(self, data: bytes) -> int:
        self.checksum = zlib.crc32(data, self.checksum)
        self.size += len(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Leave the file open: it is not finished yet."""

    def sync(self) -> None:
        """Write a large file to the disk by and by, so that finishing it does not take long."""
        if self.size - self._synced >= _SYNCED_AT_ONCE:
            self._file.flush()
            os.fdatasync(self._file.fileno())
            self._synced = self.size


def by_signal(path: Path) -> Iterator[tuple[str, Series]]:
    """Give a segment's samples in its order, a few rows at a time; a signal may come in parts.

    Raises:
        DamagedError: the segment is not as it was written.
    """
    groups = footer_of(path).groups
    with pq.ParquetFile(path) as file:
        for number, group in enumerate(groups):
            prove(path, [group])
            for batch in file.iter_batches(_BATCH, row_groups=[number]):
                yield from _runs(batch)


def _runs(batch: pa.RecordBatch) -> Iterator[tuple[str, Series]]:
    rows = _series(batch)
    column = batch.column("signal")
    codes, names = column.indices.to_numpy(), column.dictionary.to_pylist()
    edges = np.flatnonzero(np.diff(codes)) + 1
    for first, end in zip([0, *edges], [*edges, len(codes)], strict=True):
        yield names[codes[first]], rows.at(slice(first, end))


def _table(signals: list[tuple[str, Series]]) -> pa.Table:
    parts = [(name, list(part)) for name, part in groupby(signals, key=lambda item: item[0])]
    names = pa.array([name for name, _ in parts], pa.string())
    lengths = [sum(len(samples) for _, samples in part) for _, part in parts]
    codes = np.repeat(np.arange(len(parts), dtype=np.int32), lengths)

    def column(attribute: str) -> Any:
        return np.concatenate([getattr(samples, attribute) for _, samples in signals])

    time_ms, rest = np.divmod(column("times"), MILLISECOND)
    columns = [
        pa.DictionaryArray.from_arrays(codes, names),
        time_ms,
        rest.astype(np.int32),
        column("sources"),
        column("values"),
        column("quality"),
        column("reasons"),
    ]
    return pa.Table.from_arrays(
        [pa.array(part) if isinstance(part, np.ndarray) else part for part in columns],
        schema=_SCHEMA,
    )


def _series(batch: pa.RecordBatch) -> Series:
    def column(name: str) -> Any:
        return batch.column(name).to_numpy()

    times = column("time_ms") * MILLISECOND + column("time_rest_ns")
    return Series(times, column("source_ns"), column("value"), column("quality"), column("reason"))

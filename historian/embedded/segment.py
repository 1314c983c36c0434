"""A segment's Parquet file: its columns, what it says of itself, writing it signal by signal.

Rows are in order of (signal, time), and a row group holds whole signals, so that the row groups'
statistics lead a reader to the few that hold a signal.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from historian.embedded.block import VERSION, packed_positions, unpacked_positions
from historian.embedded.durable import NewFile
from historian.embedded.series import Series
from historian.historian import Positions
from plant.moment import MILLISECOND

_KEY = b"firstout.history"
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


@dataclass(frozen=True)
class Facts:
    """What a segment says of itself: the tails in it, and how far it is kept with the last."""

    tails: tuple[str, ...]
    positions: Positions


class SegmentWriter:
    """Writes one segment; signals must come in order of their names, samples in order of time."""

    def __init__(self, path: Path, facts: Facts, rows: int) -> None:
        """Begin a file of about `rows` rows."""
        self._new = NewFile(path)
        said = {
            "version": VERSION,
            "tails": facts.tails,
            "positions": packed_positions(facts.positions),
        }
        schema = _SCHEMA.with_metadata({_KEY: json.dumps(said)})
        self._parquet = pq.ParquetWriter(self._new.file, schema, **_FORMAT)
        self._schema = schema
        self._group = min(max(rows // _GROUPS, _SMALLEST_GROUP), _LARGEST_GROUP)
        self._waiting: list[tuple[str, Series]] = []
        self._rows = 0

    def add(self, signal: str, samples: Series) -> bool:
        """Take the samples of the next signal; true when that filled and wrote a row group."""
        self._waiting.append((signal, samples))
        self._rows += len(samples)
        if self._rows < self._group:
            return False
        self._flush()
        return True

    def commit(self) -> None:
        """Finish the file and give it its name."""
        self._flush()
        self._parquet.close()
        self._new.commit()

    def drop(self) -> None:
        """Forget the file; harmless after `commit`."""
        self._new.drop()

    def _flush(self) -> None:
        if self._waiting:
            self._parquet.write_table(_table(self._waiting, self._schema), _LARGEST_GROUP)
        self._waiting, self._rows = [], 0


def facts_of(path: Path) -> Facts:
    """Read what a segment says of itself."""
    said = json.loads(pq.read_metadata(path).metadata[_KEY])
    return Facts(tuple(said["tails"]), unpacked_positions(said["positions"]))


def rows_of(path: Path) -> int:
    """Give how many samples a segment holds."""
    return int(pq.read_metadata(path).num_rows)


def by_signal(path: Path) -> Iterator[tuple[str, Series]]:
    """Give a segment's samples in its order, a few rows at a time; a signal may come in parts."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH):
            rows = _series(batch)
            column = batch.column("signal")
            codes, names = column.indices.to_numpy(), column.dictionary.to_pylist()
            edges = np.flatnonzero(np.diff(codes)) + 1
            for first, end in zip([0, *edges], [*edges, len(codes)], strict=True):
                yield names[codes[first]], rows.at(slice(first, end))


def _table(signals: list[tuple[str, Series]], schema: pa.Schema) -> pa.Table:
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
        schema=schema,
    )


def _series(batch: pa.RecordBatch) -> Series:
    def column(name: str) -> Any:
        return batch.column(name).to_numpy()

    times = column("time_ms") * MILLISECOND + column("time_rest_ns")
    return Series(times, column("source_ns"), column("value"), column("quality"), column("reason"))

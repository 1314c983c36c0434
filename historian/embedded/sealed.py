"""Reading sealed segments with DuckDB, inside this process and without anything else."""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from threading import Lock

import duckdb
import numpy as np

from historian.embedded.footer import footer_of, prove
from historian.embedded.layout import Segment
from historian.embedded.series import Series
from plant.moment import MILLISECOND

_THREADS = 2
_MEMORY = "512MB"
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": _THREADS,
    "memory_limit": _MEMORY,
    "temp_directory": "",  # never spill into the working folder
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_file_cache": "false",  # the system caches files; this would be our memory
}
# A trend needs neither sources nor reasons: a third less to read.
_FOR_TREND = """
    SELECT time_ms, time_rest_ns, value, quality
    FROM read_parquet(?, hive_partitioning = false)
    WHERE signal = ? AND time_ms BETWEEN ? AND ?
"""
_WHOLE = _FOR_TREND.replace("quality", "quality, source_ns, reason")


class Gone(Exception):  # noqa: N818 - no failure: the reader looks again
    """A file was merged or deleted since the folder was looked at."""


class Sealed:
    """A DuckDB that may read the files of one folder and do nothing else; from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._duck: duckdb.DuckDBPyConnection | None = None

    def rows(
        self, segments: Sequence[Segment], signal: str, start: int, end: int, *, whole: bool
    ) -> list[Series]:
        """Give a signal's samples of [start, end) in parts: what was written later comes later.

        Segments are given oldest first within a day. Within one part every time is there once.
        Without `whole` the sources and reasons are left 0.

        Raises:
            Gone: a segment is not there any more.
            DamagedError: a segment is not as it was written, where it holds the signal.
            duckdb.Error: a segment cannot be read.
        """
        by_day: dict[int, list[Segment]] = {}
        for one in segments:
            by_day.setdefault(one.day, []).append(one)
        # The days have no time in common, so one query may read one segment of each.
        layers = zip_longest(*by_day.values())
        question = _WHOLE if whole else _FOR_TREND
        held = ([one for one in layer if one and _holds(one, signal)] for layer in layers)
        return [self._layer(question, layer, signal, start, end) for layer in held if layer]

    def close(self) -> None:
        """Let go of everything; harmless when closed already."""
        with self._lock:
            if self._duck is not None:
                self._duck.close()
            self._duck = None

    def _layer(
        self, question: str, layer: list[Segment], signal: str, start: int, end: int
    ) -> Series:
        # DuckDB takes a path that exists as it is, even where it looks like a pattern.
        files = [str(one.path.resolve()) for one in layer]
        span = (start // MILLISECOND, (end - 1) // MILLISECOND)
        cursor = self._cursor()
        try:
            found = cursor.execute(question, [files, signal, *span]).fetchnumpy()
        except duckdb.IOException as error:
            if all(one.path.exists() for one in layer):
                raise
            raise Gone from error
        finally:
            cursor.close()
        times = found["time_ms"] * MILLISECOND + found["time_rest_ns"]
        sources = found.get("source_ns", np.zeros(len(times), np.int64))
        reasons = found.get("reason", np.zeros(len(times), np.uint8))
        series = Series(times, sources, found["value"], found["quality"], reasons)
        return series.within(start, end)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Give a connection of its own to whoever asks; the first one starts DuckDB."""
        with self._lock:
            if self._duck is None:
                self._duck = duckdb.connect(":memory:", config=_SETTINGS)
                place = str(self._folder.resolve()).replace("'", "''")
                self._duck.execute(f"SET allowed_directories = ['{place}']")
                self._duck.execute("SET enable_external_access = false")
                self._duck.execute("SET lock_configuration = true")
            return self._duck.cursor()


def _holds(one: Segment, signal: str) -> bool:
    """Tell whether a segment may hold the signal; what will be read of it is proven before."""
    try:
        groups = footer_of(one.path).of(signal)
        prove(one.path, groups)
    except FileNotFoundError as error:
        raise Gone from error
    return bool(groups)

"""From the cells of a recording to numbers and moments, whole columns at a time.

A cell that says nothing usable never raises: it is told by its place in an array, and whoever
asks decides what becomes of it.
"""

import re
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plant.errors import RecordingError
from plant.moment import from_text

UNREADABLE = np.iinfo(np.int64).min
TIME_FORMS = (
    "RFC 3339 with an offset (2026-11-24T08:00:00+08:00), "
    "or seconds, milliseconds, microseconds or nanoseconds since 1970 UTC"
)

# The unit of an epoch time is known by its size: these ranges begin in 1973 and end in 5138.
_UNITS = (("s", 1e11, 10**9), ("ms", 1e14, 10**6), ("us", 1e17, 10**3), ("ns", 2.0**63, 1))
_DATE = r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?"
_ZONED = re.compile(_DATE + r"([Zz]|[+-]\d{2}:?\d{2})$")
_ARROW_ZONED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$"
_LOCAL = re.compile(r"^\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([Tt ].*)?$")
_LAST = 2.0**63  # ns since 1970 are counted in 64 bits
_SWITCH = {"true": 1.0, "false": 0.0}


class TimeColumn:
    """Reads one column of times; its form is that of its first readable cell."""

    def __init__(self, where: str) -> None:
        self.form = ""
        self._where = where
        self._scale, self._low, self._high = 0, 0.0, 0.0

    def read(self, column: Any) -> NDArray[np.int64]:
        """Give nanoseconds since 1970; UNREADABLE where a cell is no time of the column's form.

        Raises:
            RecordingError: the times are local ones, which do not say when they were.
        """
        if pa.types.is_timestamp(column.type):
            return self._stamps(column)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            return self._texts(column)
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            return self._epoch(column)
        raise RecordingError(f"{self._where}: holds {column.type}; accepted: {TIME_FORMS}")

    def _stamps(self, column: Any) -> NDArray[np.int64]:
        if column.type.tz is None:
            raise self._local("timestamps without a time zone")
        self.form = "timestamp"
        nanoseconds = column.cast(pa.timestamp("ns", "UTC"), safe=False).cast(pa.int64())
        times: NDArray[np.int64] = _filled(nanoseconds, UNREADABLE)
        return times

    def _texts(self, column: Any) -> NDArray[np.int64]:
        column = pc.utf8_trim_whitespace(column)
        if not self.form:
            self._recognise(column)
        if self.form == "RFC 3339":
            return _zoned(column)
        if self.form:
            return self._epoch(column)
        return np.full(len(column), UNREADABLE)

    def _recognise(self, column: Any) -> None:
        for cell in column:
            text = cell.as_py() or ""
            if _ZONED.match(text):
                self.form = "RFC 3339"
                return
            if _LOCAL.match(text):
                raise self._local(repr(text))
            number = _number(text)
            if np.isfinite(number):
                self._take_unit(number)
                return

    def _take_unit(self, number: float) -> None:
        self._low = 0.0
        for name, high, scale in _UNITS:
            if abs(number) < high:
                self.form, self._scale, self._high = f"epoch {name}", scale, high
                return
            self._low = high

    def _epoch(self, column: Any) -> NDArray[np.int64]:
        if not self.form:
            numbers, _ = to_numbers(column)
            finite = numbers[np.isfinite(numbers)]
            if not len(finite):
                return np.full(len(column), UNREADABLE)
            self._take_unit(float(finite[0]))
        try:  # whole numbers are kept exactly
            exact = column.cast(pa.int64())
            whole = _filled(exact, UNREADABLE)
            size = np.abs(np.where(whole == UNREADABLE, 0, whole).astype(np.float64))
            fits = (whole != UNREADABLE) & self._fits(size)
            return np.where(fits, np.where(fits, whole, 0) * self._scale, UNREADABLE)
        except pa.ArrowInvalid:
            numbers, _ = to_numbers(column)
        with np.errstate(invalid="ignore"):
            fits = self._fits(np.abs(numbers))
        # A float of today's seconds is exact to a quarter of a microsecond.
        ticks = np.rint(np.where(fits, numbers, 0.0) * max(self._scale / 1000, 1e-3))
        return np.where(fits, ticks.astype(np.int64) * 1000, UNREADABLE)

    def _fits(self, size: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say which numbers are of the column's unit, and moments before the year 2262."""
        fits: NDArray[np.bool_] = (size >= self._low) & (size < self._high)
        return fits & (size * self._scale < _LAST)

    def _local(self, what: str) -> RecordingError:
        return RecordingError(
            f"{self._where}: {what} are local times, which do not say when they were; "
            f"accepted: {TIME_FORMS}"
        )


def _zoned(column: Any) -> NDArray[np.int64]:
    """Read RFC 3339 texts; cells in an unusual spelling go through the slow door."""
    usual = pc.fill_null(pc.match_substring_regex(column, _ARROW_ZONED), fill_value=False)
    try:
        stamps = pc.if_else(usual, column, None).cast(pa.timestamp("ns", "UTC"))
        times: NDArray[np.int64] = _filled(stamps.cast(pa.int64()), UNREADABLE)
    except pa.ArrowInvalid:  # a 31st of February: look at each
        times = np.full(len(column), UNREADABLE)
    for place in np.flatnonzero(times == UNREADABLE).tolist():
        times[place] = _moment(column[place].as_py() or "")
    return times


def _moment(text: str) -> int:
    if not _ZONED.match(text):
        return UNREADABLE
    try:
        moment = from_text(datetime.fromisoformat(text.upper()).isoformat())
        return moment if abs(moment) < _LAST else UNREADABLE
    except (ValueError, OverflowError):
        return UNREADABLE


def to_numbers(column: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give the cells as numbers (NaN where there is none), and where a text is no number.

    `true` and `false` are 1 and 0. An empty cell is NaN and no fault: see `is_empty`.
    """
    try:
        numbers = _filled(column.cast(pa.float64(), safe=False), np.nan)
        return numbers, np.zeros(len(column), np.bool_)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return np.full(len(column), np.nan), np.ones(len(column), np.bool_)
    plain = pc.fill_null(
        pc.match_substring_regex(column, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"),
        fill_value=False,
    )
    numbers = _filled(pc.if_else(plain, column, None).cast(pa.float64()), np.nan)
    wrong = np.zeros(len(column), np.bool_)
    for place in np.flatnonzero(~_filled(plain, fill=False)).tolist():
        text = column[place].as_py()
        if text is None:
            continue
        numbers[place] = _number(text)
        wrong[place] = np.isnan(numbers[place]) and text.strip().lower() not in ("nan", "-nan")
    return numbers, wrong


def _number(text: str) -> float:
    """Read one cell as Python does; NaN if it is no number."""
    text = text.strip().lower()
    if "_" in text:
        return np.nan
    try:
        return _SWITCH[text] if text in _SWITCH else float(text)
    except ValueError:
        return np.nan


def is_empty(column: Any) -> NDArray[np.bool_]:
    """Say where a cell holds nothing."""
    if column.null_count == 0:
        return np.zeros(len(column), np.bool_)
    return np.asarray(column.is_null())


def to_words(column: Any) -> tuple[NDArray[np.int64], list[str]]:
    """Give each cell's text as its place in a list of the different texts; -1 where empty."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        column = column.cast(pa.string())
    encoded = pc.utf8_trim_whitespace(column).dictionary_encode()
    return _filled(encoded.indices.cast(pa.int64()), -1), encoded.dictionary.to_pylist()


def _filled(column: Any, fill: float) -> Any:
    """Give a numpy array that may be written to, nulls filled."""
    if column.null_count:
        column = pc.fill_null(column, fill)
    return column.to_numpy(zero_copy_only=False).copy()

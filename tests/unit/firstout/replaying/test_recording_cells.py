"""Cells of a recording: times in every accepted form, numbers, and what is neither."""

import numpy as np
import pyarrow as pa
import pytest

from firstout.replaying.recording_cells import (
    UNREADABLE,
    TimeColumn,
    is_empty,
    to_numbers,
    to_words,
)
from plant.errors import RecordingError
from plant.moment import SECOND

EIGHT = 1_795_478_400 * SECOND  # 2026-11-24T08:00:00+08:00


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("2026-11-24T08:00:00+08:00", "RFC 3339"),
        ("2026-11-24 00:00:00Z", "RFC 3339"),
        (" 2026-11-24t00:00:00.000z ", "RFC 3339"),
        ("2026-11-24T08:00+0800", "RFC 3339"),
        ("1795478400", "epoch s"),
        ("1795478400.0", "epoch s"),
        ("1795478400000", "epoch ms"),
        ("1795478400000000", "epoch us"),
        ("1795478400000000000", "epoch ns"),
    ],
)
def test_a_time_in_each_form(cell: str, form: str) -> None:
    column = TimeColumn("t")

    assert column.read(pa.array([cell])).tolist() == [EIGHT]
    assert column.form == form


def test_fractions_of_a_second_are_exact_to_the_microsecond() -> None:
    assert TimeColumn("t").read(pa.array(["1795478400.123456"])).tolist() == [EIGHT + 123_456_000]


def test_nanoseconds_are_kept() -> None:
    texts = pa.array(["2026-11-24T00:00:00.123456789Z"])
    whole = pa.array([EIGHT + 123_456_789])

    assert TimeColumn("t").read(texts).tolist() == [EIGHT + 123_456_789]
    assert TimeColumn("t").read(whole).tolist() == [EIGHT + 123_456_789]


@pytest.mark.parametrize(
    "cell", ["2026-11-24 08:00:00", "2026/11/24 8:00", "24.11.2026", "2026-11-24"]
)
def test_local_times_are_refused(cell: str) -> None:
    with pytest.raises(RecordingError, match=r"local times.*accepted: RFC 3339"):
        TimeColumn("t").read(pa.array([cell]))


def test_timestamps_of_parquet() -> None:
    aware = pa.array([EIGHT // 1000], pa.timestamp("us", "Asia/Shanghai"))

    assert TimeColumn("t").read(aware).tolist() == [EIGHT]
    with pytest.raises(RecordingError, match="without a time zone"):
        TimeColumn("t").read(pa.array([0], pa.timestamp("ns")))
    with pytest.raises(RecordingError, match="holds bool"):
        TimeColumn("t").read(pa.array([True]))


def test_unreadable_cells_do_not_spoil_the_others() -> None:
    zoned = ["", None, "2026-02-31T00:00:00Z", "2026-11-24T00:00:00Z", "soon", "2026-11-24 08:00"]
    epoch = ["x", None, "1795478400", "1795478400000", "nan", "-5e99"]

    assert TimeColumn("t").read(pa.array(zoned)).tolist() == [
        *[UNREADABLE] * 3,
        EIGHT,
        UNREADABLE,
        UNREADABLE,
    ]
    assert TimeColumn("t").read(pa.array(epoch)).tolist() == [
        *[UNREADABLE] * 2,
        EIGHT,
        *[UNREADABLE] * 3,
    ]


def test_numbers_and_what_is_none() -> None:
    cells = [
        "1.5",
        " 2 ",
        "",
        None,
        "nan",
        "-inf",
        "TRUE",
        "false",
        "1,5",
        "1_000",
        "abc",
        "1e400",
    ]

    numbers, wrong = to_numbers(pa.array(cells))

    nan, inf = np.nan, np.inf
    expected = [1.5, 2, nan, nan, nan, -inf, 1, 0, nan, nan, nan, inf]
    np.testing.assert_array_equal(numbers, expected)
    assert [cells[i] for i in np.flatnonzero(wrong)] == ["", "1,5", "1_000", "abc"]


@pytest.mark.parametrize("kind", [pa.int16(), pa.float32(), pa.bool_(), pa.decimal128(9, 2)])
def test_numbers_of_parquet(kind: pa.DataType) -> None:
    numbers, wrong = to_numbers(pa.array([1, None, 0], pa.int16()).cast(kind))

    np.testing.assert_array_equal(numbers, [1, np.nan, 0])
    assert not wrong.any()
    assert is_empty(pa.array([1, None, 0])).tolist() == [False, True, False]


def test_words() -> None:
    codes, words = to_words(pa.array([" a", "b", None, "a"]))

    assert [words[code] if code >= 0 else None for code in codes] == ["a", "b", None, "a"]


@pytest.mark.parametrize(
    "cell", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+08:00", "99999999999"]
)
def test_times_that_no_clock_here_reaches_are_unreadable(cell: str) -> None:
    assert TimeColumn("t").read(pa.array([cell])).tolist() == [UNREADABLE]

"""InfluxDB's answers as tables."""

import json
import math

import pytest

from historian.historian import HistorianError
from historian.influx.answer import tables


def line(number: int, *rows: list[object], tags: dict[str, str] | None = None, **more: object):
    given: dict[str, object] = {"columns": ["time", "x"], "values": list(rows)}
    if tags is not None:
        given["tags"] = tags
    return json.dumps({"results": [{"statement_id": number, "series": [given]} | more]}).encode()


def test_a_series_that_comes_in_pieces_is_one_table() -> None:
    body = b"\n".join([line(0, [1, 2.5], partial=True), line(0, [2, None]), b""])

    ((table,),) = tables(body, 1)
    assert table.columns == {"time": [1, 2], "x": [2.5, None]}


def test_each_statement_has_its_tables_and_each_series_its_tags() -> None:
    body = b"\n".join(
        [line(0), line(1, [1, 1], tags={"node": "a"}), line(1, [2, 2], tags={"node": "b"})]
    )

    nothing, (one, other) = tables(body, 2)
    assert nothing == ()
    assert (one.tags, other.tags) == ({"node": "a"}, {"node": "b"})
    assert (one.columns["time"], other.columns["time"]) == ([1], [2])


def test_whole_numbers_stay_whole_and_minus_zero_keeps_its_sign() -> None:
    ((table,),) = tables(
        b'{"results":[{"series":[{"columns":["time","x"],'
        b'"values":[[1795478400000000001,-0],[-7,0]]}]}]}',
        1,
    )

    assert table.columns["time"] == [1795478400000000001, -7]
    assert [math.copysign(1, x) for x in table.columns["x"]] == [-1, 1]


def test_a_series_without_rows_is_no_table() -> None:
    assert tables(b'{"results":[{"series":[{"name":"databases","columns":["name"]}]}]}', 1) == (
        (),
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"error":"error parsing query"}',
        b'{"results":[{"statement_id":0,"error":"error parsing query"}]}',
        line(0, [1, 2], partial=True) + b'\n{"results":[{"error":"error parsing query"}]}',
    ],
)
def test_an_error_is_said_wherever_it_stands(body: bytes) -> None:
    with pytest.raises(HistorianError, match="cannot answer: error parsing query"):
        tables(body, 1)


def test_an_answer_cut_short_is_no_answer() -> None:
    with pytest.raises(HistorianError, match="max-row-limit"):
        tables(line(0, [1, 2], partial=True), 1)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"results":[7]}', b'{"results":[{"statement_id":1}]}', b"\xff"],
)
def test_what_is_no_answer_is_said(body: bytes) -> None:
    with pytest.raises(HistorianError):
        tables(body, 1)

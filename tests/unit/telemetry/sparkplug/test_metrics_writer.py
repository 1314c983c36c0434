"""The rows that array operations write are what the general path would have written."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from telemetry.sparkplug import quality
from telemetry.sparkplug.datatype import DataType
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.metrics_writer import MetricsWriter, varints
from telemetry.sparkplug.payload import Writer, decode

NOW = 1_764_000_000 * SECOND

_times = st.integers(0, 2**63 - 1) | st.integers(1_700_000_000_000, 1_900_000_000_000)
_metric = st.tuples(
    st.integers(1, 2**28 - 1) | st.integers(1, 300),
    st.booleans(),
    _times,
    st.floats() | st.sampled_from([0.0, 1.0, -0.0]),
    st.just(Quality.GOOD) | st.sampled_from(Quality),
    st.sampled_from(Reason),
)


def _general(metrics, *, historical: bool) -> bytes:
    """Give the same by protobuf, metric by metric."""
    writer = Writer(None, None)
    for alias, discrete, stamp, value, *doubt in metrics:
        usable = doubt[0] < Quality.BAD
        if usable and not math.isfinite(value):
            usable, doubt[:] = False, (Quality.BAD, Reason.NOT_DECODABLE)
        writer.add(
            None,
            alias,
            stamp,
            DataType.BOOLEAN if discrete else DataType.DOUBLE,
            value if usable else None,
            historical=historical,
            properties=quality.to_wire(*doubt),
        )
    return writer.done()


def _rows(metrics, *, historical: bool) -> bytes:
    columns = list(zip(*metrics, strict=True)) or [()] * 6
    types = (np.uint64, np.bool_, np.int64, np.float64, np.uint8, np.uint8)
    arrays = [np.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return MetricsWriter(arrays[0], arrays[1]).write(*arrays[2:], historical=historical)


@given(st.lists(_metric, max_size=40), st.booleans())
def test_any_metrics_are_written_as_protobuf_writes_them(metrics, historical) -> None:
    assert _rows(metrics, historical=historical) == _general(metrics, historical=historical)


@given(st.lists(st.integers(0, 2**63 - 1) | st.integers(0, 2**64 - 1), max_size=20))
def test_a_varint_gives_its_number_back(numbers: list[int]) -> None:
    rows, kept = varints(np.array(numbers, np.uint64))

    found = [
        sum((int(byte) & 0x7F) << 7 * place for place, byte in enumerate(row[own]))
        for row, own in zip(rows, kept, strict=True)
    ]
    assert found == numbers


def test_rows_can_be_written_again_and_nothing_of_the_last_message_stays() -> None:
    rows = MetricsWriter(np.array([1, 200], np.uint64), np.array([False, True]))
    good = [(1, False, 5, 1.5, 0, 0), (200, True, 5, 1.0, 0, 0)]
    bad = [(1, False, 2**40, math.nan, 2, 1), (200, True, 1, math.nan, 0, 0)]

    def write(metrics) -> bytes:
        columns = list(zip(*metrics, strict=True))[2:]
        types = (np.int64, np.float64, np.uint8, np.uint8)
        arrays = [np.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        return rows.write(*arrays, historical=False)

    for metrics in (good, bad, good):
        typed = [(*m[:4], Quality(m[4]), Reason(m[5])) for m in metrics]
        assert write(metrics) == _general(typed, historical=False)


def session(count: int) -> EdgeSession:
    metrics = tuple(EdgeMetric(f"s{n}", discrete=n % 3 == 2) for n in range(count))
    edge = EdgeSession("demo", "gw1", (EdgeDevice("plc", metrics),))
    edge.births(0, NOW)
    return edge


@given(st.lists(st.tuples(st.integers(0, 299), st.floats()), unique_by=lambda row: row[0]))
def test_a_whole_message_is_one_protobuf_payload(rows) -> None:
    readings = [Reading(f"s{n}", value) for n, value in rows]
    message = session(300).data(NOW, "plc", "5p", 7, NOW, Readings.of(readings), lost=(3, 6))

    payload = decode(message.payload)

    assert (payload.timestamp, payload.seq) == (NOW // MILLISECOND, 2)
    assert [metric.value for metric in payload.metrics[:5]] == ["5p", 7, NOW // MILLISECOND, 3, 6]
    assert [metric.alias for metric in payload.metrics[5:]] == [n + 1 for n, _ in rows]
    assert [metric.value for metric in payload.metrics[5:]] == [
        (bool(value) if n % 3 == 2 else value) if math.isfinite(value) else None
        for n, value in rows
    ]


def test_a_source_that_stamps_gives_the_metric_its_time() -> None:
    edge = session(3)
    stamped = Reading("s1", 1.0, source=NOW - 5 * SECOND + 999_999)

    message = edge.data(NOW, "plc", "5p", 7, NOW, Readings.of([Reading("s0", 0.0), stamped]))

    stamps = [metric.timestamp for metric in decode(message.payload).metrics]
    assert stamps == [NOW // MILLISECOND] * 4 + [(NOW - 5 * SECOND) // MILLISECOND]
    birth = decode(edge.births(0, NOW + SECOND)[1].payload)
    assert [metric.timestamp for metric in birth.metrics[:3]] == [
        NOW // MILLISECOND,
        (NOW - 5 * SECOND) // MILLISECOND,
        (NOW + SECOND) // MILLISECOND,
    ]


@pytest.mark.parametrize("count", [1, 70])
def test_more_tuples_of_signals_than_are_remembered_change_nothing(count: int) -> None:
    edge = session(80)
    for size in [*range(1, count + 1), 1]:
        readings = Readings.of([Reading(f"s{n}", 1.0) for n in range(size)])
        payload = decode(edge.data(NOW, "plc", "5p", 7, NOW, readings).payload)
        assert [metric.alias for metric in payload.metrics[3:]] == list(range(1, size + 1))

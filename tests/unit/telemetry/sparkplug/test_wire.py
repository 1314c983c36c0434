"""The fast reader agrees with protobuf or gives up; it never does anything else."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant.errors import TelemetryError
from telemetry.sparkplug import sparkplug_b_pb2 as pb
from telemetry.sparkplug import wire
from telemetry.sparkplug.payload import Metric, decode
from telemetry.sparkplug.wire import Fields, Wire

READER = Wire()
READER.read(b"")  # compiled here: the first compilation takes longer than an example may
U64 = (1 << 64) - 1
KINDS = {
    wire.NONE: None,
    wire.INT: "int_value",
    wire.LONG: "long_value",
    wire.FLOAT: "float_value",
    wire.DOUBLE: "double_value",
    wire.BOOLEAN: "boolean_value",
    wire.STRING: "string_value",
}


@st.composite
def metrics(draw: st.DrawFn) -> pb.Metric:
    metric = pb.Metric(alias=draw(st.integers(0, U64)))
    if draw(st.booleans()):
        metric.timestamp = draw(st.integers(0, (1 << 63) - 1))
    if draw(st.booleans()):
        metric.datatype = draw(st.integers(0, 34))
    for flag in ("is_historical", "is_transient", "is_null"):
        if draw(st.booleans()):
            setattr(metric, flag, draw(st.booleans()))
    kind = draw(st.sampled_from(list(KINDS.values())))
    values = {
        "int_value": st.integers(0, (1 << 32) - 1),
        "long_value": st.integers(0, U64),
        "float_value": st.floats(width=32),
        "double_value": st.floats(),
        "boolean_value": st.booleans(),
        "string_value": st.text(max_size=20),
    }
    if kind:
        setattr(metric, kind, draw(values[kind]))
    return metric


@st.composite
def ordinary(draw: st.DrawFn) -> bytes:
    payload = pb.Payload(metrics=draw(st.lists(metrics(), max_size=8)))
    if draw(st.booleans()):
        payload.timestamp = draw(st.integers(0, U64))
    if draw(st.booleans()):
        payload.seq = draw(st.integers(0, U64))
    return payload.SerializeToString()


def check(data: bytes, fields: Fields) -> None:
    """Compare with protobuf, which must accept whatever the fast reader accepted."""
    for row, bits in enumerate(fields.bits.tolist()):
        if fields.flags[row] >> wire.KIND_SHIFT == wire.STRING:
            try:
                data[bits >> 32 :][: bits & 0xFFFFFFFF].decode()
            except UnicodeDecodeError:
                return  # `from_fields` gives such a message to protobuf, which refuses it
    expected = pb.Payload.FromString(data)
    assert fields.timestamp == (expected.timestamp if expected.HasField("timestamp") else None)
    assert fields.seq == (expected.seq if expected.HasField("seq") else None)
    assert len(fields.alias) == len(expected.metrics)
    for row, metric in enumerate(expected.metrics):
        flags = int(fields.flags[row])
        assert int(fields.alias[row]) == metric.alias
        assert bool(flags & wire.HAS_TIME) == metric.HasField("timestamp")
        assert int(fields.time[row]) == metric.timestamp
        assert bool(flags & wire.HISTORICAL) == metric.is_historical
        assert bool(flags & wire.NULL) == metric.is_null
        kind = KINDS[flags >> wire.KIND_SHIFT]
        assert kind == metric.WhichOneof("value")
        bits = int(fields.bits[row])
        if kind == "string_value":
            start, size = bits >> 32, bits & 0xFFFFFFFF
            assert data[start : start + size].decode() == metric.string_value
        elif kind is not None:
            wanted = float(getattr(metric, kind))
            same = math.isnan(wanted) and math.isnan(fields.value[row])
            assert same or wanted == fields.value[row]
        if kind in ("int_value", "long_value"):
            assert bits == getattr(metric, kind)


@given(ordinary())
def test_an_ordinary_message_takes_the_fast_path(data: bytes) -> None:
    fields = READER.read(data)

    assert fields is not None
    check(data, fields)


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_as_protobuf_reads_them_or_left_to_it(data: bytes) -> None:
    fields = READER.read(data)
    if fields is not None:
        check(data, fields)


@settings(max_examples=500)
@given(st.data())
def test_damaged_messages_are_read_as_protobuf_reads_them_or_left_to_it(
    data: st.DataObject,
) -> None:
    damaged = bytearray(data.draw(ordinary()))
    for _ in range(data.draw(st.integers(1, 3))):
        if damaged:
            place = data.draw(st.integers(0, len(damaged) - 1))
            damaged[place] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    fields = READER.read(cut)
    if fields is not None:
        check(cut, fields)


@pytest.mark.parametrize(
    "metric",
    [
        pb.Metric(name="water", double_value=1.0),
        pb.Metric(alias=1, name="water", double_value=1.0),
        pb.Metric(double_value=1.0),
        pb.Metric(alias=1, properties=pb.PropertySet(keys=["Quality"])),
        pb.Metric(alias=1, metadata=pb.MetaData(size=1)),
        pb.Metric(alias=1, bytes_value=b"x"),
        pb.Metric(alias=1, dataset_value=b""),
        pb.Metric(alias=1, template_value=b""),
    ],
)
def test_an_unusual_metric_is_left_to_protobuf(metric: pb.Metric) -> None:
    payload = pb.Payload(seq=1, metrics=[pb.Metric(alias=9, double_value=1.0), metric])

    assert READER.read(payload.SerializeToString()) is None


def test_more_metrics_than_there_is_room_for_are_left_to_protobuf() -> None:
    data = pb.Payload(metrics=[pb.Metric(alias=n) for n in range(5)]).SerializeToString()

    assert Wire(capacity=4).read(data) is None
    assert Wire(capacity=5).read(data) is not None


def test_a_payload_that_is_too_large_is_left_to_protobuf_which_refuses_it() -> None:
    data = bytes(wire.MAX_BYTES + 1)

    assert READER.read(data) is None
    with pytest.raises(TelemetryError):
        decode(data)


def test_uncompiled_it_gives_the_same() -> None:
    payload = pb.Payload(
        timestamp=U64,
        seq=255,
        metrics=[
            pb.Metric(alias=U64, timestamp=5, long_value=U64),
            pb.Metric(alias=2, double_value=-0.1, is_historical=True),
            pb.Metric(alias=3, float_value=0.1),
            pb.Metric(alias=4, int_value=(1 << 32) - 1),
            pb.Metric(alias=5, boolean_value=True),
            pb.Metric(alias=6, string_value="水"),
            pb.Metric(alias=7, is_null=True),
        ],
    ).SerializeToString()
    code = (
        "from telemetry.sparkplug.wire import Wire\n"
        f"f = Wire(99).read({payload!r})\n"
        "print(f.timestamp, f.seq, f.alias.tolist(), f.time.tolist(), f.value.tolist(),"
        " f.bits.tolist(), f.flags.tolist())\n"
        f"assert Wire(99).read({payload[:-1]!r}) is None\n"
    )
    plain = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    f = READER.read(payload)
    assert f is not None
    arrays = (f.alias, f.time, f.value, f.bits, f.flags)

    assert plain == " ".join(str(x) for x in (f.timestamp, f.seq, *(a.tolist() for a in arrays)))


def test_values_are_as_exact_as_protobuf_has_them() -> None:
    data = pb.Payload(metrics=[pb.Metric(alias=1, float_value=0.1)]).SerializeToString()
    fields = READER.read(data)
    assert fields is not None

    assert fields.value[0] == np.float64(np.float32(0.1))
    assert decode(data).metrics[0] == Metric(None, float(np.float32(0.1)), alias=1)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.errors import TelemetryError
from telemetry.sparkplug import sparkplug_b_pb2 as pb
from telemetry.sparkplug.datatype import DataType, from_wire
from telemetry.sparkplug.payload import MAX_METRICS, Metric, Payload, decode, encode

RANGES = {
    DataType.INT8: (-(1 << 7), (1 << 7) - 1),
    DataType.INT16: (-(1 << 15), (1 << 15) - 1),
    DataType.INT32: (-(1 << 31), (1 << 31) - 1),
    DataType.INT64: (-(1 << 63), (1 << 63) - 1),
    DataType.UINT8: (0, (1 << 8) - 1),
    DataType.UINT16: (0, (1 << 16) - 1),
    DataType.UINT32: (0, (1 << 32) - 1),
    DataType.UINT64: (0, (1 << 64) - 1),
    DataType.DATETIME: (0, (1 << 64) - 1),
}
typed = st.one_of(
    *(st.tuples(st.just(kind), st.integers(*ends)) for kind, ends in RANGES.items()),
    st.tuples(st.just(DataType.DOUBLE), st.floats(allow_nan=False)),
    st.tuples(st.just(DataType.FLOAT), st.floats(width=32, allow_nan=False)),
    st.tuples(st.just(DataType.BOOLEAN), st.booleans()),
    st.tuples(st.just(DataType.STRING), st.text(max_size=9)),
    st.tuples(st.just(DataType.BYTES), st.binary(max_size=9)),
)
properties = st.dictionaries(
    st.text(max_size=9),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(1 << 31), (1 << 31) - 1),
        st.floats(allow_nan=False),
        st.text(max_size=9),
    ),
    max_size=3,
)


@st.composite
def metric(draw: st.DrawFn) -> Metric:
    datatype, value = draw(typed)
    null = draw(st.booleans())
    return Metric(
        name=draw(st.text(max_size=9)),
        value=None if null else value,
        alias=draw(st.none() | st.integers(0, (1 << 64) - 1)),
        timestamp=draw(st.none() | st.integers(0, (1 << 64) - 1)),
        datatype=int(datatype),
        historical=draw(st.booleans()),
        null=null,
        properties=draw(properties),
    )


@pytest.mark.tck("tck-id-payloads-propertyset-keys-array-size")
@pytest.mark.tck("tck-id-payloads-propertyset-values-array-size")
@pytest.mark.tck("tck-id-payloads-metric-datatype-req")
@given(st.lists(metric(), max_size=5).map(tuple), st.none() | st.integers(0, 255))
def test_a_payload_reads_back_as_it_was_written(
    metrics: tuple[Metric, ...], seq: int | None
) -> None:
    payload = Payload(timestamp=1_700_000_000_000, metrics=metrics, seq=seq)

    assert decode(encode(payload)) == payload


@given(st.binary(max_size=100))
def test_any_bytes_are_a_payload_or_refused(data: bytes) -> None:
    try:
        decode(data)
    except TelemetryError:
        return


@pytest.mark.parametrize(
    ("value", "bits"), [(-1, 0xFF), (-1, 0xFFFF_FFFF), (127, 127), (-128, 0x80)]
)
def test_a_small_signed_integer_may_be_carried_short_or_extended(value: int, bits: int) -> None:
    assert from_wire(bits, DataType.INT8) == value


def test_keys_without_values_are_refused() -> None:
    odd = pb.Metric(name="x", properties=pb.PropertySet(keys=["Quality"]))
    with pytest.raises(TelemetryError):
        decode(pb.Payload(metrics=[odd]).SerializeToString())


def test_too_many_metrics_are_refused() -> None:
    many = pb.Payload(metrics=[pb.Metric()] * (MAX_METRICS + 1))
    with pytest.raises(TelemetryError):
        decode(many.SerializeToString())


@pytest.mark.parametrize(
    "metric",
    [
        Metric("x", "text", datatype=DataType.DOUBLE),
        Metric("x", "text", datatype=DataType.INT32),
        Metric("x", 1.0, datatype=DataType.STRING),
        Metric("x", b"", datatype=DataType.TEMPLATE),
        Metric("x", 1.0),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_refused(metric: Metric) -> None:
    with pytest.raises(TelemetryError):
        encode(Payload(1, (metric,)))


def test_what_firstout_does_not_read_has_no_value() -> None:
    data = pb.Payload(metrics=[pb.Metric(name="x", template_value=b"abc")]).SerializeToString()

    assert decode(data).metrics == (Metric("x", None),)

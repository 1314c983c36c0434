"""Payloads as values: every field that Firstout uses, to bytes and back.

This is the general path, through protobuf. Ordinary data messages are read by `wire`, which
gives up on anything unusual and leaves it to this module.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError

from plant.errors import TelemetryError
from telemetry.sparkplug import sparkplug_b_pb2 as pb
from telemetry.sparkplug.datatype import SIGNED_BITS, DataType, from_wire

MAX_BYTES = 1 << 20
MAX_METRICS = 20_000

_MISFIT = "a metric of type {} cannot carry {!r}"

Value = int | float | bool | str | bytes | None

_NO_PROPERTIES: Mapping[str, Value] = {}
_WHOLE = frozenset({"int_value", "long_value"})
_READ = _WHOLE | {
    "float_value",
    "double_value",
    "boolean_value",
    "string_value",
    "bytes_value",
}
_INT = frozenset({1, 2, 3, 5, 6, 7})
_LONG = frozenset({4, 8, 13})
_TEXT = frozenset({12, 14, 15})


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; what the sender left out is None.

    `timestamp` is in ms since 1970 UTC. A metric without a datatype (data messages usually leave
    it to the birth) has integers as they were carried: unsigned. `value` is None when the metric
    is null, has no value, or has one that Firstout does not read (data sets, templates).
    """

    name: str | None
    value: Value
    alias: int | None = None
    timestamp: int | None = None
    datatype: int | None = None
    historical: bool = False
    null: bool = False
    properties: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Payload:
    """One message; `timestamp` is the time of sending in ms since 1970 UTC."""

    timestamp: int | None
    metrics: tuple[Metric, ...]
    seq: int | None = None


def encode(payload: Payload) -> bytes:
    """Write a payload; TelemetryError when a value does not fit its metric's type."""
    writer = Writer(payload.timestamp, payload.seq)
    for metric in payload.metrics:
        if metric.datatype is None:
            raise TelemetryError(f"the metric {metric.name!r} needs a data type to be written")
        writer.add(
            metric.name,
            metric.alias,
            metric.timestamp,
            metric.datatype,
            metric.value,
            historical=metric.historical,
            properties=metric.properties,
        )
        if metric.name is not None:
            writer.declare(metric.datatype)
    return writer.done()


def decode(data: bytes) -> Payload:
    """Read a payload; TelemetryError when it is none, or larger than Firstout accepts."""
    if len(data) > MAX_BYTES:
        raise TelemetryError(f"a payload of {len(data)} bytes is larger than {MAX_BYTES}")
    try:
        message = pb.Payload.FromString(data)
    except DecodeError as error:
        raise TelemetryError("the payload is no Sparkplug B protobuf") from error
    if len(message.metrics) > MAX_METRICS:
        raise TelemetryError(f"{len(message.metrics)} metrics are more than {MAX_METRICS}")
    return Payload(
        timestamp=message.timestamp if message.HasField("timestamp") else None,
        metrics=tuple(_metrics(message.metrics)),
        seq=message.seq if message.HasField("seq") else None,
    )


class Writer:
    """Builds one payload, metric by metric, without an object per metric."""

    def __init__(self, timestamp: int | None, seq: int | None) -> None:
        self._payload = pb.Payload()
        if timestamp is not None:
            self._payload.timestamp = timestamp
        if seq is not None:
            self._payload.seq = seq

    def add(
        self,
        name: str | None,
        alias: int | None,
        timestamp: int | None,
        datatype: int,
        value: Value,
        *,
        historical: bool = False,
        properties: Mapping[str, Value] = _NO_PROPERTIES,
    ) -> None:
        """Add one metric; None as value says null.

        The data type chooses the field of the value; it is written itself only by `declare`.
        """
        metric = self._payload.metrics.add()
        if name is not None:
            metric.name = name
        if alias is not None:
            metric.alias = alias
        if timestamp is not None:
            metric.timestamp = timestamp
        if historical:
            metric.is_historical = True
        if value is None:
            metric.is_null = True
        else:
            _write(metric, datatype, value)
        for key, text in properties.items():
            _write_property(metric.properties, key, text)

    def declare(self, datatype: int) -> None:
        """Write the data type of the metric added last, as births must."""
        self._payload.metrics[-1].datatype = datatype

    def done(self) -> bytes:
        """Give the bytes."""
        return self._payload.SerializeToString()


def _write(target: pb.Metric, datatype: int, value: Value) -> None:
    try:
        if datatype == DataType.DOUBLE:
            target.double_value = value  # type: ignore[assignment]
        elif datatype in _INT:
            target.int_value = int(value) & 0xFFFF_FFFF  # type: ignore[arg-type]
        elif datatype in _LONG:
            target.long_value = int(value) & 0xFFFF_FFFF_FFFF_FFFF  # type: ignore[arg-type]
        elif datatype == DataType.BOOLEAN:
            target.boolean_value = bool(value)
        elif datatype == DataType.FLOAT:
            target.float_value = value  # type: ignore[assignment]
        elif datatype in _TEXT:
            target.string_value = value  # type: ignore[assignment]
        elif datatype == DataType.BYTES:
            target.bytes_value = value  # type: ignore[assignment]
        else:
            raise TelemetryError(_MISFIT.format(datatype, value))
    except (TypeError, ValueError) as error:
        raise TelemetryError(_MISFIT.format(datatype, value)) from error


def _write_property(target: pb.PropertySet, key: str, value: Value) -> None:
    entry = target.values.add()
    target.keys.append(key)
    if value is None:
        entry.type, entry.is_null = DataType.STRING, True
    elif isinstance(value, bool):
        entry.type, entry.boolean_value = DataType.BOOLEAN, value
    elif isinstance(value, int):
        entry.type, entry.int_value = DataType.INT32, value & 0xFFFF_FFFF
    elif isinstance(value, float):
        entry.type, entry.double_value = DataType.DOUBLE, value
    elif isinstance(value, str):
        entry.type, entry.string_value = DataType.STRING, value
    else:
        raise TelemetryError(f"the property {key!r} cannot carry {value!r}")


def _metrics(metrics: Iterable[pb.Metric]) -> Iterable[Metric]:
    for metric in metrics:
        datatype = metric.datatype if metric.HasField("datatype") else None
        null = metric.is_null
        yield Metric(
            name=metric.name if metric.HasField("name") else None,
            value=None if null else _value(metric, datatype),
            alias=metric.alias if metric.HasField("alias") else None,
            timestamp=metric.timestamp if metric.HasField("timestamp") else None,
            datatype=datatype,
            historical=metric.is_historical,
            null=null,
            properties=_properties(metric.properties) if metric.HasField("properties") else {},
        )


def _value(source: pb.Metric | pb.PropertyValue, datatype: int | None) -> Value:
    kind = source.WhichOneof("value")
    if kind not in _READ:
        return None
    value: Value = getattr(source, kind)
    return _integer(value, datatype) if kind in _WHOLE else value  # type: ignore[arg-type]


def _integer(value: int, datatype: int | None) -> int:
    return value if datatype not in SIGNED_BITS else from_wire(value, datatype)


def _properties(source: pb.PropertySet) -> dict[str, Value]:
    if len(source.keys) != len(source.values):
        raise TelemetryError("a property set must have as many keys as values")
    return {
        key: None if entry.is_null else _value(entry, entry.type)
        for key, entry in zip(source.keys, source.values, strict=True)
    }

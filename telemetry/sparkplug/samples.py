"""Turns the metrics of a data message into arrays of values that may be judged."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant.errors import TelemetryError
from plant.quality import Quality, Reason
from telemetry.sparkplug import birth, quality, wire
from telemetry.sparkplug.birth import Table
from telemetry.sparkplug.datatype import from_wire
from telemetry.sparkplug.payload import Metric, Payload, Value
from telemetry.sparkplug.wire import Fields

_LIMIT = 1 << 63


@dataclass(slots=True)
class Samples:
    """The bound values of one message, and what it says about its own delivery.

    `millis` is each value's own time in ms since 1970, -1 when it has none.
    `unknown` and `unbound` count the metrics that no birth declared, and that nobody asked for.
    `late` is true when any metric, bound or not, is marked historical.
    `delivery` maps the codes of `birth` to what was carried.
    """

    slots: NDArray[np.int32]
    millis: NDArray[np.int64]
    values: NDArray[np.float64]
    quality: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    historical: NDArray[np.bool_]
    unknown: int = 0
    unbound: int = 0
    late: bool = False
    delivery: dict[int, Value] = field(default_factory=dict)

    def whole(self, code: int) -> int | None:
        """Give a delivery metric as a whole number; None when it is absent or none."""
        value = self.delivery.get(code)
        good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LIMIT
        return value if good else None  # type: ignore[return-value]

    def part(self, mask: NDArray[np.bool_]) -> "Samples":
        """Give those values for which `mask` is true."""
        return Samples(
            self.slots[mask],
            self.millis[mask],
            self.values[mask],
            self.quality[mask],
            self.reason[mask],
            self.historical[mask],
        )


def from_fields(fields: Fields, table: Table, payload: bytes) -> Samples:
    """Read what the wire loop found in `payload`; TelemetryError when a text is no UTF-8."""
    count = len(table.aliases)
    rows = np.searchsorted(table.aliases, fields.alias)
    known = rows < count
    if count:
        rows[~known] = 0
        known &= table.aliases[rows] == fields.alias
        codes = np.where(known, table.codes[rows], birth.UNBOUND)
    else:
        codes = np.full(len(rows), birth.UNBOUND, np.int32)
    kinds = fields.flags >> wire.KIND_SHIFT
    values = fields.value.copy()
    if table.has_signed:
        _restore_signs(values, fields, table.signed[rows] * known, kinds)
    null = (fields.flags & wire.NULL) != 0
    historical = (fields.flags & wire.HISTORICAL) != 0
    undecodable = ~np.isfinite(values)
    good = ~(null | undecodable)
    values[~good] = np.nan
    bound = codes >= 0
    samples = Samples(
        slots=codes[bound].astype(np.int32),
        millis=np.where((fields.flags & wire.HAS_TIME) != 0, fields.time, -1)[bound],
        values=values[bound],
        quality=np.where(good, Quality.GOOD, Quality.BAD).astype(np.uint8)[bound],
        reason=np.where(
            good, Reason.NONE, np.where(null, Reason.SENSOR_FAULT, Reason.NOT_DECODABLE)
        ).astype(np.uint8)[bound],
        historical=historical[bound],
        unknown=int(np.count_nonzero(~known)),
        unbound=int(np.count_nonzero(known & (codes == birth.UNBOUND))),
        late=bool(historical.any()),
    )
    for row in np.flatnonzero(codes < birth.UNBOUND).tolist():
        bits = int(fields.bits[row])
        if kinds[row] != wire.STRING:
            samples.delivery[int(codes[row])] = bits
            continue
        start = bits >> 32
        try:
            text = payload[start : start + (bits & 0xFFFF_FFFF)].decode()
        except UnicodeDecodeError as error:
            raise TelemetryError("a text in the message is no UTF-8") from error
        samples.delivery[int(codes[row])] = text
    return samples


def from_payload(payload: Payload, table: Table, *, ours: bool) -> Samples:
    """Read a message that came through protobuf: births, properties, names, texts."""
    slots: list[int] = []
    millis: list[int] = []
    values: list[float] = []
    qualities: list[int] = []
    reasons: list[int] = []
    historical: list[bool] = []
    delivery: dict[int, Value] = {}
    unknown = unbound = 0
    for metric in payload.metrics:
        entry = _entry(metric, table)
        if entry is None:
            unknown += 1
            continue
        code, datatype = entry
        if code == birth.UNBOUND:
            unbound += 1
        elif code < birth.UNBOUND:
            delivery[code] = metric.value
        else:
            value, trust, why = _judged(metric, datatype, ours=ours)
            slots.append(code)
            values.append(value)
            qualities.append(trust)
            reasons.append(why)
            time = metric.timestamp
            millis.append(-1 if time is None or time >= _LIMIT else time)
            historical.append(metric.historical)
    return Samples(
        np.array(slots, np.int32),
        np.array(millis, np.int64),
        np.array(values, np.float64),
        np.array(qualities, np.uint8),
        np.array(reasons, np.uint8),
        np.array(historical, np.bool_),
        unknown,
        unbound,
        any(metric.historical for metric in payload.metrics),
        delivery,
    )


def _entry(metric: Metric, table: Table) -> tuple[int, int] | None:
    if metric.alias is not None and metric.alias in table.by_alias:
        return table.by_alias[metric.alias]
    return None if metric.name is None else table.by_name.get(metric.name)


def _judged(metric: Metric, datatype: int, *, ours: bool) -> tuple[float, Quality, Reason]:
    trust, why = quality.from_wire(metric.properties, null=metric.null, ours=ours)
    if trust not in (Quality.GOOD, Quality.UNCERTAIN):
        return math.nan, trust, why
    value = metric.value
    if isinstance(value, int) and not isinstance(value, bool) and metric.datatype is None:
        value = from_wire(value, datatype)
    if not isinstance(value, int | float) or not math.isfinite(value):
        return math.nan, Quality.BAD, Reason.NOT_DECODABLE
    return float(value), trust, why


def _restore_signs(
    values: NDArray[np.float64],
    fields: Fields,
    signed: NDArray[Any],
    kinds: NDArray[Any],
) -> None:
    """Correct, in place, the integers whose birth says that they are signed."""
    whole = (kinds == wire.INT) | (kinds == wire.LONG)
    for bits, kind in ((8, np.int8), (16, np.int16), (32, np.int32), (64, np.int64)):
        here = whole & (signed == bits)
        if here.any():
            values[here] = fields.bits[here].astype(kind)

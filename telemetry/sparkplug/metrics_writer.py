"""Writes the metrics of a data message as bytes, all at once, in array operations.

The bytes are exactly those that `payload.Writer` would give, which is the general path. A metric
is made of parts that are all as wide as the widest of their kind; a mask leaves out what a metric
has not got, and what remains, read in rows, is the message.

    | 12 length | 10 alias | 18 timestamp | 28 01 historical | 38 01 null | 4A properties | value |

Of a message in which everything is good only the timestamps and the values change, so such a
message is remembered, with the places of these.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant.quality import Quality, Reason
from telemetry.sparkplug import quality as trust
from telemetry.sparkplug.payload import Writer

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_METRIC, _ALIAS, _TIMESTAMP, _DOUBLE, _BOOLEAN = 0x12, 0x10, 0x18, 0x69, 0x70
_HISTORICAL = np.array([0x28, 1], np.uint8)
_NULL = np.array([0x38, 1], np.uint8)
_VALUE_BYTES = 9
_REASONS = max(Reason) + 1


@dataclass(frozen=True, eq=False)
class _Form:
    """A message without its changing bytes: `times` (metrics, width) and the places of values."""

    message: Bytes
    times: NDArray[np.intp]
    numbers: NDArray[np.intp]
    switches: NDArray[np.intp]


class MetricsWriter:
    """How certain metrics are written; made once for a tuple of signals, used for each message."""

    def __init__(self, aliases: NDArray[np.uint64], discrete: Mask) -> None:
        """Prepare for metrics with these aliases: Booleans where `discrete`, else Doubles."""
        count = len(aliases)
        alias, alias_kept = varints(aliases)
        self._heads = np.concatenate([np.zeros((count, 3), np.uint8), alias], axis=1)
        self._heads[:, 0], self._heads[:, 2] = _METRIC, _ALIAS
        self._heads_kept = np.concatenate([_all(count, 3), alias_kept], axis=1)
        self._switches = np.flatnonzero(discrete)
        self._measured = np.flatnonzero(~discrete)
        self._kinds = np.where(discrete, _BOOLEAN, _DOUBLE).astype(np.uint8)[:, None]
        self._values_kept = _all(count, _VALUE_BYTES)
        self._values_kept[self._switches, 2:] = False
        self._forms: dict[tuple[int, bool], _Form] = {}

    def write(
        self,
        stamps: NDArray[np.int64],
        values: NDArray[np.float64],
        quality: NDArray[np.uint8],
        reasons: NDArray[np.uint8],
        *,
        historical: bool,
    ) -> bytes:
        """Give the metrics one after another.

        Args:
            stamps: each metric's own time in ms since 1970.
            values: a value that is not finite is written as null, BAD and NOT_DECODABLE.
            quality: plant.quality.Quality; from BAD on there is no value to write.
            reasons: plant.quality.Reason.
            historical: mark every metric so.
        """
        null = ~np.isfinite(values) | (quality >= Quality.BAD)
        good = not (null.any() or quality.any())
        alike = len(stamps) > 0 and stamps.min() == stamps.max()
        # Where all metrics have the same time, that is written once: a row for all of them.
        times, times_kept = varints((stamps[:1] if alike else stamps).astype(np.uint64))
        if good and times_kept.all():
            return self._filled(times, values, historical=historical)
        if alike:
            times = np.broadcast_to(times, (len(stamps), times.shape[1]))
            times_kept = np.broadcast_to(times_kept, times.shape)
        lost = null & (quality < Quality.BAD)
        doubts = np.where(lost, Quality.BAD, quality).astype(np.intp) * _REASONS
        doubts += np.where(lost, Reason.NOT_DECODABLE, reasons)
        rows, kept = self._rows(times, times_kept, historical, null, doubts)
        rows[:, 1 - _VALUE_BYTES :] = self._numbers(values)
        return rows[kept].tobytes()

    def _filled(self, times: Bytes, values: NDArray[np.float64], *, historical: bool) -> bytes:
        """Write metrics that are all good, with times of one length."""
        key = times.shape[1], historical
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._form(*key)
        message = form.message.copy()
        message[form.times] = times
        message[form.numbers] = _doubles(values[self._measured])
        message[form.switches] = values[self._switches] != 0
        return message.tobytes()

    def _form(self, width: int, historical: bool) -> _Form:  # noqa: FBT001
        count = len(self._heads)
        times = np.zeros((count, width), np.uint8)
        nothing = np.zeros(count, np.intp)
        rows, kept = self._rows(times, _all(count, width), historical, nothing != 0, nothing)
        places = kept.ravel().cumsum().reshape(kept.shape) - 1
        at = self._heads.shape[1] + 1
        values = places[:, 1 - _VALUE_BYTES :]
        return _Form(
            rows[kept],
            places[:, at : at + width],
            values[self._measured],
            values[self._switches, 0],
        )

    def _rows(
        self,
        times: Bytes,
        times_kept: Mask,
        historical: bool,  # noqa: FBT001
        null: Mask,
        doubts: NDArray[np.intp],
    ) -> tuple[Bytes, Mask]:
        """Give everything but the values themselves, and which of it belongs to a metric."""
        count = len(times)
        parts = [self._heads, np.full((count, 1), _TIMESTAMP, np.uint8), times]
        kept = [self._heads_kept, _all(count, 1), times_kept]
        if historical:
            parts.append(np.broadcast_to(_HISTORICAL, (count, 2)))
            kept.append(_all(count, 2))
        if doubts.any():
            said, said_kept = _properties(doubts)
            parts += [np.broadcast_to(_NULL, (count, 2)), said]
            kept += [np.broadcast_to(null[:, None], (count, 2)), said_kept]
        parts += [self._kinds, np.zeros((count, _VALUE_BYTES - 1), np.uint8)]
        kept.append(self._values_kept & ~null[:, None])
        rows, rows_kept = np.concatenate(parts, axis=1), np.concatenate(kept, axis=1)
        # A metric is never longer than 127 bytes, so its length is one byte.
        rows[:, 1] = rows_kept.sum(axis=1) - 2
        return rows, rows_kept

    def _numbers(self, values: NDArray[np.float64]) -> Bytes:
        numbers = _doubles(values)
        numbers[self._switches, 0] = values[self._switches] != 0
        return numbers


def _doubles(values: NDArray[np.float64]) -> Bytes:
    numbers: Bytes = values.astype("<f8")[:, None].view(np.uint8)
    return numbers


def _all(count: int, width: int) -> Mask:
    return np.ones((count, width), np.bool_)


def varints(numbers: NDArray[np.uint64]) -> tuple[Bytes, Mask]:
    """Write numbers as varints, a row each, and mark which bytes of a row belong to it.

    The rows are as wide as the largest needs; a row's own bytes come first.
    """
    largest = int(numbers.max(initial=0))
    width = max(1, (largest.bit_length() + 6) // 7)
    shifted = numbers[:, None] >> (np.arange(width, dtype=np.uint64) * np.uint64(7))
    more = (shifted >> np.uint64(7)) != 0
    kept = shifted != 0
    kept[:, 0] = True
    return (shifted & np.uint64(0x7F) | more.astype(np.uint64) << np.uint64(7)).astype(
        np.uint8
    ), kept


def _properties(doubts: NDArray[np.intp]) -> tuple[Bytes, Mask]:
    """Give the property set of each metric, for quality · number of reasons + reason."""
    which, rows = np.unique(doubts, return_inverse=True)
    said = [_said(Quality(code // _REASONS), Reason(code % _REASONS)) for code in which.tolist()]
    width = max(len(text) for text in said)
    table = np.array([list(text.ljust(width, b"\0")) for text in said], np.uint8)
    kept = np.arange(width) < np.array([len(text) for text in said])[:, None]
    return table.reshape(len(said), width)[rows], kept[rows]


def _said(quality: Quality, reason: Reason) -> bytes:
    """Give the bytes of a metric that has nothing but the properties that say how good it is."""
    properties = trust.to_wire(quality, reason)
    if not properties:
        return b""
    writer = Writer(None, None)
    writer.add(None, None, None, 0, None, properties=properties)
    # | 12 length | 38 01 | properties |; the length is one byte here too.
    return writer.done()[4:]

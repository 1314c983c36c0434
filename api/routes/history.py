"""What a signal was: its history in buckets, and its samples."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from numpy.typing import NDArray

from api.cursor import pack, unpack
from api.history import BusyError
from api.identity import ByReader
from api.models.history import History, SamplePage
from api.parameters import Cursor, Identifier, Instant
from api.problem import ProblemError, not_found
from api.recorder import recorded_until, recording
from api.services import Injected, Services
from historian.historian import Historian, HistorianError
from plant.moment import MILLISECOND, SECOND, from_text, seconds, to_text
from plant.name import Name
from plant.quality import Quality, Reason
from plant.signal import Signal

MOST_BUCKETS = 5_000
_HOUR = 3600 * SECOND
_DAY = 24 * _HOUR
_LATEST = from_text("2200-01-01T00:00:00Z")
# A trend without `bucket` gets the first of these widths that makes at most _FEW buckets.
_WIDTHS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_FEW = 500

router = APIRouter(prefix="/api/v1", tags=["history"])

Start = Annotated[Instant | None, Query(description="RFC 3339; an hour before the end if none")]
End = Annotated[Instant | None, Query(description="RFC 3339, exclusive; now if none")]


@router.get("/plants/{plant}/signals/{signal}/history", operation_id="getHistory")
def get_history(
    plant: Identifier,
    signal: Identifier,
    _: ByReader,
    services: Injected,
    *,
    start: Start = None,
    end: End = None,
    bucket: Annotated[
        float | None,
        Query(
            ge=0.001,
            le=366 * 86_400,
            description=(
                "Width of a bucket in seconds, to the millisecond; a round one for at most "
                f"{_FEW} buckets if none"
            ),
        ),
    ] = None,
) -> History:
    """Give a signal in buckets: how many samples of what quality, min, mean, max, first, last.

    422 `too_many_buckets` when there are more than 5,000; 503 `history_unavailable` while the
    store cannot be read.
    """
    asked = _asked(plant, signal, start, end, services)
    width = _default_width(asked) if bucket is None else _milliseconds(bucket)
    _demand_few(asked, width)
    with _store(services) as store:
        found = store.buckets(signal, asked.start, asked.end, width)
    return History(
        **_recorded(asked, services),
        width_s=width / SECOND,
        starts=[to_text(start) for start in found.starts.tolist()],
        samples=found.samples.tolist(),
        good=found.good.tolist(),
        uncertain=found.uncertain.tolist(),
        min=_numbers(found.minimum),
        mean=_numbers(found.mean),
        max=_numbers(found.maximum),
        first=_numbers(found.first),
        last=_numbers(found.last),
    )


@router.get("/plants/{plant}/signals/{signal}/samples", operation_id="listSamples")
def list_samples(
    plant: Identifier,
    signal: Identifier,
    _: ByReader,
    services: Injected,
    *,
    start: Start = None,
    end: End = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Samples a page has at most")] = 1000,
) -> SamplePage:
    """List a signal's samples in order of time, as they were read.

    Say `start` and `end` again with each `cursor`. 503 `history_unavailable` while the store
    cannot be read. Samples of a computed signal are at the times of those that completed them.
    """
    asked = _asked(plant, signal, start, end, services)
    first = asked.start if cursor is None else max(asked.start, _after(cursor))
    with _store(services) as store:
        found = store.samples(signal, min(first, asked.end), asked.end, limit)
    times = found.times.tolist()
    return SamplePage(
        **_recorded(asked, services),
        times=[to_text(time) for time in times],
        source_times=[to_text(time) if time else None for time in found.sources.tolist()],
        values=_numbers(found.values),
        qualities=_words(Quality, found.quality),
        reasons=_words(Reason, found.reasons),
        next=pack(*divmod(times[-1], SECOND)) if found.more else None,
    )


@dataclass(frozen=True)
class _Asked:
    """A signal, and from when to when (ns since 1970 UTC, the end exclusive)."""

    plant: str
    signal: Signal
    start: int
    end: int


def _asked(
    plant: str,
    signal: str,
    start: Instant | None,
    end: Instant | None,
    services: Services,
) -> _Asked:
    if plant != services.plant.id:
        raise not_found(Name("装置", "plant"))
    found = services.plant.signal_by_id.get(signal)
    if found is None:
        raise not_found(Name("信号", "signal"))
    last = services.now() if end is None else from_text(end.isoformat())
    first = last - _HOUR if start is None else from_text(start.isoformat())
    if not 0 <= first < last <= _LATEST:
        message = Name(
            "起止时间有误: start 须早于 end, 并在 1970 年至 2200 年之间",
            "`start` must lie before `end`, both between the years 1970 and 2200",
        )
        raise ProblemError(422, "invalid_range", message)
    return _Asked(plant, found, first, last)


def _default_width(asked: _Asked) -> int:
    for width_s in _WIDTHS_S:
        if _count(asked, width_s * SECOND) <= _FEW:
            return width_s * SECOND
    return _DAY * math.ceil((asked.end - asked.start) / _DAY / (_FEW - 1))


def _milliseconds(width_s: float) -> int:
    return seconds(width_s) // MILLISECOND * MILLISECOND


def _count(asked: _Asked, width: int) -> int:
    """Count the buckets that have a part in what is asked for."""
    return (asked.end - 1) // width - asked.start // width + 1


def _demand_few(asked: _Asked, width: int) -> None:
    if (count := _count(asked, width)) <= MOST_BUCKETS:
        return
    least = math.ceil((asked.end - asked.start) / SECOND / (MOST_BUCKETS - 1) * 1000) / 1000
    message = Name(
        f"共 {count} 个区间, 超过 {MOST_BUCKETS} 个; "
        f"请将 bucket 设为至少 {least:g} 秒, 或缩短时段",
        f"That is {count} buckets, more than {MOST_BUCKETS}; "
        f"ask for a `bucket` of at least {least:g} s, or for a shorter time",
    )
    raise ProblemError(422, "too_many_buckets", message)


def _after(cursor: str) -> int:
    """Give the moment after the last sample of the page before."""
    whole, rest = (int(part) for part in unpack(cursor, int, int))
    return min(whole * SECOND + rest + 1, _LATEST)


@contextmanager
def _store(services: Services) -> Iterator[Historian]:
    """Lend a reader of the store, and answer for it when it fails."""
    try:
        with services.history.reader() as store:
            yield store
    except BusyError as error:
        message = Name(
            "正在读取的历史过多, 请稍后再试", "Too many histories are being read; ask again soon"
        )
        raise ProblemError(503, "history_busy", message, {"Retry-After": "2"}) from error
    except HistorianError as error:
        message = Name(
            f"历史库暂时无法读取, 已采集的数据不会丢失; 请检查历史库后再试: {error}",
            "The store of samples cannot be read now; what was read is not lost by that. "
            f"See that the store runs, then ask again: {error}",
        )
        raise ProblemError(503, "history_unavailable", message, {"Retry-After": "5"}) from error


def _recorded(asked: _Asked, services: Services) -> dict[str, Any]:
    said, plant, signal = services.recorder(), services.plant, asked.signal
    until = recorded_until(said, plant, signal)
    how = recording(said, plant, signal, services.now())
    return {
        "plant": asked.plant,
        "signal": signal.id,
        "unit": signal.unit,
        "start": to_text(asked.start),
        "end": to_text(asked.end),
        "recorded_until": None if until is None else to_text(until),
        "recording": how,
        "recording_fault": said.fault if said is not None and how == "failing" else None,
    }


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


def _words(kind: type[IntEnum], numbers: NDArray[np.uint8]) -> list[Any]:
    return [kind(number).name for number in numbers.tolist()]

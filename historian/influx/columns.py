"""InfluxDB's tables → what a historian gives: buckets, samples, positions."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from historian.historian import Positions
from historian.influx.answer import Table
from historian.influx.stored_name import original
from historian.points import Buckets, History
from plant.quality import Quality

Tables = tuple[Table, ...]

_NOTHING = Table({}, {})


def buckets_of(spans: Tables, uncertain: Tables) -> Buckets:
    """Put the answers to the two statements of `influxql.buckets` together.

    What is written between the two can make a good sample seem uncertain, never the reverse.
    """
    known = _only(spans)
    starts, usable = _whole(known, "time"), _whole(known, "count")
    doubtful = np.minimum(_counts_at(starts, _only(uncertain)), usable)
    return Buckets(
        starts=starts,
        samples=_whole(known, "samples"),
        good=usable - doubtful,
        uncertain=doubtful,
        minimum=_numbers(known, "min"),
        mean=_numbers(known, "mean"),
        maximum=_numbers(known, "max"),
        first=_numbers(known, "first"),
        last=_numbers(known, "last"),
    )


def history_of(samples: Tables, limit: int) -> History:
    """Give the first `limit` samples of a table that has one more where there are more.

    While a point is being written, InfluxDB may show some of its fields already. Without quality
    or reason, or without the value that its quality promises, a point is not there yet.
    """
    table = _only(samples)
    quality, values = _numbers(table, "quality"), _numbers(table, "value")
    reasons = _numbers(table, "reason")
    whole = np.isfinite(quality) & np.isfinite(reasons)
    whole &= (quality > Quality.UNCERTAIN) | np.isfinite(values)
    shown = np.flatnonzero(whole)[:limit]
    return History(
        times=_whole(table, "time")[shown],
        sources=_whole(table, "source")[shown],
        values=values[shown],
        quality=quality[shown].astype(np.uint8),
        reasons=reasons[shown].astype(np.uint8),
        more=len(quality) > limit,
    )


def positions_of(nodes: Tables) -> tuple[Positions, int]:
    """Give each node's position, and when the newest of them was written (0: there is none)."""
    found: dict[str, tuple[str, int]] = {}
    newest = 0
    for table in nodes:
        columns = table.columns
        time, spool, offset = (columns[name][0] for name in ("time", "spool", "offset"))
        if spool is not None and offset is not None:
            found[original(table.tags["node"])] = (spool, int(offset))
        newest = max(newest, time)
    return found, newest


def _only(tables: Iterable[Table]) -> Table:
    """All that was asked for is of one series; there is none where nothing was found."""
    return next(iter(tables), _NOTHING)


def _whole(table: Table, name: str) -> NDArray[np.int64]:
    """Whole numbers never pass through a float: a time in ns would lose its last digits."""
    return np.array([cell or 0 for cell in table.columns.get(name, ())], np.int64)


def _numbers(table: Table, name: str) -> NDArray[np.float64]:
    return np.array(table.columns.get(name, ()), np.float64)  # None becomes NaN


def _counts_at(starts: NDArray[np.int64], counted: Table) -> NDArray[np.int64]:
    """Give the counts at `starts`, zero where nothing was counted."""
    counts = np.zeros(len(starts), np.int64)
    at = _whole(counted, "time")
    known = np.isin(at, starts)  # one that was written between two statements has no bucket yet
    counts[np.searchsorted(starts, at[known])] = _whole(counted, "samples")[known]
    return counts

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


def buckets_of(valued: Tables, uncertain: Tables, everything: Tables) -> Buckets:
    """Put the answers to the three statements of `influxql.buckets` together.

    What is written between the statements can make a good sample seem uncertain or unusable,
    never the reverse.
    """
    spans, values = _only(everything), _only(valued)
    starts, samples = _whole(spans, "time"), _whole(spans, "samples")
    usable = np.minimum(_at(starts, values, "count", 0).astype(np.int64), samples)
    doubtful = _at(starts, _only(uncertain), "count", 0).astype(np.int64)
    doubtful = np.minimum(doubtful, usable)
    return Buckets(
        starts=starts,
        samples=samples,
        good=usable - doubtful,
        uncertain=doubtful,
        minimum=_at(starts, values, "min"),
        mean=_at(starts, values, "mean"),
        maximum=_at(starts, values, "max"),
        first=_at(starts, values, "first"),
        last=_at(starts, values, "last"),
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
    usable = quality <= Quality.UNCERTAIN
    whole &= ~usable | np.isfinite(values)
    # One that was written again at its time as BAD still has the value that it had before.
    values = np.where(usable, values, np.nan)
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


def _at(
    starts: NDArray[np.int64], table: Table, name: str, absent: float = np.nan
) -> NDArray[np.float64]:
    """Give a column at `starts`, `absent` where the table has no row."""
    found = np.full(len(starts), absent)
    at = _whole(table, "time")
    known = np.isin(at, starts)  # one that was written between two statements has no span yet
    found[np.searchsorted(starts, at[known])] = _numbers(table, name)[known]
    return found

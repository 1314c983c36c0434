"""What one device of an edge node reports: how its values are written, and the latest of each."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant.moment import MILLISECOND
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from telemetry.sparkplug.metrics_writer import MetricsWriter

# How many tuples of signals are remembered; a device has a few, and reports them at every poll.
_REMEMBERED = 64
_NEVER = -1


@dataclass(frozen=True, eq=False)
class _Prepared:
    """What is known of a tuple of signals: their places here, and how they are written.

    `declared` are the positions in the tuple of those that are metrics; None when all are.
    """

    signals: tuple[str, ...]
    places: NDArray[np.intp]
    declared: NDArray[np.intp] | None
    rows: MetricsWriter


class Reported:
    """The metrics of one device, by name; in the arrays they have the order of `names`.

    Their aliases count up from `first_alias`; `discrete` says which are Booleans.
    """

    def __init__(self, names: Sequence[str], first_alias: int, discrete: Sequence[bool]) -> None:
        self._names = tuple(names)
        self._place = {name: place for place, name in enumerate(self._names)}
        count = len(self._names)
        self._aliases = np.arange(first_alias, first_alias + count, dtype=np.uint64)
        self._discrete = np.array(discrete, np.bool_)
        self._values = np.full(count, np.nan)
        self._quality = np.full(count, Quality.MISSING, np.uint8)
        self._reasons = np.full(count, Reason.NEVER_SEEN, np.uint8)
        self._read = np.full(count, _NEVER, np.int64)
        self._stamps = np.full(count, _NEVER, np.int64)
        self._prepared: OrderedDict[int, _Prepared] = OrderedDict()

    def write(self, readings: Readings, read_time: int, *, historical: bool) -> tuple[bytes, int]:
        """Give the metrics as bytes, and how many signals were left out because none is declared.

        Metrics are stamped with the time of their source where there is one, else with
        `read_time` (ns since 1970). What is newer than before is remembered as the latest.
        """
        known = self._known(readings.signals)
        values, quality, reasons = readings.values, readings.quality, readings.reasons
        read = read_time // MILLISECOND
        stamps = np.full(len(values), read, np.int64)
        if readings.sources is not None:
            stamps = np.where(readings.sources > 0, readings.sources // MILLISECOND, stamps)
        if known.declared is not None:
            values, quality = values[known.declared], quality[known.declared]
            reasons, stamps = reasons[known.declared], stamps[known.declared]
        self._remember(known.places, values, quality, reasons, stamps, read)
        said = known.rows.write(stamps, values, quality, reasons, historical=historical)
        return said, len(readings) - len(values)

    def latest(self) -> Iterator[tuple[int, Reading, int | None]]:
        """Give each metric's alias, latest reading and stamp (ms).

        Before the first reading these are MISSING and None.
        """
        for place, name in enumerate(self._names):
            reading = Reading(
                name,
                float(self._values[place]),
                Quality(self._quality[place]),
                Reason(self._reasons[place]),
            )
            seen = self._read[place] != _NEVER
            yield int(self._aliases[place]), reading, int(self._stamps[place]) if seen else None

    def _remember(
        self,
        places: NDArray[np.intp],
        values: NDArray[np.float64],
        quality: NDArray[np.uint8],
        reasons: NDArray[np.uint8],
        stamps: NDArray[np.int64],
        read: int,
    ) -> None:
        older = self._read[places] > read
        if older.any():
            newer = ~older
            places, values, quality = places[newer], values[newer], quality[newer]
            reasons, stamps = reasons[newer], stamps[newer]
        self._values[places], self._quality[places] = values, quality
        self._reasons[places], self._stamps[places] = reasons, stamps
        self._read[places] = read

    def _known(self, signals: tuple[str, ...]) -> _Prepared:
        # By identity, which a reader keeps from poll to poll: comparing ids would cost too much.
        known = self._prepared.get(id(signals))
        if known is None:
            known = self._prepared[id(signals)] = self._prepare(signals)
            if len(self._prepared) > _REMEMBERED:
                self._prepared.popitem(last=False)
        return known

    def _prepare(self, signals: tuple[str, ...]) -> _Prepared:
        found = [(at, self._place[name]) for at, name in enumerate(signals) if name in self._place]
        places = np.array([place for _, place in found], np.intp)
        declared = np.array([at for at, _ in found], np.intp)
        rows = MetricsWriter(self._aliases[places], self._discrete[places])
        return _Prepared(signals, places, declared if len(found) < len(signals) else None, rows)

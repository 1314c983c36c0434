"""A recorded table as samples in the order in which they become known.

The file is read twice: first its times alone, to know its span, and how far rows are out of
order; then everything, batch by batch. Only rows that later ones may still precede are held back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from firstout.replaying.columns import Layout, lay_out
from firstout.replaying.oddities import Oddities, Oddity
from firstout.replaying.recording_cells import TIME_FORMS, UNREADABLE, TimeColumn
from firstout.replaying.recording_file import Table, open_table
from firstout.replaying.samples import Chunk, Rows, SampleReader, joined
from plant.errors import RecordingError
from plant.plant import Plant

_LATEST = np.iinfo(np.int64).max


@dataclass
class Survey:
    """What the first reading found: the span in ns since 1970, and each batch's earliest row."""

    first: int = _LATEST
    last: int = UNREADABLE
    rows: int = 0
    earliest: list[int] = field(default_factory=list)


class RecordedTable:
    """A CSV or Parquet file that fits a plant."""

    def __init__(
        self, path: Path, plant: Plant, mapped: Mapping[str, str], oddities: Oddities
    ) -> None:
        """Open the file, find out what its columns are, and read its times.

        Raises:
            RecordingError: the file or its columns cannot be used.
        """
        self._path = path
        self._plant = plant
        self._oddities = oddities
        self._table: Table = open_table(path)
        self._layout: Layout = lay_out(self._table.names, mapped, plant, oddities)
        self._times = {
            place: TimeColumn(f"{path}: column {self._table.names[place]}")
            for place in self._layout.times
        }
        self._reader = SampleReader(plant, self._layout, self._table.names, oddities)
        self.survey = self._surveyed()

    @property
    def form(self) -> str:
        """What the recording is, for people: `CSV, wide, times RFC 3339`."""
        shape = "long" if self._layout.long else "wide"
        return f"{self._table.form}, {shape}, times {self._times[self._layout.time].form}"

    def _surveyed(self) -> Survey:
        survey = Survey()
        for columns in self._table.batches(self._layout.times):
            rows = self._rows(dict(zip(self._layout.times, columns, strict=True)), survey.rows + 1)
            readable = rows.known[rows.readable]
            self._note_times(rows, survey.last)
            survey.rows += len(rows.known)
            survey.earliest.append(int(readable.min(initial=_LATEST)))
            survey.first = min(survey.first, survey.earliest[-1])
            survey.last = max(survey.last, int(readable.max(initial=UNREADABLE)))
        ragged = self._table.ragged
        self._oddities.note(Oddity.RAGGED, ragged.count, ragged.first)
        if survey.last == UNREADABLE:
            what = "no row with a readable time" if survey.rows else "no rows"
            raise RecordingError(f"{self._path}: has {what}; accepted: {TIME_FORMS}")
        return survey

    def _note_times(self, rows: Rows, last: int) -> None:
        unreadable = ~rows.readable
        if unreadable.any():
            first = f"row {rows.first + int(np.argmax(unreadable))}"
            self._oddities.note(Oddity.UNREADABLE_TIME, int(unreadable.sum()), first)
        known = np.where(unreadable, last, rows.known)
        before = np.maximum.accumulate(np.concatenate(([last], known)))[:-1]
        late = ~unreadable & (known < before)
        if late.any():
            first = f"row {rows.first + int(np.argmax(late))}"
            self._oddities.note(Oddity.UNSORTED, int(late.sum()), first)

    def chunks(self) -> Iterator[Chunk]:
        """Give the samples in order; all of one instant are in the same chunk.

        Raises:
            RecordingError: the file cannot be read on, or has changed since it was opened.
        """
        follows = _suffix_minima(self.survey.earliest)
        held: Chunk | None = None
        for number, chunk in enumerate(self._read()):
            if number >= len(self.survey.earliest):
                raise RecordingError(f"{self._path}: changed while it was read; replay it again")
            held = chunk if held is None else joined(held, chunk)
            if (np.diff(held.known) < 0).any():
                held = held.chosen(np.argsort(held.known, kind="stable"))
            ready = int(np.searchsorted(held.known, follows[number]))
            if ready:
                yield held.chosen(slice(ready))
                held = held.chosen(slice(ready, None))
        if held is not None and len(held):
            yield held

    def _read(self) -> Iterator[Chunk]:
        layout = self._layout
        cells = (layout.signal, layout.value, layout.quality) if layout.long else layout.signals
        wanted = [*layout.times, *(place for place in cells if place is not None)]
        read = self._reader.long if layout.long else self._reader.wide
        first = 1
        for columns in self._table.batches(wanted):
            by_place = dict(zip(wanted, columns, strict=True))
            rows = self._rows(by_place, first)
            first += len(rows.known)
            yield read(rows, by_place)

    def _rows(self, columns: Mapping[int, object], first: int) -> Rows:
        """Read the times of a batch; a sample is never known before it was read."""
        layout = self._layout
        times = self._times[layout.time].read(columns[layout.time])
        known, sources = times, None
        if layout.known_at is not None:
            said = self._times[layout.known_at].read(columns[layout.known_at])
            known = np.maximum(times, said)  # UNREADABLE is the smallest: then the time itself
            known = np.where(times == UNREADABLE, UNREADABLE, known)
        if layout.source_time is not None:
            stamped = self._times[layout.source_time].read(columns[layout.source_time])
            sources = np.where(stamped == UNREADABLE, 0, stamped)
        return Rows(first, known, times, sources)

    def unrecorded(self) -> list[str]:
        """Name the measured signals of the plant that the recording does not have."""
        return [
            signal.id
            for slot, signal in enumerate(self._plant.signals)
            if signal.formula is None and slot not in self._reader.recorded
        ]


def _suffix_minima(earliest: Sequence[int]) -> list[int]:
    """Give for each batch the earliest row of all batches after it."""
    minima, least = [], _LATEST
    for value in reversed(earliest):
        minima.append(least)
        least = min(least, value)
    return minima[::-1]

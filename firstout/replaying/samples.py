"""From the rows of a recording to samples, with the same ranges and qualities as the gateway's.

What a cell may be: empty (no sample), a value in the signal's unit, or something that is none,
which becomes a BAD sample as it would on the wire.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstout.replaying.columns import Layout
from firstout.replaying.oddities import Oddities, Oddity
from firstout.replaying.recording_cells import UNREADABLE, is_empty, to_numbers, to_words
from plant.plant import Plant
from plant.quality import Quality, Reason

_WORDS = {"good": Quality.GOOD, "uncertain": Quality.UNCERTAIN, "bad": Quality.BAD}
_UNSAID = 255  # no quality is stated


@dataclass(eq=False)
class Chunk:
    """Samples in the order of the file: when they become known, when they were read, and what.

    `sources` is 0 where the source stamped nothing.
    """

    known: NDArray[np.int64]
    times: NDArray[np.int64]
    slots: NDArray[np.int32]
    values: NDArray[np.float64]
    quality: NDArray[np.uint8]
    reasons: NDArray[np.uint8]
    sources: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.slots)

    def chosen(self, which: Any) -> "Chunk":
        """Give the samples that a mask, an order or a slice chooses."""
        return Chunk(*(getattr(self, item.name)[which] for item in fields(Chunk)))


def joined(first: Chunk, second: Chunk) -> Chunk:
    """Put two chunks one after the other."""
    pairs = ((getattr(first, f.name), getattr(second, f.name)) for f in fields(Chunk))
    return Chunk(*(np.concatenate(pair) for pair in pairs))


@dataclass(eq=False)
class Rows:
    """The moments of a batch of rows; `first` is the number of its first row, from 1."""

    first: int
    known: NDArray[np.int64]
    times: NDArray[np.int64]
    sources: NDArray[np.int64] | None

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Say which rows have a time."""
        readable: NDArray[np.bool_] = self.times != UNREADABLE
        return readable


_Place = Callable[[int], str]


class SampleReader:
    """Turns batches of columns into samples of one plant."""

    def __init__(
        self, plant: Plant, layout: Layout, names: tuple[str, ...], oddities: Oddities
    ) -> None:
        self._layout = layout
        self._names = names
        self._oddities = oddities
        self._ids = [signal.id for signal in plant.signals]
        ranges = np.array([signal.accepted_range for signal in plant.signals])
        self._low, self._high = ranges[:, 0], ranges[:, 1]
        self._switch = np.array([signal.discrete for signal in plant.signals])
        self._computed = np.array([signal.formula is not None for signal in plant.signals])
        self.recorded: set[int] = set(layout.signals.values())

    def wide(self, rows: Rows, columns: Mapping[int, Any]) -> Chunk:
        """Read a batch in which each signal has a column of its own."""
        places = list(self._layout.signals)
        slots = np.array([self._layout.signals[place] for place in places], np.int32)
        empty = np.column_stack([is_empty(columns[place]) for place in places])
        numbers = [to_numbers(columns[place]) for place in places]
        values = np.column_stack([number for number, _ in numbers])
        wrong = np.column_stack([mask for _, mask in numbers])
        width, height = len(places), len(values)

        def place(index: int) -> str:
            row, column = divmod(index, width)
            return f"row {rows.first + row}, {self._names[places[column]]}"

        readable = np.repeat(rows.readable, width)
        self._note(Oddity.EMPTY, empty.ravel() & readable, place)
        return self._chunk(
            rows,
            np.repeat(np.arange(height), width),
            np.tile(slots, height),
            values.ravel(),
            wrong.ravel(),
            np.full(width * height, _UNSAID, np.uint8),
            ~empty.ravel() & readable,
            place,
        )

    def long(self, rows: Rows, columns: Mapping[int, Any]) -> Chunk:
        """Read a batch in which each row is one sample."""
        layout = self._layout
        assert layout.signal is not None  # noqa: S101 - a long layout has both
        assert layout.value is not None  # noqa: S101

        def place(index: int) -> str:
            return f"row {rows.first + index}"

        slots = self._slots(columns[layout.signal], rows, place)
        empty = is_empty(columns[layout.value])
        values, wrong = to_numbers(columns[layout.value])
        stated = np.full(len(values), _UNSAID, np.uint8)
        if layout.quality is not None:
            stated = self._stated(columns[layout.quality], place)
        wanted = rows.readable & (slots >= 0)
        # "Bad" without a value is a sample: somebody says that there is no value.
        nothing = empty & ((stated == _UNSAID) | (stated <= Quality.UNCERTAIN))
        self._note(Oddity.EMPTY, nothing & wanted, place)
        self.recorded.update(np.unique(slots[wanted]).tolist())
        order = np.arange(len(values))
        return self._chunk(rows, order, slots, values, wrong, stated, wanted & ~nothing, place)

    def _slots(self, column: Any, rows: Rows, place: _Place) -> NDArray[np.int32]:
        codes, words = to_words(column)
        of_word = [self._layout.slots.get(word, -1) for word in words]
        slots = np.array([*of_word, -1], np.int32)[codes]
        self._note(Oddity.UNKNOWN_SIGNAL, (slots < 0) & rows.readable, place)
        computed = (slots >= 0) & self._computed[slots]
        self._note(Oddity.COMPUTED_COLUMN, computed & rows.readable, place)
        return np.where(computed, -1, slots).astype(np.int32)

    def _stated(self, column: Any, place: _Place) -> NDArray[np.uint8]:
        """Give the stated qualities; a word that nobody knows is no reason to trust a value."""
        codes, words = to_words(column)
        found = [_quality(word) for word in words]
        unknown = np.array([*(quality is None for quality in found), False])[codes]
        self._note(Oddity.UNKNOWN_QUALITY, unknown, place)
        known = [Quality.BAD if quality is None else quality for quality in found]
        return np.array([*known, _UNSAID], np.uint8)[codes]

    def _chunk(
        self,
        rows: Rows,
        row: NDArray[np.int64],
        slots: NDArray[np.int32],
        values: NDArray[np.float64],
        wrong: NDArray[np.bool_],
        stated: NDArray[np.uint8],
        present: NDArray[np.bool_],
        place: _Place,
    ) -> Chunk:
        """Judge what each sample is worth, and leave out those not `present`."""
        quality = np.where(stated == _UNSAID, np.uint8(Quality.GOOD), stated)
        reasons = np.where(
            quality == Quality.GOOD, np.uint8(Reason.NONE), np.uint8(Reason.SENSOR_FAULT)
        )
        usable = present & (quality <= Quality.UNCERTAIN)
        nan, infinite, switch = np.isnan(values), np.isinf(values), self._switch[slots]
        beyond = (values < self._low[slots]) | (values > self._high[slots])
        no_state = switch & (values != 0) & (values != 1)
        for what, mask, reason in (
            (Oddity.NOT_A_NUMBER, wrong, Reason.NOT_DECODABLE),
            (Oddity.NAN, nan & ~wrong, Reason.NOT_DECODABLE),
            (Oddity.INFINITE, infinite, Reason.NOT_DECODABLE),
            (Oddity.NO_STATE, no_state & ~nan & ~infinite, Reason.NOT_DECODABLE),
            (Oddity.OUT_OF_RANGE, beyond & ~infinite & ~switch, Reason.OUT_OF_RANGE),
        ):
            hit = mask & usable
            if hit.any():
                self._note(what, hit, place)
                quality[hit], reasons[hit] = Quality.BAD, reason
        values = np.where(quality <= Quality.UNCERTAIN, values, np.nan)
        sources = np.zeros(len(row), np.int64) if rows.sources is None else rows.sources[row]
        chunk = Chunk(rows.known[row], rows.times[row], slots, values, quality, reasons, sources)
        return chunk if present.all() else chunk.chosen(present)

    def _note(self, what: Oddity, mask: NDArray[np.bool_], place: _Place) -> None:
        count = int(np.count_nonzero(mask))
        if count:
            self._oddities.note(what, count, place(int(np.argmax(mask))))


def _quality(word: str) -> Quality | None:
    """Read good, uncertain, bad, or an OPC quality code, of which the two highest bits count."""
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    if not word.isascii() or not word.isdigit() or int(word) > 255:
        return None
    by_bits = {0: Quality.BAD, 1: Quality.UNCERTAIN, 3: Quality.GOOD}
    return by_bits.get(int(word) >> 6)

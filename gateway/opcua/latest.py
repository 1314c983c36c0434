"""The last values of the signals of one subscription: what has come, and what stands."""

from collections import deque
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

from gateway.opcua.decode import raw_number
from gateway.opcua.notification import Item
from gateway.opcua.status import judged
from gateway.scaling import Scaling
from plant.quality import Quality, Reason
from plant.reading import Readings
from plant.signal import Signal

_REMEMBERED = 256  # sets of signals that come together, whose names are kept


class Latest:
    """The last raw number and quality of n signals; an item's handle is the signal's place.

    `most` is how many values of one signal a report may bring; of more, the newest are taken, as
    the server was asked to keep it. `left_out` counts the others.
    """

    def __init__(self, signals: Sequence[Signal], most: int = 32) -> None:
        count = len(signals)
        self._scaling = Scaling(signals)
        self._discrete = [signal.discrete for signal in signals]
        self._raw = np.full(count, np.nan)
        self._quality = np.full(count, Quality.BAD, np.uint8)
        self._reasons = np.full(count, Reason.NO_ANSWER, np.uint8)
        self._given = np.zeros(count, np.bool_)
        self._most = most
        self.left_out = 0
        self._names: dict[bytes, tuple[str, ...]] = {}

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals' ids, always the same tuple."""
        return self._scaling.signals

    def forget(self) -> None:
        """Hold no value: none of the signals has an answer any more."""
        self._raw[:] = np.nan
        self._quality[:] = Quality.BAD
        self._reasons[:] = Reason.NO_ANSWER

    def take(
        self, items: Sequence[Item], seldom: AbstractSet[int] = frozenset()
    ) -> list[Readings]:
        """Take what a report brought, and give it as readings, the oldest first.

        `seldom` are the places of the signals whose values may be older than they should be: they
        are UNCERTAIN, as AGED.

        As a signal that changed more than once has several values, there may be several readings;
        the last of them holds the last value of every signal that was reported.
        """
        known = [item for item in items if item.handle < len(self._discrete)]
        layers = _layers(known, self._most)
        self.left_out += len(known) - sum(map(len, layers))
        return [self._take(layer, seldom) for layer in layers]

    def standing(self) -> Readings | None:
        """Give the signals that were not reported since the last call, as they stand."""
        (places,) = np.nonzero(~self._given)
        self._given[:] = False
        return self._readings(places, None) if len(places) else None

    def _take(self, items: Sequence[Item], seldom: AbstractSet[int]) -> Readings:
        for item in items:
            place = item.handle
            self._raw[place] = raw_number(item, discrete=self._discrete[place])
            quality, reason = judged(item.status)
            if quality is Quality.GOOD and place in seldom:
                quality, reason = Quality.UNCERTAIN, Reason.AGED
            self._quality[place], self._reasons[place] = quality, reason
        places = np.array([item.handle for item in items], np.intp)
        sources = np.array([item.source for item in items], np.int64)
        self._given[places] = True
        return self._readings(places, sources if sources.any() else None)

    def _readings(self, places: NDArray[np.intp], sources: NDArray[np.int64] | None) -> Readings:
        all_of_them = self._scaling.readings(self._raw, self._quality, self._reasons)
        return Readings(
            self._named(places),
            all_of_them.values[places],
            all_of_them.quality[places],
            all_of_them.reasons[places],
            sources,
        )

    def _named(self, places: NDArray[np.intp]) -> tuple[str, ...]:
        key = places.tobytes()
        names = self._names.get(key)
        if names is None:
            if len(self._names) >= _REMEMBERED:
                self._names.clear()
            names = tuple(self.signals[place] for place in places)
            self._names[key] = names
        return names


def _layers(items: Sequence[Item], most: int) -> list[list[Item]]:
    """Share values out so that each layer has a signal once; every last value is in the last."""
    of_signal: dict[int, deque[Item]] = {}
    for item in items:
        of_signal.setdefault(item.handle, deque(maxlen=most)).append(item)
    depth = max(map(len, of_signal.values()), default=0)
    layers: list[list[Item]] = [[] for _ in range(depth)]
    for place in sorted(of_signal):
        values = of_signal[place]
        for layer, item in zip(layers[depth - len(values) :], values, strict=True):
            layer.append(item)
    return layers

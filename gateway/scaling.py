"""From raw numbers to values in the signals' units, whatever protocol brought them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plant.quality import Quality, Reason
from plant.reading import Readings
from plant.signal import LOOP_VALID_HIGH, LOOP_VALID_LOW, Signal


class Scaling:
    """How the raw numbers of certain signals become readings; made once, used at every poll."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self.signals = tuple(signal.id for signal in signals)
        self._scale = np.array([signal.scale for signal in signals], np.float64)
        self._offset = np.array([signal.offset for signal in signals], np.float64)
        accepted = np.array([s.accepted_range for s in signals], np.float64).reshape(-1, 2)
        self._low, self._high = accepted[:, 0], accepted[:, 1]
        self._loop = np.array([signal.current_loop for signal in signals], np.bool_)
        valid = [(s.at_current(LOOP_VALID_LOW), s.at_current(LOOP_VALID_HIGH)) for s in signals]
        self._valid_low, self._valid_high = np.array(valid, np.float64).reshape(-1, 2).T

    def readings(
        self,
        raw: NDArray[np.float64],
        quality: NDArray[np.uint8] | None = None,
        reasons: NDArray[np.uint8] | None = None,
        sources: NDArray[np.int64] | None = None,
    ) -> Readings:
        """Give the readings for raw numbers, one for each signal, in order.

        `quality` and `reasons` are what the device itself says of them (None: all GOOD); they
        only get worse here: NaN and infinity are NOT_DECODABLE, a value out of the instrument's
        range OUT_OF_RANGE. A current loop (NAMUR NE 43) whose current says fault is a
        SENSOR_FAULT, one that is saturated UNCERTAIN.
        """
        values = raw * self._scale + self._offset
        quality = _copy(quality, len(raw), Quality.GOOD)
        reasons = _copy(reasons, len(raw), Reason.NONE)
        finite = np.isfinite(values)
        with np.errstate(invalid="ignore"):
            outside = finite & ~((values >= self._low) & (values <= self._high))
            saturated = self._loop & finite & ~outside
            saturated &= ~((values >= self._valid_low) & (values <= self._valid_high))
        usable = quality < Quality.BAD
        for which, reason in (
            (~finite, Reason.NOT_DECODABLE),
            (outside & ~self._loop, Reason.OUT_OF_RANGE),
            (outside & self._loop, Reason.SENSOR_FAULT),
        ):
            worse = which & usable
            quality[worse], reasons[worse] = Quality.BAD, reason
        doubted = saturated & (quality == Quality.GOOD)
        quality[doubted], reasons[doubted] = Quality.UNCERTAIN, Reason.OUT_OF_RANGE
        values[quality >= Quality.BAD] = np.nan
        return Readings(self.signals, values, quality, reasons, sources)


def _copy(given: NDArray[np.uint8] | None, count: int, default: int) -> NDArray[np.uint8]:
    return np.full(count, default, np.uint8) if given is None else given.copy()

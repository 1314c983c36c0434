"""From raw numbers to values in the signals' units, whatever protocol brought them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plant.quality import Quality, Reason
from plant.reading import Readings
from plant.signal import LOOP_FAULT_HIGH, LOOP_FAULT_LOW, LOOP_VALID_HIGH, LOOP_VALID_LOW, Signal

_ROUNDING = 1e-6  # of the range: 3.6 mA as a float32 is 3.5999999 mA
_LARGEST = np.finfo(np.float64).max


class Scaling:
    """How the raw numbers of certain signals become readings; made once, used at every poll."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self.signals = tuple(signal.id for signal in signals)
        self._scale = np.array([signal.scale for signal in signals], np.float64)
        self._offset = np.array([signal.offset for signal in signals], np.float64)
        self._loop = np.array([signal.current_loop for signal in signals], np.bool_)
        self._low, self._high = _columns([_accepted(signal) for signal in signals])
        self._valid_low, self._valid_high = _columns([_valid(signal) for signal in signals])
        # What lies between these is a good value, and no infinity does.
        self._good_low = np.maximum(self._valid_low, -_LARGEST)
        self._good_high = np.minimum(self._valid_high, _LARGEST)
        self._all_good = np.zeros(len(self.signals), np.uint8)  # Quality.GOOD, Reason.NONE
        self._all_good.setflags(write=False)

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
        if not (_any(quality) or _any(reasons)):
            usual = (values >= self._good_low) & (values <= self._good_high)
            if usual.all():
                return Readings(self.signals, values, self._all_good, self._all_good, sources)
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


def _accepted(signal: Signal) -> tuple[float, float]:
    """Give the lowest and the highest value that is no fault of the instrument."""
    if not signal.current_loop:
        return signal.accepted_range
    return _between_currents(signal, LOOP_FAULT_LOW, LOOP_FAULT_HIGH)


def _valid(signal: Signal) -> tuple[float, float]:
    """Give the lowest and the highest value that needs no doubt."""
    if not signal.current_loop:
        return signal.accepted_range
    return _between_currents(signal, LOOP_VALID_LOW, LOOP_VALID_HIGH)


def _between_currents(signal: Signal, low: float, high: float) -> tuple[float, float]:
    """Give the values at two currents, the lower value first, rounding allowed for."""
    ends = [signal.at_current(low), signal.at_current(high)]
    slack = (signal.range_high - signal.range_low) * _ROUNDING
    return min(ends) - slack, max(ends) + slack


def _columns(pairs: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    return np.array(pairs, np.float64).reshape(-1, 2).T


def _any(given: NDArray[np.uint8] | None) -> bool:
    return given is not None and bool(given.any())


def _copy(given: NDArray[np.uint8] | None, count: int, default: int) -> NDArray[np.uint8]:
    return np.full(count, default, np.uint8) if given is None else given.copy()

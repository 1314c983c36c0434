"""When a simulated OPC UA device samples a signal, and what it finds worth showing. Pure.

Every value that a server gives costs it work for each subscriber (asyncua saturates a core at
about 5,700 changes/s), so a device samples at a pace of its own, as real ones do.
"""

from dataclasses import dataclass
from math import isnan, nan

from plant.moment import seconds
from plant.signal import Signal

_QUICKEST = 0.1  # s between two samples of a measured signal
# A change of no more than this share of the range is none.
_NOTICEABLE = 1e-4


@dataclass
class Sampled:
    """A signal's raw number (NaN: it has dropped out) as its variable shows it.

    `stamped` is when that was so, in ns since 1970; 0 before the first.
    """

    signal: Signal
    number: float = nan
    stamped: int = 0

    def takes(self, number: float, time: int) -> bool:
        """Say whether the variable must show `number` from `time` on, and remember it if so.

        A discrete signal is shown when it changes, a measured one twice in its period if it has
        noticeably changed, both when they drop out or return, and at least once a period.
        """
        if not self._is_news(number, time):
            return False
        self.number, self.stamped = number, time
        return True

    def _is_news(self, number: float, time: int) -> bool:
        signal, age = self.signal, time - self.stamped
        if age >= seconds(signal.period_s) or isnan(number) is not isnan(self.number):
            return True
        if isnan(number):
            return False
        if signal.discrete:
            return number != self.number
        step = _NOTICEABLE * (signal.range_high - signal.range_low) / abs(signal.scale)
        pause = max(_QUICKEST, signal.period_s / 2)
        return age >= seconds(pause) and abs(number - self.number) > step

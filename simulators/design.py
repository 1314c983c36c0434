"""The design figures of a plant's equipment, read back from the limits that guard them. Pure.

A simulated plant is the one in its folder, so its models run where its own limits say that the
normal is. The rules from design to limit are those of standards 2.2 [E]; where a plant has no
such limit, the range of the instrument or a figure of ours stands in.
"""

from dataclasses import dataclass

from plant.plant import Plant
from plant.signal import Level, Signal


@dataclass(frozen=True)
class Design:
    """The signals of one equipment, asked for figures by role."""

    plant: Plant
    equipment: str

    def flow(self, role: str, otherwise: float) -> float:
        """Give the design flow of which 80 % are LL and 90 % L, the range being 1.5 times it."""
        signal = self._signal(role)
        if signal is None:
            return otherwise
        for level, share in ((Level.LL, 0.80), (Level.L, 0.90)):
            if (at := self._limit(signal, level)) is not None:
                return at / share
        return signal.range_high / 1.5

    def limit(self, role: str, level: Level) -> float | None:
        """Give the set-point of a limit, None where there is no such limit."""
        signal = self._signal(role)
        return None if signal is None else self._limit(signal, level)

    def top_of_range(self, role: str) -> float | None:
        """Give the upper end of the instrument's range."""
        signal = self._signal(role)
        return None if signal is None else signal.range_high

    def _signal(self, role: str) -> Signal | None:
        signals = self.plant.signals_in(self.equipment, role)
        return signals[0] if signals else None

    def _limit(self, signal: Signal, level: Level) -> float | None:
        found = self.plant.limit_by_id.get(f"{signal.id}:{level}")
        return None if found is None else found.set_point


def middle(signal: Signal) -> float:
    """Give the middle between a signal's innermost limits, or the ends of its range."""
    lows = [item.set_point for item in signal.limits if item.level in (Level.LL, Level.L)]
    highs = [item.set_point for item in signal.limits if item.level in (Level.H, Level.HH)]
    low, high = max(lows, default=signal.range_low), min(highs, default=signal.range_high)
    return (low + high) / 2


def steady(signal: Signal) -> float:
    """Give a plausible value of a signal that nothing models.

    An analog one shows its middle, a switch 0, or 1 where 0 is what its limit warns of.
    """
    if not signal.discrete:
        return middle(signal)
    return float(any(item.level is Level.STATE and item.set_point == 0 for item in signal.limits))

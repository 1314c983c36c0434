"""What an instrument makes of the true value: its noise, its range and its faults. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from plant.signal import Signal
from simulators.chance import bell
from simulators.faults import Fault, Kind

# Beyond the valid span of NAMUR NE 43 and not yet at its fault currents (plant.signal), in mA.
_SATURATED_LOW, _SATURATED_HIGH = 3.7, 20.8


@dataclass(frozen=True)
class Instrument:
    """One instrument's memory: its noise generator's state, and what it showed last."""

    chance: int
    shown: float


def sensed(
    before: Instrument,
    signal: Signal,
    true: float,
    noise: float,
    faults: Sequence[Fault] = (),
    time: float = 0.0,
) -> Instrument:
    """Give the instrument after it has sensed the `true` value.

    `noise` is one deviation in the signal's unit; `faults` are those of this instrument that act
    at `time` seconds. A sound instrument never leaves its range; NaN is what one shows that has
    dropped out.
    """
    value, chance = _noisy(true, noise, before.chance)
    if not signal.discrete:
        value = min(signal.range_high, max(signal.range_low, value))
    for fault in faults:
        match fault.kind:
            case Kind.FREEZE:
                value = before.shown
            case Kind.DRIFT:
                value += fault.value * (time - fault.start)
            case Kind.OFFSET:
                value += fault.value * fault.share(time)
            case Kind.NOISE:
                value, chance = _noisy(value, fault.value, chance)
            case Kind.DROP_OUT:
                value = math.nan
            case Kind.SATURATION:
                value = _saturated(signal, high=fault.value > 0)
            case _:
                raise ValueError(f"{fault.kind} is no fault of an instrument")
    return Instrument(chance, value)


def _noisy(value: float, noise: float, chance: int) -> tuple[float, int]:
    if noise == 0.0:
        return value, chance
    drawn, chance = bell(chance)
    return value + noise * drawn, chance


def _saturated(signal: Signal, *, high: bool) -> float:
    if signal.current_loop:
        return signal.at_current(_SATURATED_HIGH if high else _SATURATED_LOW)
    return signal.range_high if high else signal.range_low

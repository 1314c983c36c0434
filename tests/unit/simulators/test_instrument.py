import math
import statistics
from dataclasses import replace

import pytest

from plant.signal import Signal
from simulators.chance import seeded
from simulators.faults import At, Fault, Kind
from simulators.instrument import Instrument, sensed
from tests.signals import signal

ANALOG = signal("s", "input:0:float32", range_low=0.0, range_high=300.0)
SWITCH = replace(signal("d", "discrete:0"), range_low=0.0, range_high=1.0)
LOOP = replace(ANALOG, current_loop=True)
START, END = 10.0, 20.0


def _fault(kind: Kind, value: float = 1.0, ramp: float = 0.0) -> Fault:
    return Fault(kind, At("any"), START, END, value, ramp)


def _shown(fault: Fault, time: float, true: float = 150.0, one: Signal = ANALOG) -> float:
    return sensed(Instrument(seeded(1), 120.0), one, true, 0.0, [fault], time).shown


def _series(noise: float, *faults: Fault) -> list[float]:
    instrument, shown = Instrument(seeded(3), 150.0), []
    for _ in range(2000):
        instrument = sensed(instrument, ANALOG, 150.0, noise, faults, 12.0)
        shown.append(instrument.shown)
    return shown


def test_a_sound_one_shows_the_true_value_with_its_noise() -> None:
    shown = _series(2.0)

    assert statistics.fmean(shown) == pytest.approx(150.0, abs=0.2)
    assert statistics.stdev(shown) == pytest.approx(2.0, rel=0.1)
    assert _series(0.0) == [150.0] * 2000


@pytest.mark.parametrize(("true", "shown"), [(-5.0, 0.0), (400.0, 300.0)])
def test_a_sound_one_never_leaves_its_range(true: float, shown: float) -> None:
    assert sensed(Instrument(1, 0.0), ANALOG, true, 0.0).shown == shown


def test_a_frozen_one_shows_what_it_showed() -> None:
    assert _shown(_fault(Kind.FREEZE), 15.0) == 120.0
    assert _series(2.0, _fault(Kind.FREEZE)) == [150.0] * 2000


def test_a_drifting_one_runs_away_steadily() -> None:
    drift = _fault(Kind.DRIFT, value=-2.0)

    assert [_shown(drift, time) for time in (10.0, 11.0, 15.0)] == [150.0, 148.0, 140.0]


def test_an_offset_grows_over_its_ramp() -> None:
    offset = _fault(Kind.OFFSET, value=8.0, ramp=4.0)

    assert [_shown(offset, time) for time in (10.0, 11.0, 14.0, 22.0)] == [150, 152, 158, 154]


def test_a_noisy_one_spreads_more() -> None:
    assert statistics.stdev(_series(1.0, _fault(Kind.NOISE, 10.0))) == pytest.approx(10, rel=0.1)


def test_one_that_dropped_out_shows_nothing() -> None:
    assert math.isnan(_shown(_fault(Kind.DROP_OUT), 15.0))
    assert math.isnan(_shown(_fault(Kind.DROP_OUT), 15.0, true=1.0, one=SWITCH))


def test_a_saturated_one_is_stuck_at_an_end() -> None:
    high, low = _fault(Kind.SATURATION, 1.0), _fault(Kind.SATURATION, -1.0)

    assert (_shown(high, 15.0), _shown(low, 15.0)) == (300.0, 0.0)
    # a current loop goes beyond its span, but not to its fault currents (NAMUR NE 43)
    assert _shown(high, 15.0, one=LOOP) == pytest.approx(LOOP.at_current(20.8))
    assert LOOP.accepted_range[0] < _shown(low, 15.0, one=LOOP) < 0.0


def test_another_kind_of_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault of an instrument"):
        _shown(_fault(Kind.PUMP), 15.0)

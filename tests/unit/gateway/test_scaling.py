"""From raw numbers to values: range, current loops, and what the device says itself."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.scaling import Scaling
from plant.quality import Quality, Reason
from plant.signal import Signal
from tests.signals import signal

GOOD = (Quality.GOOD, Reason.NONE)
DOUBTED = (Quality.UNCERTAIN, Reason.OUT_OF_RANGE)
BROKEN = (Quality.BAD, Reason.SENSOR_FAULT)


def _loop(at_4: float, at_20: float, low: float = 0.0, high: float = 100.0) -> Signal:
    """Give a loop whose raw numbers at 4 and 20 mA are these; its range may be read backwards."""
    scale = (high - low) / (at_20 - at_4)
    made = signal("p", "input:0:float64", range_low=min(low, high), range_high=max(low, high))
    return replace(made, scale=scale, offset=low - at_4 * scale, current_loop=True)


def _judged(one: Signal, raw: float) -> tuple[Quality, Reason]:
    (reading,) = Scaling([one]).readings(np.array([raw]))
    return reading.quality, reading.reason


CURRENTS = [
    (0.0, BROKEN), (3.59, BROKEN), (3.6, DOUBTED), (3.79, DOUBTED), (3.8, GOOD), (4.0, GOOD),
    (20.0, GOOD), (20.5, GOOD), (20.51, DOUBTED), (21.0, DOUBTED), (21.01, BROKEN), (24.0, BROKEN),
]  # fmt: skip


@pytest.mark.parametrize(("current", "judged"), CURRENTS)
@pytest.mark.parametrize("ends", [(0.0, 100.0), (100.0, 0.0), (-7.3, 0.6), (1e9, -1e9)])
@pytest.mark.parametrize("rounded", [float, np.float32])
@pytest.mark.parametrize("counts", [1.0, 0.1, 1000.0, 1728.0])
def test_a_current_means_the_same_whichever_way_the_range_runs(
    current: float, judged: tuple[Quality, Reason], ends, rounded, counts
) -> None:
    one = _loop(4 * counts, 20 * counts, *ends)

    assert _judged(one, float(rounded(current * counts))) == judged


def test_an_ordinary_range_has_no_current() -> None:
    one = replace(_loop(4, 20), current_loop=False)

    assert [_judged(one, raw) for raw in (3.99, 4, 20, 20.01)] == [
        (Quality.BAD, Reason.OUT_OF_RANGE), GOOD, GOOD, (Quality.BAD, Reason.OUT_OF_RANGE),
    ]  # fmt: skip


@pytest.mark.parametrize("raw", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("scale", [1.0, -2.0, 5e-324])
def test_what_is_no_number_is_no_value_even_without_a_range(raw: float, scale: float) -> None:
    one = replace(signal("a", "input:0:float64"), scale=scale)

    assert _judged(one, raw) == (Quality.BAD, Reason.NOT_DECODABLE)


def test_a_product_beyond_all_numbers_is_no_value() -> None:
    one = replace(signal("a", "input:0:float64"), scale=10.0)
    with np.errstate(over="ignore"):
        assert _judged(one, 1e308) == (Quality.BAD, Reason.NOT_DECODABLE)


def test_the_smallest_numbers_are_numbers() -> None:
    (reading,) = Scaling([signal("a", "input:0:float64")]).readings(np.array([5e-324]))

    assert (reading.value, reading.quality) == (5e-324, Quality.GOOD)


def test_no_signals_give_no_readings() -> None:
    assert len(Scaling([]).readings(np.array([]))) == 0


KINDS = [
    signal("a", "input:0:int16", range_low=-10.0, range_high=50.0, scale=0.1, offset=3.0),
    signal("b", "coil:0", range_low=0.0, range_high=1.0, scale=-1.0, offset=1.0),
    signal("c", "input:0:float64"),
    replace(_loop(0, 27648), id="d"),
    replace(_loop(0, 27648, 100.0, 0.0), id="e"),
]
RAW = st.floats() | st.floats(-1000, 30_000) | st.sampled_from([0.0, 1.0, -600.0, 28_500.0])


@given(
    st.lists(RAW, min_size=len(KINDS), max_size=len(KINDS)),
    st.lists(st.sampled_from([0, 0, 0, 1, 2, 4]), min_size=len(KINDS), max_size=len(KINDS)),
    st.integers(0, 2),
)
def test_signals_together_are_read_as_each_is_beside_a_broken_one(raw, trust, said) -> None:
    """A record in which all is good is made another way; no signal may show it."""
    given_quality = np.array(trust, np.uint8) if said == 2 else None
    if said == 1:
        given_quality = np.zeros(len(KINDS), np.uint8)
    reasons = None
    if given_quality is not None:
        reasons = np.where(given_quality, Reason.SENSOR_FAULT, Reason.NONE).astype(np.uint8)
    before = None if given_quality is None else given_quality.copy()
    broken = signal("z", "input:0:float64")
    with np.errstate(all="ignore"):
        together = list(Scaling(KINDS).readings(np.array(raw), given_quality, reasons))
        for place, one in enumerate(KINDS):
            pair = [
                None if each is None else np.array([each[place], 0], np.uint8)
                for each in (given_quality, reasons)
            ]
            alone, _ = Scaling([one, broken]).readings(np.array([raw[place], math.nan]), *pair)
            assert repr(together[place]) == repr(alone)
    assert before is None or (before == given_quality).all()

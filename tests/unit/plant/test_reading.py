import math

from plant.quality import Quality, Reason
from plant.reading import Reading, Readings


def test_readings_are_single_ones_as_arrays() -> None:
    single = (
        Reading("a", 1.5, source=7),
        Reading("b", 2.0, Quality.UNCERTAIN, Reason.OUT_OF_RANGE),
    )

    together = Readings.of(single)

    assert tuple(together) == single
    assert together.sources is not None


def test_nothing_stamped_has_no_times_of_sources() -> None:
    assert Readings.of([Reading("a", 1.0)]).sources is None


def test_bad_readings_have_no_value_and_a_reason() -> None:
    signals = ("a", "b")

    bad = Readings.bad(signals, Reason.NO_ANSWER)

    assert bad.signals is signals
    assert len(bad) == 2
    for reading in bad:
        assert math.isnan(reading.value)
        assert (reading.quality, reading.reason) == (Quality.BAD, Reason.NO_ANSWER)

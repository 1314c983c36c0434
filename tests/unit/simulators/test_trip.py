import math

import pytest

from plant.signal import Level
from simulators.trip import Trip, trip_on
from tests.plant_files import caster_plant


@pytest.mark.parametrize(
    ("level", "set_point", "healthy", "passed", "between", "well"),
    [
        (Level.LL, 8.0, 10.0, 8.0, 9.0, 10.1),
        (Level.L, 8.0, 8.0, 8.0, None, 8.1),
        (Level.H, 24.0, 24.0, 24.0, None, 23.9),
        (Level.HH, 28.0, 24.0, 28.0, 25.0, 23.9),
        (Level.STATE, 0.0, 0.0, 0.0, None, 1.0),
        (Level.STATE, 1.0, 1.0, 1.0, None, 0.0),
    ],
)
def test_a_value_at_the_set_point_has_passed_and_is_well_inside_the_inner_limit(
    level: Level,
    set_point: float,
    healthy: float,
    passed: float,
    between: float | None,
    well: float,
) -> None:
    trip = Trip("s", level, set_point, healthy)

    assert (trip.passed(passed), trip.well(passed)) == (True, False)
    assert (trip.passed(well), trip.well(well)) == (False, True)
    if between is not None:
        assert (trip.passed(between), trip.well(between)) == (False, False)


@pytest.mark.parametrize("level", [Level.LL, Level.HH, Level.STATE])
def test_no_value_has_passed_nothing_and_is_not_well(level: Level) -> None:
    trip = Trip("s", level, 0.0, 0.0)

    assert (trip.passed(math.nan), trip.well(math.nan)) == (False, False)


@pytest.mark.parametrize("level", [Level.RATE, Level.DEVIATION])
def test_a_rate_or_a_deviation_trips_nothing(level: Level) -> None:
    trip = Trip("s", level, 1.0, 1.0)

    assert (trip.passed(99.0), trip.well(99.0)) == (False, True)


def test_a_plants_limit_is_reset_inside_its_inner_limit() -> None:
    plant = caster_plant()

    outer = trip_on(plant, plant.limit_by_id["caster-1.water_flow:LL"])
    inner = trip_on(plant, plant.limit_by_id["caster-1.water_flow:L"])
    slow = trip_on(plant, plant.limit_by_id["caster-1.water_temperature:HH"])

    assert (outer.set_point, outer.healthy, outer.filter_ms) == (160.0, 180.0, 0)
    assert (inner.set_point, inner.healthy) == (180.0, 180.0)
    assert slow.filter_ms == 1000  # the alarm waits 2 s, a controller at most 1 s
    assert not outer.taken

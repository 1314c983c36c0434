import pytest

from plant.signal import Level
from simulators.design import Design, steady
from tests.plant_files import caster_plant

DESIGN = Design(caster_plant(), "caster-1")


def test_the_design_flow_is_read_back_from_its_lowest_limit() -> None:
    assert DESIGN.flow("mould.water_flow", 1.0) == pytest.approx(200.0)


def test_without_low_limits_the_range_is_one_and_a_half_times_the_design() -> None:
    assert DESIGN.flow("mould.water_outlet_temperature", 1.0) == pytest.approx(100 / 1.5)


def test_without_a_signal_our_own_figure_stands_in() -> None:
    assert DESIGN.flow("cooling.inlet_flow", 7.0) == 7.0
    assert DESIGN.limit("cooling.inlet_flow", Level.H) is None
    assert DESIGN.top_of_range("cooling.inlet_flow") is None


def test_limits_and_ranges_are_those_of_the_plant() -> None:
    assert DESIGN.limit("launder.level", Level.HH) == 180.0
    assert DESIGN.limit("emergency_water.pressure", Level.HH) is None
    assert DESIGN.top_of_range("launder.level") == 300.0


@pytest.mark.parametrize(
    ("signal", "value"),
    [
        ("caster-1.launder_level", 150.0),
        ("caster-1.water_flow", 240.0),  # L 180, no H, range up to 300
        ("caster-1.water_outlet_temperature", 25.0),  # no L, H 50
        ("caster-1.gate_closed", 0.0),
        ("caster-1.lock_locked", 1.0),  # its limit warns of 0
    ],
)
def test_what_nothing_models_shows_a_value_without_an_alarm(signal: str, value: float) -> None:
    assert steady(caster_plant().signal_by_id[signal]) == value

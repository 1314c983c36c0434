from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.casting_pit import Inputs, Pit, started, step

DT = 0.05


def _after(pit: Pit, seconds: float, inputs: Inputs) -> Pit:
    for _ in range(round(seconds / DT)):
        pit = step(pit, inputs, DT)
    return pit


def test_at_rest_everything_stays_at_the_recipe_for_an_hour() -> None:
    pit = started(1)
    for _ in range(3600 * 20):
        pit = step(pit, Inputs(), DT)
        shown = pit.measured
        assert abs(shown.pressure - 0.30) < 0.005
        assert abs(shown.flow - 200) < 2
        assert abs(shown.temperature - 25) < 0.2
        assert abs(shown.outlet_level - 150) < 2
        assert abs(shown.launder_level - 150) < 2


def test_same_seed_same_values_other_seed_others() -> None:
    one, two, other = started(1), started(1), started(2)
    for _ in range(100):
        one, two, other = (step(pit, Inputs(), DT) for pit in (one, two, other))

    assert one == two
    assert one.measured != other.measured


def test_a_slower_pump_gives_less_pressure_by_the_square_and_less_flow_in_proportion() -> None:
    pit = _after(started(1), 20, Inputs(pump=0.8))

    assert pit.pressure == pytest.approx(0.30 * 0.64, rel=0.01)
    assert pit.flow == pytest.approx(200 * 0.8, rel=0.01)


def test_clogged_moulds_give_less_flow_at_more_pressure() -> None:
    pit = _after(started(1), 20, Inputs(moulds=0.85))

    assert pit.flow < 180
    assert 0.30 < pit.pressure < 0.345


def test_flow_follows_with_a_lag() -> None:
    pit = started(1)
    flows = []
    for _ in range(40):
        pit = step(pit, Inputs(pump=0.5), DT)
        flows.append(pit.flow)

    assert flows[0] > 199
    assert flows == sorted(flows, reverse=True)
    assert flows[-1] < 120


def test_water_gets_warm_when_it_hardly_flows() -> None:
    assert _after(started(1), 60, Inputs(pump=0.5)).temperature > 28


def test_a_surge_raises_the_launder_and_closing_the_gate_stops_it() -> None:
    surging = _after(started(1), 2.0, Inputs(surge=30.0))
    closed = _after(surging, 20.0, Inputs(surge=30.0, gate=0.0, drain=1.0))

    assert surging.launder_level > 175
    assert 138 < closed.launder_level < 150
    assert 140 < closed.outlet_level < 165


def test_opening_the_gate_again_restores_the_level_gently() -> None:
    pit = _after(started(1), 30.0, Inputs(gate=0.0, drain=1.0))
    for _ in range(600):
        pit = step(pit, Inputs(), DT)
        assert 135 < pit.launder_level < 160
        assert 135 < pit.outlet_level < 160
    assert pit.launder_level == pytest.approx(150, abs=0.5)


_inputs = st.builds(
    Inputs,
    pump=st.floats(0, 1.5),
    moulds=st.floats(0, 1.2),
    surge=st.floats(0, 100),
    gate=st.floats(0, 1),
    drain=st.floats(0, 1),
)


@given(st.integers(0, 2**64), st.lists(_inputs, max_size=30))
def test_whatever_acts_on_it_stays_in_the_instruments_ranges(seed: int, acts) -> None:
    pit = started(seed)
    for inputs in acts:
        for _ in range(20):
            pit = step(pit, inputs, DT)
        shown = pit.measured
        assert 0 <= shown.pressure <= 0.9
        assert 0 <= shown.flow <= 400
        assert 0 < shown.temperature < 100
        assert 0 <= shown.outlet_level <= 305
        assert 0 <= shown.launder_level <= 305


def test_a_state_is_a_plain_value() -> None:
    pit = started(5)

    assert step(replace(pit), Inputs(), DT) == step(pit, Inputs(), DT)
    assert isinstance(hash(pit), int)

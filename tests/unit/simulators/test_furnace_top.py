import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.faults import Kind
from simulators.furnace_top import ATMOSPHERE, FurnaceTop
from simulators.process import Acts

DT = 0.05
STILL = Acts()
AT_REST = FurnaceTop(set_point=204.0, relief_at=240.0, blast=266_000.0, pressure=204.0)
SLIP = {Kind.TOP_GAS: 0.9}


def _after(top: FurnaceTop, seconds: float, acts: Acts = STILL) -> FurnaceTop:
    for _ in range(round(seconds / DT)):
        top = top.after(acts, DT)
    return top


def test_at_rest_it_stays_at_its_set_point() -> None:
    assert _after(AT_REST, 600).pressure == pytest.approx(204.0, abs=1e-6)


@given(st.floats(0, 2), st.floats(0.1, 1.5), st.floats(0, 1))
def test_what_comes_and_does_not_leave_is_held(gas: float, passages: float, open_: float) -> None:
    acts = Acts({Kind.TOP_GAS: gas, Kind.PASSAGES: passages}, {"relief_valve.open": open_})
    top = AT_REST
    for _ in range(200):
        come, cleaned, relieved = top.flows(acts)
        before, top = top.held, top.after(acts, DT)
        if top.pressure > 0:
            assert top.held - before == pytest.approx((come - cleaned - relieved) * DT, abs=1e-6)


def test_a_slip_raises_the_pressure_within_seconds_not_at_once() -> None:
    acts = Acts(SLIP)

    assert _after(AT_REST, 0.5, acts).pressure < 215
    assert _after(AT_REST, 8, acts).pressure > 240


def test_the_relief_valve_ends_what_the_cleaning_cannot() -> None:
    slipping = _after(AT_REST, 8, Acts(SLIP))

    assert _after(slipping, 12, Acts(SLIP)).pressure > 280
    assert _after(slipping, 12, Acts(SLIP, {"relief_valve.open": 1.0})).pressure < 240


def test_blocked_cleaning_raises_the_pressure_too() -> None:
    assert _after(AT_REST, 20, Acts({Kind.PASSAGES: 0.4})).pressure > 240


def test_after_the_relief_it_returns_without_passing_its_limit_again() -> None:
    top = _after(AT_REST, 20, Acts(SLIP, {"relief_valve.open": 1.0}))
    top = _after(top, 10, Acts(actuators={"relief_valve.open": 1.0}))
    assert top.pressure < 150
    for _ in range(1200):
        top = top.after(Acts(), DT)
        assert top.pressure < 228
    assert top.pressure == pytest.approx(204.0, abs=1.0)


def test_it_shows_what_the_operators_have_set() -> None:
    values = AT_REST.values()

    assert values["top.pressure_set_point"] == (204.0,)
    assert values["relief.set_point"] == (240.0,)
    assert values["blast.flow"] == (266_000.0,)
    assert "relief.set_point" not in AT_REST.noise()


def test_its_space_is_what_the_pressure_says() -> None:
    assert AT_REST.held == pytest.approx(AT_REST.volume * 204.0 / ATMOSPHERE)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.faults import Kind
from simulators.gas_line import BLOWN, GasLine
from simulators.process import AIR, GAS, Acts

DT = 0.05
STILL = Acts()
AT_REST = GasLine(normal=20.0, pressure=20.0)
CLOSED = {"cutoff_valve.closed": 1.0}


def _after(line: GasLine, seconds: float, acts: Acts = STILL) -> GasLine:
    for _ in range(round(seconds / DT)):
        line = line.after(acts, DT)
    return line


def _shown(line: GasLine, role: str) -> float:
    (value,) = line.values()[role]
    return value


def test_at_rest_it_stays_at_its_normal_pressure() -> None:
    rested = _after(AT_REST, 600)

    assert rested.pressure == pytest.approx(20.0, abs=1e-6)
    assert _shown(rested, GAS) == pytest.approx(1.0)


@given(st.floats(0, 1), st.floats(0, 2), st.floats(0, 1))
def test_what_comes_and_does_not_leave_is_packed(
    supply: float, regulator: float, closed: float
) -> None:
    acts = Acts({Kind.SUPPLY: supply, Kind.REGULATOR: regulator}, {"cutoff_valve.closed": closed})
    line = AT_REST
    for _ in range(200):
        come, taken, vented = line.flows(acts)
        before, line = line.pack, line.after(acts, DT)
        assert line.pack - before == pytest.approx((come - taken - vented) * DT, abs=1e-6)
        assert min(come, taken, vented) >= 0


def test_without_supply_the_line_pack_lasts_for_seconds() -> None:
    lost = Acts({Kind.SUPPLY: 0.0})

    assert _after(AT_REST, 1, lost).pressure > 16
    assert _after(AT_REST, 10, lost).pressure < 8


def test_a_closed_cut_off_keeps_the_pressure_before_it_and_delivers_nothing() -> None:
    closed = _after(_after(AT_REST, 10, Acts({Kind.SUPPLY: 0.0})), 30, Acts(actuators=CLOSED))

    assert 20.0 < closed.pressure < 24.0 - 0.4  # the regulator locks up below H
    assert _shown(closed, GAS) == 0.0


def test_a_failed_regulator_passes_hh_and_the_creep_relief_brings_it_back() -> None:
    high = _after(AT_REST, 10, Acts({Kind.REGULATOR: 1.8}))
    shut = _after(high, 10, Acts({Kind.REGULATOR: 1.8}, CLOSED))

    assert 28 < high.pressure < shut.pressure < 50
    assert _after(shut, 10, Acts(actuators=CLOSED)).pressure < 24


def test_air_goes_with_the_square_of_the_fans_speed_after_a_lag() -> None:
    half = Acts({Kind.COMBUSTION_FAN: 0.5})

    assert _after(AT_REST, 0.2, half).air > 0.8 * BLOWN
    assert _after(AT_REST, 10, half).air == pytest.approx(BLOWN / 4, rel=1e-3)
    assert _shown(_after(AT_REST, 10, half), AIR) == pytest.approx(0.25, rel=1e-3)


def test_the_fans_starter_says_at_once_that_it_stands() -> None:
    stopped = AT_REST.after(Acts({Kind.COMBUSTION_FAN: 0.0}), DT)

    assert _shown(stopped, "combustion_fan.running") == 0.0
    assert _shown(AT_REST, "combustion_fan.running") == 1.0

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.cooling_circuit import HEAT_OF_WATER, RISE, CoolingCircuit
from simulators.faults import Kind
from simulators.process import Acts

DT = 0.05
STILL = Acts()
AT_REST = CoolingCircuit(design=120.0, inlet=28.0, flow=120.0, outlet=28.0 + RISE)


def _after(circuit: CoolingCircuit, seconds: float, acts: Acts = STILL) -> CoolingCircuit:
    for _ in range(round(seconds / DT)):
        circuit = circuit.after(acts, DT)
    return circuit


def _shown(circuit: CoolingCircuit, role: str) -> float:
    (value,) = circuit.values()[role]
    return value


def test_at_rest_nothing_changes() -> None:
    rested = _after(AT_REST, 600)

    assert rested.outlet == pytest.approx(AT_REST.outlet, abs=1e-9)
    assert rested.flow == pytest.approx(AT_REST.flow, abs=1e-9)
    assert rested.leak_flow == 0.0


@given(st.floats(0, 1), st.floats(0, 1.2), st.floats(0.1, 1), st.floats(0, 1))
def test_water_and_heat_balance_in_every_step(
    leak: float, pump: float, passages: float, off: float
) -> None:
    acts = Acts(
        {Kind.LEAK: leak, Kind.PUMP: pump, Kind.PASSAGES: passages}, {"electrode.off": off}
    )
    circuit = AT_REST
    for _ in range(200):
        gained = circuit.heat_kw * DT
        carried = HEAT_OF_WATER * circuit.flow / 3600 * (circuit.outlet - circuit.inlet) * DT
        before, circuit = circuit, circuit.after(acts, DT)
        assert circuit.outlet_flow + circuit.leak_flow == pytest.approx(circuit.flow, abs=1e-6)
        if circuit.outlet < 100:
            held = HEAT_OF_WATER * circuit.volume * (circuit.outlet - before.outlet)
            assert held == pytest.approx(gained - carried, abs=1e-6)
        assert 0 <= circuit.outlet_flow <= circuit.flow
        assert circuit.inlet - 1e-9 <= circuit.outlet <= 100


def test_a_leak_is_missing_at_the_outlet_and_only_there() -> None:
    leaking = _after(AT_REST, 10, Acts({Kind.LEAK: 0.05}))

    assert leaking.flow == pytest.approx(120.0)
    assert leaking.outlet_flow == pytest.approx(114.0, rel=1e-3)
    assert _shown(leaking, "cooling.flow_loss") == pytest.approx(6.0, rel=1e-3)
    assert _shown(leaking, "cooling.flow_difference") == pytest.approx(5.0, rel=1e-3)


def test_half_the_water_takes_twice_the_rise_after_a_lag() -> None:
    acts = Acts({Kind.PASSAGES: 0.5})
    soon, late = _after(AT_REST, 2, acts), _after(AT_REST, 120, acts)

    assert AT_REST.outlet < soon.outlet < AT_REST.outlet + 6
    assert late.outlet - late.inlet == pytest.approx(2 * RISE, rel=1e-3)


@pytest.mark.parametrize("role", ["electrode.off", "heating.off"])
def test_the_heat_goes_away_when_the_power_is_off(role: str) -> None:
    cold = _after(AT_REST, 60, Acts(actuators={role: 1.0}))

    assert cold.heat_kw == pytest.approx(0.0, abs=0.01)
    assert cold.outlet == pytest.approx(cold.inlet, abs=0.01)
    assert _shown(cold, "electrode.energised") == 0.0
    assert _shown(AT_REST, "electrode.energised") == 1.0


def test_standing_water_boils_and_gets_no_hotter() -> None:
    assert _after(AT_REST, 300, Acts({Kind.PUMP: 0.0})).outlet == 100.0


def test_its_noise_never_looks_like_a_leak_even_at_a_fifth_of_the_flow() -> None:
    slow = _after(AT_REST, 20, Acts({Kind.PUMP: 0.2}))
    worst = 2 * 3.5 * slow.noise()["cooling.inlet_flow"]

    assert 100 * worst / slow.flow < 2.0

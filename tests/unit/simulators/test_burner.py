import pytest

from simulators.burner import FULL, Burner
from simulators.faults import Kind
from simulators.process import AIR, GAS, READY, Acts

DT = 0.05
STILL = Acts()
AT_REST = Burner(hot=900.0, temperature=900.0)


def _after(burner: Burner, seconds: float, acts: Acts = STILL) -> Burner:
    for _ in range(round(seconds / DT)):
        burner = burner.after(acts, DT)
    return burner


def _shown(burner: Burner, role: str) -> float:
    (value,) = burner.values()[role]
    return value


def test_at_rest_it_burns_and_its_chamber_stays_hot() -> None:
    rested = _after(AT_REST, 600)

    assert rested.temperature == pytest.approx(900.0)
    assert rested.intensity == pytest.approx(FULL)
    assert _shown(rested, "flame.present") == 1.0


@pytest.mark.parametrize(
    "acts",
    [
        Acts({Kind.FLAME: 0.0}),
        Acts(actuators={"cutoff_valve.closed": 1.0}),
        Acts(supplies={GAS: 0.0}),
        Acts(supplies={AIR: 0.1}),
    ],
)
def test_without_gas_air_or_ignition_the_flame_goes_out_within_a_second(acts: Acts) -> None:
    out = _after(AT_REST, 1, acts)

    assert _shown(out, "flame.present") == 0.0
    assert _shown(_after(out, 1), "flame.present") == 1.0


def test_it_waits_for_gas_and_air_before_it_is_lit_again() -> None:
    assert _shown(AT_REST.after(Acts(supplies={GAS: 0.0}), DT), READY) == 0.0
    assert _shown(AT_REST.after(Acts(supplies={AIR: 0.0}), DT), READY) == 0.0
    assert _shown(AT_REST.after(Acts(actuators={"cutoff_valve.closed": 1.0}), DT), READY) == 1.0


def test_less_gas_makes_a_smaller_flame_and_more_never_passes_the_range() -> None:
    assert _after(AT_REST, 5, Acts(supplies={GAS: 0.5})).intensity == pytest.approx(FULL / 2)
    assert _after(AT_REST, 5, Acts(supplies={GAS: 9.0})).intensity < 100


def test_the_chamber_cools_slowly() -> None:
    out = Acts({Kind.FLAME: 0.0})

    assert _after(AT_REST, 20, out).temperature > 830
    assert _after(AT_REST, 3000, out).temperature == pytest.approx(25.0, abs=1.0)

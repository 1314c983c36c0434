import pytest

from simulators.actuator import Actuator

STEP = 50


def _travel(
    actuator: Actuator, made: float, ms: int, *, tripped: bool, slow: float = 1.0
) -> float:
    for _ in range(ms // STEP):
        made = actuator.moved(made, STEP, tripped=tripped, slow=slow)
    return made


@pytest.mark.parametrize(
    ("role", "ms"),
    [
        ("fast_gate.closed", 600),
        ("emergency_drain.open", 800),
        ("cutoff_valve.closed", 800),
        ("relief_valve.open", 1000),
        ("electrode.off", 100),
        ("electrode.raised", 1500),
        ("any.other", 500),
    ],
)
def test_it_takes_its_time_and_its_switch_shows_the_end_only(role: str, ms: int) -> None:
    actuator = Actuator.of(("e", role), 1)
    almost = _travel(actuator, 0.0, ms - STEP, tripped=True)
    there = _travel(actuator, 0.0, ms, tripped=True)

    assert actuator.feedback(0.0) == actuator.feedback(almost) == 0.0
    assert 0 < actuator.position(almost) < 1
    assert (actuator.feedback(there), actuator.position(there)) == (1.0, 1.0)
    assert _travel(actuator, there, 10_000, tripped=True) == there
    assert actuator.feedback(_travel(actuator, there, STEP, tripped=False)) == 0.0
    assert _travel(actuator, there, ms, tripped=False) == 0.0


def test_a_sticking_one_takes_so_many_times_as_long() -> None:
    actuator = Actuator.of(("e", "cutoff_valve.closed"), 1)

    assert actuator.feedback(_travel(actuator, 0.0, 6350, tripped=True, slow=8.0)) == 0.0
    assert actuator.feedback(_travel(actuator, 0.0, 6400, tripped=True, slow=8.0)) == 1.0


def test_an_effect_that_ends_at_0_shows_1_until_then() -> None:
    actuator = Actuator.of(("e", "fan.running"), 0)

    assert actuator.feedback(0.0) == 1.0
    assert actuator.feedback(_travel(actuator, 0.0, 500, tripped=True)) == 0.0

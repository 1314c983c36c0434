"""The compiled engine and the plain reference say the same, whatever comes."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.changes import ClockChange, LimitChange, QualityChange
from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.state import new_state
from tests.unit.monitor.reference import Reference
from tests.unit.monitor.streams import inputs, plants


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_engine_and_reference_agree(data: st.DataObject) -> None:
    plant = data.draw(plants())
    compiled = compile_plant(plant)
    engine, state, reference = Engine(compiled), new_state(compiled), Reference(plant)
    for given_input in data.draw(inputs(plant)):
        changes, _ = engine.advance(state, given_input)
        said = [c for c in changes if isinstance(c, LimitChange | QualityChange | ClockChange)]
        # Which of two things that follow from the same instant is said first is no rule.
        assert sorted(map(repr, said)) == sorted(map(repr, reference.advance(given_input)))

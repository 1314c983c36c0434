"""The whole simulated plant, apart from what the schedule teaches."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from plant.interlock import Interlock, OnBad
from plant.plant import Plant
from simulators.faults import At, Fault, Kind
from simulators.lessons import Lesson
from simulators.schedule import Placed, Schedule
from simulators.simulated_plant import STEP, Shown, SimulatedPlant, advanced, started
from tests.plant_files import caster_plant
from tests.unit.simulators.judged import demo

GAS = "foundry-gas"


def _run(simulated: SimulatedPlant, seconds: float) -> Iterator[tuple[float, Shown]]:
    for elapsed in range(0, round(seconds * 1000), STEP):
        simulated, shown = advanced(simulated, elapsed)
        yield elapsed / 1000, shown


def _with(plant: Plant, *placed: Placed) -> SimulatedPlant:
    """Start a plant that has nothing but these faults to come."""
    simulated = started(plant, 1)
    lesson = Lesson("test", plant.name, ())
    return replace(
        simulated, wiring=replace(simulated.wiring, schedule=Schedule((lesson,), (placed,)))
    )


def _fault(kind: Kind, value: float = 1.0, end: float = 50.0) -> Fault:
    return Fault(kind, At("any"), 2.0, end, value)


def _first(
    simulated: SimulatedPlant, signal: str, state: float, seconds: float = 30.0
) -> float | None:
    seen = (time for time, shown in _run(simulated, seconds) if shown.values[signal] == state)
    return next(seen, None)


def _changed(plant: Plant, interlock: str, **what: object) -> Plant:
    """Give the plant with one interlock described otherwise."""

    def changed(one: Interlock) -> Interlock:
        return replace(one, **what) if one.id == interlock else one

    return replace(plant, interlocks=tuple(map(changed, plant.interlocks)))


def test_every_measured_signal_is_shown_and_no_computed_one() -> None:
    _, shown = advanced(started(demo(), 1), 0)

    assert set(shown.values) == {s.id for s in demo().signals if s.formula is None}
    assert shown.away == frozenset()


def test_same_seed_same_values_other_seed_others() -> None:
    one, two, other = (
        [shown.values for _, shown in _run(started(demo(), seed), 20)] for seed in (1, 1, 2)
    )

    assert one == two
    analog = [s.id for s in demo().signals if s.formula is None and not s.discrete]
    fixed = {"bf-1.top_pressure_set_point", "bf-1.relief_set_point"}
    fixed |= {"caster-1.emergency_water_pressure"}
    for name in set(analog) - fixed:
        assert [v[name] for v in one] != [v[name] for v in other], name


def test_a_state_is_a_value_and_stepping_it_changes_nothing_in_it() -> None:
    simulated = started(demo(), 1)
    before = simulated.values

    assert advanced(simulated, 0) == advanced(simulated, 0)
    assert simulated.values == before == started(demo(), 1).values


def test_no_two_instruments_are_noisy_together() -> None:
    near, far = [], []
    for _, shown in _run(started(demo(), 1), 60):
        near.append(shown.values["control-room.co_1"])
        far.append(shown.values["control-room.co_2"])

    assert sum(a == b for a, b in zip(near, far, strict=True)) < 5


@pytest.mark.parametrize(
    ("kind", "value", "states"),
    [(Kind.SUPPLY, 0.0, 1.0), (Kind.REGULATOR, 1.8, 1.0), (Kind.COMBUSTION_FAN, 0.0, 1.0)],
)
def test_each_cause_of_the_gas_cut_off_closes_it(kind: Kind, value: float, states: float) -> None:
    simulated = _with(demo(), Placed(_fault(kind, value), (GAS,)))

    assert _first(simulated, f"{GAS}.valve_closed", states) is not None


def test_the_burner_goes_out_with_its_gas_main_and_waits_for_it() -> None:
    simulated = _with(demo(), Placed(_fault(Kind.COMBUSTION_FAN, 0.0, end=20.0), (GAS,)))
    out: list[float] = []
    closed: dict[float, float] = {}
    for time, shown in _run(simulated, 55):
        closed[time] = shown.values["burner-1.valve_closed"]
        if not shown.values["burner-1.flame"]:
            out.append(time)

    assert 2.0 < out[0] < 5.0
    assert 30.0 < out[-1] < 45.0
    assert {closed[time] for time in closed if 5.0 < time < 28.0} == {1.0}
    assert {closed[time] for time in closed if time > out[-1]} == {0.0}


def test_a_flame_that_cannot_be_lit_closes_the_valve_again() -> None:
    simulated = _with(demo(), Placed(_fault(Kind.FLAME, 0.0), ("burner-1",)))
    changes = 0
    before = 0.0
    for _, shown in _run(simulated, 40):
        changes += shown.values["burner-1.valve_closed"] != before
        before = shown.values["burner-1.valve_closed"]

    assert changes >= 4  # closed, opened to be lit, closed, opened ...


def test_a_bypass_bit_is_shown_and_honoured_and_takes_it_out_of_service() -> None:
    bypass = Placed(_fault(Kind.BYPASS), ("bf-1",))
    slip = Placed(_fault(Kind.TOP_GAS, 0.9), ("bf-1",))

    assert _first(_with(demo(), slip), "bf-1.relief_open", 1.0) is not None
    assert _first(_with(demo(), slip, bypass), "bf-1.relief_open", 1.0) is None
    assert _first(_with(demo(), bypass), "bf-1.bypass", 1.0) == 2.0
    assert _first(_with(demo(), bypass), "bf-1.relief_armed", 0.0) == 2.0


def test_a_controller_trips_on_what_its_instrument_shows() -> None:
    lie = Placed(_fault(Kind.OFFSET, 60.0), ("bf-1.top_pressure",))
    frozen = Placed(_fault(Kind.FREEZE), ("bf-1.top_pressure",))
    slip = Placed(_fault(Kind.TOP_GAS, 0.9), ("bf-1",))

    assert _first(_with(demo(), lie), "bf-1.relief_open", 1.0) == pytest.approx(3.0, abs=0.2)
    assert _first(_with(demo(), slip, frozen), "bf-1.relief_open", 1.0) is None


@pytest.mark.parametrize(("on_bad", "trips"), [(OnBad.REMOVE, False), (OnBad.TRIP, True)])
def test_a_dropped_out_channel_counts_as_the_interlock_says(on_bad: OnBad, *, trips: bool) -> None:
    (cause,) = demo().interlock_by_id["bf-relief"].causes
    plant = _changed(demo(), "bf-relief", causes=(replace(cause, on_bad=on_bad),))
    simulated = _with(plant, Placed(_fault(Kind.DROP_OUT), ("bf-1.top_pressure",)))

    assert (_first(simulated, "bf-1.relief_open", 1.0) is not None) is trips


def test_two_detectors_of_two_must_both_smell_it() -> None:
    first, second = demo().interlock_by_id["so2-ventilation"].causes
    both = replace(first, limits=(*first.limits, *second.limits), votes=2)
    plant = _changed(demo(), "so2-ventilation", causes=(both,))
    lie = Placed(_fault(Kind.OFFSET, 8.0), ("electrolyte-1.so2_1",))
    other = Placed(_fault(Kind.OFFSET, 8.0), ("electrolyte-1.so2_2",))
    fan = "electrolyte-1.fan_running"

    assert _first(_with(demo(), lie), fan, 1.0) is not None
    assert _first(_with(plant, lie), fan, 1.0) is None
    assert _first(_with(plant, lie, other), fan, 1.0) is not None


def test_dead_outputs_do_nothing_and_slow_ones_take_longer() -> None:
    fan_stops = Placed(_fault(Kind.COMBUSTION_FAN, 0.0), (GAS,))
    valve = (GAS, "cutoff_valve.closed")
    times = [
        _first(_with(demo(), fan_stops, *other), f"{GAS}.valve_closed", 1.0)
        for other in (
            (),
            (Placed(_fault(Kind.SLOW, 8.0), places=(valve,)),),
            (Placed(_fault(Kind.FAILS), places=(valve,)),),
        )
    ]

    assert times == [pytest.approx(2.8, abs=0.1), pytest.approx(8.4, abs=0.1), None]


def test_an_end_switch_can_break_too() -> None:
    simulated = _with(demo(), Placed(_fault(Kind.DROP_OUT), (f"{GAS}.valve_closed",)))
    seen: Mapping[bool, set[bool]] = {True: set(), False: set()}
    for time, shown in _run(simulated, 5):
        seen[time >= 2.0].add(math.isnan(shown.values[f"{GAS}.valve_closed"]))

    assert seen == {True: {True}, False: {False}}


def test_an_effect_without_feedback_still_acts() -> None:
    (effect,) = demo().interlock_by_id["bf-relief"].effects
    blind = replace(effect, signal="", role="relief_valve.open")
    plant = _changed(demo(), "bf-relief", effects=(blind,))
    signals = tuple(one for one in plant.signals if one.id != "bf-1.relief_open")
    simulated = _with(
        replace(plant, signals=signals), Placed(_fault(Kind.TOP_GAS, 0.9, end=12.0), ("bf-1",))
    )
    pressure = [shown.values["bf-1.top_pressure"] for _, shown in _run(simulated, 20)]

    assert max(pressure) > 240
    assert min(pressure) < 180  # far below the set-point: gas went out by another way


def test_a_kind_without_a_model_shows_steady_values() -> None:
    plant = demo()
    kinds = {"steel_furnace": "die_caster", "gas_main": "dust_collector"}
    items = tuple(replace(one, kind=kinds.get(one.kind, one.kind)) for one in plant.equipment)
    plant = replace(plant, equipment=items)
    for _, shown in _run(started(plant, 1), 20):
        assert 49 > shown.values["eaf-1.outlet_temperature"] > 0
        assert shown.values["eaf-1.inlet_flow"] == pytest.approx(144, abs=1)
        assert shown.values["steel-gas.pressure"] == pytest.approx(17, abs=0.2)
        assert shown.values["steel-gas.fan_running"] == 1.0
        assert shown.values["steel-gas.valve_closed"] == 0.0


def test_a_cause_that_is_an_end_switch_is_known_from_the_first_scan() -> None:
    plant = caster_plant()
    (water, metal) = plant.interlocks
    lock = plant.limit_by_id["caster-1.lock_locked:STATE"]
    gate = replace(lock, signal="caster-1.gate_closed", set_point=1.0)
    signals = tuple(
        replace(s, limits=(gate,)) if s.id == "caster-1.gate_closed" else s for s in plant.signals
    )
    second = replace(metal, causes=(replace(metal.causes[0], limits=(gate.id,)),))
    second = replace(second, effects=(replace(metal.effects[0], signal="caster-1.drain_open"),))
    water = replace(water, effects=water.effects[:1])
    simulated = started(replace(plant, signals=signals, interlocks=(water, second)), 1)

    gate_at = _first(simulated, "caster-1.gate_closed", 1.0)
    drain_at = _first(simulated, "caster-1.drain_open", 1.0)
    assert gate_at is not None
    assert drain_at is not None
    assert gate_at + 0.7 < drain_at < gate_at + 1.1


def test_devices_are_away_while_their_fault_lasts() -> None:
    away = Placed(_fault(Kind.AWAY, end=5.0), ("gas-plc", "battery-ua"))
    seen = {time: shown.away for time, shown in _run(_with(demo(), away), 8)}

    assert {time for time in seen if seen[time]} == {time for time in seen if 2.0 <= time < 5.0}
    assert seen[2.0] == {"gas-plc", "battery-ua"}

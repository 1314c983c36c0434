"""Going over to another version of a plant: nothing is lost, and nothing stays as a ghost."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.carry_over import CarriedOver, carry_over
from monitor.changes import (
    BypassChange,
    Change,
    DemandChange,
    InterlockChange,
    InterlockState,
    LimitChange,
    QualityChange,
    Response,
    SuppressionChange,
)
from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.state import to_blocks
from plant.formula import Formula, Function
from plant.moment import SECOND
from plant.name import Name
from plant.plant import Plant
from plant.quality import Quality
from plant.signal import Level, Signal
from plant.suppression import Condition, Suppression
from tests.small_plant import Bench, analog, at, interlock, limit, only, plant_of, switch

RATE = replace(limit("level", "H", 20.0), level=Level.RATE, window_s=4.0)
FLOW = analog("flow", limit("flow", "LL", 160), limit("flow", "L", 180, deadband=3, on=1, off=2))
LEVEL = analog("level", limit("level", "HH", 90, off=1), RATE)
SUM = replace(
    analog("both", limit("both", "H", 400)),
    device="",
    address="",
    formula=Formula(Function.SUM, ("flow", "level"), pair_within_s=1.0),
)
GATE, DRAIN, BYPASS = switch("gate"), switch("drain"), switch("bypass")
WATER = interlock("water", ["flow:LL"], [("gate", 1, 3.0)], ["bypass"])
METAL = interlock("metal", ["level:HH"], [("drain", 1, 2.0)])
SIGNALS = (FLOW, LEVEL, SUM, GATE, DRAIN, BYPASS)
PLANT = plant_of(SIGNALS, [WATER, METAL])


def go_over(bench: Bench, plant: Plant, second: float) -> CarriedOver:
    """Let the bench go on with another version of its plant."""
    compiled = compile_plant(plant)
    carried = carry_over(bench.compiled, bench.state, compiled, at(second))
    bench.plant, bench.compiled, bench.state = plant, compiled, carried.state
    bench.engine = Engine(compiled)
    return carried


def poll(bench: Bench, second: float, values: dict[str, float]) -> None:
    """Give those of the values whose signals the plant still has, then a tick."""
    slot = bench.compiled.slot
    bench.values(second, **{name: value for name, value in values.items() if name in slot})
    bench.tick(second + 0.05)


def with_signals(*signals: Signal) -> Plant:
    return replace(PLANT, signals=signals)


def started(**values: float) -> Bench:
    bench = Bench(PLANT)
    calm = {"flow": 220.0, "level": 50.0, "gate": 0, "drain": 0, "bypass": 0}
    for half in range(8):
        poll(bench, half / 2, {**calm, **(values if half > 3 else {})})
    return bench


# --- laws -------------------------------------------------------------------------------------


def story(seed: int) -> list[dict[str, float]]:
    """Give 60 polls of a plant in which much happens."""
    chance = random.Random(seed)  # noqa: S311 - a story, no secret
    values = {"flow": 220.0, "level": 50.0, "gate": 0.0, "drain": 0.0, "bypass": 0.0}
    polls = []
    for _ in range(60):
        if chance.random() < 0.3:
            name = chance.choice(list(values))
            values[name] = {
                "flow": chance.choice([220.0, 181.0, 179.0, 155.0]),
                "level": chance.choice([50.0, 75.0, 95.0]),
            }.get(name, float(chance.random() < 0.5))
        polls.append(dict(values))
    return polls


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 59))
def test_the_same_plant_carries_everything(seed: int, moment: int) -> None:
    straight, over = Bench(PLANT), Bench(PLANT)
    for index, values in enumerate(story(seed)):
        poll(straight, index / 2, values)
        poll(over, index / 2, values)
        if index == moment:
            before = to_blocks(over.state)
            carried = go_over(over, replace(PLANT, version="1" * 64), index / 2 + 0.1)
            assert to_blocks(over.state) == before
            assert (carried.ended, carried.begun) == ([], [])
    assert over.said == straight.said


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 59))
def test_what_is_left_says_what_it_would_have_said(seed: int, moment: int) -> None:
    """The level's part of the plant goes; all that is said of the flow's part stays the same."""
    less = replace(PLANT, signals=(BYPASS, GATE, FLOW), interlocks=(WATER,))
    straight, over = Bench(PLANT), Bench(PLANT)
    for index, values in enumerate(story(seed)):
        poll(straight, index / 2, values)
        poll(over, index / 2, values)
        if index == moment:
            carried = go_over(over, less, index / 2 + 0.1)
            assert carried.begun == []
            assert all(change.interlock == "metal" for change in carried.ended)  # type: ignore[union-attr]
            straight.said, over.said = of_flow(straight.said), of_flow(over.said)
    assert of_flow(over.said) == of_flow(straight.said)


def of_flow(said: list[Change]) -> list[Change]:
    return [change for change in said if _subject(change) in ("flow", "gate", "bypass", "water")]


def _subject(change: Change) -> str:
    for name in ("signal", "interlock", "limit"):
        found = getattr(change, name, None)
        if found is not None and not (name == "signal" and hasattr(change, "interlock")):
            return str(found).partition(":")[0]
    return ""


# --- limits -----------------------------------------------------------------------------------


def test_a_removed_active_limit_leaves_no_ghost() -> None:
    bench = started(flow=170.0)
    assert "flow:L" in bench.view.active()
    go_over(bench, with_signals(replace(FLOW, limits=FLOW.limits[:1]), *SIGNALS[1:]), 4)
    assert dict(bench.view.active()) == {}
    poll(bench, 4.5, {"flow": 170.0})
    assert "flow:L" not in bench.view.active()


def test_an_eased_limit_is_left_only_when_a_sample_says_so() -> None:
    bench = started(flow=170.0)
    eased = replace(FLOW.limits[1], set_point=150.0)
    go_over(
        bench, with_signals(replace(FLOW, limits=(eased,)), *SIGNALS[1:3], GATE, DRAIN, BYPASS), 4
    )
    assert "flow:L" in bench.view.active()
    bench.said.clear()
    for half in range(8, 16):
        poll(bench, half / 2, {"flow": 170.0})
    [left] = [change for change in bench.of(LimitChange) if change.limit == "flow:L"]
    assert (left.active, left.time) == (False, at(6))  # the first sample inside, and 2 s


def test_a_tightened_limit_is_passed_at_the_next_sample() -> None:
    bench = started()
    tight = replace(FLOW.limits[0], set_point=230.0)
    go_over(bench, with_signals(replace(FLOW, limits=(tight, FLOW.limits[1])), *SIGNALS[1:]), 4)
    bench.said.clear()
    poll(bench, 4.5, {"flow": 220.0})
    assert [c.limit for c in bench.of(LimitChange) if c.active] == ["flow:LL"]


def test_a_limit_that_compares_the_other_way_begins_anew() -> None:
    falling = replace(RATE, set_point=-20.0)
    bench = started(level=75.0)
    assert "level:RATE" in bench.view.active()
    carried = go_over(
        bench,
        with_signals(FLOW, replace(LEVEL, limits=(LEVEL.limits[0], falling)), *SIGNALS[2:]),
        4,
    )
    assert dict(bench.view.active()) == {}
    assert "level:RATE" not in carried.continued.limit_by_id
    assert "level:HH" in carried.continued.limit_by_id


def test_a_signal_in_another_unit_begins_anew_and_is_expected() -> None:
    bench = started(flow=170.0)
    carried = go_over(bench, with_signals(replace(FLOW, unit="L/s"), *SIGNALS[1:]), 4)
    assert "flow" not in carried.continued.signal_by_id
    assert bench.view.trust("flow")[0] is Quality.MISSING
    assert dict(bench.view.active()) == {}
    [expected] = only(carried.begun, QualityChange)
    assert (expected.signal, expected.time) == ("flow", at(4) + round(1.5 * SECOND))


# --- interlocks -------------------------------------------------------------------------------


def test_a_removed_interlock_is_ended_in_the_record() -> None:
    bench = started(flow=150.0, bypass=1.0)
    carried = go_over(bench, replace(PLANT, interlocks=(METAL,)), 4)
    [bypass] = only(carried.ended, BypassChange)
    assert (bypass.interlock, bypass.on, bypass.started) == ("water", False, at(2))
    [demand] = only(carried.ended, DemandChange)
    assert (demand.result, demand.effects[0].result) == (Response.UNDETERMINED,) * 2
    [state] = only(carried.ended, InterlockChange)
    assert (state.before, state.after) == (InterlockState.BYPASSED, InterlockState.UNKNOWN)
    poll(bench, 4.5, {"flow": 220.0, "bypass": 0.0, "gate": 1.0})


def test_demands_of_an_interlock_that_comes_back_have_new_names() -> None:
    bench = started(flow=150.0)
    [first] = {change.demand for change in bench.of(DemandChange)}
    go_over(bench, replace(PLANT, interlocks=(METAL,)), 4)
    carried = go_over(bench, PLANT, 5)
    again = {change.demand for change in only(carried.begun, DemandChange)}
    assert again
    assert first not in again


def test_a_changed_interlock_knows_at_once_that_it_is_bypassed() -> None:
    """Its bypass signal shows 1 as before, so no sample will ever say that it has changed."""
    bench = started(bypass=1.0)
    changed = replace(METAL, bypass=("bypass",))
    carried = go_over(bench, replace(PLANT, interlocks=(WATER, changed)), 4)
    assert carried.ended == []
    [bypass] = only(carried.begun, BypassChange)
    assert (bypass.interlock, bypass.on) == ("metal", True)
    [state] = only(carried.begun, InterlockChange)
    assert (state.before, state.after) == (InterlockState.ARMED, InterlockState.BYPASSED)


def test_a_bypass_that_stands_goes_on_when_the_interlock_is_changed() -> None:
    bench = started(bypass=1.0)
    changed = replace(WATER, effects=(replace(WATER.effects[0], within_s=9.0),))
    carried = go_over(bench, replace(PLANT, interlocks=(changed, METAL)), 4)
    assert (carried.ended, carried.begun) == ([], [])
    poll(bench, 4.5, {"bypass": 0.0})
    assert [change.on for change in bench.of(BypassChange)] == [True, False]


def test_a_new_interlock_whose_cause_stands_is_demanded() -> None:
    bench = started(flow=150.0)
    new = interlock("second", ["flow:LL"], [("drain", 1, 2.0)])
    carried = go_over(bench, replace(PLANT, interlocks=(WATER, METAL, new)), 4)
    opened = only(carried.begun, DemandChange)
    assert {change.interlock for change in opened} == {"second"}
    [state] = only(carried.begun, InterlockChange)
    assert (state.interlock, state.after) == ("second", InterlockState.DEMANDED)


def test_an_interlock_in_other_words_goes_on() -> None:
    bench = started(flow=150.0)
    named = replace(WATER, name=Name("别的", "other"), proof_test_days=30)
    carried = go_over(bench, replace(PLANT, interlocks=(named, METAL)), 4)
    assert (carried.ended, carried.begun) == ([], [])
    poll(bench, 4.5, {"flow": 150.0, "gate": 1.0})
    assert bench.of(DemandChange)[-1].effects[0].result is not Response.WAITING


# --- suppressions -----------------------------------------------------------------------------

HUSH = Suppression(
    "hush", Name("停产", "at rest"), Condition("level", below=60.0), ("flow:L",), 900
)


@pytest.mark.parametrize(
    ("after", "ended"),
    [((), True), ((replace(HUSH, max_s=60),), True), ((replace(HUSH, limits=()),), False)],
)
def test_a_suppression_ends_with_its_condition(
    after: tuple[Suppression, ...],
    ended: bool,  # noqa: FBT001 - a case
) -> None:
    bench = Bench(replace(PLANT, suppressions=(HUSH,)))
    for half in range(4):
        poll(bench, half / 2, {"flow": 220.0, "level": 50.0})
    assert [change.on for change in bench.of(SuppressionChange)] == [True]
    carried = go_over(bench, replace(PLANT, suppressions=after), 2)
    assert [change.on for change in only(carried.ended, SuppressionChange)] == [False] * ended

"""Operating state: which signs and acts show what, and how gates use it."""

from dataclasses import replace

import pytest

from compliance.criterion import MonitoredLimits, RunningCondition, WhileProducing, WhileState
from compliance.operating import Declared, Operating, operating, watched
from plant.name import Name
from plant.plant import Equipment, Plant
from plant.quality import Quality, Reason
from plant.signal import Level
from tests.small_plant import analog, plant_of, switch
from tests.unit.compliance.known import (
    FAULTY,
    GOOD,
    LOST,
    NOW,
    UNCERTAIN,
    Known,
    Seen,
    caster_plant,
    verdict,
)

STALE = (Quality.STALE, Reason.AGED)
RUN = switch("run", role="equipment.producing")
SPEED = analog("speed", role="casting.speed")

P, S, U, C = (
    Operating.PRODUCING,
    Operating.STANDING,
    Operating.UNKNOWN,
    Operating.CONTRADICTORY,
)


def act(*, producing: bool, until: int = NOW + 1, equipment: str = "caster") -> Declared:
    return Declared(equipment, producing, until, "reason", "operator")


def state(plant: Plant, view: Seen, *acts: Declared, equipment: str = "caster") -> Operating:
    return operating(plant, equipment, view, {a.equipment: a for a in acts}, NOW)


@pytest.mark.parametrize(
    ("trust", "value", "expected"),
    [
        (GOOD, 1, P),
        (UNCERTAIN, 1, P),
        (GOOD, 0, S),
        (UNCERTAIN, 0, U),
        (LOST, 0, U),
        (LOST, 1, U),
        (FAULTY, 0, U),
        (STALE, 0, U),
    ],
)
def test_its_own_signal(trust: tuple[Quality, Reason], value: float, expected: Operating) -> None:
    assert state(plant_of([RUN]), Seen({"run": trust}, {"run": value})) is expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (act(producing=False), S),
        (act(producing=True), P),
        (act(producing=False, until=NOW), U),  # it ends at that very moment
        (None, U),
    ],
)
def test_without_signals_a_signed_act_counts_until_it_ends(
    declared: Declared | None, expected: Operating
) -> None:
    acts = (declared,) if declared else ()
    assert state(caster_plant(), Seen(), *acts) is expected


@pytest.mark.parametrize(
    ("value", "producing", "expected"),
    [(1, False, C), (0, True, C), (1, True, P), (0, False, S)],
)
def test_a_signal_outranks_an_act_and_may_contradict_it(
    value: float, expected: Operating, *, producing: bool
) -> None:
    view = Seen(values={"run": value})
    assert state(plant_of([RUN]), view, act(producing=producing)) is expected


def test_an_act_does_not_stand_in_for_a_signal_that_is_lost() -> None:
    view = Seen({"run": LOST})
    assert state(plant_of([RUN]), view, act(producing=False)) is U


@pytest.mark.parametrize(
    ("trust", "speed", "expected"),
    [(GOOD, 0, S), (GOOD, 1, C), (UNCERTAIN, 1, C), (UNCERTAIN, 0, U), (LOST, 0, U)],
)
@pytest.mark.parametrize("by_act", [True, False])
def test_signs_of_work_are_held_against_a_standstill(
    trust: tuple[Quality, Reason],
    speed: float,
    expected: Operating,
    *,
    by_act: bool,
) -> None:
    view = Seen({"speed": trust}, {"speed": speed})
    signals, acts = ([SPEED], [act(producing=False)]) if by_act else ([SPEED, RUN], [])
    assert state(plant_of(signals), view, *acts) is expected


def pit_plant(*producers: str, more: tuple[Equipment, ...] = ()) -> Plant:
    """Give a plant whose pit produces with `producers`; caster and twin have a signal each."""
    base = plant_of([RUN, replace(RUN, id="run2", equipment="twin")])
    twin = replace(base.equipment[0], id="twin")
    pit = Equipment(
        "pit", "caster_pit", Name("坑", "pit"), relations=(("produces_with", producers),)
    )
    return replace(base, equipment=(base.equipment[0], twin, pit, *more))


@pytest.mark.parametrize(
    ("own", "twin", "trust", "expected"),
    [
        (0, 0, GOOD, S),
        (1, 0, GOOD, P),
        (0, 1, GOOD, P),
        (0, 0, LOST, U),
        (1, 0, LOST, P),
    ],
)
def test_it_follows_those_it_produces_with(
    own: float, twin: float, trust: tuple[Quality, Reason], expected: Operating
) -> None:
    plant = pit_plant("caster", "twin")
    view = Seen({"run2": trust}, {"run": own, "run2": twin})
    assert state(plant, view, equipment="pit") is expected
    assert watched(plant, "pit") == {"run", "run2"}


def test_what_produces_only_with_itself_is_unknown() -> None:
    assert state(pit_plant("pit"), Seen(), equipment="pit") is U
    assert watched(pit_plant("pit"), "pit") == set()


def test_a_contradiction_is_passed_on() -> None:
    view = Seen(values={"run": 1})
    declared = act(producing=False)
    assert state(pit_plant("caster"), view, declared, equipment="pit") is C


PRODUCING = WhileProducing()
ENTERED = WhileState("mechanical_lock.locked", 1)
FLOW = MonitoredLimits("mould.water_flow", (Level.LL,), during=PRODUCING)
RUNS = RunningCondition("mould.water_flow", (Level.LL,), during=PRODUCING)
LOCKED = replace(FLOW, during=ENTERED)
LOCK = switch("lock", role="mechanical_lock.locked")


class TestProducingGate:
    @pytest.mark.parametrize(
        ("trust", "states"),
        [
            (GOOD, {P: "pass", U: "pass", S: "pass", C: "pass"}),
            (LOST, {P: "unknown", U: "unknown", S: "pass", C: "suspect"}),
            (FAULTY, {P: "fail", U: "fail", S: "pass", C: "suspect"}),
        ],
    )
    def test_table(self, trust: tuple[Quality, Reason], states: dict[Operating, str]) -> None:
        for known_state, expected in states.items():
            known = Known(
                caster_plant("LL"), Seen({"flow": trust}), operating={"caster": known_state}
            )
            assert verdict(FLOW, known)[0] == expected, known_state

    def test_nothing_known_is_judged_as_producing(self) -> None:
        known = Known(caster_plant("LL"), Seen(passed={"flow:LL": (0, 0)}))
        assert verdict(RUNS, known) == ("fail", ["condition_violated"])

    def test_a_contradiction_says_so(self) -> None:
        known = Known(caster_plant(), operating={"caster": C})
        assert verdict(FLOW, known)[1] == ["operating_contradictory", "limit_not_set"]


class TestRoleGate:
    @pytest.mark.parametrize(
        ("gate", "value", "flow", "expected"),
        [
            (GOOD, 1, FAULTY, "fail"),
            (UNCERTAIN, 1, FAULTY, "fail"),
            (GOOD, 0, FAULTY, "pass"),
            (UNCERTAIN, 0, FAULTY, "unknown"),
            (LOST, 0, FAULTY, "unknown"),
            (LOST, 1, FAULTY, "unknown"),
            (LOST, 0, GOOD, "pass"),
            (GOOD, 1, GOOD, "pass"),
        ],
    )
    def test_table(
        self,
        gate: tuple[Quality, Reason],
        value: float,
        flow: tuple[Quality, Reason],
        expected: str,
    ) -> None:
        view = Seen({"lock": gate, "flow": flow}, {"lock": value})
        assert verdict(LOCKED, Known(caster_plant("LL", more=(LOCK,)), view))[0] == expected

    def test_any_of_several_opens(self) -> None:
        more = (LOCK, replace(LOCK, id="lock2"))
        view = Seen({"lock": LOST, "flow": FAULTY}, {"lock2": 1})
        assert verdict(LOCKED, Known(caster_plant("LL", more=more), view))[0] == "fail"

    def test_a_gate_that_is_not_monitored_is_unknown(self) -> None:
        known = Known(caster_plant("LL"), Seen({"flow": FAULTY}))
        assert verdict(LOCKED, known) == ("unknown", ["signal_not_set", "signal_faulty"])

from dataclasses import replace

import pytest

from plant.plant import Plant
from simulators.faults import INSTRUMENT, At, Fault, Kind, Which, rest
from simulators.lessons import LESSONS, SECONDS
from simulators.schedule import Disturbance, scheduled
from tests.plant_files import caster_plant
from tests.unit.simulators.judged import demo

CASTER_LESSONS = ["mould-water-pump-slows", "metal-surges", "bypass-on"]


def _without(plant: Plant, *kinds: str) -> Plant:
    items = {item.id for item in plant.equipment if item.kind in kinds}
    return replace(plant, signals=tuple(s for s in plant.signals if s.equipment not in items))


def _of(plant: Plant, seconds: float) -> Disturbance:
    return scheduled(plant).disturbance(seconds)


def test_a_plant_of_casters_plays_their_three_minutes() -> None:
    schedule = scheduled(caster_plant())

    assert [lesson.id for lesson in schedule.lessons] == CASTER_LESSONS
    assert schedule.cycle_seconds == 180.0


def test_the_demonstration_plays_every_lesson_in_order() -> None:
    schedule = scheduled(demo())

    assert schedule.lessons == LESSONS
    assert schedule.cycle_seconds == SECONDS * len(LESSONS) == 900.0


def test_a_lesson_without_its_equipment_is_left_out() -> None:
    plant = _without(demo(), "deep_well_caster", "gas_area_room")
    ids = [lesson.id for lesson in scheduled(plant).lessons]

    assert ids[:2] == ["furnace-leaks", "gas-supply-lost"]
    assert not {*CASTER_LESSONS, "co-escapes", "instruments-lie", "device-away"} & set(ids)


def test_a_plant_without_any_model_is_quiet() -> None:
    plant = _without(demo(), *{item.kind for item in demo().equipment})

    assert scheduled(plant).lessons == ()
    assert _of(plant, 25.0) == Disturbance(25.0)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_fault_comes_and_goes_within_its_minute(lesson) -> None:
    assert lesson.faults
    for fault in lesson.faults:
        assert 0 < fault.start < fault.end <= fault.end + fault.ramp < SECONDS


def test_lessons_have_their_own_names_in_both_languages() -> None:
    assert len({lesson.id for lesson in LESSONS}) == len(LESSONS)
    for lesson in LESSONS:
        assert lesson.title.zh
        assert lesson.title.en
        assert "\n" not in lesson.title.zh + lesson.title.en


def test_the_pump_slows_as_it_always_has() -> None:
    plant = caster_plant()

    assert _of(plant, 12.0).processes == {}
    assert _of(plant, 13.5).processes == {"caster-1": {Kind.PUMP: 0.875}}
    assert _of(plant, 16.0).processes == {"caster-1": {Kind.PUMP: 0.75}}
    assert _of(plant, 23.0).processes == {}
    assert _of(plant, 180.0 + 16.0).processes == _of(plant, 16.0).processes


def test_two_faults_of_one_kind_add_up() -> None:
    minute = 60.0 * [lesson.id for lesson in LESSONS].index("furnace-leaks")

    (leak,) = (moved[Kind.LEAK] for moved in _of(demo(), minute + 30).processes.values())
    assert leak == pytest.approx(0.082)


def test_a_bypass_is_of_its_equipment() -> None:
    acting = _of(demo(), 140.0)

    assert acting.bypassed("caster-1")
    assert not acting.bypassed("eaf-1")


@pytest.mark.parametrize(
    ("lesson", "seconds", "what"),
    [
        ("instruments-lie", 20.0, {"control-room.co_1", "eaf-1.outlet_temperature"}),
        ("valve-creeps", 20.0, {("foundry-gas", "cutoff_valve.closed")}),
        ("fan-is-dead", 20.0, {("electrolyte-1", "emergency_fan.running")}),
        ("device-away", 15.0, {"gas-plc"}),
    ],
)
def test_what_a_fault_means_is_found_in_the_plant(lesson: str, seconds: float, what) -> None:
    minute = 60.0 * [one.id for one in LESSONS].index(lesson)
    acting = _of(demo(), minute + seconds)

    assert {*acting.instruments, *acting.slow, *acting.failing, *acting.away} == what
    assert _of(demo(), minute + 59.9) == Disturbance(minute + 59.9)


def test_gas_escapes_in_the_first_room_only() -> None:
    minute = 60.0 * [one.id for one in LESSONS].index("co-escapes")

    assert list(_of(demo(), minute + 10).processes) == ["pump-room"]


def test_casters_follow_their_lesson_all_together() -> None:
    plant = caster_plant()
    twin = replace(plant.equipment_by_id["caster-1"], id="caster-2")
    signals = tuple(replace(s, id=f"2.{s.id}", equipment="caster-2") for s in plant.signals)
    both = replace(plant, equipment=(*plant.equipment, twin), signals=(*plant.signals, *signals))

    assert list(_of(both, 16.0).processes) == ["caster-1", "caster-2"]


def test_at_rest_nothing_is_moved() -> None:
    ones = {Kind.PUMP, Kind.PASSAGES, Kind.SUPPLY, Kind.REGULATOR}
    ones |= {Kind.COMBUSTION_FAN, Kind.FLAME, Kind.SLOW}

    assert {kind for kind in Kind if rest(kind) == 1.0} == ones
    assert {kind for kind in Kind if rest(kind) == 0.0} == set(Kind) - ones
    assert not ones & INSTRUMENT


def test_a_fault_without_a_ramp_is_there_at_once() -> None:
    fault = Fault(Kind.SUPPLY, At("gas_main", which=Which.FIRST), 10.0, 20.0, 0.0)

    assert [fault.share(time) for time in (9.9, 10.0, 19.9, 20.0)] == [0.0, 1.0, 1.0, 0.0]

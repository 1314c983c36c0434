"""The demonstration's whole cycle as the engine judges it: what each lesson must show."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from monitor.changes import (
    DemandChange,
    InterlockChange,
    InterlockState,
    LimitChange,
    QualityChange,
    Response,
)
from plant.quality import Quality
from simulators.lessons import LESSONS, SECONDS
from simulators.schedule import scheduled
from simulators.simulated_plant import STEP, Shown, advanced, started
from tests.unit.simulators.judged import Seen, demo, judge

pytestmark = pytest.mark.timeout(120)  # fifteen minutes are played, three times

CYCLE = SECONDS * len(LESSONS)

# Each lesson: the limits that are passed, the demands and how they are answered.
OK, SLOW, FAILED = Response.OK, Response.SLOW, Response.FAILED
EXPECTED: Mapping[str, tuple[set[str], dict[str, Response]]] = {
    "mould-water-pump-slows": (
        {"caster-1.water_pressure:L", "caster-1.water_pressure:LL"}
        | {"caster-1.water_flow:L", "caster-1.water_flow:LL"},
        {"mould-water": OK},
    ),
    "metal-surges": (
        {"caster-1.launder_level:H", "caster-1.launder_level:HH"},
        {"metal-level": OK},
    ),
    "bypass-on": ({"caster-1.water_flow:L"}, {}),
    "furnace-leaks": (
        {"eaf-1.flow_difference:H", "eaf-1.flow_difference:HH"},
        {"eaf-cooling": OK},
    ),
    "gas-supply-lost": (
        {"steel-gas.pressure:L", "steel-gas.pressure:LL"},
        {"steel-gas-cut-off": OK},
    ),
    "co-escapes": (
        {"pump-room.co_1:H", "pump-room.co_1:HH", "pump-room.co_2:H", "pump-room.co_2:HH"},
        {},
    ),
    "furnace-top-surges": (
        {"bf-1.top_pressure:H", "bf-1.top_pressure:HH"},
        {"bf-relief": OK},
    ),
    "furnace-pump-trips": (
        {"induction-1.inlet_flow:L", "induction-1.inlet_flow:LL"},
        {"induction-cooling": OK},
    ),
    "flame-lost": (
        {"burner-1.flame:STATE", "burner-1.flame_intensity:L"},
        {"flame-failure": OK},
    ),
    "combustion-fan-stops": (
        {"foundry-gas.fan_running:STATE", "foundry-gas.air_pressure:L"}
        | {"foundry-gas.air_pressure:LL", "burner-1.flame:STATE", "burner-1.flame_intensity:L"},
        {"foundry-gas-cut-off": OK, "flame-failure": OK},
    ),
    "so2-escapes": (
        {"electrolyte-1.so2_1:H", "electrolyte-1.so2_2:H"},
        {"so2-ventilation": OK},
    ),
    "instruments-lie": (set(), {}),
    "valve-creeps": (
        {"foundry-gas.pressure:H", "foundry-gas.pressure:HH"}
        | {"burner-1.flame:STATE", "burner-1.flame_intensity:L"},
        {"foundry-gas-cut-off": SLOW, "flame-failure": OK},
    ),
    "fan-is-dead": (
        {"electrolyte-1.so2_1:H", "electrolyte-1.so2_1:HH"}
        | {"electrolyte-1.so2_2:H", "electrolyte-1.so2_2:HH"},
        {"so2-ventilation": FAILED},
    ),
    "device-away": (set(), {}),
}
LOST = {"instruments-lie", "device-away"}


@pytest.fixture(scope="module", params=[1, 4])
def seen(request) -> dict[str, list[Seen]]:
    """What the engine says, by lesson."""
    found: dict[str, list[Seen]] = defaultdict(list)
    for one in judge(demo(), request.param, CYCLE):
        found[LESSONS[int(one.time // SECONDS)].id].append(one)
    return found


@pytest.fixture(scope="module")
def cycle() -> Sequence[Shown]:
    simulated, shown = started(demo(), 1), []
    for elapsed in range(0, round(CYCLE * 1000), STEP):
        simulated, now = advanced(simulated, elapsed)
        shown.append(now)
    return shown


def test_every_lesson_passes_its_limits_and_no_other(seen: dict[str, list[Seen]]) -> None:
    for lesson in LESSONS:
        passed = {
            one.change.limit
            for one in seen[lesson.id]
            if isinstance(one.change, LimitChange) and one.change.active
        }
        assert passed == EXPECTED[lesson.id][0], lesson.id


def test_every_interlock_answers_as_its_lesson_says_and_none_else(
    seen: dict[str, list[Seen]],
) -> None:
    for lesson in LESSONS:
        demands = [one.change for one in seen[lesson.id] if isinstance(one.change, DemandChange)]
        last = {demand.interlock: demand.result for demand in demands}
        assert last == EXPECTED[lesson.id][1], lesson.id
        assert len({demand.demand for demand in demands}) == len(last), lesson.id
    tripped = {name for _, demanded in EXPECTED.values() for name in demanded}
    assert tripped == set(demo().interlock_by_id)


def test_every_lesson_is_calm_for_its_last_ten_seconds(seen: dict[str, list[Seen]]) -> None:
    for lesson in LESSONS:
        late = [one for one in seen[lesson.id] if one.time % SECONDS > 50]
        assert late == [], lesson.id


def test_an_interlock_that_is_not_armed_is_so_for_a_lesson_only(
    seen: dict[str, list[Seen]],
) -> None:
    state = dict.fromkeys(demo().interlock_by_id, InterlockState.UNKNOWN)
    for lesson in LESSONS:
        for one in seen[lesson.id]:
            if isinstance(one.change, InterlockChange):
                state[one.change.interlock] = one.change.after
        assert set(state.values()) == {InterlockState.ARMED}, lesson.id


def test_a_bypass_and_a_lost_device_show(seen: dict[str, list[Seen]]) -> None:
    def states(lesson: str) -> set[tuple[str, InterlockState]]:
        changes = [one.change for one in seen[lesson] if isinstance(one.change, InterlockChange)]
        return {(change.interlock, change.after) for change in changes}

    assert ("mould-water", InterlockState.BYPASSED) in states("bypass-on")
    assert ("steel-gas-cut-off", InterlockState.UNKNOWN) in states("device-away")


def test_data_are_lost_only_where_a_lesson_takes_them_away(seen: dict[str, list[Seen]]) -> None:
    for lesson in LESSONS:
        lost = {
            one.change.signal
            for one in seen[lesson.id]
            if isinstance(one.change, QualityChange) and one.change.after > Quality.GOOD
        }
        assert bool(lost) is (lesson.id in LOST), (lesson.id, lost)


def test_without_a_fault_no_signal_leaves_its_range(cycle: Sequence[Shown]) -> None:
    for signal in demo().signals:
        if signal.formula is None and signal.id != "control-room.co_1":
            values = [shown.values[signal.id] for shown in cycle]
            assert signal.range_low <= min(values) <= max(values) <= signal.range_high, signal.id


def test_every_analog_value_moves_and_is_never_frozen_without_a_fault(
    cycle: Sequence[Shown],
) -> None:
    steady = {"bf-1.top_pressure_set_point", "bf-1.relief_set_point"}
    steady |= {"caster-1.emergency_water_pressure", "eaf-1.outlet_temperature"}
    steady |= {"control-room.co_1"}
    for signal in demo().signals:
        if signal.formula is not None or signal.discrete or signal.id in steady:
            continue
        values = [shown.values[signal.id] for shown in cycle]
        for start in range(0, len(values), 20 * 10):
            assert len(set(values[start : start + 20 * 10])) > 1, (signal.id, start)


def test_the_detector_is_away_for_half_a_minute_and_the_transmitter_frozen_for_longer(
    cycle: Sequence[Shown],
) -> None:
    minute = 20 * 60 * [lesson.id for lesson in LESSONS].index("instruments-lie")
    detector = [s.values["control-room.co_1"] for s in cycle[minute : minute + 1200]]
    frozen = [s.values["eaf-1.outlet_temperature"] for s in cycle[minute + 160 : minute + 920]]

    assert sum(value != value for value in detector) == 30 * 20  # noqa: PLR0124 - NaN
    assert len(set(frozen)) == 1


def test_a_transmitter_that_is_watched_for_freezing_takes_its_interlock_away() -> None:
    plant = demo()
    kept = {one.id for one in plant.equipment if one.kind in ("steel_furnace", "gas_area_room")}
    signals = tuple(
        replace(one, frozen_s=20.0) if one.role == "cooling.outlet_temperature" else one
        for one in plant.signals
        if one.equipment in kept
    )
    interlocks = tuple(one for one in plant.interlocks if one.equipment in kept)
    furnace = replace(plant, signals=signals, interlocks=interlocks)
    minute = [lesson.id for lesson in scheduled(furnace).lessons].index("instruments-lie")
    states = [
        (one.time - SECONDS * minute, one.change.after)
        for one in judge(furnace, 1, SECONDS * (minute + 1))
        if isinstance(one.change, InterlockChange) and one.time > SECONDS * minute
    ]

    (frozen, gone), (moving, back) = states
    assert (gone, back) == (InterlockState.UNAVAILABLE, InterlockState.ARMED)
    assert 27 < frozen < 30
    assert 46 <= moving < 48


def test_same_seed_same_cycle(cycle: Sequence[Shown]) -> None:
    simulated = started(demo(), 1)
    for elapsed in range(0, 60_000, STEP):
        simulated, shown = advanced(simulated, elapsed)
        assert shown == cycle[elapsed // STEP]


@pytest.mark.parametrize("late", [100, 300, 500, 700, 900])
def test_a_pump_that_trips_is_first_out_though_its_meters_are_read_apart(late: int) -> None:
    plant = demo()
    signals = tuple(one for one in plant.signals if one.equipment == "induction-1")
    interlocks = tuple(one for one in plant.interlocks if one.equipment == "induction-1")
    furnace = replace(plant, signals=signals, interlocks=interlocks)
    minute = [lesson.id for lesson in scheduled(furnace).lessons].index("furnace-pump-trips")
    changes = [
        one.change
        for one in judge(furnace, 1, SECONDS * (minute + 1), {"induction-1.outlet_flow": late})
        if one.time > SECONDS * minute
    ]

    limits = {one.limit for one in changes if isinstance(one, LimitChange) and one.active}
    assert limits == {"induction-1.inlet_flow:L", "induction-1.inlet_flow:LL"}
    demands = [one for one in changes if isinstance(one, DemandChange)]
    assert {one.first_out for one in demands} == {("induction-1.inlet_flow:LL",)}
    assert demands[-1].result is OK

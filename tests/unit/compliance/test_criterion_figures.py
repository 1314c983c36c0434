"""The figures of the 46 criterion files: which state is wrong, and what a rule names."""

from collections.abc import Iterator

import pytest

from compliance.criterion import MonitoredLimits, Requirement, RunningCondition, WorkingInterlock
from firstout.plant_folder import criteria
from plant.role import ROLES
from plant.signal import Level

ALL = [(criterion.id, item) for criterion in criteria() for item in criterion.all_requirements]

# What an alarm of each switch must be raised on.
WRONG = {
    **dict.fromkeys(("mechanical_lock.locked", "airlock.rotating", "ventilation.running"), 0),
    **dict.fromkeys(("suppression.ready", "spark_extinguisher.ready", "separator.ready"), 0),
    **dict.fromkeys(("attendant.present", "flame.present", "combustion_fan.running"), 0),
    **dict.fromkeys(("water.present", "vessel.wet", "store.smoke", "stack.tilted"), 1),
    **dict.fromkeys(("airlock.fault", "venting.burst", "casting.speed_fault"), 1),
    **dict.fromkeys(("emergency_stop.pressed", "isolator.intermediate"), 1),
    "emergency_drain.open": 1,
}


def levels(item: Requirement) -> tuple[Level, ...]:
    if isinstance(item, WorkingInterlock):
        return (item.level,)
    return item.levels if isinstance(item, MonitoredLimits | RunningCondition) else ()


def test_every_state_says_which_is_wrong() -> None:
    found: dict[str, set[int | None]] = {}
    for _, item in ALL:
        if isinstance(item, MonitoredLimits | RunningCondition | WorkingInterlock):
            assert (item.state is not None) is (Level.STATE in levels(item)), item
            if item.state is not None:
                found.setdefault(item.role, set()).add(item.state)

    assert found == {role: {state} for role, state in WRONG.items()}


def figured() -> Iterator[tuple[str, MonitoredLimits | RunningCondition]]:
    for name, item in ALL:
        if isinstance(item, MonitoredLimits | RunningCondition) and item.figures:
            yield name, item


def test_what_the_rules_name_is_asked_in_their_own_unit() -> None:
    """Standards 2.2; traps 3 and 4: each rule's own figure, none converted into another unit."""
    found = {
        (name, item.role, ROLES[item.role].unit, item.rule, *item.figures)
        for name, item in figured()
    }
    petro = "GB/T 50493-2019"

    assert found == {
        ("steel-7", "co.concentration", "ppm", "GB 6222-2005", ("H", 24), ("HH", 160)),
        ("battery-2", "so2.concentration", "mg/m3", petro, ("H", 5), ("HH", 10)),
        ("battery-2", "hcl.concentration", "mg/m3", petro, ("H", 7.5), ("HH", 15)),
        ("confined-5", "oxygen.concentration", "%vol", petro, ("L", 19.5), ("H", 23.5)),
        ("confined-5", "combustible_gas.concentration", "%LEL", "", ("H", 10)),
        ("confined-5", "co.mass_concentration", "mg/m3", petro, ("H", 20)),
        ("confined-5", "h2s.concentration", "mg/m3", petro, ("H", 10)),
    }


def test_an_engineering_default_is_no_figure_to_hold_a_plant_to() -> None:
    assert {item.basis for _, item in figured()} == {"standard", "memory"}
    assert all(item.rule for _, item in figured() if item.basis == "standard")
    assert all({level for level, _ in item.figures} <= set(item.levels) for _, item in figured())


@pytest.mark.parametrize(
    ("role", "within_s"),
    [
        *(("mould.water_pressure", {3, 10, None}), ("mould.water_flow", {3, 10, None})),
        *(("launder.level", {2, 10}), ("furnace.outlet_level", {2})),
        *(("cooling.flow_difference", {5}), ("cooling.outlet_temperature", {None})),
        *(("gas_main.pressure", {2}), ("flame.present", {3}), ("so2.concentration", {10})),
        ("spark.count", {0.5, None}),
    ],
)
def test_allowances_are_those_of_the_tables(role: str, within_s: set[float | None]) -> None:
    """Standards 4.5, 2.5, 1.2 (tilted back within 10 s) and 1.6."""
    found = {i.within_s for _, i in ALL if isinstance(i, WorkingInterlock) and i.role == role}

    assert found == within_s


def test_test_intervals_are_those_of_the_tables() -> None:
    found: dict[str, set[float | None]] = {}
    for name, item in ALL:
        if isinstance(item, WorkingInterlock):
            found.setdefault(name, set()).add(item.proof_test_days)

    assert found == {
        **{name: {92} for name in ("steel-6", "aluminium-2", "casting-4")},
        **{name: {31} for name in ("aluminium-1", "battery-2", "dust-6")},
        "steel-3": {183},
        "aluminium-4": {None},
        "aluminium-7": {366},
        "casting-5": {366, 31},
    }

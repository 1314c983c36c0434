"""A new version of the plant: what is gone is settled, what stays is judged by the new limits."""

from dataclasses import replace

import pytest

from alarms.book import AlarmBook
from monitor.changes import (
    BypassChange,
    ClockChange,
    InterlockChange,
    InterlockState,
    NodeState,
)
from plant.plant import Plant
from plant.quality import Reason
from plant.signal import Level, Limit, Priority
from tests.small_plant import analog, at, interlock, limit, plant_of, switch
from tests.unit.alarms.desk import Desk, suppression, told, with_suppressions


def plant(*limits: Limit, suppressed: tuple[str, ...] = ()) -> Plant:
    made = plant_of(
        [analog("a", *limits), analog("b", device="drive"), switch("key")],
        [interlock("trip", [limits[0].id], [], ["key"])],
    )
    return with_suppressions(made, *([suppression("idle", *suppressed)] if suppressed else []))


LOW = (limit("a", "LL", 20), limit("a", "L", 30))


def apply(desk: Desk, new: Plant, second: float) -> list[str]:
    desk.book = AlarmBook(new)
    said = desk.book.retire(desk.memory, at(second))
    for event in said:
        assert desk.memory.alarms[event.alarm.id] == event.alarm
    return told(said)


@pytest.fixture
def desk() -> Desk:
    return Desk(plant(*LOW, limit("a", "H", 70), suppressed=("a:L",)))


def test_the_same_plant_changes_nothing(desk: Desk) -> None:
    desk.passed("a:L", 1)
    desk.quality(1, Reason.SENSOR_FAULT, "b")
    desk.wait(3)
    before = replace(desk.memory, alarms=dict(desk.memory.alarms))
    assert apply(desk, desk.plant, 9) == []
    assert desk.memory == before


def test_what_is_gone_is_settled(desk: Desk) -> None:
    desk.passed("a:H", 1)
    desk.tell(BypassChange("trip", "key", True, True, at(1), at(1)))
    desk.tell(ClockChange("drive", True, 0, at(1)))
    desk.quality(1, Reason.NO_ANSWER, "b")
    desk.wait(3)
    standing = ["a:high", "trip:bypass", "drive:clock", "drive:device"]
    assert list(desk.memory.alarms) == standing
    left = plant_of([analog("a", *LOW)])
    assert apply(desk, left, 9) == [f"{name} remove" for name in standing]
    assert not any(alarm.standing for alarm in desk.memory.alarms.values())
    assert desk.memory.unusable == {}
    assert desk.memory.waiting == {}


def test_a_node_that_is_gone(desk: Desk) -> None:
    desk.node(1, NodeState.OFFLINE)
    assert apply(desk, replace(desk.plant, gateway="gw2"), 9) == ["gw:node remove"]
    assert desk.memory.online == []


def test_an_interlock_that_can_be_switched_off_no_more(desk: Desk) -> None:
    desk.tell(InterlockChange("trip", InterlockState.ARMED, InterlockState.DISARMED, None, at(1)))
    assert apply(desk, desk.plant, 9) == ["trip:disarmed remove"]


def test_what_is_settled_counts_on_when_it_is_back(desk: Desk) -> None:
    desk.passed("a:H", 1)
    apply(desk, plant(*LOW), 9)
    assert apply(desk, desk.plant, 10) == []
    desk.book = AlarmBook(desk.plant)
    desk.passed("a:H", 11)
    assert desk.alarm("a:high").occurrence == 2


def test_a_level_that_is_gone_leaves_the_one_that_stands(desk: Desk) -> None:
    desk.passed("a:L", 1)
    desk.passed("a:LL", 1)
    assert apply(desk, plant(LOW[1]), 9) == ["a:low level"]
    alarm = desk.alarm("a:low")
    assert (alarm.levels, alarm.level, alarm.limit) == ((Level.L,), Level.L, 30)
    assert (alarm.acknowledged, alarm.occurrence) == (False, 2)


def test_the_level_it_spoke_of_is_gone_and_nothing_else_stands(desk: Desk) -> None:
    desk.passed("a:LL", 1)
    assert apply(desk, plant(LOW[1]), 9) == ["a:low remove"]


def test_new_set_points_and_priorities_are_told(desk: Desk) -> None:
    desk.passed("a:L", 1)
    desk.acknowledge("a:low")
    other = replace(LOW[1], set_point=40, priority=Priority.LOW)
    assert apply(desk, plant(LOW[0], other), 9) == ["a:low level"]
    alarm = desk.alarm("a:low")
    assert (alarm.limit, alarm.priority, alarm.acknowledged) == (40, Priority.LOW, True)


def test_a_suppression_that_is_gone_holds_nothing_back(desk: Desk) -> None:
    desk.suppress("idle", 1)
    desk.passed("a:L", 2)
    assert apply(desk, plant(*LOW), 9) == ["a:low unsuppress"]
    alarm = desk.alarm("a:low")
    assert (alarm.acknowledged, alarm.occurrence, alarm.suppressed_by) == (False, 1, None)
    assert desk.memory.suppressions == []


def test_a_signal_that_moves_to_another_device_takes_its_silence_along(desk: Desk) -> None:
    desk.quality(1, Reason.NO_ANSWER, "a", "key")
    desk.wait(3)
    moved = [replace(signal, device="drive") for signal in desk.plant.signals]
    made = replace(desk.plant, signals=tuple(moved))
    assert apply(desk, made, 9) == ["plc:device remove"]
    assert set(desk.memory.unusable) == {"drive"}

"""Signals and controllers that bring nothing usable, and clocks that are wrong."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.alarm import AlarmEvent
from alarms.memory import AlarmMemory
from alarms.unusable import Find, UnusableAlarms
from monitor.changes import ClockChange, NodeState
from monitor.view import View
from plant.formula import Formula, Function
from plant.moment import SECOND
from plant.quality import Quality, Reason
from plant.signal import Priority, Signal
from tests.small_plant import analog, at, interlock, limit, plant_of
from tests.unit.alarms.desk import Desk, told


def computed(name: str, level: str, *members: str) -> Signal:
    formula = Formula(Function.DIFFERENCE, members)
    return replace(analog(name, limit(name, level, 5)), device="", address="", formula=formula)


_MEASURED = (analog("a"), analog("b"), analog("c", device="drive"))
_DERIVED = (computed("diff", "HH", "a", "c"), computed("twice", "H", "diff", "b"))
_PLANT = ((*_MEASURED, *_DERIVED), (interlock("trip", ["diff:HH"], []),))


@pytest.fixture
def desk() -> Desk:
    return Desk(plant_of(*_PLANT))


class TestComputed:
    def test_members_that_cannot_be_used_call_for_themselves(self, desk: Desk) -> None:
        desk.quality(1, Reason.SENSOR_FAULT, "a")
        desk.quality(1, Reason.NOT_PAIRED, "diff", "twice")
        assert told(desk.wait(3)) == ["a:quality trip"]
        assert desk.wait(60) == []

    def test_members_that_can_be_used_leave_it_to_call(self, desk: Desk) -> None:
        desk.quality(1, Reason.NOT_PAIRED, "diff")
        assert told(desk.wait(3)) == ["diff:quality trip"]
        alarm = desk.alarm("diff:quality")
        assert alarm.message.en == "diff is faulty: what it is computed from does not go together"
        assert told(desk.good(4, "diff")) == ["diff:quality return"]

    def test_it_calls_when_its_members_are_back_and_it_is_not(self, desk: Desk) -> None:
        desk.quality(1, Reason.SENSOR_FAULT, "a")
        desk.quality(1, Reason.NOT_PAIRED, "diff")
        desk.wait(3)
        assert told(desk.good(4, "a")) == ["a:quality return", "diff:quality trip"]

    def test_what_an_interlock_computes_from_is_protecting(self, desk: Desk) -> None:
        desk.quality(1, Reason.SENSOR_FAULT, "a", "b")
        desk.wait(3)
        assert desk.alarm("a:quality").priority is Priority.HIGH
        assert desk.alarm("b:quality").priority is Priority.MEDIUM

    def test_what_a_critical_limit_watches_is_protecting(self) -> None:
        alone = Desk(plant_of((analog("co", limit("co", "HH", 5)),), ()))
        alone.quality(1, Reason.SENSOR_FAULT, "co")
        alone.wait(3)
        assert alone.alarm("co:quality").priority is Priority.HIGH

    def test_a_lost_node_is_one_alarm(self, desk: Desk) -> None:
        lost = ("a", "b", "c")
        desk.quality(1, Reason.NODE_OFFLINE, *lost, quality=Quality.STALE)
        desk.quality(1, Reason.NOT_PAIRED, "diff", "twice")
        desk.node(1, NodeState.OFFLINE)
        desk.wait(60)
        assert desk.told == ["gw:node trip"]


class TestSilence:
    def test_what_does_not_come_back_with_its_node_calls(self, desk: Desk) -> None:
        desk.quality(1, Reason.NODE_OFFLINE, "a", "b", "c", quality=Quality.STALE)
        desk.node(1, NodeState.OFFLINE)
        desk.good(60, "b", "c")
        desk.node(60, NodeState.ONLINE)
        desk.heard.clear()
        assert desk.wait(63.4) == []  # fresh for 1.5 s, then 2 s
        assert told(desk.wait(63.5)) == ["a:quality trip"]

    def test_a_device_that_dies_while_its_node_lives_is_one_alarm(self, desk: Desk) -> None:
        desk.quality(1, Reason.NODE_OFFLINE, "a", "b", quality=Quality.STALE)
        assert told(desk.wait(3)) == ["plc:device trip"]
        assert told(desk.good(4, "a", "b")) == ["plc:device return"]

    def test_signals_that_fall_silent_one_by_one_are_in_the_end_one_device(
        self, desk: Desk
    ) -> None:
        desk.quality(1, Reason.AGED, "a", quality=Quality.STALE)
        assert told(desk.wait(3)) == ["a:quality trip"]
        assert told(desk.quality(5, Reason.AGED, "b", quality=Quality.STALE)) == [
            "plc:device trip"
        ]

    def test_one_signal_that_speaks_again_leaves_the_others_to_call(self, desk: Desk) -> None:
        desk.quality(1, Reason.AGED, "a", "b", quality=Quality.STALE)
        desk.wait(3)
        assert told(desk.good(4, "a")) == ["b:quality trip"]
        assert told(desk.good(5, "b")) == ["b:quality return", "plc:device return"]

    def test_another_reason_is_looked_at_again(self, desk: Desk) -> None:
        desk.quality(1, Reason.NO_ANSWER, "a", "b")
        desk.wait(3)
        said = desk.quality(4, Reason.SENSOR_FAULT, "a", "b")
        assert told(said) == ["a:quality trip", "b:quality trip", "plc:device return"]


class TestReasons:
    @pytest.mark.parametrize(
        ("reason", "en"),
        [
            (Reason.FROZEN, "a is faulty: the value is frozen"),
            (Reason.IMPLAUSIBLE, "a is faulty: the value is implausible"),
        ],
    )
    def test_what_is_bad_calls(self, desk: Desk, reason: Reason, en: str) -> None:
        desk.quality(1, reason, "a")
        desk.wait(3)
        assert desk.alarm("a:quality").message.en == en

    @pytest.mark.parametrize("reason", [Reason.IMPLAUSIBLE, Reason.CLOCK])
    def test_what_is_uncertain_does_not(self, desk: Desk, reason: Reason) -> None:
        desk.quality(1, reason, "a", quality=Quality.UNCERTAIN)
        assert desk.wait(60) == []

    def test_a_wrong_clock_calls_for_its_device_and_not_for_each_signal(self, desk: Desk) -> None:
        desk.tell(ClockChange("plc", True, -round(3.25 * SECOND), at(1)))
        desk.quality(1, Reason.CLOCK, "a", "b")
        desk.wait(60)
        assert desk.told == ["plc:clock trip"]
        alarm = desk.alarm("plc:clock")
        assert (alarm.priority, alarm.equipment) == (Priority.MEDIUM, None)
        assert alarm.message.zh == "控制器 plc 时钟不准（偏差 3.2 秒）"
        assert told(desk.tell(ClockChange("plc", False, 0, at(61)))) == ["plc:clock return"]


class Thorough(UnusableAlarms):
    """Looks at every signal each time, whatever has changed."""

    def advance(
        self, memory: AlarmMemory, find: Find, touched: set[str], view: View, now: int
    ) -> Iterator[AlarmEvent]:
        everything = set(self._plant.signal_by_id)
        yield from super().advance(memory, find, touched | everything, view, now)


_HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from([0.5, 1.0, 3.0]),
        st.sampled_from(["wait", "good", "node", *Reason]),
        st.sets(st.sampled_from(["a", "b", "c", "diff", "twice"]), min_size=1),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(_HAPPENINGS)
def test_looking_only_at_what_has_changed_finds_what_looking_at_all_finds(
    happenings: list[tuple[float, str | Reason, set[str]]],
) -> None:
    quick, thorough = Desk(plant_of(*_PLANT)), Desk(plant_of(*_PLANT))
    thorough.book._unusable = Thorough(thorough.plant)
    for desk in (quick, thorough):
        second = 1.0
        for by, what, signals in happenings:
            second += by
            if what == "node":
                desk.node(second, NodeState.OFFLINE if len(signals) > 1 else NodeState.ONLINE)
            elif what == "good":
                desk.good(second, *sorted(signals))
            elif isinstance(what, Reason) and what is not Reason.NONE:
                desk.quality(second, what, *sorted(signals))
            desk.wait(second + 0.1)
    assert quick.told == thorough.told
    assert quick.memory == thorough.memory


def test_the_ticks_of_a_quiet_plant_ask_nothing() -> None:
    """A day of ticks at 10 Hz is 864,000: each may cost microseconds, however big the plant."""
    desk = Desk(plant_of([analog(f"s{number}") for number in range(1000)]))
    desk.quality(1, Reason.SENSOR_FAULT, *(f"s{number}" for number in range(500)))
    desk.wait(3)
    assert len(desk.memory.alarms) == 500
    desk.trust = None  # type: ignore[assignment,method-assign]
    began = time.perf_counter()
    for tick in range(10_000):
        assert desk.book.advance(desk.memory, (), desk, at(4 + tick / 10)) == []
    assert time.perf_counter() - began < 0.5  # 50 us each: far more than it takes

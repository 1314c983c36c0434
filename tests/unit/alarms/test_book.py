"""From changes of the plant to alarms: levels, quality, devices, nodes, interlocks, bypass."""

from dataclasses import dataclass, field

import pytest

from alarms.alarm import Alarm, AlarmEvent
from alarms.book import AlarmBook
from alarms.memory import AlarmMemory, shift_clock
from monitor.inputs import Input, by_instant
from plant.errors import RequestError
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Level, Priority
from tests.small_plant import Bench, analog, at, interlock, limit, plant_of, switch

CALM = {"a": 50, "b": 50, "gate": 0, "key1": 0, "key2": 0}


def plant() -> Plant:
    limits = [limit("a", "LL", 20), limit("a", "L", 30), limit("a", "H", 70), limit("a", "HH", 80)]
    return plant_of(
        [
            analog("a", *limits),
            analog("b", device="drive"),
            switch("gate"),
            switch("key1", role="interlock.bypass"),
            switch("key2", role="interlock.bypass"),
        ],
        [interlock("trip", ["a:HH"], [("gate", 1, 1.0)], ["key1", "key2"])],
    )


@dataclass
class Room(Bench):
    """A bench with an alarm book; `heard` is every transition."""

    heard: list[AlarmEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book, self.memory = AlarmBook(self.plant), AlarmMemory()
        self.shows = {name: float(value) for name, value in CALM.items()}
        super().__post_init__()

    def give(self, given: Input) -> list:  # type: ignore[type-arg]
        said = []
        for part in by_instant(given):
            changes = super().give(part)
            self.heard += self.book.advance(self.memory, changes, self.view, self.now)
            said += changes
        return said

    def poll(self, second: float, **shows: float) -> None:
        self.shows |= shows
        self.values(second, **self.shows)
        self.tick(second + 0.05)

    def polls(self, first: float, last: float, **shows: float) -> None:
        for half in range(round(first * 2), round(last * 2) + 1):
            self.poll(half / 2, **shows)

    def spoil(self, first: float, last: float, *signals: str, reason: Reason) -> None:
        """Poll as ever, but let some signals be BAD."""
        for half in range(round(first * 2), round(last * 2) + 1):
            others = {name: value for name, value in self.shows.items() if name not in signals}
            self.values(half / 2, **others)
            self.bad(half / 2, *signals, reason=reason)
            self.tick(half / 2 + 0.05)

    def acknowledge(self, alarm: str, occurrence: int | None = None) -> AlarmEvent:
        event = self.book.acknowledge(self.memory, alarm, occurrence, "zhang", "", at(999))
        self.heard.append(event)
        return event

    def alarm(self, name: str) -> Alarm:
        return self.memory.alarms[name]

    @property
    def told(self) -> list[str]:
        return [f"{event.alarm.id} {event.event}" for event in self.heard]

    @property
    def active(self) -> set[str]:
        return {name for name, alarm in self.memory.alarms.items() if alarm.active}


@pytest.fixture
def room() -> Room:
    room = Room(plant())
    room.polls(0, 1)
    assert room.heard == []
    return room


class TestLevels:
    def test_one_alarm_a_side(self, room: Room) -> None:
        room.poll(2, a=75)
        room.poll(3, a=10)
        assert room.told[:3] == ["a:high trip", "a:low trip", "a:high return"]

    def test_it_says_its_value_limit_priority_and_text(self, room: Room) -> None:
        room.poll(2, a=75)
        alarm = room.alarm("a:high")
        assert (alarm.value, alarm.limit, alarm.unit, alarm.level) == (75, 70, "m3/h", Level.H)
        assert alarm.priority is Priority.HIGH
        assert alarm.message.en == "a above its high limit"
        assert alarm.equipment == "caster"
        assert alarm.raised_at == at(2)

    def test_the_higher_level_calls_again(self, room: Room) -> None:
        room.poll(2, a=75)
        room.acknowledge("a:high")
        room.poll(3, a=80)
        alarm = room.alarm("a:high")
        assert (alarm.level, alarm.occurrence, alarm.acknowledged) == (Level.HH, 2, False)
        assert alarm.priority is Priority.CRITICAL

    def test_a_jump_past_both_calls_once_and_then_again(self, room: Room) -> None:
        room.poll(2, a=90)
        assert [t for t in room.told if t.startswith("a:")] == ["a:high trip", "a:high level"]
        assert room.alarm("a:high").level is Level.HH

    def test_a_milder_level_that_follows_says_nothing(self, room: Room) -> None:
        room.poll(2, a=10)
        assert [t for t in room.told if t.startswith("a:")] == ["a:low trip"]
        assert set(room.alarm("a:low").levels) == {Level.LL, Level.L}

    def test_easing_does_not_call_and_is_not_overlooked(self, room: Room) -> None:
        room.poll(2, a=90)
        room.poll(3, a=75)
        assert room.alarm("a:high").level is Level.HH  # nobody has seen it yet
        room.acknowledge("a:high")
        assert room.alarm("a:high").level is Level.H

    def test_easing_after_the_acknowledgement_is_told(self, room: Room) -> None:
        room.poll(2, a=90)
        room.acknowledge("a:high")
        room.poll(3, a=75)
        alarm = room.alarm("a:high")
        assert (alarm.level, alarm.acknowledged, alarm.occurrence) == (Level.H, True, 2)
        assert room.heard[-1].alarm == alarm

    def test_what_returned_unacknowledged_stays(self, room: Room) -> None:
        room.poll(2, a=75)
        room.polls(3, 20, a=50)
        alarm = room.alarm("a:high")
        assert (alarm.active, alarm.acknowledged) == (False, False)
        room.acknowledge("a:high", 1)
        assert room.alarm("a:high").acknowledged

    def test_a_backlog_that_tripped_and_returned_stands_unacknowledged(self, room: Room) -> None:
        room.died(2)
        room.born(600)
        room.values(3, historical=True, known=600, **(room.shows | {"a": 75}))
        room.values(4, historical=True, known=600, **room.shows)
        alarm = room.alarm("a:high")
        assert (alarm.active, alarm.acknowledged, alarm.raised_at) == (False, False, at(3))

    def test_a_milder_trip_does_not_hide_an_unseen_severe_one(self, room: Room) -> None:
        room.poll(2, a=85)
        room.poll(3, a=50)
        room.poll(4, a=75)
        alarm = room.alarm("a:high")
        assert (alarm.level, alarm.occurrence) == (Level.HH, 3)
        assert room.acknowledge("a:high").alarm.level is Level.H


class TestQuality:
    def test_two_seconds_of_bad_data_call(self, room: Room) -> None:
        room.bad(2, "a", reason=Reason.OUT_OF_RANGE)
        room.bad(3, "a", reason=Reason.OUT_OF_RANGE)
        room.tick(3.9)
        assert "a:quality" not in room.active
        room.tick(4.0)
        assert "a:quality" in room.active
        assert room.alarm("a:quality").message.en.startswith("a is faulty: outside")

    def test_one_lost_poll_calls_nobody(self, room: Room) -> None:
        room.bad(2, "a")
        room.poll(2.5)
        room.polls(3, 6)
        assert room.heard == []

    def test_another_reason_does_not_start_again(self, room: Room) -> None:
        room.bad(2, "a", reason=Reason.OUT_OF_RANGE)
        room.bad(3.5, "a", reason=Reason.SENSOR_FAULT)
        room.tick(4)
        assert "a:quality" in room.active

    def test_staleness_counts_from_when_it_became_stale(self, room: Room) -> None:
        del room.shows["b"]  # last seen at 1, stale since 2.5
        room.polls(1.5, 4)
        assert room.heard == []
        room.poll(4.5)
        assert room.told == ["b:quality trip"]

    def test_uncertain_is_usable(self, room: Room) -> None:
        for second in range(2, 8):
            room.values(second, Quality.UNCERTAIN, **room.shows)
        assert room.heard == []

    def test_it_returns_with_the_first_usable_value(self, room: Room) -> None:
        room.spoil(2, 4, "a", reason=Reason.SENSOR_FAULT)
        room.poll(4.5)
        assert room.told == ["a:quality trip", "a:quality return"]

    def test_a_protecting_signal_is_more_urgent(self, room: Room) -> None:
        room.spoil(2, 4, "a", "b", reason=Reason.SENSOR_FAULT)
        assert room.alarm("a:quality").priority is Priority.HIGH
        assert room.alarm("b:quality").priority is Priority.MEDIUM

    def test_bad_data_clear_no_alarm(self, room: Room) -> None:
        room.poll(2, a=75)
        room.bad(2.5, "a", reason=Reason.SENSOR_FAULT)
        room.tick(60)
        assert "a:high" in room.active

    def test_a_signal_that_never_comes_calls(self) -> None:
        """Silence alarms: a live node that never brings a signal is found out."""
        silent = Room(plant())
        del silent.shows["b"]
        silent.polls(0, 3)  # fresh for 1.5 s, then 2 s
        assert silent.heard == []
        silent.polls(3.5, 4)
        assert silent.told == ["b:quality trip"]
        silent.poll(5, b=50)
        assert silent.told[-1] == "b:quality return"

    def test_a_step_of_the_clock_is_no_reason_to_wait_an_hour(self, room: Room) -> None:
        room.bad(2, "a", reason=Reason.SENSOR_FAULT)
        shift_clock(room.memory, -3600 * 10**9)
        assert room.memory.unusable == {"plc": {"a": at(2 - 3600)}}
        assert room.memory.waiting == {"a": at(2 - 3600)}


class TestDevice:
    PLC = ("a", "gate", "key1", "key2")

    def test_a_mute_device_is_one_alarm(self, room: Room) -> None:
        room.spoil(2, 4, *self.PLC, reason=Reason.NO_ANSWER)
        assert room.told == ["plc:device trip"]
        assert room.alarm("plc:device").message.en == "No data come from controller plc"

    def test_a_device_of_which_all_is_too_old_is_one_alarm(self, room: Room) -> None:
        for half in range(4, 12):
            room.values(half / 2, b=50)
            room.tick(half / 2 + 0.05)
        assert room.told == ["plc:device trip"]

    def test_two_mute_devices_are_two(self, room: Room) -> None:
        room.spoil(2, 4, *CALM, reason=Reason.NO_ANSWER)
        assert room.told == ["drive:device trip", "plc:device trip"]

    def test_it_returns_when_the_device_answers(self, room: Room) -> None:
        room.spoil(2, 4, *self.PLC, reason=Reason.NO_ANSWER)
        room.poll(4.5)
        assert room.told == ["plc:device trip", "plc:device return"]

    def test_an_answer_that_is_a_fault_is_an_answer(self, room: Room) -> None:
        room.spoil(2, 4, *self.PLC, reason=Reason.NO_ANSWER)
        room.spoil(4.5, 5, "a", reason=Reason.SENSOR_FAULT)
        assert room.active == {"a:quality"}


class TestNode:
    def test_an_offline_node_is_one_alarm_and_none_a_signal(self, room: Room) -> None:
        room.died(2)
        room.tick(60)
        assert room.told == ["gw:node trip"]

    def test_a_node_that_never_came_calls(self) -> None:
        room = Room(plant())
        room.tick(3.5)
        assert room.told == ["gw:node trip"]

    def test_it_returns_when_the_node_is_live_not_while_it_catches_up(self, room: Room) -> None:
        room.died(2)
        room.born(600)
        for known in (601, 602, 603, 603.5):
            room.values(known - 590, historical=True, known=known, **room.shows)
        assert room.active == {"gw:node"}
        room.poll(604)
        assert room.active == set()

    def test_a_standing_quality_alarm_survives_the_node(self, room: Room) -> None:
        room.spoil(2, 4, "a", reason=Reason.SENSOR_FAULT)
        room.died(4.5)
        room.tick(60)
        assert room.active == {"a:quality", "gw:node"}


class TestInterlock:
    def test_a_failed_demand_is_critical(self, room: Room) -> None:
        room.polls(2, 5, a=80)
        alarm = room.alarm("trip:interlock")
        assert (alarm.active, alarm.priority) == (True, Priority.CRITICAL)
        assert alarm.message.en == "trip did not act"
        assert alarm.equipment == "caster"

    def test_an_ok_demand_calls_nobody(self, room: Room) -> None:
        room.polls(2, 5, a=80, gate=1)
        assert "trip:interlock" not in room.memory.alarms

    def test_an_undetermined_one_is_high_and_then_what_it_turns_out_to_be(
        self, room: Room
    ) -> None:
        del room.shows["gate"]
        room.polls(2, 5, a=80)
        assert room.alarm("trip:interlock").priority is Priority.HIGH
        room.poll(6, gate=0)
        alarm = room.alarm("trip:interlock")
        assert (alarm.priority, alarm.occurrence) == (Priority.CRITICAL, 2)

    def test_it_returns_when_the_interlock_is_armed_again(self, room: Room) -> None:
        room.polls(2, 5, a=80)
        room.polls(5.5, 6, a=50)
        assert room.heard[-1].alarm.id == "trip:interlock"
        assert not room.alarm("trip:interlock").active

    def test_a_failure_found_after_the_cause_is_gone_still_stands_to_be_seen(
        self, room: Room
    ) -> None:
        room.poll(2, a=80)
        room.polls(2.5, 6, a=50)
        alarm = room.alarm("trip:interlock")
        assert (alarm.active, alarm.acknowledged, alarm.occurrence) == (False, False, 1)

    def test_a_bypass_stands_until_the_last_key_is_back(self, room: Room) -> None:
        room.poll(2, key1=1)
        room.poll(3, key2=1)
        room.poll(4, key1=0)
        assert "trip:bypass" in room.active
        room.poll(5, key2=0)
        assert room.told == ["trip:bypass trip", "trip:bypass return"]


class TestRefusals:
    def test_no_such_alarm(self, room: Room) -> None:
        with pytest.raises(RequestError) as refused:
            room.acknowledge("a:high")
        assert refused.value.code == "not_found"

    def test_it_has_called_again(self, room: Room) -> None:
        room.poll(2, a=75)
        room.poll(3, a=80)
        with pytest.raises(RequestError) as refused:
            room.acknowledge("a:high", 1)
        assert refused.value.code == "occurrence_passed"
        assert not room.alarm("a:high").acknowledged

    def test_twice(self, room: Room) -> None:
        room.poll(2, a=75)
        room.acknowledge("a:high", 1)
        with pytest.raises(RequestError) as refused:
            room.acknowledge("a:high", 1)
        assert refused.value.code == "already_acknowledged"

"""Alarms of interlocks: what each state and demand calls for, and when it returns."""

from dataclasses import replace

import pytest

from monitor.changes import (
    CauseSeen,
    Change,
    DemandChange,
    DemandEvent,
    InterlockChange,
    InterlockState,
    Response,
    Voting,
)
from plant.signal import Priority
from tests.small_plant import analog, at, interlock, limit, plant_of, switch
from tests.unit.alarms.desk import Desk, told

_VOTING = Voting("2oo3(a:HH b:HH c:HH)", "2oo3", "1oo2", 0)


def state(after: InterlockState, second: float, *votings: Voting) -> InterlockChange:
    return InterlockChange("trip", InterlockState.UNKNOWN, after, None, at(second), votings)


def demand(
    result: Response,
    second: float,
    *,
    event: DemandEvent = DemandEvent.EFFECT,
    caused: bool = True,
) -> DemandChange:
    causes = (CauseSeen("a:HH", at(second), at(second)),) if caused else ()
    return DemandChange("trip", "trip/1", event, result, at(second), (), causes, (), at(second))


@pytest.fixture
def desk() -> Desk:
    trip = replace(interlock("trip", ["a:HH"], [("gate", 1, 1.0)]), armed="armed")
    signals = [analog("a", limit("a", "HH", 80)), switch("gate"), switch("armed")]
    desk = Desk(plant_of(signals, [trip]))
    desk.tell(state(InterlockState.ARMED, 1))
    assert desk.heard == []
    return desk


@pytest.mark.parametrize(
    ("after", "alarm", "priority", "zh"),
    [
        (
            InterlockState.DEGRADED,
            "trip:degraded",
            Priority.MEDIUM,
            "trip联锁已降级（2oo3 → 1oo2）",
        ),
        (InterlockState.DISARMED, "trip:disarmed", Priority.HIGH, "trip联锁未投入"),
    ],
)
def test_a_state_calls_and_returns(
    desk: Desk, after: InterlockState, alarm: str, priority: Priority, zh: str
) -> None:
    assert told(desk.tell(state(after, 2, _VOTING))) == [f"{alarm} trip"]
    said = desk.alarm(alarm)
    assert (said.priority, said.message.zh, said.equipment) == (priority, zh, "caster")
    assert told(desk.tell(state(InterlockState.ARMED, 3))) == [f"{alarm} return"]


@pytest.mark.parametrize(
    "hiding", [InterlockState.BYPASSED, InterlockState.UNKNOWN, InterlockState.UNAVAILABLE]
)
def test_a_state_that_hides_another_ends_nothing(desk: Desk, hiding: InterlockState) -> None:
    desk.tell(state(InterlockState.DEGRADED, 2, _VOTING))
    desk.tell(state(InterlockState.DISARMED, 3, _VOTING))
    assert desk.tell(state(hiding, 4)) == []
    assert {desk.alarm(f"trip:{kind}").active for kind in ("degraded", "disarmed")} == {True}


def test_in_service_again_it_may_still_be_degraded(desk: Desk) -> None:
    desk.tell(state(InterlockState.DEGRADED, 2, _VOTING))
    desk.tell(state(InterlockState.DISARMED, 3, _VOTING))
    assert told(desk.tell(state(InterlockState.DEGRADED, 4, _VOTING))) == ["trip:disarmed return"]


def test_another_lost_channel_is_told_and_does_not_call_again(desk: Desk) -> None:
    desk.tell(state(InterlockState.DEGRADED, 2, _VOTING))
    desk.acknowledge("trip:degraded")
    worse = replace(_VOTING, effective="1oo1")
    assert told(desk.tell(state(InterlockState.DEGRADED, 3, worse))) == ["trip:degraded level"]
    said = desk.alarm("trip:degraded")
    assert (said.acknowledged, said.occurrence) == (True, 1)
    assert said.message.en == "trip is degraded (2oo3 → 1oo1)"


def test_each_failed_demand_calls_though_the_alarm_of_the_one_before_stands(desk: Desk) -> None:
    desk.tell(state(InterlockState.DEMANDED, 2), demand(Response.FAILED, 3))
    desk.acknowledge("trip:interlock")
    desk.tell(state(InterlockState.UNKNOWN, 4))
    revised = replace(demand(Response.FAILED, 3, event=DemandEvent.REVISE), time=at(5))
    assert desk.tell(revised) == []
    assert told(desk.tell(demand(Response.FAILED, 6))) == ["trip:interlock level"]
    assert not desk.alarm("trip:interlock").acknowledged


def test_a_degraded_interlock_is_ready_for_the_next_demand(desk: Desk) -> None:
    desk.tell(state(InterlockState.DEMANDED, 2), demand(Response.FAILED, 3))
    desk.tell(state(InterlockState.DEGRADED, 4, _VOTING))
    assert not desk.alarm("trip:interlock").active


@pytest.mark.parametrize(
    ("result", "en"),
    [
        (Response.SPURIOUS, "trip acted without a cause (spurious trip)"),
        (Response.UNDETERMINED, "trip acted, and its cause cannot be seen"),
    ],
)
def test_what_nothing_explains_is_medium_and_stands_to_be_seen(
    desk: Desk, result: Response, en: str
) -> None:
    said = desk.tell(demand(result, 2, event=DemandEvent.OPEN, caused=False))
    assert told(said) == ["trip:spurious trip", "trip:spurious return"]
    alarm = desk.alarm("trip:spurious")
    assert (alarm.priority, alarm.message.en) == (Priority.MEDIUM, en)
    assert (alarm.active, alarm.acknowledged) == (False, False)


def test_an_unexplained_trip_does_not_hide_an_unseen_failure(desk: Desk) -> None:
    desk.tell(state(InterlockState.DEMANDED, 2), demand(Response.FAILED, 3))
    desk.tell(state(InterlockState.ARMED, 4))
    desk.tell(demand(Response.SPURIOUS, 5, caused=False))
    failed = desk.alarm("trip:interlock")
    assert (failed.acknowledged, failed.priority) == (False, Priority.CRITICAL)


def test_a_lesser_failure_does_not_hide_an_unseen_one(desk: Desk) -> None:
    desk.tell(state(InterlockState.DEMANDED, 2), demand(Response.FAILED, 3))
    desk.tell(state(InterlockState.ARMED, 4))
    again: list[Change] = [state(InterlockState.DEMANDED, 5), demand(Response.UNDETERMINED, 6)]
    desk.tell(*again)
    alarm = desk.alarm("trip:interlock")
    assert (alarm.occurrence, alarm.priority) == (2, Priority.CRITICAL)
    desk.acknowledge("trip:interlock")
    desk.tell(state(InterlockState.ARMED, 7), *[replace(item, time=at(8)) for item in again])
    assert desk.alarm("trip:interlock").priority is Priority.HIGH

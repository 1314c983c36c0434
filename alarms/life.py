"""The transitions of standards 3.2, one function a row.

Condition and acknowledgement are orthogonal: nothing a person does changes the condition, and
nothing the process does acknowledges an alarm. What suppression by design adds is in
`alarms/limits.py`, for only limits can be suppressed.
"""

from dataclasses import replace

from alarms.alarm import Alarm, AlarmEvent, AlarmEventKind
from plant.errors import RequestError


def trip(alarm: Alarm, time: int, *, latching: bool = False) -> AlarmEvent:
    """The condition has become true: a new occurrence calls for acknowledgement."""
    called = replace(
        alarm,
        active=True,
        acknowledged=False,
        latched=alarm.latched or latching,
        occurrence=alarm.occurrence + 1,
        raised_at=time,
    )
    return AlarmEvent(AlarmEventKind.TRIP, called, time)


def escalate(alarm: Alarm, time: int, *, latching: bool = False) -> AlarmEvent:
    """Something more severe holds while active: it calls again, as a new occurrence."""
    return replace(trip(alarm, time, latching=latching), event=AlarmEventKind.LEVEL)


def ease(alarm: Alarm, time: int) -> AlarmEvent:
    """What it says has changed for no worse: said, but it does not call again."""
    return AlarmEvent(AlarmEventKind.LEVEL, alarm, time)


def restore(alarm: Alarm, time: int) -> AlarmEvent:
    """The condition has become false; an unacknowledged or latched alarm still stands."""
    over = replace(alarm, active=False, levels=(), muted=())
    return AlarmEvent(AlarmEventKind.RETURN, over, time)


def acknowledge(
    alarm: Alarm, occurrence: int | None, actor: str, comment: str, time: int
) -> AlarmEvent:
    """A person has seen this occurrence.

    Raises:
        RequestError: `already_acknowledged`, or `occurrence_passed` when the alarm has called
            again since the person looked at it.
    """
    _check_occurrence(alarm, occurrence, "acknowledge")
    if alarm.acknowledged:
        raise RequestError("already_acknowledged", f"alarm {alarm.id} is acknowledged already")
    known = replace(alarm, acknowledged=True)
    return AlarmEvent(AlarmEventKind.ACKNOWLEDGE, known, time, actor, comment)


def reset(alarm: Alarm, occurrence: int | None, actor: str, comment: str, time: int) -> AlarmEvent:
    """A person lets go of an alarm that is latched, over and acknowledged.

    It resets the monitor's own latch and nothing in the plant.

    Raises:
        RequestError: `occurrence_passed`, `not_latched`, `still_active` or `not_acknowledged`.
    """
    _check_occurrence(alarm, occurrence, "reset")
    if not alarm.latched:
        raise RequestError("not_latched", f"alarm {alarm.id} is not latched")
    if alarm.active:
        raise RequestError("still_active", f"the condition of alarm {alarm.id} still holds")
    if not alarm.acknowledged:
        raise RequestError("not_acknowledged", f"alarm {alarm.id} must be acknowledged first")
    return AlarmEvent(AlarmEventKind.RESET, replace(alarm, latched=False), time, actor, comment)


def remove(alarm: Alarm, time: int) -> AlarmEvent:
    """What it watches is gone from the plant: nobody has to do with it any more."""
    gone = replace(
        alarm,
        active=False,
        acknowledged=True,
        latched=False,
        suppressed_by=None,
        levels=(),
        muted=(),
    )
    return AlarmEvent(AlarmEventKind.REMOVE, gone, time)


def _check_occurrence(alarm: Alarm, occurrence: int | None, what: str) -> None:
    if occurrence is not None and occurrence != alarm.occurrence:
        raise RequestError(
            "occurrence_passed",
            f"alarm {alarm.id} has called again: this is occurrence {alarm.occurrence}, "
            f"not {occurrence}; look at it again and {what} that",
        )

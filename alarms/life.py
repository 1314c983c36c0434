"""The transitions of standards 3.2, one function a row.

Condition and acknowledgement are orthogonal: nothing a person does changes the condition, and
nothing the process does acknowledges an alarm.
"""

from dataclasses import replace

from alarms.alarm import Alarm, AlarmEvent, AlarmEventKind
from plant.errors import RequestError


def trip(alarm: Alarm, time: int) -> AlarmEvent:
    """The condition has become true: a new occurrence calls for acknowledgement."""
    called = replace(
        alarm, active=True, acknowledged=False, occurrence=alarm.occurrence + 1, raised_at=time
    )
    return AlarmEvent(AlarmEventKind.TRIP, called, time)


def escalate(alarm: Alarm, time: int) -> AlarmEvent:
    """A more severe level was passed while active: it calls again, as a new occurrence."""
    return replace(trip(alarm, time), event=AlarmEventKind.LEVEL)


def ease(alarm: Alarm, time: int) -> AlarmEvent:
    """A more severe level was left while a milder one stands: said, but it does not call again."""
    return AlarmEvent(AlarmEventKind.LEVEL, alarm, time)


def restore(alarm: Alarm, time: int) -> AlarmEvent:
    """The condition has become false; an unacknowledged alarm still stands for a person to see."""
    return AlarmEvent(AlarmEventKind.RETURN, replace(alarm, active=False, levels=()), time)


def acknowledge(
    alarm: Alarm, occurrence: int | None, actor: str, comment: str, time: int
) -> AlarmEvent:
    """A person has seen this occurrence.

    Raises:
        RequestError: `already_acknowledged`, or `occurrence_passed` when the alarm has called
            again since the person looked at it.
    """
    if occurrence is not None and occurrence != alarm.occurrence:
        raise RequestError(
            "occurrence_passed",
            f"alarm {alarm.id} has called again: this is occurrence {alarm.occurrence}, "
            f"not {occurrence}; look at it again and acknowledge that",
        )
    if alarm.acknowledged:
        raise RequestError("already_acknowledged", f"alarm {alarm.id} is acknowledged already")
    known = replace(alarm, acknowledged=True)
    return AlarmEvent(AlarmEventKind.ACKNOWLEDGE, known, time, actor, comment)

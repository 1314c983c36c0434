"""The alarms of interlocks: failed and unexplained actions, lost channels, bypass, disarmed."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from alarms import life, wording
from alarms.alarm import Alarm, AlarmEvent, AlarmKind
from alarms.memory import AlarmMemory
from monitor.changes import (
    BypassChange,
    DemandChange,
    DemandEvent,
    InterlockChange,
    InterlockState,
    Response,
)
from plant.plant import Plant
from plant.signal import Priority

_NEW_RESULT = frozenset({DemandEvent.OPEN, DemandEvent.EFFECT, DemandEvent.REVISE})
_FAULTY = frozenset(
    {
        Response.SLOW,
        Response.PARTIAL,
        Response.FAILED,
        Response.UNDETERMINED,
        Response.SPURIOUS,
    }
)
# In these it would act on the next cause.
_READY = frozenset({InterlockState.ARMED, InterlockState.DEGRADED})
_URGENCY = tuple(Priority)

Find = Callable[[str, AlarmKind], Alarm]


class InterlockAlarms:
    """Moves the alarms of one plant's interlocks."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant

    def advance(
        self,
        memory: AlarmMemory,
        find: Find,
        change: BypassChange | DemandChange | InterlockChange,
    ) -> Iterator[AlarmEvent]:
        """Give the transitions that follow from one change; `find` gives an alarm as it is now."""
        match change:
            case BypassChange():
                alarm = find(change.interlock, AlarmKind.BYPASS)
                message = wording.bypass_message(self._plant.interlock_by_id[change.interlock])
                alarm = replace(alarm, message=message)
                yield from turn(alarm, change.time, active=change.bypassed)
            case DemandChange():
                yield from self._demand(memory, find, change)
            case InterlockChange():
                yield from self._state(memory, find, change)

    def _demand(
        self, memory: AlarmMemory, find: Find, change: DemandChange
    ) -> Iterator[AlarmEvent]:
        kind = AlarmKind.INTERLOCK if change.causes else AlarmKind.SPURIOUS
        if change.result in _FAULTY and change.event in _NEW_RESULT:
            yield from self._call(find(change.interlock, kind), change)
        if memory.ready.get(change.interlock, False):
            # Found out after the cause was gone: it called, and stands until it is seen.
            yield from turn(find(change.interlock, kind), change.time, active=False)

    def _call(self, alarm: Alarm, change: DemandChange) -> Iterator[AlarmEvent]:
        interlock = self._plant.interlock_by_id[change.interlock]
        message, priority = wording.demand_message(interlock, change), _priority(change)
        if not alarm.acknowledged and _more_urgent(alarm.priority, priority):
            message, priority = alarm.message, alarm.priority  # nobody has seen that yet
        said = replace(alarm, message=message, priority=priority)
        another = change.opened > alarm.raised_at  # each demand calls for itself
        if not alarm.active:
            yield life.trip(said, change.time)
        elif message != alarm.message or another:
            yield life.escalate(said, change.time)

    def _state(
        self, memory: AlarmMemory, find: Find, change: InterlockChange
    ) -> Iterator[AlarmEvent]:
        name, state = change.interlock, change.after
        interlock = self._plant.interlock_by_id[name]
        memory.ready[name] = state in _READY
        if state in _READY:
            for kind in (AlarmKind.INTERLOCK, AlarmKind.SPURIOUS):
                yield from turn(find(name, kind), change.time, active=False)
        # A state that hides another says nothing of it: bypassed or unknown ends neither of these.
        disarmed = find(name, AlarmKind.DISARMED)
        if state is InterlockState.DISARMED:
            disarmed = replace(disarmed, message=wording.disarmed_message(interlock))
            yield from turn(disarmed, change.time, active=True)
        elif state in _READY:
            yield from turn(disarmed, change.time, active=False)
        degraded = find(name, AlarmKind.DEGRADED)
        if state is InterlockState.DEGRADED:
            message = wording.degraded_message(interlock, change.votings)
            again = degraded.active and message != degraded.message
            degraded = replace(degraded, message=message)
            if again:
                yield life.ease(degraded, change.time)  # each lost channel calls for itself
            yield from turn(degraded, change.time, active=True)
        elif state is InterlockState.ARMED:
            yield from turn(degraded, change.time, active=False)


def turn(alarm: Alarm, time: int, *, active: bool) -> Iterator[AlarmEvent]:
    """Let an alarm's one condition hold or not; nothing is said when it did so before."""
    if active and not alarm.active:
        yield life.trip(alarm, time)
    elif alarm.active and not active:
        yield life.restore(alarm, time)


def _priority(change: DemandChange) -> Priority:
    if not change.causes:
        return Priority.MEDIUM  # [E] nothing failed to protect; it is to be explained
    undetermined = change.result is Response.UNDETERMINED
    return Priority.HIGH if undetermined else Priority.CRITICAL


def _more_urgent(one: Priority, other: Priority) -> bool:
    return _URGENCY.index(one) < _URGENCY.index(other)

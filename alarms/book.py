"""The alarm book: changes of the plant in, transitions of alarms out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from alarms import life, wording
from alarms.alarm import Alarm, AlarmEvent, AlarmKind
from alarms.interlocks import InterlockAlarms, turn
from alarms.limits import LimitAlarms, kind_of
from alarms.memory import AlarmMemory
from alarms.unusable import UnusableAlarms
from monitor.changes import (
    BypassChange,
    Change,
    ClockChange,
    DemandChange,
    InterlockChange,
    LimitChange,
    NodeChange,
    NodeState,
    QualityChange,
    SuppressionChange,
    ValueChange,
)
from monitor.compiled import route
from monitor.view import View
from plant.errors import RequestError
from plant.moment import SECOND
from plant.name import Name
from plant.plant import Plant
from plant.signal import Priority

# [E] These leave protection in place; so does the quality of a signal that no interlock needs.
_MEDIUM = frozenset({AlarmKind.CLOCK, AlarmKind.DEGRADED, AlarmKind.SPURIOUS})


class AlarmBook:
    """Keeps the alarms of one plant; the caller owns the memory."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._protecting = _protecting(plant)
        measured = [signal for signal in plant.signals if signal.device]
        self._devices = {signal.device for signal in measured}
        self._nodes = {route(plant, signal.id)[0] for signal in measured}
        self._limits = LimitAlarms(plant)
        self._interlocks = InterlockAlarms(plant)
        self._unusable = UnusableAlarms(plant)

    def advance(
        self, memory: AlarmMemory, changes: Iterable[Change], view: View, now: int
    ) -> list[AlarmEvent]:
        """Take in changes and the time `now`; return the transitions that follow, in order."""
        events: list[AlarmEvent] = []
        touched: set[str] = set()
        for change in changes:
            if isinstance(change, QualityChange | NodeChange):
                touched |= self._unusable.note(memory, change, view)
            events += _kept(memory, self._take(memory, change))

        def find(subject: str, kind: AlarmKind) -> Alarm:
            return self._find(memory, subject, kind)

        faults = self._unusable.advance(memory, find, touched, view, now)
        events += _kept(memory, faults)
        return events

    def acknowledge(
        self,
        memory: AlarmMemory,
        alarm: str,
        occurrence: int | None,
        actor: str,
        comment: str,
        time: int,
    ) -> AlarmEvent:
        """Acknowledge one alarm for a person.

        Raises:
            RequestError: `not_found`, `already_acknowledged` or `occurrence_passed`.
        """
        event = life.acknowledge(_known(memory, alarm), occurrence, actor, comment, time)
        if self._limits.levels(alarm):
            # What it called for has been seen; now it speaks of what stands.
            event = replace(event, alarm=self._limits.seen(event.alarm, memory.suppressions))
        memory.alarms[alarm] = event.alarm
        return event

    def reset(
        self,
        memory: AlarmMemory,
        alarm: str,
        occurrence: int | None,
        actor: str,
        comment: str,
        time: int,
    ) -> AlarmEvent:
        """Reset one latched alarm for a person.

        Raises:
            RequestError: `not_found`, `occurrence_passed`, `not_latched`, `still_active` or
                `not_acknowledged`.
        """
        event = life.reset(_known(memory, alarm), occurrence, actor, comment, time)
        memory.alarms[alarm] = event.alarm
        return event

    def retire(self, memory: AlarmMemory, now: int) -> list[AlarmEvent]:
        """Settle what this plant, a new version, no longer has, and speak by its new limits.

        What was passed stays passed, and what was unusable stays so, until the engine says other.
        """
        self._unusable.retire(memory)
        known = {item.id for item in self._plant.suppressions}
        memory.suppressions = [name for name in memory.suppressions if name in known]
        for name in memory.ready.keys() - self._plant.interlock_by_id.keys():
            del memory.ready[name]
        events: list[AlarmEvent] = []
        for alarm in list(memory.alarms.values()):
            events += _kept(memory, self._retire(memory, alarm, now))
        return events

    def _take(self, memory: AlarmMemory, change: Change) -> Iterator[AlarmEvent]:
        def find(subject: str, kind: AlarmKind) -> Alarm:
            return self._find(memory, subject, kind)

        match change:
            case LimitChange():
                yield from self._limit(memory, change)
            case SuppressionChange():
                yield from self._suppress(memory, change)
            case NodeChange():
                alarm = find(change.node, AlarmKind.NODE)
                alarm = replace(alarm, message=wording.node_message(change.node))
                if change.after in (NodeState.OFFLINE, NodeState.ONLINE):
                    offline = change.after is NodeState.OFFLINE
                    yield from turn(alarm, change.time, active=offline)
            case BypassChange() | DemandChange() | InterlockChange():
                yield from self._interlocks.advance(memory, find, change)
            case ClockChange():
                alarm = find(change.device, AlarmKind.CLOCK)
                message = wording.clock_message(change.device, change.offset / SECOND)
                alarm = replace(alarm, message=message) if change.wrong else alarm
                yield from turn(alarm, change.time, active=change.wrong)
            case QualityChange() | ValueChange():
                pass

    def _limit(self, memory: AlarmMemory, change: LimitChange) -> Iterator[AlarmEvent]:
        limit = self._plant.limit_by_id[change.limit]
        alarm = self._find(memory, limit.signal, kind_of(limit))
        levels = tuple(level for level in alarm.levels if level is not limit.level)
        if change.active:
            levels = tuple(dict.fromkeys((*alarm.levels, limit.level)))
        on = memory.suppressions
        yield from _said(memory, self._limits.move(alarm, levels, change.value, on, change.time))

    def _suppress(self, memory: AlarmMemory, change: SuppressionChange) -> Iterator[AlarmEvent]:
        others = [name for name in memory.suppressions if name != change.suppression]
        memory.suppressions = [*others, change.suppression] if change.on else others
        for name in self._limits.suppressed(change.suppression):
            alarm = memory.alarms.get(name)
            if alarm is not None:
                moved = self._limits.move(
                    alarm, alarm.levels, alarm.value, memory.suppressions, change.time
                )
                yield from _said(memory, moved)

    def _retire(self, memory: AlarmMemory, alarm: Alarm, now: int) -> Iterator[AlarmEvent]:
        if not self._watches(alarm):
            if alarm.standing or alarm.suppressed_by is not None:
                yield life.remove(alarm, now)
            return
        memory.alarms[alarm.id] = alarm = self._described(alarm)
        if alarm.kind is AlarmKind.DEVICE:
            subject = alarm.id.rpartition(":")[0]
            yield from turn(alarm, now, active=alarm.active and subject in memory.unusable)
        known = self._limits.levels(alarm.id)
        if not known:
            return
        levels = tuple(level for level in alarm.levels if level in known)
        if alarm.level not in known:
            if not levels:
                yield from (life.remove(alarm, now),) if alarm.standing else ()
                return
            alarm = replace(alarm, level=None)  # what it spoke of is gone, something else stands
        moved = self._limits.move(alarm, levels, alarm.value, memory.suppressions, now)
        yield from _said(memory, moved)

    def _watches(self, alarm: Alarm) -> bool:
        """Say whether what an alarm watches is in the plant."""
        subject = alarm.id.rpartition(":")[0]
        match alarm.kind:
            case AlarmKind.QUALITY:
                known: Iterable[str] = self._plant.signal_by_id
            case AlarmKind.DEVICE | AlarmKind.CLOCK:
                known = self._devices
            case AlarmKind.NODE:
                known = self._nodes
            case AlarmKind.INTERLOCK | AlarmKind.SPURIOUS | AlarmKind.DEGRADED:
                known = self._plant.interlock_by_id
            case AlarmKind.BYPASS:
                known = {item.id for item in self._plant.interlocks if item.bypass}
            case AlarmKind.DISARMED:
                known = {item.id for item in self._plant.interlocks if item.armed}
            case _:
                return bool(self._limits.levels(alarm.id))
        return subject in known

    def _find(self, memory: AlarmMemory, subject: str, kind: AlarmKind) -> Alarm:
        """Give the alarm of a subject, new and quiet if it never called."""
        alarm_id = f"{subject}:{kind}"
        known = memory.alarms.get(alarm_id)
        if known is not None:
            return known
        minor = kind is AlarmKind.QUALITY and subject not in self._protecting
        new = Alarm(
            id=alarm_id,
            kind=kind,
            signal=subject if subject in self._plant.signal_by_id else None,
            equipment=None,
            active=False,
            acknowledged=True,
            occurrence=0,
            priority=Priority.MEDIUM if minor or kind in _MEDIUM else Priority.HIGH,
            message=Name("", ""),
            raised_at=0,
        )
        return self._described(new)

    def _described(self, alarm: Alarm) -> Alarm:
        """Take over what the plant says of an alarm's subject."""
        subject = alarm.id.rpartition(":")[0]
        if alarm.signal is not None:
            signal = self._plant.signal_by_id[alarm.signal]
            return replace(alarm, equipment=signal.equipment, unit=signal.unit)
        interlock = self._plant.interlock_by_id.get(subject)
        return alarm if interlock is None else replace(alarm, equipment=interlock.equipment)


def _protecting(plant: Plant) -> frozenset[str]:
    """Name what people or interlocks are protected by, and what that is computed from.

    A signal with a critical limit, such as the CO in a manned room, protects people by its alarm.
    """
    found: set[str] = set()
    waiting = [signal for item in plant.interlocks for signal in item.signals]
    waiting += [
        signal.id
        for signal in plant.signals
        if any(limit.priority is Priority.CRITICAL for limit in signal.limits)
    ]
    while waiting:
        name = waiting.pop()
        signal = plant.signal_by_id.get(name)
        if name not in found and signal is not None:
            found.add(name)
            waiting += signal.formula.signals if signal.formula is not None else ()
    return frozenset(found)


def _known(memory: AlarmMemory, alarm: str) -> Alarm:
    if alarm not in memory.alarms:
        raise RequestError("not_found", f"there is no alarm {alarm!r}")
    return memory.alarms[alarm]


def _kept(memory: AlarmMemory, events: Iterable[AlarmEvent]) -> list[AlarmEvent]:
    """Remember what is said, as it is said: one event may follow from the one before."""
    said = []
    for event in events:
        memory.alarms[event.alarm.id] = event.alarm
        said.append(event)
    return said


def _said(memory: AlarmMemory, moved: AlarmEvent | Alarm) -> Iterator[AlarmEvent]:
    if isinstance(moved, AlarmEvent):
        yield moved
    elif moved.id in memory.alarms:
        memory.alarms[moved.id] = moved

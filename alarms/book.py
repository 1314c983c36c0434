"""The alarm book: changes of the plant in, transitions of alarms out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from alarms import life, wording
from alarms.alarm import Alarm, AlarmEvent, AlarmKind, most_severe
from monitor.changes import (
    BypassChange,
    Change,
    DemandChange,
    DemandEvent,
    InterlockChange,
    InterlockState,
    LimitChange,
    NodeChange,
    NodeState,
    QualityChange,
    Response,
    ValueChange,
)
from monitor.compiled import route
from monitor.interlocks import View
from plant.errors import RequestError
from plant.moment import SECOND, seconds
from plant.name import Name
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Level, Priority

# A value must be unusable this long before a person is called (the live view shows it at once)
# [E]: filters a single lost poll.
BAD_DELAY = 2 * SECOND

_NEW_RESULT = frozenset({DemandEvent.OPEN, DemandEvent.EFFECT, DemandEvent.REVISE})
_FAULTY = frozenset({Response.SLOW, Response.PARTIAL, Response.FAILED, Response.UNDETERMINED})


@dataclass
class AlarmMemory:
    """All alarms that ever called, by id, and the signals that have been unusable, since when."""

    alarms: dict[str, Alarm] = field(default_factory=dict)
    unusable_since: dict[str, int] = field(default_factory=dict)
    armed: dict[str, bool] = field(default_factory=dict)  # by interlock


def shift_clock(memory: AlarmMemory, by: int) -> None:
    """Move what is waited for by `by` nanoseconds, after the clock was stepped back."""
    since = memory.unusable_since
    memory.unusable_since = {signal: moment + by for signal, moment in since.items()}


class AlarmBook:
    """Keeps the alarms of one plant; the caller owns the memory."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._protecting = {signal for item in plant.interlocks for signal in item.signals}

    def advance(
        self, memory: AlarmMemory, changes: Iterable[Change], view: View, now: int
    ) -> list[AlarmEvent]:
        """Take in changes and the time `now`; return the transitions that follow, in order."""
        events: list[AlarmEvent] = []
        for change in changes:
            for event in self._take(memory, change, view):
                memory.alarms[event.alarm.id] = event.alarm
                events.append(event)
        for event in self._unusable(memory, view, now):
            memory.alarms[event.alarm.id] = event.alarm
            events.append(event)
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
        if alarm not in memory.alarms:
            raise RequestError("not_found", f"there is no alarm {alarm!r}")
        event = life.acknowledge(memory.alarms[alarm], occurrence, actor, comment, time)
        standing = most_severe(event.alarm.levels)
        if standing is not None and standing is not event.alarm.level:
            # What it called for has been seen; now it says what stands.
            event = replace(event, alarm=self._calling(event.alarm, standing))
        memory.alarms[alarm] = event.alarm
        return event

    def _take(self, memory: AlarmMemory, change: Change, view: View) -> Iterator[AlarmEvent]:
        match change:
            case LimitChange():
                yield from self._limit(memory, change)
            case QualityChange():
                if change.after < Quality.BAD:
                    memory.unusable_since.pop(change.signal, None)
                else:
                    memory.unusable_since.setdefault(change.signal, change.time)
            case NodeChange():
                alarm = self._find(memory, change.node, AlarmKind.NODE)
                alarm = replace(alarm, message=wording.node_message(change.node))
                if change.after is NodeState.OFFLINE:
                    yield from _set(alarm, change.time, active=True)
                elif change.after is NodeState.ONLINE:
                    yield from _set(alarm, change.time, active=False)
                    self._expect(memory, change, view)
            case BypassChange() | DemandChange() | InterlockChange():
                yield from self._interlock(memory, change)
            case ValueChange():
                pass

    def _expect(self, memory: AlarmMemory, change: NodeChange, view: View) -> None:
        """Expect the signals that a live node has never brought; silence is no change."""
        for signal in self._plant.signals:
            brought = route(self._plant, signal.id)[0] == change.node
            if brought and view.trust(signal.id)[0] is Quality.MISSING:
                expected_at = change.time + seconds(signal.fresh_s)
                memory.unusable_since.setdefault(signal.id, expected_at)

    def _interlock(
        self, memory: AlarmMemory, change: BypassChange | DemandChange | InterlockChange
    ) -> Iterator[AlarmEvent]:
        fault = self._find(memory, change.interlock, AlarmKind.INTERLOCK)
        match change:
            case BypassChange():
                alarm = self._find(memory, change.interlock, AlarmKind.BYPASS)
                message = wording.bypass_message(self._plant.interlock_by_id[change.interlock])
                alarm = replace(alarm, message=message)
                yield from _set(alarm, change.time, active=change.bypassed)
            case DemandChange():
                if change.result in _FAULTY and change.event in _NEW_RESULT:
                    yield from self._demand(fault, change)
                if memory.armed.get(change.interlock, False):
                    # Found out after the cause was gone: it called, and stands until it is seen.
                    called = self._find(memory, change.interlock, AlarmKind.INTERLOCK)
                    yield from _set(called, change.time, active=False)
            case InterlockChange():
                armed = change.after is InterlockState.ARMED
                memory.armed[change.interlock] = armed
                if armed:
                    yield from _set(fault, change.time, active=False)

    def _limit(self, memory: AlarmMemory, change: LimitChange) -> Iterator[AlarmEvent]:
        limit = self._plant.limit_by_id[change.limit]
        signal = self._plant.signal_by_id[limit.signal]
        kind = AlarmKind.HIGH if limit.level.high else AlarmKind.LOW
        alarm = self._find(memory, signal.id, kind)
        if change.active:
            levels = tuple(dict.fromkeys((*alarm.levels, limit.level)))
        else:
            levels = tuple(level for level in alarm.levels if level is not limit.level)
        before, after = most_severe(alarm.levels), most_severe(levels)
        alarm = replace(alarm, levels=levels, value=change.value)
        if after is None:
            yield from _set(alarm, change.time, active=False)
        elif not alarm.active:
            unseen = () if alarm.acknowledged or alarm.level is None else (alarm.level,)
            calls_for = most_severe((*unseen, after)) or after
            yield life.trip(self._calling(alarm, calls_for), change.time)
        elif _more_severe(after, before):
            yield life.escalate(self._calling(alarm, after), change.time)
        elif after is not before and alarm.acknowledged:
            yield life.ease(self._calling(alarm, after), change.time)
        else:
            memory.alarms[alarm.id] = alarm  # it calls for something more severe: nothing to say

    def _calling(self, alarm: Alarm, level: Level) -> Alarm:
        """Let an alarm of a signal's side call for one of its limits."""
        limit = self._plant.limit_by_id[f"{alarm.signal}:{level}"]
        return replace(
            alarm,
            level=level,
            limit=limit.set_point,
            priority=limit.priority,
            message=wording.limit_message(self._plant.signal_by_id[limit.signal], level),
        )

    def _demand(self, alarm: Alarm, change: DemandChange) -> Iterator[AlarmEvent]:
        determined = change.result is not Response.UNDETERMINED
        message = wording.demand_message(self._plant, change)
        said = replace(
            alarm,
            message=message,
            priority=Priority.CRITICAL if determined else Priority.HIGH,
        )
        if not alarm.active:
            yield life.trip(said, change.time)
        elif message != alarm.message:
            yield life.escalate(said, change.time)

    def _unusable(self, memory: AlarmMemory, view: View, now: int) -> Iterator[AlarmEvent]:
        """Call for signals that have been unusable too long; devices and nodes call as one."""
        due = [s for s, since in memory.unusable_since.items() if now - since >= BAD_DELAY]
        silent = set()
        for signal in due:
            quality, reason = view.trust(signal)
            device = self._plant.signal_by_id[signal].device
            if reason is Reason.NO_ANSWER or self._says_nothing(device, view):
                silent.add(device)
            elif reason is not Reason.NODE_OFFLINE:
                alarm = self._find(memory, signal, AlarmKind.QUALITY)
                if not alarm.active:
                    source = self._plant.signal_by_id[signal]
                    message = wording.quality_message(source, quality, reason)
                    yield life.trip(replace(alarm, message=message), now)
        for device in sorted(silent):
            alarm = self._find(memory, device, AlarmKind.DEVICE)
            alarm = replace(alarm, message=wording.device_message(device))
            yield from _set(alarm, now, active=True)
        for alarm in list(memory.alarms.values()):
            gone = alarm.kind is AlarmKind.QUALITY and alarm.signal not in memory.unusable_since
            answers = alarm.kind is AlarmKind.DEVICE and not self._mute(memory, view, alarm.id)
            if gone or answers:
                yield from _set(alarm, now, active=False)

    def _says_nothing(self, device: str, view: View) -> bool:
        """Say whether all of a device's signals are too old: it calls once, not each of them."""
        signals = [item.id for item in self._plant.signals if item.device == device]
        return len(signals) > 1 and all(
            view.trust(signal)[1] in (Reason.NO_ANSWER, Reason.AGED) for signal in signals
        )

    def _mute(self, memory: AlarmMemory, view: View, alarm: str) -> bool:
        """Say whether a device still has a signal that says nothing at all."""
        device = alarm.rpartition(":")[0]
        return any(
            self._plant.signal_by_id[signal].device == device
            and view.trust(signal)[1] in (Reason.NO_ANSWER, Reason.NODE_OFFLINE, Reason.AGED)
            for signal in memory.unusable_since
        )

    def _find(self, memory: AlarmMemory, subject: str, kind: AlarmKind) -> Alarm:
        """Give the alarm of a subject, new and quiet if it never called."""
        alarm_id = f"{subject}:{kind}"
        known = memory.alarms.get(alarm_id)
        if known is not None:
            return known
        signal = self._plant.signal_by_id.get(subject)
        interlock = self._plant.interlock_by_id.get(subject)
        equipment = signal.equipment if signal else interlock.equipment if interlock else None
        return Alarm(
            id=alarm_id,
            kind=kind,
            signal=signal.id if signal else None,
            equipment=equipment,
            active=False,
            acknowledged=True,
            occurrence=0,
            priority=self._priority(subject, kind),
            message=Name("", ""),
            raised_at=0,
            unit=signal.unit if signal else None,
        )

    def _priority(self, subject: str, kind: AlarmKind) -> Priority:
        if kind is AlarmKind.QUALITY and subject not in self._protecting:
            return Priority.MEDIUM
        return Priority.HIGH


def _set(alarm: Alarm, time: int, *, active: bool) -> Iterator[AlarmEvent]:
    if active and not alarm.active:
        yield life.trip(alarm, time)
    elif alarm.active and not active:
        yield life.restore(alarm, time)


def _more_severe(after: Level, before: Level | None) -> bool:
    return after.outer and (before is None or not before.outer)

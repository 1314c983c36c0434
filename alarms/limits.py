"""The alarms of a signal's limits: levels of one side, latching, suppression by design."""

from collections.abc import Sequence
from dataclasses import replace

from alarms import life, wording
from alarms.alarm import Alarm, AlarmEvent, AlarmEventKind, AlarmKind, most_severe, outranks
from plant.plant import Plant
from plant.signal import Indicates, Level, Limit

_KINDS = {
    Level.LL: AlarmKind.LOW,
    Level.L: AlarmKind.LOW,
    Level.H: AlarmKind.HIGH,
    Level.HH: AlarmKind.HIGH,
    Level.RATE: AlarmKind.RATE,
    Level.DEVIATION: AlarmKind.DEVIATION,
    Level.STATE: AlarmKind.STATE,
}


def kind_of(limit: Limit) -> AlarmKind:
    """Say in which alarm of its signal a limit speaks.

    Limits that tell of an instrument error speak in one of their own, so that an error never
    hides, or takes the priority of, a limit of the process on the same side.
    """
    instrument = limit.indicates is Indicates.INSTRUMENT
    return AlarmKind.INSTRUMENT if instrument else _KINDS[limit.level]


class LimitAlarms:
    """Moves the alarms of one plant's limits; `on` are always the suppressions that hold now."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._levels: dict[str, tuple[Level, ...]] = {}
        for limit in plant.limit_by_id.values():
            alarm = f"{limit.signal}:{kind_of(limit)}"
            self._levels[alarm] = (*self._levels.get(alarm, ()), limit.level)
        self._suppressing: dict[str, tuple[str, ...]] = {}
        self._suppressed: dict[str, tuple[str, ...]] = {}
        for item in plant.suppressions:
            alarms = (plant.limit_by_id[limit] for limit in item.limits)
            ids = (f"{limit.signal}:{kind_of(limit)}" for limit in alarms)
            self._suppressed[item.id] = tuple(dict.fromkeys(ids))
            for name in item.limits:
                self._suppressing[name] = (*self._suppressing.get(name, ()), item.id)

    def levels(self, alarm: str) -> tuple[Level, ...]:
        """Give the limits that speak in an alarm; none when it is not of this plant."""
        return self._levels.get(alarm, ())

    def suppressed(self, suppression: str) -> tuple[str, ...]:
        """Give the alarms that a suppression can hold back."""
        return self._suppressed.get(suppression, ())

    def move(
        self,
        alarm: Alarm,
        levels: tuple[Level, ...],
        value: float | None,
        on: Sequence[str],
        time: int,
    ) -> AlarmEvent | Alarm:
        """Let `levels` be what is passed now; give what there is to say, or the quiet new state.

        Only a level that is not suppressed calls, and only when it is more severe than all that
        called before it.
        """
        muted = tuple(level for level in levels if self._by(alarm, level, on) is not None)
        moved = replace(alarm, active=bool(levels), levels=levels, muted=muted, value=value)
        loudest = most_severe(moved.calling)
        if loudest is not None and outranks(loudest, most_severe(alarm.calling)):
            unseen = () if alarm.acknowledged or alarm.level is None else (alarm.level,)
            moved = self.speak(moved, most_severe((*unseen, loudest)) or loudest)
            moved = life.trip(moved, time).alarm
        elif levels and (alarm.acknowledged or alarm.level is None):
            moved = self.speak(moved, loudest or most_severe(levels) or levels[0])
            moved = moved if alarm.active else replace(moved, raised_at=time)
        latching = any(self._limit(alarm, level).latching for level in moved.calling)
        moved = replace(moved, latched=moved.latched or latching)
        moved = replace(moved, suppressed_by=self.suppressed_by(moved, on))
        if replace(moved, levels=alarm.levels, muted=alarm.muted, value=alarm.value) == alarm:
            return moved  # it says something more severe, or nothing has changed
        return AlarmEvent(_event(alarm, moved), moved, time)

    def speak(self, alarm: Alarm, level: Level) -> Alarm:
        """Let an alarm speak of one of its limits."""
        limit = self._limit(alarm, level)
        return replace(
            alarm,
            level=level,
            limit=limit.set_point,
            priority=limit.priority,
            message=wording.limit_message(self._plant.signal_by_id[limit.signal], limit),
        )

    def seen(self, alarm: Alarm, on: Sequence[str]) -> Alarm:
        """Let an alarm whose call has just been seen speak of what stands."""
        standing = most_severe(alarm.calling or alarm.levels)
        if standing is not None and standing is not alarm.level:
            alarm = self.speak(alarm, standing)
        return replace(alarm, suppressed_by=self.suppressed_by(alarm, on))

    def suppressed_by(self, alarm: Alarm, on: Sequence[str]) -> str | None:
        """Name the suppression that holds an alarm back; None while something of it may call.

        What counts is all that is passed or has called unseen; of a quiet alarm all its limits.
        """
        unseen = () if alarm.acknowledged or alarm.level is None else (alarm.level,)
        levels = (*alarm.levels, *unseen) or self.levels(alarm.id)
        holding = [self._by(alarm, level, on) for level in levels]
        return None if None in holding else next(iter(holding), None)

    def _limit(self, alarm: Alarm, level: Level) -> Limit:
        return self._plant.limit_by_id[f"{alarm.signal}:{level}"]

    def _by(self, alarm: Alarm, level: Level, on: Sequence[str]) -> str | None:
        named = self._suppressing.get(f"{alarm.signal}:{level}", ()) if on else ()
        return next((name for name in named if name in on), None)


def _event(before: Alarm, after: Alarm) -> AlarmEventKind:
    if after.active is not before.active:
        return AlarmEventKind.TRIP if after.active else AlarmEventKind.RETURN
    if after.levels == before.levels and after.suppressed_by != before.suppressed_by:
        held = after.suppressed_by is not None
        return AlarmEventKind.SUPPRESS if held else AlarmEventKind.UNSUPPRESS
    return AlarmEventKind.LEVEL

"""The alarms of signals and controllers that bring nothing usable.

A signal is looked at when it has been unusable for long enough, and again only when something
that it depends on has changed: nothing is asked of the signals of a plant that is well.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from alarms import life, wording
from alarms.alarm import Alarm, AlarmEvent, AlarmKind
from alarms.interlocks import turn
from alarms.memory import AlarmMemory
from monitor.changes import NodeChange, NodeState, QualityChange
from monitor.compiled import route
from monitor.view import View
from plant.moment import SECOND, seconds
from plant.plant import Plant
from plant.quality import Quality, Reason

# A value must be unusable this long before a person is called (the live view shows it at once)
# [E]: filters a single lost poll.
BAD_DELAY = 2 * SECOND

# These say that nothing comes; the others are answers, if bad ones.
_SILENT = frozenset({Reason.NO_ANSWER, Reason.AGED, Reason.NEVER_SEEN, Reason.NODE_OFFLINE})

Find = Callable[[str, AlarmKind], Alarm]


class UnusableAlarms:
    """Moves the quality and device alarms of one plant."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._of_device: dict[str, list[str]] = {}
        self._devices_of_node: dict[str, list[str]] = {}
        self._node_of: dict[str, str] = {}  # by device
        self._computed_from: dict[str, list[str]] = {}
        for signal in plant.signals:
            self._of_device.setdefault(signal.device, []).append(signal.id)
            for member in signal.formula.signals if signal.formula is not None else ():
                self._computed_from.setdefault(member, []).append(signal.id)
        for device, signals in self._of_device.items():
            if device:
                node = self._node_of[device] = route(plant, signals[0])[0]
                self._devices_of_node.setdefault(node, []).append(device)

    def note(
        self, memory: AlarmMemory, change: QualityChange | NodeChange, view: View
    ) -> set[str]:
        """Remember what has become unusable or usable; name the signals to look at."""
        if isinstance(change, NodeChange):
            return self._note_node(memory, change, view)
        device = self._device(change.signal)
        if change.after >= Quality.BAD:
            of_device = memory.unusable.setdefault(device, {})
            if change.signal not in of_device:
                of_device[change.signal] = memory.waiting[change.signal] = change.time
        elif device in memory.unusable:
            memory.unusable[device].pop(change.signal, None)
            memory.waiting.pop(change.signal, None)
            if not memory.unusable[device]:
                del memory.unusable[device]
        return {change.signal, *self._computed_from.get(change.signal, ())}

    def advance(
        self, memory: AlarmMemory, find: Find, touched: set[str], view: View, now: int
    ) -> Iterator[AlarmEvent]:
        """Call for what is due among `touched` and what was waited for; let the rest return."""
        if not touched and not memory.waiting:
            return
        due = [s for s, since in memory.waiting.items() if now - since >= BAD_DELAY]
        for signal in due:
            del memory.waiting[signal]
        devices = sorted({self._device(signal) for signal in (*touched, *due)} - {""})
        signals = touched.union(due)
        for device in devices:
            if self._note_quiet(memory, device, view):
                signals |= memory.unusable.get(device, {}).keys()
        silent: set[str] = set()
        for signal in sorted(signals):
            yield from self._signal(memory, find, signal, silent, view, now)
        for device in sorted(silent):
            alarm = find(device, AlarmKind.DEVICE)
            alarm = replace(alarm, message=wording.device_message(device))
            yield from turn(alarm, now, active=True)
        for device in devices:
            if not self._mute(memory, view, device):
                yield from turn(find(device, AlarmKind.DEVICE), now, active=False)

    def retire(self, memory: AlarmMemory) -> None:
        """Forget the signals that are gone, and sort the rest by device again."""
        since = {s: at for of_device in memory.unusable.values() for s, at in of_device.items()}
        memory.unusable.clear()
        for signal, moment in since.items():
            if signal in self._plant.signal_by_id:
                memory.unusable.setdefault(self._device(signal), {})[signal] = moment
        kept = {signal for of_device in memory.unusable.values() for signal in of_device}
        memory.waiting = {s: at for s, at in memory.waiting.items() if s in kept}
        memory.quiet = [device for device in memory.quiet if device in memory.unusable]
        memory.online = [node for node in memory.online if node in self._devices_of_node]

    def _device(self, signal: str) -> str:
        return self._plant.signal_by_id[signal].device

    def _note_node(self, memory: AlarmMemory, change: NodeChange, view: View) -> set[str]:
        """Expect what a node that is live again does not bring; silence is no change."""
        memory.online = [node for node in memory.online if node != change.node]
        devices = self._devices_of_node.get(change.node, ())
        if change.after is NodeState.ONLINE:
            memory.online.append(change.node)
            for device in devices:
                for signal in self._of_device[device]:
                    if view.trust(signal)[0] >= Quality.STALE:
                        fresh = seconds(self._plant.signal_by_id[signal].fresh_s)
                        since = memory.waiting[signal] = change.time + fresh
                        memory.unusable.setdefault(device, {})[signal] = since
        return {signal for device in ("", *devices) for signal in memory.unusable.get(device, ())}

    def _signal(
        self,
        memory: AlarmMemory,
        find: Find,
        signal: str,
        silent: set[str],
        view: View,
        now: int,
    ) -> Iterator[AlarmEvent]:
        """Look at one signal; a device that says nothing goes to `silent` and calls as one."""
        device = self._device(signal)
        since = memory.unusable.get(device, {}).get(signal)
        if since is None:
            known = memory.alarms.get(f"{signal}:{AlarmKind.QUALITY}")
            if known is not None:
                yield from turn(known, now, active=False)
            return
        away = device and self._node_of[device] not in memory.online
        if away or signal in memory.waiting:
            return  # the node's own alarm calls, or it is too early
        quality, reason = view.trust(signal)
        if device and (reason is Reason.NO_ANSWER or device in memory.quiet):
            silent.add(device)
        elif reason is not Reason.CLOCK and self._stands_alone(signal, view):
            alarm = find(signal, AlarmKind.QUALITY)
            if not alarm.active:
                source = self._plant.signal_by_id[signal]
                message = wording.quality_message(source, quality, reason)
                yield life.trip(replace(alarm, message=message), now)

    def _stands_alone(self, signal: str, view: View) -> bool:
        """Say whether a signal's fault is its own: an unusable member calls for itself."""
        formula = self._plant.signal_by_id[signal].formula
        members: Iterable[str] = formula.signals if formula is not None else ()
        return all(view.trust(member)[0] < Quality.BAD for member in members)

    def _note_quiet(self, memory: AlarmMemory, device: str, view: View) -> bool:
        """Note whether all of a device's signals are silent; say whether that has changed."""
        signals = self._of_device[device]
        quiet = (
            len(signals) > 1
            and len(memory.unusable.get(device, ())) == len(signals)
            and all(view.trust(signal)[1] in _SILENT for signal in signals)
        )
        if quiet is (device in memory.quiet):
            return False
        if quiet:
            memory.quiet.append(device)
        else:
            memory.quiet.remove(device)
        return True

    def _mute(self, memory: AlarmMemory, view: View, device: str) -> bool:
        """Say whether a device still has a signal that says nothing at all."""
        return any(view.trust(signal)[1] in _SILENT for signal in memory.unusable.get(device, ()))

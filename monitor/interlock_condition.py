"""The live state of an interlock: what would it do now, as far as we can show it?"""

from dataclasses import dataclass

from monitor.changes import InterlockState, Voting
from monitor.interlock_state import InterlockMemory
from monitor.view import View
from monitor.voting import FAILED, UNKNOWN, effective, faulty
from plant.interlock import Interlock
from plant.name import Name
from plant.plant import Plant
from plant.quality import Quality

_BYPASSED = Name("联锁被旁路", "the interlock is bypassed")
_OUT_OF_SERVICE = Name("联锁未投入", "the interlock is not in service")


@dataclass(frozen=True)
class Condition:
    """An interlock's state, why it is not armed, and how its causes vote."""

    state: InterlockState
    reason: Name | None
    votings: tuple[Voting, ...]


def judge(plant: Plant, interlock: Interlock, memory: InterlockMemory, view: View) -> Condition:
    """Judge what an interlock would do now; the first rule that applies decides."""
    votings = tuple(effective(cause, view.trust) for cause in interlock.causes)
    away = _away(plant, interlock, memory, votings, view)
    state, reason = away or _in_place(plant, interlock, memory, votings, view)
    return Condition(state, reason, votings)


def _away(
    plant: Plant,
    interlock: Interlock,
    memory: InterlockMemory,
    votings: tuple[Voting, ...],
    view: View,
) -> tuple[InterlockState, Name] | None:
    """Say what takes the interlock away, if anything does."""
    if memory.bypassed_since:
        return InterlockState.BYPASSED, _BYPASSED
    if memory.out_of_service and view.trust(interlock.armed)[0] < Quality.BAD:
        return InterlockState.DISARMED, _OUT_OF_SERVICE
    broken = _broken(plant, interlock, votings, view)
    return (InterlockState.UNAVAILABLE, broken) if broken else None


def _in_place(
    plant: Plant,
    interlock: Interlock,
    memory: InterlockMemory,
    votings: tuple[Voting, ...],
    view: View,
) -> tuple[InterlockState, Name | None]:
    """Say what an interlock does that nothing takes away."""
    if memory.standing:
        return InterlockState.DEMANDED, None
    if lost := _lost(plant, interlock, votings, view):
        return InterlockState.UNKNOWN, lost
    if degraded := _degraded(plant, interlock, votings, view):
        return InterlockState.DEGRADED, degraded
    return InterlockState.ARMED, None


def note_service(memory: InterlockMemory, armed: str, view: View) -> None:
    """Note whether the controller says that the interlock is in service.

    Usable data take it out of service; only GOOD data bring it back.
    """
    quality, _ = view.trust(armed)
    if quality < Quality.BAD:
        in_service = view.usable(armed)[0] != 0
        if not in_service:
            memory.out_of_service = True
        elif quality is Quality.GOOD:
            memory.out_of_service = False


def _broken(
    plant: Plant, interlock: Interlock, votings: tuple[Voting, ...], view: View
) -> Name | None:
    """Say which broken channel takes the interlock away: a lost cause, or one of its own."""
    suspects = [signal for signal in interlock.signals if signal not in interlock.cause_signals]
    for cause, voting in zip(interlock.causes, votings, strict=True):
        if voting.effective == FAILED:
            suspects = list(cause.signals)
            break
    for signal in suspects:
        if faulty(*view.trust(signal)):
            name = plant.signal_by_id[signal].name
            return Name(f"{name.zh}通道故障", f"the channel of {name.en} is faulty")
    return None


def _lost(
    plant: Plant, interlock: Interlock, votings: tuple[Voting, ...], view: View
) -> Name | None:
    """Say which signal without usable data leaves the state unknown."""
    needed = [signal for signal in interlock.signals if signal not in interlock.cause_signals]
    for cause, voting in zip(interlock.causes, votings, strict=True):
        if voting.effective == UNKNOWN:
            needed += cause.signals
    for signal in interlock.signals:
        quality, why = view.trust(signal)
        if signal in needed and quality >= Quality.BAD and not faulty(quality, why):
            name = plant.signal_by_id[signal].name
            return Name(f"{name.zh}无可用数据", f"no usable data of {name.en}")
    return None


def _degraded(
    plant: Plant, interlock: Interlock, votings: tuple[Voting, ...], view: View
) -> Name | None:
    """Say which broken channel leaves a cause with fewer votes than designed."""
    for cause, voting in zip(interlock.causes, votings, strict=True):
        if voting.effective != voting.designed:
            names = [plant.signal_by_id[s].name for s in cause.signals if faulty(*view.trust(s))]
            zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
            return Name(
                f"{zh}通道故障，表决由 {voting.designed} 降为 {voting.effective}",
                f"the channel of {en} is faulty: {voting.designed} votes as {voting.effective}",
            )
    return None

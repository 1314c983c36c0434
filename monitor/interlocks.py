"""Interlocks: is each one armed now, and did it answer its last demand in time?

A demand opens when a cause (a limit) becomes active and measures every effect's response as an
interval, since values are known only at polls: an effect is ok only if even the longest response
is within its allowance, slow only if even the shortest is not, otherwise undetermined.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from monitor.changes import (
    BypassChange,
    CauseSeen,
    Change,
    DemandChange,
    DemandEvent,
    EffectSeen,
    InterlockChange,
    InterlockState,
    LimitChange,
    Response,
    ValueChange,
)
from monitor.interlock_state import Feedback, InterlockMemory, OpenDemand
from plant.interlock import Effect, Interlock
from plant.moment import SECOND, seconds
from plant.name import Name
from plant.plant import Plant
from plant.quality import CHANNEL_FAULTS, Quality, Reason


class View(Protocol):
    """What an interlock may ask of the engine's state."""

    def trust(self, signal: str) -> tuple[Quality, Reason]:
        """Give the quality and reason that hold now, staleness and lag included."""

    def usable(self, signal: str) -> tuple[float, int]:
        """Give the last usable value and its time."""

    def active(self) -> Mapping[str, tuple[int, int]]:
        """Give the active limits, each with the interval in which it was passed."""


@dataclass(frozen=True)
class InterlockJudge:
    """Judges one interlock of `plant` over the changes of the engine."""

    plant: Plant
    interlock: Interlock

    def advance(
        self, memory: InterlockMemory, changes: Iterable[Change], view: View, now: int, until: int
    ) -> list[Change]:
        """Take in `changes` that were found at `now`; `memory` is advanced in place.

        `until` is the judged time of the interlock's own nodes: what is awaited waits by it.
        """
        said: list[Change] = []
        causes = {cause.limit for cause in self.interlock.causes}
        for change in changes:
            if isinstance(change, ValueChange) and change.signal in self.interlock.signals:
                said += self._feedback(memory, change)
            elif isinstance(change, LimitChange) and change.limit in causes and change.active:
                said += self._cause(memory, change, view)
        said += self._released(memory, view, now)
        if memory.demand is not None:
            said += self._overdue(memory.demand, memory, view, until)
            said += self._settle(memory, memory.demand, view, until)
        said += self._state(memory, view, now)
        return said

    def _feedback(self, memory: InterlockMemory, change: ValueChange) -> list[Change]:
        known = Feedback(change.value, change.earliest, change.latest)
        memory.feedback[change.signal] = known
        said: list[Change] = []
        if change.signal in self.interlock.bypass:
            since = memory.bypassed_since
            if change.value != 0 and change.signal not in since:
                since[change.signal] = change.time
                said.append(self._bypass(memory, change.signal, change.time, change.time, on=True))
            elif change.value == 0 and change.quality is Quality.GOOD and change.signal in since:
                started = since.pop(change.signal)
                said.append(self._bypass(memory, change.signal, started, change.time, on=False))
        demand = memory.demand
        if demand is None:
            return said
        for index, effect in enumerate(self.interlock.effects):
            seen = demand.effects[index]
            shows = effect.signal == change.signal and known.value == effect.state
            if shows and (_awaited(seen) or seen.result is Response.FAILED):
                said += self._answer(demand, index, _respond(demand, effect, known), change.time)
        return said

    def _released(self, memory: InterlockMemory, view: View, now: int) -> list[Change]:
        """End the bypasses whose signal came to 0 on UNCERTAIN data and is GOOD by now."""
        said: list[Change] = []
        for signal, started in list(memory.bypassed_since.items()):
            if view.usable(signal)[0] == 0 and view.trust(signal)[0] is Quality.GOOD:
                del memory.bypassed_since[signal]
                said.append(self._bypass(memory, signal, started, now, on=False))
        return said

    def _bypass(
        self, memory: InterlockMemory, signal: str, started: int, time: int, *, on: bool
    ) -> BypassChange:
        return BypassChange(
            self.interlock.id,
            signal,
            on=on,
            bypassed=bool(memory.bypassed_since),
            started=started,
            time=time,
        )

    def _cause(self, memory: InterlockMemory, change: LimitChange, view: View) -> list[Change]:
        cause = CauseSeen(change.limit, change.earliest, change.latest)
        demand = memory.demand
        if demand is not None:
            if any(known.limit == change.limit for known in demand.causes):
                return []
            demand.causes.append(cause)
            return [self._say(demand, DemandEvent.CAUSE, change.time)]
        memory.demands += 1
        demand = OpenDemand(
            id=f"{self.interlock.id}/{memory.demands}",
            opened=change.time,
            causes=[cause],
            effects=[EffectSeen(effect.signal, Response.WAITING) for effect in self._effects],
        )
        memory.demand = demand
        for index, effect in enumerate(self._effects):
            known = memory.feedback.get(effect.signal)
            holds = view.usable(effect.signal)[1] + self._fresh(effect) >= change.latest
            if known is not None and known.value == effect.state and holds:
                demand.effects[index] = _respond(demand, effect, known)
        demand.result = _result(demand)
        return [self._say(demand, DemandEvent.OPEN, change.time)]

    def _fresh(self, effect: Effect) -> int:
        return seconds(self.plant.signal_by_id[effect.signal].fresh_s)

    @property
    def _effects(self) -> tuple[Effect, ...]:
        return self.interlock.effects

    def _overdue(
        self, demand: OpenDemand, memory: InterlockMemory, view: View, until: int
    ) -> list[Change]:
        """Judge the effects that have not followed although their allowance is over."""
        said: list[Change] = []
        for index, effect in enumerate(self._effects):
            seen = demand.effects[index]
            if not _awaited(seen):
                continue
            cause = _start(demand)[1]
            deadline = cause + seconds(effect.within_s)
            value, known_until = view.usable(effect.signal)
            one_poll = seconds(self.plant.signal_by_id[effect.signal].period_s)
            if known_until > deadline and value != effect.state:
                failed = replace(seen, result=Response.FAILED)
                said += self._answer(demand, index, failed, deadline)
            elif known_until >= cause and value == effect.state:
                # It showed the state before and shows it again, but was not known at the cause.
                known = Feedback(value, memory.feedback[effect.signal].earliest, known_until)
                said += self._answer(demand, index, _respond(demand, effect, known), known_until)
            elif seen.result is Response.WAITING and until > deadline + 2 * one_poll:
                silent = replace(seen, result=Response.UNDETERMINED)
                said += self._answer(demand, index, silent, until)
        return said

    def _answer(self, demand: OpenDemand, index: int, seen: EffectSeen, time: int) -> list[Change]:
        revised = demand.effects[index].result is not Response.WAITING
        demand.effects[index] = seen
        demand.result = _result(demand)
        event = DemandEvent.REVISE if revised else DemandEvent.EFFECT
        return [self._say(demand, event, time)]

    def _settle(
        self, memory: InterlockMemory, demand: OpenDemand, view: View, until: int
    ) -> list[Change]:
        said: list[Change] = []
        periods = [self.plant.signal_by_id[s].period_s for s in self.interlock.cause_signals]
        window = max(2 * SECOND, seconds(2 * max(periods)))
        done = demand.result is not Response.WAITING
        if done and not demand.first_out_settled and until >= demand.opened + window:
            demand.first_out_settled = True
            said.append(self._say(demand, DemandEvent.SETTLE, until))
        if demand.first_out_settled and not self._caused(view):
            memory.demand = None
        return said

    def _caused(self, view: View) -> bool:
        return any(cause.limit in view.active() for cause in self.interlock.causes)

    def _state(self, memory: InterlockMemory, view: View, now: int) -> list[Change]:
        after, reason = self._judge_state(memory, view)
        if after is memory.state:
            return []
        before, memory.state = memory.state, after
        return [InterlockChange(self.interlock.id, before, after, reason, now)]

    def _judge_state(
        self, memory: InterlockMemory, view: View
    ) -> tuple[InterlockState, Name | None]:
        if memory.bypassed_since:
            reason = Name("联锁被旁路", "the interlock is bypassed")
            return InterlockState.BYPASSED, reason
        trusted = {signal: view.trust(signal) for signal in self.interlock.signals}
        for signal, (quality, why) in trusted.items():
            if quality is Quality.BAD and why in CHANNEL_FAULTS:
                name = self.plant.signal_by_id[signal].name
                reason = Name(f"{name.zh}通道故障", f"the channel of {name.en} is faulty")
                return InterlockState.UNAVAILABLE, reason
        if self._caused(view):
            return InterlockState.DEMANDED, None
        for signal, (quality, _) in trusted.items():
            if quality >= Quality.BAD:
                name = self.plant.signal_by_id[signal].name
                reason = Name(f"{name.zh}无可用数据", f"no usable data of {name.en}")
                return InterlockState.UNKNOWN, reason
        return InterlockState.ARMED, None

    def _say(self, demand: OpenDemand, event: DemandEvent, time: int) -> DemandChange:
        return DemandChange(
            interlock=self.interlock.id,
            demand=demand.id,
            event=event,
            result=demand.result,
            opened=demand.opened,
            first_out=first_out(demand.causes),
            causes=tuple(demand.causes),
            effects=tuple(demand.effects),
            time=time,
        )


def first_out(causes: Iterable[CauseSeen]) -> tuple[str, ...]:
    """Name the cause that came first; several when their intervals overlap: a tie."""
    first, *later = sorted(causes, key=lambda cause: cause.latest)
    ties = (cause.limit for cause in later if cause.earliest < first.latest)
    return (first.limit, *ties)


def _awaited(seen: EffectSeen) -> bool:
    """Say whether nothing is known of an effect yet: it is awaited, or its feedback is silent."""
    silent = seen.result is Response.UNDETERMINED and seen.shortest is None
    return silent or seen.result is Response.WAITING


def _start(demand: OpenDemand) -> tuple[int, int]:
    """Give the interval in which the first cause became true."""
    first = min(demand.causes, key=lambda cause: cause.latest)
    return first.earliest, first.latest


def _respond(demand: OpenDemand, effect: Effect, known: Feedback) -> EffectSeen:
    cause_earliest, cause_latest = _start(demand)
    allowance = seconds(effect.within_s)
    shortest = max(0, known.earliest - cause_latest)
    longest = max(0, known.latest - cause_earliest)
    if longest <= allowance:
        result = Response.OK
    elif shortest > allowance:
        result = Response.SLOW
    else:
        result = Response.UNDETERMINED
    return EffectSeen(effect.signal, result, shortest, longest)


def _result(demand: OpenDemand) -> Response:
    results = {seen.result for seen in demand.effects}
    if Response.WAITING in results:
        return Response.WAITING
    if Response.FAILED in results:
        return Response.FAILED if results == {Response.FAILED} else Response.PARTIAL
    for worst in (Response.UNDETERMINED, Response.SLOW):
        if worst in results:
            return worst
    return Response.OK

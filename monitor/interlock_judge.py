"""One interlock: is it armed now, and did it answer its last demand in time?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from monitor.changes import (
    BypassChange,
    CauseSeen,
    Change,
    InterlockChange,
    LimitChange,
    QualityChange,
    ValueChange,
)
from monitor.demands import Demands
from monitor.interlock_condition import judge, note_service
from monitor.interlock_state import Feedback, InterlockMemory
from monitor.spurious import Trips
from monitor.view import View
from monitor.voting import UNKNOWN, faulty, still, vote
from plant.interlock import Cause, Interlock
from plant.plant import Plant
from plant.quality import Quality


@dataclass(frozen=True)
class InterlockJudge:
    """Judges one interlock of `plant` over the changes of the engine.

    `others` are the causes of interlocks that share effects with it (`sharing`): what they bring
    about is no spurious trip of this one.
    """

    plant: Plant
    interlock: Interlock
    others: tuple[Cause, ...] = ()

    @cached_property
    def limits(self) -> frozenset[str]:
        """The limits of all causes that may bring the effects, others' included."""
        causes = (*self.interlock.causes, *self.others)
        return frozenset(limit for cause in causes for limit in cause.limits)

    @cached_property
    def signals(self) -> frozenset[str]:
        """Every signal whose changes matter."""
        return frozenset((*self.interlock.signals, *self._trips.signals))

    def advance(
        self, memory: InterlockMemory, changes: Sequence[Change], view: View, now: int, until: int
    ) -> list[Change]:
        """Take in `changes` that were found at `now`; `memory` is advanced in place.

        `until` is the judged time of the interlock's own nodes: what is awaited waits by it.
        """
        said: list[Change] = []
        for change in changes:
            match change:
                case ValueChange() if change.signal in self.interlock.signals:
                    said += self._value(memory, change, view)
                case LimitChange() if change.limit in self.limits:
                    said += self._limit(memory, change, view, changes)
                case QualityChange() if change.signal in self.signals:
                    said += self._quality(memory, change, view)
                case _:
                    pass
        said += self._released(memory, view, now)
        said += self._time(memory, view, until)
        said += self._state(memory, view, now)
        return said

    @cached_property
    def _demands(self) -> Demands:
        return Demands(self.plant, self.interlock)

    @cached_property
    def _trips(self) -> Trips:
        return Trips(self.plant, self.interlock, self._demands, self.others)

    def _value(self, memory: InterlockMemory, change: ValueChange, view: View) -> Iterator[Change]:
        good = change.quality is Quality.GOOD
        known = Feedback(change.value, change.earliest, change.latest, good)
        memory.feedback[change.signal] = known
        if change.signal in self.interlock.bypass:
            since = memory.bypassed_since
            if change.value != 0 and change.signal not in since:
                since[change.signal] = change.time
                yield self._bypass(memory, change.signal, change.time, change.time, on=True)
            elif change.value == 0 and change.quality is Quality.GOOD and change.signal in since:
                started = since.pop(change.signal)
                yield self._bypass(memory, change.signal, started, change.time, on=False)
        if change.signal in self.interlock.feedbacks:
            for demand in (memory.demand, memory.last):
                if demand is not None:
                    yield from self._demands.follow(demand, change.signal, known, change.time)
            self._trips.notice(memory, view)

    def _released(self, memory: InterlockMemory, view: View, now: int) -> Iterator[Change]:
        """End the bypasses whose signal came to 0 on UNCERTAIN data and is GOOD by now."""
        for signal, started in list(memory.bypassed_since.items()):
            if view.usable(signal)[0] == 0 and view.trust(signal)[0] is Quality.GOOD:
                del memory.bypassed_since[signal]
                yield self._bypass(memory, signal, started, now, on=False)

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

    def _limit(
        self, memory: InterlockMemory, change: LimitChange, view: View, changes: Sequence[Change]
    ) -> Iterator[Change]:
        if change.active:
            memory.passed[change.limit] = (change.earliest, change.latest)
        else:
            memory.passed.pop(change.limit, None)
        active = view.active()
        for same in changes:
            # Which of one instant's changes comes first decides nothing: they vote together.
            # But one that has been returned from at that very instant stays returned from.
            if not isinstance(same, LimitChange) or same.limit not in self.limits:
                continue
            if same.active and same.time == change.time and same.limit in active:
                memory.passed[same.limit] = (same.earliest, same.latest)
        for cause in self.interlock.causes:
            if change.limit in cause.limits:
                yield from self._vote(memory, cause, view, change.time)
        yield from self._trips.elsewhere(memory, view, change.time)

    def _quality(
        self, memory: InterlockMemory, change: QualityChange, view: View
    ) -> Iterator[Change]:
        signal = change.signal
        known = memory.feedback.get(signal)
        lost = change.before >= Quality.BAD
        if known is not None and change.after < Quality.BAD and (lost or not known.good):
            # It shows its value again: in the meantime it may have changed, and back.
            latest, good = max(known.latest, change.time), change.after is Quality.GOOD
            memory.feedback[signal] = replace(known, latest=latest, good=good)
        if signal not in self._trips.signals:
            return
        if change.after is Quality.BAD or change.before >= Quality.BAD:
            self._trips.gap(memory, signal, change.time)
        if change.after < Quality.BAD:
            memory.usable_since.setdefault(signal, change.time)
            memory.faults.pop(signal, None)
        else:
            memory.usable_since.pop(signal, None)
            if faulty(change.after, change.reason):
                usable_at = view.usable(signal)[1]
                memory.faults.setdefault(signal, (min(usable_at, change.time), change.time))
        for cause in self.interlock.causes:
            if signal in cause.signals:
                yield from self._vote(memory, cause, view, change.time)
        yield from self._trips.elsewhere(memory, view, change.time)

    def _vote(
        self, memory: InterlockMemory, cause: Cause, view: View, time: int
    ) -> Iterator[Change]:
        known, standing = memory.demand, cause.id in memory.standing
        if standing and not still(cause, memory.passed, memory.faults):
            memory.standing.remove(cause.id)
            return
        found = vote(cause, memory.passed, memory.faults)
        if found is None:
            return
        seen = CauseSeen(cause.id, found.earliest, found.latest, found.members)
        if standing:
            if known is not None:
                yield from self._demands.join(known, seen, time)
            return
        memory.standing.append(cause.id)
        trip = self._trips.explained(memory, seen)
        if known is None:
            yield self._demands.open(memory, seen, view, time, trip)
            return
        if trip is not None and trip.id:
            yield self._demands.open(memory, seen, view, time, trip)
        yield from self._demands.join(known, seen, time)

    def _time(self, memory: InterlockMemory, view: View, until: int) -> Iterator[Change]:
        """Judge what is awaited up to `until`."""
        if memory.last is not None:
            yield from self._demands.overdue(memory.last, memory, view, until)
            self._demands.forget(memory, view)
        demand = memory.demand
        if demand is not None:
            yield from self._demands.overdue(demand, memory, view, until)
            yield from self._demands.settle(memory, demand, until)
            self._trips.notice(memory, view)
        yield from self._trips.advance(memory, view, until)
        memory.awaiting = (
            memory.last is not None
            or (memory.demand is not None and self._demands.waits(memory.demand))
            or (memory.trip is not None and memory.trip.undecided)
        )

    def _state(self, memory: InterlockMemory, view: View, now: int) -> Iterator[Change]:
        if self.interlock.armed:
            note_service(memory, self.interlock.armed, view)
        found = judge(self.plant, self.interlock, memory, view)
        voting = {v.cause: v.effective for v in found.votings if v.effective != UNKNOWN}
        if found.state is memory.state and voting == memory.voting:
            return
        before, memory.state, memory.voting = memory.state, found.state, voting
        yield InterlockChange(
            self.interlock.id, before, found.state, found.reason, now, found.votings
        )


def sharing(plant: Plant) -> dict[str, tuple[Cause, ...]]:
    """Give for each interlock the causes of the other interlocks that share effects with it."""
    of_feedback: dict[str, list[Interlock]] = {}
    for item in plant.interlocks:
        for signal in item.feedbacks:
            of_feedback.setdefault(signal, []).append(item)
    shared: dict[str, tuple[Cause, ...]] = {}
    for item in plant.interlocks:
        near = {other.id: other for s in item.feedbacks for other in of_feedback[s]}
        near.pop(item.id, None)
        shared[item.id] = tuple(cause for other in near.values() for cause in other.causes)
    return shared

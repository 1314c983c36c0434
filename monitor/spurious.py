"""Spurious trips: the effects have come although no cause is true.

They may have had a cause that is not known yet: one whose delay still runs, or whose data are
late. So it is judged after a window, and revised when missing data arrive.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from monitor.changes import CauseSeen, DemandChange, DemandEvent, EffectSeen, Response
from monitor.demands import Demands
from monitor.interlock_state import Feedback, InterlockMemory, Trip
from monitor.tables import NEVER
from monitor.view import View
from monitor.voting import signal_of, vote
from plant.interlock import Cause, Interlock
from plant.moment import seconds
from plant.plant import Plant
from plant.quality import Quality


@dataclass(frozen=True)
class Trips:
    """Notices the trips of one interlock that have no cause.

    `others` are the causes of interlocks that share effects with it: they explain a trip too.
    """

    plant: Plant
    interlock: Interlock
    demands: Demands
    others: tuple[Cause, ...] = ()

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """The signals of all causes that may bring the effects, others' included."""
        causes = (*self.interlock.causes, *self.others)
        return tuple(dict.fromkeys(signal for cause in causes for signal in cause.signals))

    def notice(self, memory: InterlockMemory, view: View) -> None:
        """Take in that a feedback has changed: all effects may have come now, or been reset."""
        if self.interlock.effects_in_normal_use or not self.interlock.feedbacks:
            return
        if memory.demand is not None or memory.standing:
            return
        effects = [effect for effect in self.interlock.effects if effect.signal]
        shown = [memory.feedback.get(effect.signal) for effect in effects]
        if None in shown:
            return
        stand = [x is not None and x.value == e.state for x, e in zip(shown, effects, strict=True)]
        if not any(stand):
            memory.ready = True
        elif memory.ready and all(stand):
            memory.ready = False
            came = [memory.feedback.get(effect.signal) for effect in self.interlock.effects]
            if self._together(came):
                memory.trip = self._trip(memory, came, view)
                if self._by_others(memory) is not None:
                    memory.trip = None

    def gap(self, memory: InterlockMemory, signal: str, time: int) -> None:
        """Take in that a cause signal became BAD, or came back: about a trip, it was not seen."""
        trip = memory.trip
        if trip is not None and trip.earliest < time <= self._needed(trip, signal):
            _blind(trip, signal)

    def explained(self, memory: InterlockMemory, cause: CauseSeen) -> Trip | None:
        """Give the trip that a cause explains: it may have come before all effects had."""
        trip = memory.trip
        if trip is None or cause.earliest >= trip.latest:
            return None
        memory.trip = None
        return trip

    def elsewhere(self, memory: InterlockMemory, view: View, time: int) -> Iterator[DemandChange]:
        """Take in that a cause of another interlock may have come true: it may explain a trip."""
        cause = self._by_others(memory)
        trip = None if cause is None else self.explained(memory, cause)
        if cause is not None and trip is not None and trip.id:
            yield self.demands.open(memory, cause, view, time, trip)

    def _by_others(self, memory: InterlockMemory) -> CauseSeen | None:
        """Give a cause of another interlock that explains the trip, if there is one."""
        for cause in self.others:
            found = vote(cause, memory.passed, memory.faults)
            if found and memory.trip is not None and found.earliest < memory.trip.latest:
                return CauseSeen(cause.id, found.earliest, found.latest, found.members)
        return None

    def advance(self, memory: InterlockMemory, view: View, until: int) -> Iterator[DemandChange]:
        """Judge the trip when a cause would be known by now, and again when data arrive."""
        trip = memory.trip
        if trip is not None and trip.undecided:
            yield from self._judge(trip, memory, view, until)
        if trip is not None and not trip.undecided and memory.ready:
            memory.trip = None

    def _judge(
        self, trip: Trip, memory: InterlockMemory, view: View, until: int
    ) -> Iterator[DemandChange]:
        causes = self.signals
        for signal in causes:
            self._note(trip, memory, signal, view)
        waited = trip.latest + self.demands.window + max(self._on_delay(s) for s in causes)
        if not trip.id and until < waited:
            return
        unseen = [s for s in causes if not self._seen(trip, memory, s, view)]
        trip.undecided = any(s not in trip.blind for s in unseen)
        result = Response.UNDETERMINED if unseen else Response.SPURIOUS
        if result is not trip.result:
            event = DemandEvent.REVISE if trip.id else DemandEvent.OPEN
            if not trip.id:
                memory.demands += 1
                trip.id = f"{self.interlock.id}/{memory.demands}"
            trip.result = result
            yield self._say(trip, event, until)

    def _together(self, came: list[Feedback | None]) -> bool:
        """Say whether all effects may have come within the longest allowance of one another."""
        known = [item for item in came if item is not None]
        spread = max(item.earliest for item in known) - min(item.latest for item in known)
        return spread <= seconds(max(effect.within_s for effect in self.interlock.effects))

    def _trip(self, memory: InterlockMemory, came: list[Feedback | None], view: View) -> Trip:
        causes = self.signals
        trip = Trip(came, {signal: view.usable(signal)[1] for signal in causes})
        trip.bypassed = bool(memory.bypassed_since)
        for signal in causes:
            back = memory.usable_since.get(signal, NEVER) > trip.earliest
            if back or view.trust(signal)[0] is Quality.BAD:
                trip.blind.append(signal)
        return trip

    def _note(self, trip: Trip, memory: InterlockMemory, signal: str, view: View) -> None:
        """Note up to when a cause signal has been seen; a gap about the trip stays one."""
        known, at = trip.known[signal], view.usable(signal)[1]
        if at <= known:
            return
        gap = at - known > seconds(self.plant.signal_by_id[signal].fresh_s)
        missed = gap and not self._live(trip, memory, signal, view)
        if missed and known < self._needed(trip, signal):
            _blind(trip, signal)
        trip.known[signal] = at

    def _seen(self, trip: Trip, memory: InterlockMemory, signal: str, view: View) -> bool:
        """Say whether a cause signal was usable about the trip, live or by data that came late."""
        if signal in trip.blind:
            return False
        late = trip.known[signal] >= self._needed(trip, signal)
        return late or self._live(trip, memory, signal, view)

    def _live(self, trip: Trip, memory: InterlockMemory, signal: str, view: View) -> bool:
        """Say whether a cause signal has been usable without a break since before the trip."""
        since = memory.usable_since.get(signal)
        trusted = view.trust(signal)[0] < Quality.BAD
        return trusted and since is not None and since <= trip.earliest

    def _needed(self, trip: Trip, signal: str) -> int:
        return trip.latest + self._on_delay(signal)

    def _on_delay(self, signal: str) -> int:
        causes = (*self.interlock.causes, *self.others)
        limits = {limit for cause in causes for limit in cause.limits}
        mine = (limit for limit in limits if signal_of(limit) == signal)
        return seconds(max(self.plant.limit_by_id[limit].on_delay_s for limit in mine))

    def _say(self, trip: Trip, event: DemandEvent, time: int) -> DemandChange:
        return DemandChange(
            interlock=self.interlock.id,
            demand=trip.id,
            event=event,
            result=trip.result,
            opened=trip.latest,
            first_out=(),
            causes=(),
            effects=tuple(
                EffectSeen(effect.signal or effect.role, Response.UNDETERMINED)
                for effect in self.interlock.effects
            ),
            time=time,
            bypassed=trip.bypassed,
        )


def _blind(trip: Trip, signal: str) -> None:
    if signal not in trip.blind:
        trip.blind.append(signal)

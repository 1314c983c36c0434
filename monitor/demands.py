"""Demands: how did an interlock answer its causes?

Every effect's response is measured as an interval, since values are known only at polls: an
effect is ok only if even the longest response is within its allowance, slow only if even the
shortest is not, otherwise undetermined. It runs from the crossing of the limit, so neither our
own delays nor a poll eat the allowance.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from monitor.changes import CauseSeen, DemandChange, DemandEvent, EffectSeen, Response
from monitor.first_out import first_out, sequence
from monitor.interlock_state import Feedback, InterlockMemory, OpenDemand, Trip
from monitor.view import View
from plant.interlock import Effect, Interlock
from plant.moment import SECOND, seconds
from plant.plant import Plant
from plant.quality import Quality


@dataclass(frozen=True)
class Demands:
    """Opens, measures and ends the demands of one interlock."""

    plant: Plant
    interlock: Interlock

    @property
    def window(self) -> int:
        """How long after the opening first-out may still change: max(2 s, two poll periods)."""
        periods = [self.plant.signal_by_id[s].period_s for s in self.interlock.cause_signals]
        return max(2 * SECOND, seconds(2 * max(periods)))

    def open(
        self, memory: InterlockMemory, cause: CauseSeen, view: View, time: int, trip: Trip | None
    ) -> DemandChange:
        """Open a demand; `trip` are the effects that came before their cause was known."""
        said = trip is not None and bool(trip.id)
        if trip is not None and said:
            demand = self._new(trip.id, trip.latest, cause, bypassed=trip.bypassed)
        else:
            memory.demands += 1
            name = f"{self.interlock.id}/{memory.demands}"
            bypassed = trip.bypassed if trip is not None else bool(memory.bypassed_since)
            demand = self._new(name, time, cause, bypassed=bypassed)
        memory.ready = False
        if memory.demand is None:
            memory.demand, memory.last = demand, None
        for index, effect in enumerate(self.interlock.effects):
            if not effect.signal:
                continue
            known = memory.feedback.get(effect.signal)
            holds = view.usable(effect.signal)[1] + self._fresh(effect) >= cause.latest
            proves = known is not None and known.good and not _doubted(view, effect)
            if trip is not None:
                demand.came[index] = trip.came[index]
            elif known is not None and known.value == effect.state and holds and proves:
                demand.came[index] = known
        self._measure(demand)
        return self._say(demand, DemandEvent.REVISE if said else DemandEvent.OPEN, time)

    def join(self, demand: OpenDemand, cause: CauseSeen, time: int) -> Iterator[DemandChange]:
        """Add a further cause; one that was found late but came earlier revises the order.

        So does a vote that a member found late made earlier than was known.
        """
        known = next((item for item in demand.causes if item.limit == cause.limit), None)
        if known is not None and cause.latest >= known.latest:
            return
        others = [item for item in demand.causes if item is not known]
        before, start = {item.limit: item.rank for item in others}, _start(demand)
        demand.causes = list(sequence([*others, cause]))
        after = {item.limit: item.rank for item in demand.causes}
        if _start(demand) != start:
            self._measure(demand)
        revised = known is not None or any(after[limit] != rank for limit, rank in before.items())
        yield self._say(demand, DemandEvent.REVISE if revised else DemandEvent.CAUSE, time)

    def follow(
        self, demand: OpenDemand, signal: str, known: Feedback, time: int
    ) -> Iterator[DemandChange]:
        """Take in that a feedback has changed: it may answer the demand."""
        for index, effect in enumerate(self.interlock.effects):
            seen = demand.effects[index]
            late = seen.result is Response.FAILED and demand.ended is None
            shows = effect.signal == signal and known.value == effect.state and known.good
            if shows and (late or self._awaited(demand, index)):
                yield self._came(demand, index, known, time)

    def overdue(
        self, demand: OpenDemand, memory: InterlockMemory, view: View, until: int
    ) -> Iterator[DemandChange]:
        """Judge the effects that have not followed although their allowance is over."""
        for index, effect in enumerate(self.interlock.effects):
            if not self._awaited(demand, index):
                continue
            seen = demand.effects[index]
            cause = _start(demand)[1]
            deadline = cause + seconds(effect.within_s)
            value, known_until = view.usable(effect.signal)
            one_poll = seconds(self.plant.signal_by_id[effect.signal].period_s)
            # After the end it may have followed and been reset since: that proves no failure.
            proves = demand.ended is None or known_until <= demand.ended
            if known_until > deadline and value != effect.state and proves:
                failed = replace(seen, result=Response.FAILED)
                yield self._answer(demand, index, failed, deadline)
            elif known_until >= cause and value == effect.state and not _doubted(view, effect):
                # It showed the state, or does again, but that was not known at the cause.
                known = Feedback(value, memory.feedback[effect.signal].earliest, known_until)
                yield self._came(demand, index, known, known_until)
            elif seen.result is Response.WAITING and until > deadline + 2 * one_poll:
                silent = replace(seen, result=Response.UNDETERMINED)
                yield self._answer(demand, index, silent, until)

    def settle(
        self, memory: InterlockMemory, demand: OpenDemand, until: int
    ) -> Iterator[DemandChange]:
        """Settle first-out when its window is over, and end a demand whose causes are gone."""
        done = demand.result is not Response.WAITING
        if done and not demand.first_out_settled and until >= demand.opened + self.window:
            demand.first_out_settled = True
            yield self._say(demand, DemandEvent.SETTLE, until)
        if demand.first_out_settled and not memory.standing:
            memory.demand, demand.ended = None, until
            memory.last = demand if self._silent(demand) else None

    def forget(self, memory: InterlockMemory, view: View) -> None:
        """Forget the last demand when all is known of it that can be."""
        last = memory.last
        if last is not None and last.ended is not None:
            known = [view.usable(self.interlock.effects[i].signal)[1] for i in self._silent(last)]
            if all(until > last.ended for until in known):
                memory.last = None

    def waits(self, demand: OpenDemand) -> bool:
        """Say whether time alone, or a sample that changes nothing, may say more."""
        return not demand.first_out_settled or bool(self._silent(demand))

    def _silent(self, demand: OpenDemand) -> list[int]:
        return [i for i in range(len(demand.effects)) if self._awaited(demand, i)]

    def _awaited(self, demand: OpenDemand, index: int) -> bool:
        """Say whether nothing is known of an effect yet: it is awaited, or its feedback silent."""
        seen = demand.effects[index].result
        unknown = seen in (Response.WAITING, Response.UNDETERMINED) and demand.came[index] is None
        return unknown and bool(self.interlock.effects[index].signal)

    def _new(self, name: str, opened: int, cause: CauseSeen, *, bypassed: bool) -> OpenDemand:
        return OpenDemand(
            id=name,
            opened=opened,
            causes=list(sequence([cause])),
            effects=[
                EffectSeen(effect.signal, Response.WAITING)
                if effect.signal
                else EffectSeen(effect.role, Response.UNDETERMINED)
                for effect in self.interlock.effects
            ],
            came=[None] * len(self.interlock.effects),
            bypassed=bypassed,
        )

    def _came(self, demand: OpenDemand, index: int, known: Feedback, time: int) -> DemandChange:
        demand.came[index] = known
        effect = self.interlock.effects[index]
        return self._answer(demand, index, _respond(_start(demand), effect, known), time)

    def _measure(self, demand: OpenDemand) -> None:
        """Measure all effects that came, from the first cause."""
        for index, known in enumerate(demand.came):
            if known is not None:
                effect = self.interlock.effects[index]
                demand.effects[index] = _respond(_start(demand), effect, known)
        demand.result = self._result(demand)

    def _answer(self, demand: OpenDemand, index: int, seen: EffectSeen, time: int) -> DemandChange:
        revised = demand.effects[index].result is not Response.WAITING
        demand.effects[index] = seen
        demand.result = self._result(demand)
        return self._say(demand, DemandEvent.REVISE if revised else DemandEvent.EFFECT, time)

    def _result(self, demand: OpenDemand) -> Response:
        """Give the worst that occurs; without a proof of every effect it is never ok."""
        pairs = zip(self.interlock.effects, demand.effects, strict=True)
        results = {seen.result for effect, seen in pairs if effect.signal}
        if Response.WAITING in results:
            return Response.WAITING
        if Response.FAILED in results:
            return Response.FAILED if results == {Response.FAILED} else Response.PARTIAL
        for worst in (Response.UNDETERMINED, Response.SLOW):
            if worst in results:
                return worst
        provable = all(effect.signal for effect in self.interlock.effects)
        return Response.OK if provable else Response.UNDETERMINED

    def _fresh(self, effect: Effect) -> int:
        return seconds(self.plant.signal_by_id[effect.signal].fresh_s)

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
            bypassed=demand.bypassed,
        )


def _start(demand: OpenDemand) -> tuple[int, int]:
    """Give the interval in which the first cause became true."""
    first = demand.causes[0]
    return first.earliest, first.latest


def _doubted(view: View, effect: Effect) -> bool:
    """Say whether an effect's feedback may show a state that is not there."""
    return view.trust(effect.signal)[0] is Quality.UNCERTAIN


def _respond(start: tuple[int, int], effect: Effect, known: Feedback) -> EffectSeen:
    cause_earliest, cause_latest = start
    allowance = seconds(effect.within_s)
    shortest = max(0, known.earliest - cause_latest)
    longest = max(0, known.latest - cause_earliest)
    if longest <= allowance and known.good:
        result = Response.OK
    elif shortest > allowance:
        result = Response.SLOW
    else:
        result = Response.UNDETERMINED
    return EffectSeen(effect.signal, result, shortest, longest)

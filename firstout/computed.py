"""Computed signals for the record, worked out by the engine that also judges them.

What is recorded of a computed signal follows from the recorded samples of its members alone, so
it is the same whatever was restarted when. The engine is therefore given samples only:

* no ticks: they let values age, and that a value has grown old is no sample;
* no births and deaths: they tell how things are now, and a backlog tells how they were. A member
  that is away is BAD in its gateway's samples, or too old to be paired.

A value that stays exactly the same for too long (`frozen_s`) is judged with the sample that shows
it, so it makes what is computed from it BAD, though the member itself is recorded as it was read.
A signal that its node proves alive (`life = "node"`) still holds at each word of its node, once
a period at most, until the node or its device dies.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from firstout.computed_plant import computed_part
from monitor.compiled import compile_plant, route
from monitor.engine import Engine
from monitor.inputs import Died, Samples, by_instant
from monitor.nodes import CLOCK_STEP
from monitor.state import new_state
from monitor.tables import NEVER
from plant.moment import MILLISECOND, SECOND, seconds
from plant.plant import Plant
from plant.quality import Quality

_UNJUDGED = 2  # as `busy`, which is 0 or 1 once a sample of the row has been judged


class Computed:
    """Follows the samples of `plant` and gives those of its computed signals.

    `past` are samples that are recorded already, in order of time, as `computed_past` gives them:
    with them it goes on as if it had never been stopped.
    """

    def __init__(self, plant: Plant, past: Sequence[Samples] = ()) -> None:
        self._past = tuple(past)
        part = computed_part(plant)
        self._compiled = compile_plant(part)
        self._engine = Engine(self._compiled)
        self._gateway = plant.gateway
        places = {signal.id: place for place, signal in enumerate(plant.signals)}
        self._place = np.array([places[signal.id] for signal in part.signals], np.int32)
        self._row = np.full(len(plant.signals), -1, np.int32)
        self._row[self._place] = np.arange(len(part.signals), dtype=np.int32)
        self._period = np.array([seconds(signal.period_s) for signal in part.signals], np.int64)
        self._by_node: dict[str, dict[int, str]] = {}  # node → row → device
        for row, signal in enumerate(part.signals):
            if signal.life == "node":
                node, device, _ = route(part, signal.id)
                self._by_node.setdefault(node, {})[row] = device
        self._forget()

    def follow(self, given: Samples) -> list[Samples]:
        """Take the samples of one message and give what is computed from them.

        What comes out has the slots of the plant. A signal has one sample at one time: one that
        follows from a second message of the same instant, or from one a little older, is told a
        millisecond after the one before; what follows from a message older than that by a second
        comes too late to be told.
        """
        if not len(self._compiled.computed):
            return []
        if self._past:
            self._recall(given)
        return [made for part in self._instants(given) for made in self._advance(part)]

    def lose(self, died: Died) -> None:
        """Take in that a node, or a device of it, proves nothing any more."""
        for row, device in self._by_node.get(died.node, {}).items():
            if died.device in ("", device):
                self._proven_at[row] = NEVER

    def _forget(self) -> None:
        self._state = new_state(self._compiled)
        count = len(self._place)
        self._read_at = np.full(count, NEVER, np.int64)  # each row's last sample
        self._proven_at = np.full(count, NEVER, np.int64)  # the same, or when it was said again
        self._told_at = np.full(count, NEVER, np.int64)  # each computed row's last one

    def _recall(self, given: Samples) -> None:
        """Go through the past before the first samples that come.

        A store without transactions may hold samples that are now given again: of that node the
        past ends before them.
        """
        past, self._past = self._past, ()
        again = {(slot, time) for slot, time in _marks(given)}
        from_here = [part for part in past if part.node == given.node]
        if any(mark in again for part in from_here for mark in _marks(part)):
            first = int(given.times.min())
            past = tuple(p for p in past if p.node != given.node or p.times[0] < first)
        for part in past:
            self.follow(part)

    def _instants(self, given: Samples) -> Iterator[Samples]:
        """Give what the engine has to know of a message by instant, in its own rows."""
        part = self._of_members(given)
        if given.node in self._by_node and len(given.times):
            part = self._with_proven(part, int(given.times[0]))
        for instant in by_instant(part) if len(part.slots) else ():
            assert isinstance(instant, Samples)  # noqa: S101 - parts of samples are samples
            yield instant

    def _of_members(self, given: Samples) -> Samples:
        rows = self._row[given.slots]
        chosen, read_at = rows >= 0, self._read_at[rows]
        early = chosen & (given.times < read_at)
        if early.any():
            if given.node != self._gateway:
                chosen &= ~early  # a foreign node's late sample, as for the monitor
            elif (given.times < read_at - CLOCK_STEP)[chosen].any():
                self._forget()  # the clock was stepped back: there is no before
        rows, times = rows[chosen], given.times[chosen]
        np.maximum.at(self._read_at, rows, times)
        self._proven_at[rows] = self._read_at[rows]
        return replace(
            given,
            historical=False,
            slots=rows,
            times=times,
            values=given.values[chosen],
            quality=given.quality[chosen],
            reasons=given.reasons[chosen],
            sources=None if given.sources is None else given.sources[chosen],
        )

    def _with_proven(self, part: Samples, at: int) -> Samples:
        """Put before the samples what the node proves alive by speaking, as it was last."""
        rows = np.array(list(self._by_node[part.node]), np.int32)
        proven_at = self._proven_at[rows]
        rows = rows[(proven_at > NEVER) & (at - proven_at >= self._period[rows])]
        self._proven_at[rows] = at
        last, sources = self._state.signals[rows], np.zeros(len(rows), np.int64)
        return replace(
            part,
            slots=np.concatenate((rows, part.slots)),
            times=np.concatenate((np.full(len(rows), at), part.times)),
            values=np.concatenate((_usable(last), part.values)),
            quality=np.concatenate((last["quality"], part.quality)),
            reasons=np.concatenate((last["why"], part.reasons)),
            sources=None if part.sources is None else np.concatenate((sources, part.sources)),
        )

    def _advance(self, part: Samples) -> Iterator[Samples]:
        """Take the samples of one instant and give the computed ones that follow."""
        table, computed = self._state.signals, self._compiled.computed
        # A busy row is judged with a look at each of its limits, which changes no answer.
        table["busy"][computed] = _UNJUDGED
        self._engine.advance(self._state, part)
        rows = computed[table["busy"][computed] != _UNJUDGED]
        at = int(part.times[0])
        rows = rows[at > self._told_at[rows] - SECOND]
        if not len(rows):
            return
        times = np.maximum(at, self._told_at[rows] + MILLISECOND)
        self._told_at[rows] = times
        last = table[rows]
        yield Samples(
            node=part.node,
            historical=part.historical,
            slots=self._place[rows],
            times=times,
            values=_usable(last),
            quality=last["quality"],
            reasons=last["why"],
            known_at=part.known_at,
        )


def _usable(last: NDArray[np.void]) -> NDArray[np.float64]:
    """Give the values of rows, NaN where the last sample was not usable."""
    return np.where(last["quality"] <= Quality.UNCERTAIN, last["value"], np.nan)


def _marks(given: Samples) -> Iterator[tuple[int, int]]:
    slots: NDArray[np.int32] = given.slots
    return zip(slots.tolist(), given.times.tolist(), strict=True)

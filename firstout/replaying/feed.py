"""Virtual time: a recording's samples as the inputs that a live monitor would have been given."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from firstout.replaying.oddities import Oddities, Oddity
from firstout.replaying.samples import Chunk
from monitor.compiled import Compiled, route
from monitor.inputs import Born, Input, Samples, Started, Tick
from plant.moment import MILLISECOND, SECOND, to_text

TICK = 100 * MILLISECOND
# A sample that is known so long after it was read is backlog, as the gateways mark it.
BACKLOG = 2 * SECOND
# After so long a silence all ages and delays have run out, and rarer ticks will do; a time that
# is wrong by decades must not take decades of ticks.
LONG_SILENCE = 600 * SECOND
SPARSE_TICK = 60 * SECOND
DAY = 86_400 * SECOND


@dataclass(eq=False)
class Feed:
    """Makes inputs of samples; what was odd about them is noted on the way."""

    compiled: Compiled
    oddities: Oddities

    def inputs(self, chunks: Iterable[Chunk], first: int, until: int) -> Iterator[Input]:
        """Give the start of the monitor at `first`, then samples and ticks, the last at `until`.

        A table says nothing of nodes and devices, so all are born at once; what it does not say
        of their signals is missing, or grows stale.
        """
        yield Started(first)
        for node in self.compiled.nodes:
            yield Born(node, "", first)
        for node, device in self.compiled.slots_of:
            if device:
                yield Born(node, device, first)
        tick, last = first, first
        for samples in self._messages(chunks):
            if samples.known_at > until:
                break
            while tick < samples.known_at:
                yield Tick(tick)
                tick += _pause(tick - last)
            yield samples
            # After a long silence the beat begins again at this sample.
            last, tick = samples.known_at, min(tick, samples.known_at + TICK)
        while tick < until:
            yield Tick(tick)
            tick += _pause(tick - last)
        yield Tick(until)

    def _messages(self, chunks: Iterable[Chunk]) -> Iterator[Samples]:
        """Give one message a node for all that becomes known at one instant."""
        node_of = self._node_of_slots()
        for chunk in chunks:
            cuts = np.flatnonzero(np.diff(chunk.known)) + 1
            starts = np.concatenate(([0], cuts, [len(chunk)])).tolist()
            simple = _each_once(chunk, cuts)
            stamped = bool(chunk.sources.any())
            for begin, end in pairwise(starts):
                part = chunk.chosen(slice(begin, end))
                kept = part if simple else self._without_repeats(part)
                yield from self._by_node(kept, node_of, stamped=stamped)

    def _node_of_slots(self) -> NDArray[np.int32]:
        """Give each slot's node as its place in `compiled.nodes`; -1 for computed signals."""
        nodes = self.compiled.node_index
        plant = self.compiled.plant
        return np.array(
            [
                -1 if signal.formula is not None else nodes[route(plant, signal.id)[0]]
                for signal in plant.signals
            ],
            np.int32,
        )

    def _by_node(
        self, chunk: Chunk, node_of: NDArray[np.int32], *, stamped: bool
    ) -> Iterator[Samples]:
        late = chunk.known - chunk.times > BACKLOG
        if len(self.compiled.nodes) == 1 and not late.any():
            yield _message(self.compiled.nodes[0], chunk, historical=False, stamped=stamped)
            return
        nodes = node_of[chunk.slots]
        for node in dict.fromkeys(nodes.tolist()):
            for historical in (True, False):
                chosen = (nodes == node) & (late == historical)
                if chosen.any():
                    part = chunk.chosen(chosen)
                    name = self.compiled.nodes[node]
                    yield _message(name, part, historical=historical, stamped=stamped)

    def _without_repeats(self, chunk: Chunk) -> Chunk:
        """Leave out what says the same as the sample before it of the same signal and time."""
        if len(np.unique(chunk.slots)) == len(chunk):
            return chunk
        said: dict[tuple[int, int], tuple[str, int]] = {}
        keep = np.ones(len(chunk), np.bool_)
        ids = [signal.id for signal in self.compiled.plant.signals]
        for index in range(len(chunk)):
            slot, time = int(chunk.slots[index]), int(chunk.times[index])
            # As text, so that NaN equals NaN.
            now = (repr(float(chunk.values[index])), int(chunk.quality[index]))
            before = said.get((slot, time))
            if before is not None:
                keep[index] = before != now
                what = Oddity.CONTRADICTED if before != now else Oddity.REPEATED
                self.oddities.note(what, 1, f"{ids[slot]}, {to_text(time)}")
            said[slot, time] = now
        return chunk.chosen(keep)


def _message(node: str, chunk: Chunk, *, historical: bool, stamped: bool) -> Samples:
    return Samples(
        node=node,
        historical=historical,
        slots=chunk.slots,
        times=chunk.times,
        values=chunk.values,
        quality=chunk.quality,
        reasons=chunk.reasons,
        known_at=int(chunk.known[0]),
        sources=chunk.sources if stamped else None,
    )


def _each_once(chunk: Chunk, cuts: NDArray[np.int64]) -> bool:
    """Say, cheaply, whether no instant has a signal twice: slots rise within each."""
    rises = np.diff(chunk.slots) > 0
    rises[cuts - 1] = True
    return bool(rises.all())


def _pause(silence: int) -> int:
    if silence < LONG_SILENCE:
        return TICK
    return SPARSE_TICK if silence < DAY else DAY

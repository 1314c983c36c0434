"""What becomes of the time in which nobody judged: told afterwards, or never.

After a start, or after standing still, the nodes tell what they have kept meanwhile. Whoever asks
later how things stood then must know which part of it was judged from that, and which never.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from monitor.compiled import Compiled
from monitor.inputs import Input, Samples
from monitor.state import NodeMemory
from monitor.tables import NEVER
from plant.moment import SECOND, seconds, to_text

# No node is asked to say more often than this how things are.
LEAST = 3 * SECOND
# Entries stay small: of more stretches than this, all from the first to the last counts as one.
MOST = 50

Stretch = tuple[int, int]


class _Told:
    """The time of which one node has told, from when it was judged last until it is live again.

    `longest` is how long it may tell nothing and has still told of all.
    """

    def __init__(self, since: int, longest: int) -> None:
        self._longest = longest
        self._stretches: list[list[int]] = [[since, since]]
        self.live_at: int | None = None

    def hear(self, times: Iterable[int]) -> None:
        for time in times:
            if self.live_at is not None and time > self.live_at:
                return
            for stretch in reversed(self._stretches):
                if stretch[0] <= time <= stretch[1] + self._longest:
                    stretch[1] = max(stretch[1], time)
                    break
            else:
                self._stretches.append([time, time])

    def holes(self) -> Iterator[Stretch]:
        until = self._stretches[0][0]
        for first, last in sorted(self._stretches):
            if first - until > self._longest:
                yield until, first
            until = max(until, last)
        if self.live_at is not None and self.live_at - until > self._longest:
            yield until, self.live_at


class Outage:
    """Follows the nodes from an outage of the monitor until all of it has been told of.

    `nodes` are as the monitor left them, and `ended_at` is when it judged again. Times are ns
    since 1970 UTC.
    """

    def __init__(self, compiled: Compiled, nodes: Mapping[str, NodeMemory], ended_at: int) -> None:
        self._ended_at = ended_at
        longest = _longest_silence(compiled)
        self._told = {
            name: _Told(node.judged_until, longest[name])
            for name, node in nodes.items()
            if node.judged_until > NEVER
        }
        self._said: list[Stretch] | None = None

    def note(self, given: Input, nodes: Mapping[str, NodeMemory]) -> None:
        """Look at what `given`, which has just been judged, told of the time before it."""
        for name, told in self._told.items():
            node = nodes[name]
            if isinstance(given, Samples) and given.node == name:
                told.hear(np.unique(given.times).tolist())
            live = node.settled and node.judged_until >= self._ended_at
            if told.live_at is None and live:
                told.live_at = node.judged_until

    def news(self, nodes: Mapping[str, NodeMemory]) -> dict[str, object] | None:
        """Give what the journal is to keep, when there is anything new and no node is late.

        It is said once all nodes are live again, and anew when one that was away has told more.
        """
        live = all(told.live_at is not None for told in self._told.values())
        if not live or not all(node.settled for node in nodes.values()):
            return None
        holes = list(_joined(sorted(h for told in self._told.values() for h in told.holes())))
        if len(holes) > MOST:
            holes = [(holes[0][0], holes[-1][1])]
        if holes == self._said:
            return None
        self._said = holes
        stretches = [{"from": to_text(first), "to": to_text(last)} for first, last in holes]
        return {"event": "caught_up", "not_judged": stretches}

    @property
    def over(self) -> bool:
        """True when all of it has been told of."""
        return self._said == []


def _longest_silence(compiled: Compiled) -> dict[str, int]:
    """Give how long each node may tell nothing: the shortest max age of its signals."""
    longest: dict[str, int] = {}
    for slot, signal in enumerate(compiled.plant.signals):
        for index in compiled.groups[compiled.group_of[slot]]:
            name = compiled.nodes[index]
            known = longest.get(name)
            age = seconds(signal.max_age_s)
            longest[name] = age if known is None else min(known, age)
    return {name: max(LEAST, longest.get(name, LEAST)) for name in compiled.nodes}


def _joined(stretches: list[Stretch]) -> Iterator[Stretch]:
    """Join stretches, sorted by their beginning, that overlap."""
    if not stretches:
        return
    first, last = stretches[0]
    for begin, end in stretches[1:]:
        if begin > last:
            yield first, last
            first, last = begin, end
        last = max(last, end)
    yield first, last

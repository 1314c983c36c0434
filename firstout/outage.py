"""What becomes of the time in which nobody judged: told afterwards, or never.

After a start, or after standing still, the nodes tell what they have kept meanwhile. Whoever asks
later how things stood then must know which part of it was judged from that, and which never.
"""

from collections.abc import Iterator, Mapping

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


class Outage:
    """Follows the nodes from an outage of the monitor until none is still telling of it.

    `nodes` are as the monitor left them, and `ended_at` is when it judged again. Times are ns
    since 1970 UTC.
    """

    def __init__(self, compiled: Compiled, nodes: Mapping[str, NodeMemory], ended_at: int) -> None:
        self._ended_at = ended_at
        self._until = {name: node.judged_until for name, node in nodes.items()}
        self._longest = _longest_silence(compiled)
        self._holes: list[Stretch] = []

    def note(self, given: Input, nodes: Mapping[str, NodeMemory]) -> None:
        """Look at what `given`, which has just been judged, told of the time before it."""
        times: Mapping[str, list[int]] = {}
        if isinstance(given, Samples):
            times = {given.node: np.unique(given.times).tolist()}
        for name, node in nodes.items():
            before = self._until.get(name, NEVER)
            steps = times.get(name, [node.judged_until])
            for step in steps:
                if before > NEVER and step - before > self._longest[name]:
                    self._holes.append((before, step))
                before = max(before, step)
            self._until[name] = before

    def settled(self, nodes: Mapping[str, NodeMemory]) -> bool:
        """Say whether no node is still telling of it."""
        # One that died is settled at once; what it never told shows at the tick that follows.
        return all(n.settled and n.judged_until >= self._ended_at for n in nodes.values())

    def body(self) -> dict[str, object]:
        """Give what the journal keeps: the stretches of which no node, or not all, told."""
        holes = list(_joined(sorted(self._holes)))
        if len(holes) > MOST:
            holes = [(holes[0][0], holes[-1][1])]
        stretches = [{"from": to_text(first), "to": to_text(last)} for first, last in holes]
        return {"event": "caught_up", "not_judged": stretches}


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

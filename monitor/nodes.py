"""Edge nodes: which are live, which catch up, and up to when each is judged."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from monitor.changes import NodeChange, NodeState
from monitor.compiled import Compiled
from monitor.inputs import Input, Tick
from monitor.state import NodeMemory, State
from monitor.tables import NEVER
from plant.moment import SECOND

# How long a node may take to deliver its backlog, or to speak at all, before the live view
# calls it lagging; and how far a tick may step back before it is a step of the clock.
GRACE = 3 * SECOND
LAG = 2 * SECOND
CLOCK_STEP = 1 * SECOND


def judged_until(state: State) -> int:
    """Give the time up to which everything has been judged: the slowest node's."""
    return min((node.judged_until for node in state.memory.nodes.values()), default=NEVER)


def clock_step(state: State, given: Input) -> int:
    """Say by how much the clock was stepped, if `given` is the tick that shows it; 0 if not.

    Only a step back is one: a tick that comes late looks like a step forward and needs nothing.
    """
    last = state.memory.last_tick
    return (
        given.known_at - last
        if isinstance(given, Tick) and last - given.known_at > CLOCK_STEP
        else 0
    )


def slowest(state: State, nodes: Iterable[str], known_at: int) -> int:
    """Give the judged time of the slowest node; one that was never heard delays nothing."""
    times = (state.memory.nodes[node].judged_until for node in nodes)
    return min((time for time in times if time > NEVER), default=known_at)


def group_times(compiled: Compiled, state: State) -> NDArray[np.int64]:
    """Give the judged time of each group of nodes: the slowest that was ever heard."""
    times = [node.judged_until for node in state.memory.nodes.values()]
    for group in compiled.groups[len(times) :]:
        known = (times[node] for node in group if times[node] > NEVER)
        times.append(min(known, default=NEVER))
    return np.array(times, np.int64)


def settled_groups(compiled: Compiled, state: State) -> NDArray[np.uint8]:
    """Say of each group of nodes whether none of it may still be delivering a backlog."""
    settled = [node.settled for node in state.memory.nodes.values()]
    settled += [all(settled[node] for node in group) for group in compiled.groups[len(settled) :]]
    return np.array(settled, np.uint8)


def tell(state: State, now: int) -> Iterator[NodeChange]:
    """Say which nodes are in another state than was told."""
    for name, node in state.memory.nodes.items():
        after = _node_state(node, now)
        if after is not node.told:
            before, node.told = node.told, after
            yield NodeChange(name, before, after, now)


def _node_state(node: NodeMemory, now: int) -> NodeState | None:
    if node.offline:
        waited = node.told is not None or now - node.waiting_since > GRACE
        return NodeState.OFFLINE if waited else None
    if node.settled:
        return NodeState.ONLINE
    late = now - node.judged_until > LAG and now - node.waiting_since > GRACE
    return NodeState.CATCHING_UP if late else node.told

"""The engine: one input in, the changes that follow from it out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

import numpy as np

from monitor import kernel
from monitor.changes import Change, LimitChange, NodeChange, NodeState, QualityChange, ValueChange
from monitor.compiled import Compiled, route
from monitor.inputs import Born, Died, Input, Samples, Started, Tick
from monitor.interlocks import InterlockJudge
from monitor.state import NodeMemory, State, shift_clock
from plant.moment import SECOND
from plant.quality import Quality, Reason

# How long a node may take to deliver its backlog, or to speak at all, before the live view
# calls it lagging; and how far a tick may step back before it is a step of the clock.
GRACE = 3 * SECOND
LAG = 2 * SECOND
CLOCK_STEP = 1 * SECOND


class Engine:
    """Judges the inputs of one plant; the caller owns the state, the engine only scratch room."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._out = np.zeros(4 * kernel.OUT_ROOM + 4096, kernel.OUT)
        plant = compiled.plant
        self._interlocks = [
            (InterlockJudge(plant, item), {route(plant, signal)[0] for signal in item.signals})
            for item in plant.interlocks
        ]

    def advance(self, state: State, given: Input) -> tuple[list[Change], int]:
        """Advance `state` by one input.

        Returns what changed, in order, and the time up to which it has been judged.
        """
        changes, now = self._take(state, given)
        self._note_active(state, changes)
        view = StateView(self.compiled, state)
        for judge, nodes in self._interlocks:
            memory = state.memory.interlocks[judge.interlock.id]
            until = _slowest(state, nodes, given.known_at)
            changes += judge.advance(memory, changes, view, now, until)
        return changes, now

    def _take(self, state: State, given: Input) -> tuple[list[Change], int]:
        """Return what changed at signals, limits and nodes, and the time judged up to."""
        match given:
            case Samples():
                return self._samples(state, given)
            case Tick():
                return self._tick(state, given.known_at)
            case Born():
                return self._born(state, given), self._now(state, given.known_at)
            case Died():
                return self._died(state, given), self._now(state, given.known_at)
            case Started():
                for node in state.memory.nodes.values():
                    node.settled, node.waiting_since = False, given.known_at
                return [], self._now(state, given.known_at)
        assert_never(given)

    def _now(self, state: State, known_at: int) -> int:
        return _slowest(state, self.compiled.nodes, known_at)

    def _samples(self, state: State, given: Samples) -> tuple[list[Change], int]:
        node = state.memory.nodes[given.node]
        node.heard_at = given.known_at
        if given.historical and node.settled:
            node.settled, node.waiting_since = False, given.known_at
        elif not given.historical:
            node.settled, node.offline = True, False
        changes: list[Change] = []
        done, total = 0, len(given.slots)
        while done < total:
            done, count = kernel.judge_samples(
                self.compiled.signal_spec,
                state.signals,
                self.compiled.limit_spec,
                state.limits,
                given.slots,
                given.times,
                given.values,
                given.quality,
                given.reasons,
                node.settled,
                done,
                self._out,
            )
            changes += self._read_out(count)
        if total:
            node.judged_until = int(given.times[-1])
        return changes + list(self._tell_nodes(state, given.known_at)), node.judged_until

    def _tick(self, state: State, now: int) -> tuple[list[Change], int]:
        memory = state.memory
        step = clock_step(state, Tick(now))
        if step:
            shift_clock(state, step)
        memory.last_tick = now
        for node in memory.nodes.values():
            if not node.settled and now - max(node.heard_at, node.waiting_since) > GRACE:
                node.settled = True
            if node.settled:
                node.judged_until = now
        times = np.array([node.judged_until for node in memory.nodes.values()], np.int64)
        changes: list[Change] = []
        done, total = 0, len(self.compiled.signal_spec)
        while done < total:
            done, count = kernel.judge_tick(
                self.compiled.signal_spec,
                state.signals,
                self.compiled.limit_spec,
                state.limits,
                times,
                done,
                self._out,
            )
            changes += self._read_out(count)
        changes += self._tell_nodes(state, now)
        return changes, self._now(state, now)

    def _born(self, state: State, given: Born) -> list[Change]:
        node = state.memory.nodes[given.node]
        node.heard_at = given.known_at
        if not given.device:
            node.offline, node.settled, node.waiting_since = False, False, given.known_at
        return list(self._tell_nodes(state, given.known_at))

    def _died(self, state: State, given: Died) -> list[Change]:
        changes: list[Change] = []
        none = np.zeros(0, np.int32)
        for slot in self.compiled.slots_of.get((given.node, given.device), none):
            row = state.signals[slot]
            before = Quality(int(row["shown"]))
            if before < Quality.STALE:
                row["shown"], row["reason"] = Quality.STALE, Reason.NODE_OFFLINE
                signal = self.compiled.plant.signals[slot].id
                why = Reason.NODE_OFFLINE
                changes.append(QualityChange(signal, before, Quality.STALE, why, given.known_at))
        if not given.device:
            node = state.memory.nodes[given.node]
            node.offline, node.settled = True, True
        return changes + list(self._tell_nodes(state, given.known_at))

    def _tell_nodes(self, state: State, now: int) -> Iterator[NodeChange]:
        for name, node in state.memory.nodes.items():
            after = _node_state(node, now)
            if after is not node.told:
                before, node.told = node.told, after
                yield NodeChange(name, before, after, now)

    def _note_active(self, state: State, changes: list[Change]) -> None:
        for change in changes:
            if isinstance(change, LimitChange):
                if change.active:
                    state.memory.active[change.limit] = (change.earliest, change.latest)
                else:
                    state.memory.active.pop(change.limit, None)

    def _read_out(self, count: int) -> Iterator[Change]:
        signals = self.compiled.plant.signals
        for row in self._out[:count].tolist():
            kind, index, time, value, earliest, latest, before, after, reason = row
            if kind == kernel.LIMIT:
                limit = self.compiled.limits[index].id
                yield LimitChange(limit, bool(after), time, value, earliest, latest)
            elif kind == kernel.QUALITY:
                signal = signals[index].id
                yield QualityChange(signal, Quality(before), Quality(after), Reason(reason), time)
            else:
                yield ValueChange(signals[index].id, value, earliest, latest, Quality(after))


class StateView:
    """The engine's state as interlocks, alarms and criteria may read it."""

    def __init__(self, compiled: Compiled, state: State) -> None:
        self._compiled = compiled
        self._state = state

    def trust(self, signal: str) -> tuple[Quality, Reason]:
        """Give the quality and reason that hold now; data of a lagging node are STALE."""
        slot = self._compiled.slot[signal]
        row = self._state.signals[slot]
        quality, reason = Quality(int(row["shown"])), Reason(int(row["reason"]))
        node = self._compiled.nodes[self._compiled.signal_spec[slot]["node"]]
        if quality < Quality.STALE and self._state.memory.nodes[node].told is not NodeState.ONLINE:
            return Quality.STALE, Reason.NODE_OFFLINE
        return quality, reason

    def usable(self, signal: str) -> tuple[float, int]:
        """Give the last usable value (NaN before the first) and its time."""
        row = self._state.signals[self._compiled.slot[signal]]
        return float(row["value"]), int(row["usable_at"])

    def seen_at(self, signal: str) -> int:
        """Give the time of the last sample of any quality; kernel.NEVER before the first."""
        return int(self._state.signals[self._compiled.slot[signal]]["seen_at"])

    def active(self) -> Mapping[str, tuple[int, int]]:
        """Give the active limits, each with the interval in which it was passed."""
        return self._state.memory.active


def judged_until(state: State) -> int:
    """Give the time up to which everything has been judged: the slowest node's."""
    return min((node.judged_until for node in state.memory.nodes.values()), default=kernel.NEVER)


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


def _slowest(state: State, nodes: Iterable[str], known_at: int) -> int:
    """Give the judged time of the slowest node; one that was never heard delays nothing."""
    times = (state.memory.nodes[node].judged_until for node in nodes)
    return min((time for time in times if time > kernel.NEVER), default=known_at)


def _node_state(node: NodeMemory, now: int) -> NodeState | None:
    if node.offline:
        waited = node.told is not None or now - node.waiting_since > GRACE
        return NodeState.OFFLINE if waited else None
    if node.settled:
        return NodeState.ONLINE
    late = now - node.judged_until > LAG and now - node.waiting_since > GRACE
    return NodeState.CATCHING_UP if late else node.told

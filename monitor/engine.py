"""The engine: one input in, the changes that follow from it out."""

from collections.abc import Iterator
from typing import assert_never

import numpy as np

from monitor import kernel, suppressions, tables
from monitor.active import implausible, note_active
from monitor.changes import (
    Change,
    ClockChange,
    LimitChange,
    QualityChange,
    ValueChange,
)
from monitor.compiled import Compiled
from monitor.inputs import Born, Died, Input, Samples, Started, Tick
from monitor.interlocks import Interlocks
from monitor.nodes import (
    GRACE,
    clock_step,
    group_times,
    settled_groups,
    slowest,
    tell,
)
from monitor.source_clock import judge_sources
from monitor.state import State, shift_clock
from monitor.state_view import StateView
from monitor.suppressions import ConditionChange, Trusted
from plant.quality import Quality, Reason
from plant.suppression import Suppression

_NOTHING = np.zeros(0, np.int32)


class Engine:
    """Judges the inputs of one plant; the caller owns the state, the engine only scratch room."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._room = 4096
        self._out = np.zeros(self._room + 2 * compiled.room, tables.OUT)
        self._interlocks = Interlocks(compiled.plant)
        self._nodes_of = {
            item.id: {
                compiled.nodes[node]
                for signal in item.signals
                for node in compiled.groups[compiled.group_of[compiled.slot[signal]]]
            }
            for item in compiled.plant.interlocks
        }

    def advance(self, state: State, given: Input) -> tuple[list[Change], int]:
        """Advance `state` by one input.

        Returns what changed, in order, and the time up to which it has been judged.
        """
        conditions: list[ConditionChange] = []
        changes, now = self._take(state, given, conditions)
        if changes:
            note_active(self.compiled, state, changes)
        if self.compiled.plant.suppressions:
            changes = self._suppress(state, changes, conditions, given.known_at)
        changes += self._interlocks.advance(
            state.memory.interlocks,
            changes,
            StateView(self.compiled, state),
            now,
            lambda name: slowest(state, self._nodes_of[name], given.known_at),
        )
        return changes, now

    def _take(
        self, state: State, given: Input, conditions: list[ConditionChange]
    ) -> tuple[list[Change], int]:
        """Return what changed at signals, limits and nodes, and the time judged up to.

        What became of suppressions' conditions is put into `conditions`.
        """
        match given:
            case Samples():
                return self._samples(state, given, conditions)
            case Tick():
                return self._tick(state, given.known_at, conditions)
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
        return slowest(state, self.compiled.nodes, known_at)

    def _samples(
        self, state: State, given: Samples, conditions: list[ConditionChange]
    ) -> tuple[list[Change], int]:
        node = state.memory.nodes[given.node]
        node.heard_at = given.known_at
        if given.historical and node.settled:
            node.settled, node.waiting_since = False, given.known_at
        elif not given.historical:
            node.settled, node.offline = True, False
        changes: list[Change] = []
        proven, quality, reasons = given.times, given.quality, given.reasons
        if given.sources is not None:
            proven, quality, reasons = proven.copy(), quality.copy(), reasons.copy()
            done, total = 0, len(given.slots)
            while done < total:
                done, count = judge_sources(
                    state.rows,
                    given.slots,
                    given.times,
                    given.sources,
                    self.compiled.device,
                    self.compiled.clock_offset,
                    proven,
                    quality,
                    reasons,
                    done,
                    self._room,
                    self._out,
                )
                changes += self._read_out(count, conditions)
        settled = settled_groups(self.compiled, state)
        done, total = 0, len(given.slots)
        while done <= total:
            done, count = kernel.judge_samples(
                self.compiled.rules,
                state.rows,
                given.slots,
                given.times,
                proven,
                given.values,
                quality,
                reasons,
                settled,
                done,
                self._room,
                self._out,
            )
            changes += self._read_out(count, conditions)
        state.due = tables.NEVER
        if total:
            node.judged_until = int(given.times[-1])
        return [*changes, *tell(state, given.known_at)], node.judged_until

    def _tick(
        self, state: State, now: int, conditions: list[ConditionChange]
    ) -> tuple[list[Change], int]:
        memory = state.memory
        step = clock_step(state, Tick(now))
        if step:
            shift_clock(state, step)
        memory.last_tick = now
        latest = tables.NEVER
        for node in memory.nodes.values():
            if not node.settled and now - max(node.heard_at, node.waiting_since) > GRACE:
                # What its session proves, it proves again from now on.
                node.settled, state.due = True, tables.NEVER
            if node.settled:
                node.judged_until = now
            latest = max(latest, node.judged_until)
        changes: list[Change] = []
        if latest >= state.due:
            times, settled = (
                group_times(self.compiled, state),
                settled_groups(self.compiled, state),
            )
            done, total, state.due = 0, len(self.compiled.rules.signals), -tables.NEVER
            while done <= total:
                done, count, due = kernel.judge_tick(
                    self.compiled.rules,
                    state.rows,
                    times,
                    settled,
                    done,
                    self._room,
                    self._out,
                )
                state.due = min(state.due, due)
                changes += self._read_out(count, conditions)
        changes += tell(state, now)
        return changes, self._now(state, now)

    def _born(self, state: State, given: Born) -> list[Change]:
        node = state.memory.nodes[given.node]
        node.heard_at = given.known_at
        if not given.device:
            node.offline, node.settled, node.waiting_since = False, False, given.known_at
        return list(tell(state, given.known_at))

    def _died(self, state: State, given: Died) -> list[Change]:
        changes: list[Change] = []
        node = state.memory.nodes[given.node]
        signals = self.compiled.plant.signals
        for slot in self.compiled.slots_of.get((given.node, given.device), _NOTHING):
            row = state.rows.signals[slot]
            self._end_life(state, int(slot), node.judged_until)
            self._forgo_return(state, int(slot))
            row["dead"] = True
            before = Quality(int(row["shown"]))
            if slot < len(signals) and before < Quality.STALE:
                row["shown"], row["reason"] = Quality.STALE, Reason.NODE_OFFLINE
                why = Reason.NODE_OFFLINE
                changes.append(
                    QualityChange(signals[slot].id, before, Quality.STALE, why, given.known_at)
                )
        state.due = tables.NEVER
        if not given.device:
            node.offline, node.settled = True, True
        return [*changes, *tell(state, given.known_at)]

    def _forgo_return(self, state: State, slot: int) -> None:
        """Let no off-delay run out on what is dead."""
        spec = self.compiled.rules.signals[slot]
        phase = state.rows.limits["phase"][spec["first"] : spec["last"]]
        phase[phase == tables.PENDING_OFF] = tables.ACTIVE

    def _end_life(self, state: State, slot: int, until: int) -> None:
        """Let what the node proved alive be proven no longer than up to its death."""
        row = state.rows.signals[slot]
        by_node = self.compiled.rules.signals[slot]["flags"] & tables.BY_NODE
        if by_node and not row["dead"] and row["seen_at"] != tables.NEVER:
            if row["quality"] <= Quality.UNCERTAIN:
                row["usable_at"] = max(int(row["usable_at"]), until)
            row["seen_at"] = max(int(row["seen_at"]), until)

    def _suppress(
        self,
        state: State,
        changes: list[Change],
        conditions: list[ConditionChange],
        known_at: int,
    ) -> list[Change]:
        """Add the suppressions that begin before what they hold back, those that end after it."""
        begun: list[Change] = []
        ended: list[Change] = []
        for item in self.compiled.plant.suppressions:
            memory = state.memory.suppressions[item.id]
            own = [change for change in conditions if change.suppression == item.id]
            if own or memory.since is not None:
                trusted = self._trusted(state, item, known_at)
                for change in suppressions.advance(item, memory, own, trusted):
                    (begun if change.on else ended).append(change)
        return begun + changes + ended

    def _trusted(self, state: State, item: Suppression, known_at: int) -> Trusted:
        slot = self.compiled.slot[item.condition.signal]
        row = state.rows.signals[slot]
        group = self.compiled.groups[self.compiled.group_of[slot]]
        until = slowest(state, (self.compiled.nodes[node] for node in group), known_at)
        seen_at, hold = int(row["seen_at"]), int(self.compiled.rules.signals[slot]["hold"])
        if row["dead"]:
            return Trusted(good=False, until=until, turned_at=known_at)
        if until > seen_at + hold:
            return Trusted(good=False, until=until, turned_at=seen_at + hold)
        if implausible(self.compiled, state, item.condition.signal):
            return Trusted(good=False, until=until, turned_at=until)
        return Trusted(bool(row["quality"] == Quality.GOOD), until, seen_at)

    def _read_out(self, count: int, conditions: list[ConditionChange]) -> Iterator[Change]:
        if not count:
            return
        plant = self.compiled.plant
        for row in self._out[:count].tolist():
            kind, index, time, value, earliest, latest, before, after, reason = row
            if kind == tables.LIMIT:
                owner = self.compiled.limits[index]
                if isinstance(owner, Suppression):
                    conditions.append(ConditionChange(owner.id, bool(after), time))
                else:
                    yield LimitChange(owner.id, bool(after), time, value, earliest, latest)
            elif kind == tables.QUALITY:
                signal = plant.signals[index].id
                yield QualityChange(signal, Quality(before), Quality(after), Reason(reason), time)
            elif kind == tables.VALUE:
                signal = plant.signals[index].id
                yield ValueChange(signal, value, earliest, latest, Quality(after))
            else:
                yield ClockChange(plant.devices[index].id, bool(after), earliest, time)

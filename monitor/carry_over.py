"""Going over to another version of the plant: what is remembered goes on where it means the same.

A signal goes on under its id while its unit and formula stay, a limit while it compares the same
thing in the same direction: with another set-point an active one stays active until a sample is
inside the new one, so nothing is called clear because it was edited. An interlock goes on while
its causes, effects and signals stay; one that is changed begins anew and is at once told what is
known of its signals, so that a bypass or a cause that stands is never missed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from monitor.active import doubt
from monitor.changes import (
    BypassChange,
    Change,
    DemandChange,
    DemandEvent,
    InterlockChange,
    InterlockState,
    LimitChange,
    NodeState,
    QualityChange,
    Response,
    SuppressionChange,
    ValueChange,
)
from monitor.compiled import Compiled
from monitor.interlock_judge import InterlockJudge
from monitor.interlock_state import InterlockMemory, OpenDemand
from monitor.nodes import slowest
from monitor.state import State, new_state
from monitor.state_view import StateView
from monitor.tables import CLEAR, NEVER
from plant.interlock import Interlock
from plant.moment import seconds
from plant.name import Name
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Limit, Signal
from plant.suppression import Suppression

_REMOVED = Name("已从装置描述中移除", "it was removed from the plant's description")


@dataclass(frozen=True)
class CarriedOver:
    """What follows from going over.

    `ended` is said of the old plant, `begun` of the new one. `continued` is the new plant with
    only those signals, limits, interlocks and suppressions of which something was carried over.
    """

    state: State
    ended: list[Change]
    begun: list[Change]
    continued: Plant


@dataclass(frozen=True)
class _Kept:
    """The ids that mean the same in both versions."""

    signals: frozenset[str]
    limits: frozenset[str]
    interlocks: frozenset[str]
    suppressions: frozenset[str]


def carry_over(old: Compiled, state: State, new: Compiled, now: int) -> CarriedOver:
    """Give the state of `new` that goes on from `state` of `old`, which is used up by it."""
    kept = _kept(old.plant, new.plant)
    following = new_state(new)
    _copy_rows(old, state, new, following, kept)
    _copy_rings(old, state, new, following, kept, now)
    memory, before = following.memory, state.memory
    memory.last_tick = before.last_tick
    memory.active = {k: v for k, v in before.active.items() if k in kept.limits}
    following.rows.signals["doubted"] = False
    for name in new.rows_of:
        doubt(new, following, name)
    memory.nodes |= {k: v for k, v in before.nodes.items() if k in memory.nodes}
    memory.suppressions |= {k: v for k, v in before.suppressions.items() if k in kept.suppressions}
    for name, known in before.interlocks.items():
        if name in kept.interlocks:
            memory.interlocks[name] = known
        elif name in memory.interlocks:
            # What was told of it stays told until it is judged anew.
            memory.interlocks[name] = InterlockMemory(
                state=known.state,
                voting=known.voting,
                bypassed_since=_still_bypassed(known, new.plant.interlock_by_id[name], kept),
                demands=known.demands,
            )
        else:
            # Should it come back, its demands must not take the names of those before.
            memory.interlocks[name] = InterlockMemory(demands=known.demands)
    return CarriedOver(
        state=following,
        ended=list(_ended(old.plant, new.plant, state, kept, now)),
        begun=list(_begun(new, following, kept, now)),
        continued=_continued(new.plant, kept),
    )


def _kept(old: Plant, new: Plant) -> _Kept:
    signals = frozenset(
        signal.id
        for signal in new.signals
        if signal.id in old.signal_by_id
        and _measured(signal) == _measured(old.signal_by_id[signal.id])
    )
    limits = frozenset(
        limit.id
        for limit in new.limit_by_id.values()
        if limit.signal in signals
        and limit.id in old.limit_by_id
        and _compared(limit) == _compared(old.limit_by_id[limit.id])
    )
    interlocks = frozenset(
        item.id
        for item in new.interlocks
        if item.id in old.interlock_by_id
        and _function(item) == _function(old.interlock_by_id[item.id])
        and signals.issuperset(item.signals)
        and limits.issuperset(item.cause_limits)
    )
    known = {item.id: item for item in old.suppressions}
    suppressions = frozenset(
        item.id
        for item in new.suppressions
        if item.id in known
        and (item.condition, item.max_s) == (known[item.id].condition, known[item.id].max_s)
        and item.condition.signal in signals
    )
    return _Kept(signals, limits, interlocks, suppressions)


def _measured(signal: Signal) -> tuple[object, ...]:
    return signal.unit, signal.formula


def _compared(limit: Limit) -> tuple[object, ...]:
    return limit.level, limit.passed_upwards, limit.indicates


def _function(item: Interlock) -> tuple[object, ...]:
    return item.causes, item.effects, item.bypass, item.armed


def _copy_rows(old: Compiled, state: State, new: Compiled, following: State, kept: _Kept) -> None:
    rows, source = following.rows, state.rows
    measured, known = len(new.plant.signals), _signal_rows(old)
    places = {key: row for key, row in known.items() if key in kept.signals or key in kept.limits}
    for key, row in _signal_rows(new).items():
        if key in places:
            rows.signals[row] = source.signals[places[key]]
            if row < measured:
                rows.past[row] = source.past[places[key]]
                watched = old.rules.ties[places[key]]["frozen"], new.rules.ties[row]["frozen"]
                if watched[1] and not watched[0]:  # nobody has noted since when it is the same
                    rows.past[row]["changed_at"] = rows.signals[row]["usable_at"]
    goes_on = kept.limits | {f"suppression {name}" for name in kept.suppressions}
    limits = {_owner(item): row for row, item in enumerate(old.limits)}
    for row, item in enumerate(new.limits):
        if _owner(item) in goes_on:
            rows.limits[row] = source.limits[limits[_owner(item)]]
    for row, spec in enumerate(new.rules.signals):
        own = rows.limits["phase"][spec["first"] : spec["last"]]
        rows.signals[row]["busy"] = bool((own != CLEAR).any())
    devices = {device.id: row for row, device in enumerate(old.plant.devices)}
    for row, device in enumerate(new.plant.devices):
        if device.id in devices:
            rows.devices[row] = source.devices[devices[device.id]]


def _signal_rows(compiled: Compiled) -> dict[str, int]:
    """Give the row of each signal by its id, and of each hidden one by its limit's."""
    measured = len(compiled.plant.signals)
    rows = dict(compiled.slot)
    for row in range(measured, len(compiled.rules.signals)):
        rows[_owner(compiled.limits[compiled.rules.signals[row]["first"]])] = row
    return rows


def _owner(item: Limit | Suppression) -> str:
    return item.id if isinstance(item, Limit) else f"suppression {item.id}"


def _copy_rings(
    old: Compiled, state: State, new: Compiled, following: State, kept: _Kept, now: int
) -> None:
    """Let rates and counts look back on what came before, if they look back as far as before."""
    rows, source = following.rows, state.rows
    known = {key: row for key, row in _ring_rows(old).items() if key in kept.signals | kept.limits}
    for key, row in _ring_rows(new).items():
        if key not in known:
            continue
        spec, before = new.rules.rings[row], old.rules.rings[known[key]]
        if all(before[name] == spec[name] for name in ("room", "window", "rising")):
            rows.rings[row] = source.rings[known[key]]
            here, there = (
                slice(ring["start"], ring["start"] + ring["room"]) for ring in (spec, before)
            )
            rows.ring_times[here] = source.ring_times[there]
            rows.ring_values[here] = source.ring_values[there]
        else:
            rows.rings[row]["whole_since"] = now  # what the new window saw before is not known


def _ring_rows(compiled: Compiled) -> dict[str, int]:
    """Give the ring of each count by its signal's id, and of each rate by its limit's."""
    owner = {row: key for key, row in _signal_rows(compiled).items()}
    ringed = (item for item in compiled.items if item.room)
    return {owner[item.target]: row for row, item in enumerate(ringed)}


def _ended(old: Plant, new: Plant, state: State, kept: _Kept, now: int) -> Iterator[Change]:
    """End what stands in the journal of interlocks and suppressions that do not go on."""
    for item in old.suppressions:
        if state.memory.suppressions[item.id].on and item.id not in kept.suppressions:
            yield SuppressionChange(item.id, on=False, time=now)
    for interlock in old.interlocks:
        if interlock.id in kept.interlocks:
            continue
        memory = state.memory.interlocks[interlock.id]
        following = new.interlock_by_id.get(interlock.id)
        still = _still_bypassed(memory, following, kept) if following is not None else {}
        for signal, started in memory.bypassed_since.items():
            if signal not in still:
                yield BypassChange(
                    interlock.id, signal, on=False, bypassed=bool(still), started=started, time=now
                )
        for demand in (memory.last, memory.demand):
            if demand is not None and demand.result is Response.WAITING:
                yield _undetermined(interlock.id, demand, now)
        if following is None and memory.state is not InterlockState.UNKNOWN:
            unknown = InterlockState.UNKNOWN
            yield InterlockChange(interlock.id, memory.state, unknown, _REMOVED, now)


def _still_bypassed(memory: InterlockMemory, item: Interlock, kept: _Kept) -> dict[str, int]:
    """Give the bypasses that stand and that the changed interlock has too, since when."""
    bypass = kept.signals.intersection(item.bypass)
    return {signal: since for signal, since in memory.bypassed_since.items() if signal in bypass}


def _undetermined(interlock: str, demand: OpenDemand, now: int) -> DemandChange:
    """Say that the effects that are awaited will not be seen any more."""
    effects = tuple(
        replace(seen, result=Response.UNDETERMINED) if seen.result is Response.WAITING else seen
        for seen in demand.effects
    )
    return DemandChange(
        interlock=interlock,
        demand=demand.id,
        event=DemandEvent.SETTLE,
        result=Response.UNDETERMINED,
        opened=demand.opened,
        first_out=tuple(cause.limit for cause in demand.causes if cause.rank <= 1),
        causes=tuple(demand.causes),
        effects=effects,
        time=now,
        bypassed=demand.bypassed,
    )


def _begun(new: Compiled, following: State, kept: _Kept, now: int) -> Iterator[Change]:
    """Expect the signals that begin, and judge the interlocks that do by what is known."""
    view = StateView(new, following)
    nodes = following.memory.nodes
    for signal in new.plant.signals:
        groups = new.groups[new.group_of[new.slot[signal.id]]]
        online = all(nodes[new.nodes[node]].told is NodeState.ONLINE for node in groups)
        if signal.id not in kept.signals and online and signal.formula is None:
            missing, never = Quality.MISSING, Reason.NEVER_SEEN
            expected = now + seconds(signal.fresh_s)
            yield QualityChange(signal.id, missing, missing, never, expected)
    for interlock in new.plant.interlocks:
        if interlock.id in kept.interlocks:
            continue
        bringing = {
            new.nodes[node]
            for signal in interlock.signals
            for node in new.groups[new.group_of[new.slot[signal]]]
        }
        yield from InterlockJudge(new.plant, interlock).advance(
            following.memory.interlocks[interlock.id],
            _reminders(new, following, view, interlock, now),
            view,
            now,
            slowest(following, bringing, now),
        )


def _reminders(
    new: Compiled, following: State, view: StateView, interlock: Interlock, now: int
) -> list[Change]:
    """Say again what is known of an interlock's signals, as if it were heard now."""
    said: list[Change] = []
    for name in interlock.signals:
        row = following.rows.signals[new.slot[name]]
        quality, reason = Quality(int(row["shown"])), Reason(int(row["reason"]))
        said.append(QualityChange(name, Quality.MISSING, quality, reason, now))
        value, usable_at = view.usable(name)
        if usable_at != NEVER:
            trust = min(Quality(int(row["quality"])), Quality.UNCERTAIN)
            said.append(ValueChange(name, value, NEVER, usable_at, trust))
    for limit in interlock.cause_limits:
        if limit in following.memory.active:
            earliest, latest = following.memory.active[limit]
            value, _ = view.usable(limit.rpartition(":")[0])
            said.append(LimitChange(limit, True, now, value, earliest, latest))  # noqa: FBT003
    return said


def _continued(plant: Plant, kept: _Kept) -> Plant:
    def cut(signal: Signal) -> Signal:
        limits = tuple(limit for limit in signal.limits if limit.id in kept.limits)
        return replace(signal, limits=limits)

    def known(limits: Iterable[str]) -> tuple[str, ...]:
        return tuple(limit for limit in limits if limit in kept.limits)

    # A changed interlock's alarms stay: what it is told of its signals moves them.
    whole = (item for item in plant.interlocks if kept.signals.issuperset(item.signals))
    return replace(
        plant,
        signals=tuple(cut(signal) for signal in plant.signals if signal.id in kept.signals),
        interlocks=tuple(whole),
        suppressions=tuple(
            replace(item, limits=known(item.limits))
            for item in plant.suppressions
            if item.id in kept.suppressions
        ),
    )

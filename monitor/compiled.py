"""A plant turned into tables: one row a signal, one row a limit, grouped by signal."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monitor import tables
from monitor.items import Item, find_items, links_of, tables_of
from monitor.tables import LIMIT_SPEC, SIGNAL_SPEC, TIE, Rules
from plant.moment import seconds
from plant.plant import Device, Plant
from plant.signal import Indicates, Level, Limit, Signal
from plant.suppression import Condition, Suppression


@dataclass(frozen=True, eq=False)
class Compiled:
    """What the engine needs of a plant.

    `nodes` are the edge nodes that bring the signals; `groups` are sets of them, as rows: first
    each by itself, then those that computed signals need together. `limits` says whose each limit
    row is: a limit's, or a suppression's whose condition it is. `device` has the row of each
    signal's device, -1 for computed ones, `clock_offset` the devices' known offsets in
    nanoseconds.
    """

    plant: Plant
    nodes: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    limits: tuple[Limit | Suppression, ...]
    items: tuple[Item, ...]
    rules: Rules
    device: NDArray[np.int32]
    clock_offset: NDArray[np.int64]

    @cached_property
    def slot(self) -> dict[str, int]:
        """Signal id → row."""
        return {signal.id: index for index, signal in enumerate(self.plant.signals)}

    @cached_property
    def node_index(self) -> dict[str, int]:
        """Node id → row."""
        return {node: index for index, node in enumerate(self.nodes)}

    @cached_property
    def computed(self) -> NDArray[np.int32]:
        """The rows of the computed signals."""
        rows = [row for row, signal in enumerate(self.plant.signals) if signal.formula is not None]
        return np.array(rows, np.int32)

    @cached_property
    def group_of(self) -> list[int]:
        """The group of each row."""
        found: list[int] = self.rules.signals["group"].tolist()
        return found

    @cached_property
    def instrument_limits(self) -> dict[str, tuple[str, ...]]:
        """Signal id → its limits that tell of an instrument error."""
        found: dict[str, list[str]] = {}
        for signal in self.plant.signals:
            for limit in signal.limits:
                if limit.indicates is Indicates.INSTRUMENT:
                    found.setdefault(signal.id, []).append(limit.id)
        return {signal: tuple(limits) for signal, limits in found.items()}

    @cached_property
    def rows_of(self) -> dict[str, tuple[int, ...]]:
        """Signal id with such limits → its row, and the hidden ones of its limits."""
        rows = {signal: [self.slot[signal]] for signal in self.instrument_limits}
        for row in range(len(self.plant.signals), len(self.rules.signals)):
            owner = self.limits[self.rules.signals[row]["first"]]
            if isinstance(owner, Limit) and owner.signal in rows:
                rows[owner.signal].append(row)
        return {signal: tuple(found) for signal, found in rows.items()}

    @cached_property
    def slots_of(self) -> dict[tuple[str, str], NDArray[np.int32]]:
        """(node, device) → the rows that it brings, and all that follow from them.

        Device "" is the whole node.
        """
        keys: dict[int, dict[tuple[str, str], None]] = {}
        for row, signal in enumerate(self.plant.signals):
            if signal.formula is None:
                node, device, _ = route(self.plant, signal.id)
                keys[row] = {(node, ""): None} | ({(node, device): None} if device else {})
        for item in self.items:
            if item.kind != tables.LIFE:
                keys[item.target] = {
                    key: None for member in item.members for key in keys.get(member, {})
                }
        rows: dict[tuple[str, str], list[int]] = {}
        for row in sorted(keys):
            for key in keys[row]:
                rows.setdefault(key, []).append(row)
        return {key: np.array(value, np.int32) for key, value in rows.items()}

    @cached_property
    def room(self) -> int:
        """How many records one step can say: two changes a limit, two qualities, one value."""
        counts = self.rules.signals["last"] - self.rules.signals["first"]
        return 2 * int(counts.max(initial=0)) + 3


def route(plant: Plant, signal_id: str) -> tuple[str, str, str]:
    """Say as which Sparkplug (node, device, metric) a measured signal arrives.

    Our own gateway names the device and the metric as the plant does; of a foreign edge node the
    plant's device gives both, and the signal's address is the metric. A computed signal does not
    arrive: it has no route.
    """
    signal = plant.signal_by_id[signal_id]
    device = plant.device_by_id[signal.device]
    if device.protocol == "sparkplug":
        return device.node, device.sparkplug_device, signal.address
    return plant.gateway, device.id, signal.id


def compile_plant(plant: Plant) -> Compiled:
    """Lay the plant out for the hot loops."""
    slot = {signal.id: row for row, signal in enumerate(plant.signals)}
    items, hidden = find_items(plant, slot)
    nodes, groups, group_of = _groups(plant, items, len(hidden))
    signals = np.zeros(len(plant.signals) + len(hidden), SIGNAL_SPEC)
    signals["group"] = group_of
    limits = _limits(plant, hidden, signals)
    signals["hold"] = [
        tables.ALWAYS if signal.life == "node" else seconds(signal.fresh_s)
        for signal in (*plant.signals, *(plant.signals[slot[limit.signal]] for limit in hidden))
    ]
    watched = _watched(plant)
    signals["flags"][: len(plant.signals)] = [
        (tables.WATCHED if signal.id in watched else 0)
        | (tables.BY_NODE if signal.life == "node" else 0)
        for signal in plant.signals
    ]
    signals["flags"][len(plant.signals) :] = tables.HIDDEN
    ties, links = _ties(plant, items, signals)
    laid = tables_of(items)
    devices = {device.id: row for row, device in enumerate(plant.devices)}
    return Compiled(
        plant=plant,
        nodes=nodes,
        groups=groups,
        limits=limits,
        items=tuple(items),
        rules=Rules(
            signals, _limit_spec(limits), ties, links, laid.items, laid.members, laid.rings
        ),
        device=np.array([devices.get(signal.device, -1) for signal in plant.signals], np.int32),
        clock_offset=np.array(
            [seconds(device.clock_offset_s) for device in plant.devices], np.int64
        ),
    )


def _groups(
    plant: Plant, items: Iterable[Item], hidden: int
) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...], list[int]]:
    """Give the nodes, the groups of nodes, and each row's group."""

    def node_of(device: Device) -> str:
        return device.node if device.protocol == "sparkplug" else plant.gateway

    by_device = {device.id: node_of(device) for device in plant.devices}
    measured = [by_device.get(signal.device) for signal in plant.signals]
    nodes = {name: row for row, name in enumerate(dict.fromkeys(n for n in measured if n))}
    groups: dict[tuple[int, ...], int] = {(row,): row for row in nodes.values()}
    group_of = [0 if name is None else nodes[name] for name in measured] + [0] * hidden
    needs = list(groups)
    for item in items:
        if item.kind != tables.LIFE:
            together = {node for member in item.members for node in needs[group_of[member]]}
            key = tuple(sorted(together))
            if key not in groups:
                groups[key] = len(needs)
                needs.append(key)
            group_of[item.target] = groups[key]
    return tuple(nodes), tuple(needs), group_of


def _limits(
    plant: Plant, hidden: list[Limit], signals: NDArray[np.void]
) -> tuple[Limit | Suppression, ...]:
    """Give all limit rows, grouped by signal row, and note in `signals` where they lie."""
    conditions: dict[str, list[Suppression]] = {}
    for suppression in plant.suppressions:
        conditions.setdefault(suppression.condition.signal, []).append(suppression)
    limits: list[Limit | Suppression] = []
    counts, above, below = [], [], []
    for signal in plant.signals:
        own = _own_limits(signal, conditions)
        set_points = [_threshold(item) for item in own]
        counts.append(len(own))
        above.append(max((at for at, high in set_points if not high), default=-np.inf))
        below.append(min((at for at, high in set_points if high), default=np.inf))
        limits += own
    for limit in hidden:
        limits.append(limit)
        counts.append(1)
        at, high = _threshold(limit)
        above.append(-np.inf if high else at)
        below.append(at if high else np.inf)
    signals["last"] = np.cumsum(np.array(counts, np.int32))
    signals["first"] = signals["last"] - counts
    signals["calm_above"], signals["calm_below"] = above, below
    return tuple(limits)


def _own_limits(
    signal: Signal, conditions: dict[str, list[Suppression]]
) -> list[Limit | Suppression]:
    """Give what is compared with the signal's own value.

    First the limits that tell of an instrument error: one that is passed at once keeps the others
    from being cleared by the same value.
    """
    own = [limit for limit in signal.limits if limit.level not in (Level.RATE, Level.DEVIATION)]
    own.sort(key=lambda limit: limit.indicates is not Indicates.INSTRUMENT)
    return [*own, *conditions.get(signal.id, ())]


def _threshold(item: Limit | Suppression) -> tuple[float, bool]:
    """Give the value at which a limit is passed, and whether upwards."""
    if isinstance(item, Limit):
        at = 0.5 if item.level is Level.STATE else item.set_point
        return at, item.passed_upwards
    return _condition_threshold(item.condition)


def _condition_threshold(condition: Condition) -> tuple[float, bool]:
    if condition.below is not None:
        return condition.below, False
    if condition.above is not None:
        return condition.above, True
    return 0.5, condition.state == 1


def _limit_spec(limits: tuple[Limit | Suppression, ...]) -> NDArray[np.void]:
    spec = np.zeros(len(limits), LIMIT_SPEC)
    thresholds = [_threshold(item) for item in limits]
    spec["set_point"] = [at for at, _ in thresholds]
    spec["high"] = [high for _, high in thresholds]
    spec["instrument"] = [
        isinstance(item, Limit) and item.indicates is Indicates.INSTRUMENT for item in limits
    ]
    own = [item if isinstance(item, Limit) else None for item in limits]
    deadband = np.array([item.deadband if item else 0.0 for item in own], np.float64)
    spec["clear"] = np.where(
        spec["high"], spec["set_point"] - deadband, spec["set_point"] + deadband
    )
    spec["on"] = [seconds(item.on_delay_s) if item else 0 for item in own]
    spec["off"] = [seconds(item.off_delay_s) if item else 0 for item in own]
    return spec


def _ties(
    plant: Plant, items: list[Item], signals: NDArray[np.void]
) -> tuple[NDArray[np.void], NDArray[np.int32]]:
    """Give what follows from each row, and flag the rows from which something does."""
    ties = np.zeros(len(signals), TIE)
    ties["frozen"][: len(plant.signals)] = [seconds(signal.frozen_s) for signal in plant.signals]
    links: list[int] = []
    for row, (always, by_change) in sorted(links_of(items).items()):
        first = len(links)
        links += always + by_change
        ties[row]["first"], ties[row]["life"] = first, first + len(always)
        ties[row]["last"] = len(links)
    tied = (ties["last"] > ties["first"]) | (ties["frozen"] > 0)
    signals["flags"] |= np.where(tied, tables.TIED, 0).astype(np.uint8)
    return ties, np.array(links, np.int32)


def _watched(plant: Plant) -> set[str]:
    """Name the switches whose every change matters: feedbacks, bypass and armed signals."""
    watched: set[str] = set()
    for item in plant.interlocks:
        watched.update(item.feedbacks, item.bypass, (item.armed,) if item.armed else ())
    return watched

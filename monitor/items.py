"""What follows from what: computed signals, rates, deviations and signs of life, members first."""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from math import ceil

import numpy as np

from monitor import tables
from monitor.tables import ITEM, RING
from plant.formula import Formula, Function
from plant.moment import SECOND, seconds
from plant.plant import Plant
from plant.signal import Level, Limit

# How many values a ring has room for: twice as many as come in a window at the declared period,
# and at most so many; see docs/reference/judging.md for what happens when it is full.
_LEAST_ROOM, _MOST_ROOM = 16, 16_384

_KINDS = {
    Function.DIFFERENCE: tables.DIFFERENCE,
    Function.RATIO: tables.RATIO,
    Function.PERCENT: tables.PERCENT,
    Function.SUM: tables.SUM,
    Function.MEAN: tables.MEAN,
    Function.MEDIAN: tables.MEDIAN,
    Function.COUNT: tables.COUNT,
}


@dataclass(frozen=True)
class Item:
    """One thing to work out: what (`kind`), for which row (`target`), from which rows.

    `pair` is how far apart in time the members' samples may lie, `window` how far a rate or a
    count looks back (both in nanoseconds), `room` for how many values there.
    """

    kind: int
    target: int
    members: tuple[int, ...]
    pair: int = 0
    floor: float = -np.inf
    window: int = 0
    room: int = 0
    rising: bool = True


def find_items(plant: Plant, slot: dict[str, int]) -> tuple[list[Item], list[Limit]]:
    """Give all items of a plant, members first, and the limits of its hidden rows in order."""
    hidden: list[Limit] = []
    found: list[Item] = []
    for signal in plant.signals:
        if signal.formula is not None:
            found.append(_computed(plant, slot[signal.id], signal.formula, slot))
        elif signal.life not in ("", "node"):
            found.append(Item(tables.LIFE, slot[signal.id], (slot[signal.life],)))
        for limit in signal.limits:
            if limit.level in (Level.RATE, Level.DEVIATION):
                target = len(plant.signals) + len(hidden)
                hidden.append(limit)
                rate = limit.level is Level.RATE
                found.append(
                    _rate(plant, target, limit, slot)
                    if rate
                    else _deviation(plant, target, limit, slot)
                )
    return _members_first(found), hidden


def _computed(plant: Plant, target: int, formula: Formula, slot: dict[str, int]) -> Item:
    members = tuple(slot[member] for member in formula.signals)
    pair = seconds(formula.pair_within_s)
    if formula.function is Function.COUNT:
        window = seconds(formula.parameter or 0)
        room = _room(window, plant.signals[members[0]].period_s)
        return Item(tables.COUNT, target, members, window=window, room=room)
    floor = -np.inf if formula.parameter is None else formula.parameter
    return Item(_KINDS[formula.function], target, members, pair, floor)


def _rate(plant: Plant, target: int, limit: Limit, slot: dict[str, int]) -> Item:
    window, parent = seconds(limit.window_s), slot[limit.signal]
    room = _room(window, plant.signals[parent].period_s)
    rising = limit.passed_upwards
    return Item(tables.RATE, target, (parent,), window=window, room=room, rising=rising)


def _deviation(plant: Plant, target: int, limit: Limit, slot: dict[str, int]) -> Item:
    others = tuple(slot[member] for member in limit.group if member != limit.signal)
    members = (slot[limit.signal], *others)
    slowest = max(plant.signals[member].period_s for member in members)
    return Item(tables.DEVIATION, target, members, max(SECOND, seconds(2 * slowest)))


def _room(window: int, period_s: float) -> int:
    values = 2 * ceil(window / max(seconds(period_s), 1)) + 2
    return min(max(values, _LEAST_ROOM), _MOST_ROOM)


def _members_first(found: list[Item]) -> list[Item]:
    """Sort so that what gives a row its value stands before what takes it from there."""
    giving = {item.target: index for index, item in enumerate(found)}
    needs = {
        index: [giving[member] for member in item.members if member in giving]
        for index, item in enumerate(found)
    }
    try:
        return [found[index] for index in TopologicalSorter(needs).static_order()]
    except CycleError as error:
        # The plant's reader refuses circles; one that is built in code is our own mistake.
        raise ValueError("signals are computed, or proven alive, in a circle") from error


def tables_of(items: list[Item]) -> "ItemTables":
    """Lay the items out for the hot loops."""
    ringed = [item for item in items if item.room]
    rings = np.zeros(len(ringed), RING)
    rings["room"] = [item.room for item in ringed]
    rings["start"] = np.cumsum(rings["room"]) - rings["room"]
    rings["window"] = [item.window for item in ringed]
    rings["rising"] = [item.rising for item in ringed]
    place = {id(item): index for index, item in enumerate(ringed)}
    table = np.zeros(len(items), ITEM)
    members: list[int] = []
    for row, item in zip(table, items, strict=True):
        row["kind"], row["target"] = item.kind, item.target
        row["first"], row["last"] = len(members), len(members) + len(item.members)
        row["ring"] = place.get(id(item), -1)
        row["pair"], row["floor"] = item.pair, item.floor
        members += item.members
    return ItemTables(table, np.array(members, np.int32), rings)


@dataclass(frozen=True, eq=False)
class ItemTables:
    """The items as `tables.ITEM`, their members' rows, and the rings as `tables.RING`."""

    items: "np.ndarray[tuple[int], np.dtype[np.void]]"
    members: "np.ndarray[tuple[int], np.dtype[np.int32]]"
    rings: "np.ndarray[tuple[int], np.dtype[np.void]]"


def links_of(items: list[Item]) -> dict[int, tuple[list[int], list[int]]]:
    """Say which items follow from each row: those of every sample, those of every change."""
    links: dict[int, tuple[list[int], list[int]]] = {}
    for index, member, by_change in _links(items):
        links.setdefault(member, ([], []))[by_change].append(index)
    return links


def _links(items: list[Item]) -> Iterator[tuple[int, int, bool]]:
    for index, item in enumerate(items):
        for member in dict.fromkeys(item.members):
            yield index, member, item.kind == tables.LIFE

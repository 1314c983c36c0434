"""What the store holds of the recent past of a plant's computed signals: where they go on from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from firstout.computed_plant import computed_part
from historian.historian import Historian
from historian.points import History
from monitor.compiled import Compiled, compile_plant, route
from monitor.inputs import Samples
from monitor.tables import ALWAYS
from plant.moment import SECOND, seconds
from plant.plant import Plant
from plant.quality import Quality

_DAY = 86_400 * SECOND
_FOREVER = 1 << 62
_PAGE = 50_000
# So far back the last word of a signal that has been silent is looked for.
_LONGEST = 30 * _DAY


def read_past(store: Historian, plant: Plant, until: Mapping[str, int]) -> list[Samples]:
    """Give what `Computed` must have gone through to go on behind what is recorded.

    `until` has for each node the read time of its latest sample that is known to be kept. Of each
    member that is every sample which an age, a window or a delay may still ask for, and those last
    said before. A signal that its node proves alive is left out: the node says it when it is
    born.

    Raises:
        HistorianError: the store cannot be read now.
    """
    part = computed_part(plant)
    compiled = compile_plant(part)
    back = _reach(compiled)
    places = {signal.id: place for place, signal in enumerate(plant.signals)}
    found = []
    for row, signal in enumerate(part.signals):
        if signal.formula is not None or signal.life == "node":
            continue
        node = route(part, signal.id)[0]
        if node in until:
            hold = seconds(signal.fresh_s)
            recent = _recent(store, signal.id, until[node], back[row], hold)
            found += [_Piece(node, places[signal.id], history) for history in recent]
    return _in_order(found, compiled.node_index)


@dataclass(frozen=True, eq=False)
class _Piece:
    node: str
    slot: int
    history: History


def _reach(compiled: Compiled) -> dict[int, int]:
    """Say of each row how far back its samples may matter for what follows from it (ns)."""
    rules = compiled.rules
    back = {row: _own_reach(compiled, row) for row in range(len(rules.signals))}
    for item in reversed(compiled.items):  # members stand first
        behind = back[item.target] + item.window + item.pair
        for member in item.members:
            back[member] = max(back[member], _own_reach(compiled, member) + behind)
    return back


def _own_reach(compiled: Compiled, row: int) -> int:
    spec = compiled.rules.signals[row]
    hold = int(spec["hold"])
    limits = compiled.rules.limits[spec["first"] : spec["last"]]
    delays = int((limits["on"] + limits["off"]).max(initial=0))
    frozen = int(compiled.rules.ties[row]["frozen"])
    return (0 if hold == ALWAYS else hold) + max(frozen, delays)


def _recent(store: Historian, name: str, until: int, back: int, hold: int) -> list[History]:
    """Give the samples that may matter, the last ones before `until` if there are none later.

    They begin `back` before `until`, or before the last word of a signal that has been silent
    since; unless they begin at once, what was said last before these goes before them.
    """
    found, begins = _since(store, name, until - back, hold)
    if begins:
        return found
    before = _last_before(store, name, until - back)
    if not before:
        return found
    start = int(before[-1].times[-1]) - back
    found, begins = _since(store, name, start, hold)
    return found if begins else [*_last_before(store, name, start), *found]


def _since(store: Historian, name: str, start: int, hold: int) -> tuple[list[History], bool]:
    """Give the samples from `start` on, and whether a usable one is there at once."""
    found = list(_pages(store, name, max(start, 0), _FOREVER))
    usable = np.concatenate([page.times[_usable(page)] for page in found])
    return found, len(usable) > 0 and int(usable[0]) <= start + hold


def _pages(store: Historian, name: str, start: int, end: int) -> Iterator[History]:
    more = True
    while more:
        page = store.samples(name, start, end, _PAGE)
        yield page
        more = page.more
        start = int(page.times[-1]) + 1 if more else end


def _last_before(store: Historian, name: str, end: int) -> list[History]:
    """Give the last sample before a time, behind the last usable one if that is another."""
    start = max(end - _LONGEST, 0)
    days = store.buckets(name, start, end, _DAY)
    usable = days.starts[days.good + days.uncertain > 0][-1:]
    found = []
    for day in sorted({*usable.tolist(), *days.starts[-1:].tolist()}):
        for page in _pages(store, name, max(start, day), min(day + _DAY, end)):
            last = {*np.flatnonzero(_usable(page))[-1:].tolist(), len(page.times) - 1}
            found.append(_at(page, sorted(last)))
    return found


def _usable(page: History) -> NDArray[np.bool_]:
    return page.quality <= Quality.UNCERTAIN


def _at(page: History, places: list[int]) -> History:
    return History(
        times=page.times[places],
        sources=page.sources[places],
        values=page.values[places],
        quality=page.quality[places],
        reasons=page.reasons[places],
        more=False,
    )


def _in_order(found: list[_Piece], nodes: Mapping[str, int]) -> list[Samples]:
    """Put the pieces together as messages: one of a node for each instant, in order of time."""
    if not found:
        return []
    lengths = [len(piece.history.times) for piece in found]
    slots = np.repeat(np.array([piece.slot for piece in found], np.int32), lengths)
    node = np.repeat([nodes[piece.node] for piece in found], lengths)
    times = np.concatenate([piece.history.times for piece in found])
    order = np.lexsort((slots, node, times))
    slots, node, times = slots[order], node[order], times[order]
    sources, values, quality, reasons = (
        np.concatenate([getattr(piece.history, name) for piece in found])[order]
        for name in ("sources", "values", "quality", "reasons")
    )
    names = list(nodes)
    changes = np.flatnonzero((np.diff(times) != 0) | (np.diff(node) != 0)) + 1
    return [
        Samples(
            node=names[node[first]],
            historical=True,
            slots=slots[first:last],
            times=times[first:last],
            values=values[first:last],
            quality=quality[first:last],
            reasons=reasons[first:last],
            known_at=int(times[first]),
            sources=sources[first:last] if sources[first:last].any() else None,
        )
        for first, last in pairwise([0, *changes.tolist(), len(times)])
        if last > first
    ]

"""Operating state: is an equipment producing, or not?

Unknown means producing, so that nothing is passed because nobody knows. A standstill must be
shown: by the equipment's own `equipment.producing` signal, by the equipment it produces with, or
by a person's signed act that ends; and no sign of work may speak against it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.view import View
from plant.plant import Plant
from plant.quality import Quality
from plant.role import WORKING

PRODUCING_ROLE = "equipment.producing"
PRODUCES_WITH = "produces_with"


class Operating(StrEnum):
    """What is known of an equipment's work; UNKNOWN is judged as producing."""

    PRODUCING = "producing"
    STANDING = "standing"
    UNKNOWN = "unknown"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True)
class Declared:
    """A person's signed statement that an equipment produces or not, up to `until`."""

    equipment: str
    producing: bool
    until: int
    reason: str
    actor: str

    def holds(self, now: int) -> bool:
        """Say whether it still counts; it ends at the very moment `until`."""
        return now < self.until


def operating(
    plant: Plant,
    equipment: str,
    view: View,
    declared: Mapping[str, Declared],
    now: int,
    asked: frozenset[str] = frozenset(),
) -> Operating:
    """Give the operating state of one equipment.

    `declared` are the acts by equipment. `asked` are the equipment whose state is being asked for
    already: what produces only with itself is unknown.
    """
    act = declared.get(equipment)
    stated = None
    if act is not None and act.holds(now):
        stated = Operating.PRODUCING if act.producing else Operating.STANDING
    shown = _shown(plant, equipment, view, declared, now, asked | {equipment})
    if shown is None:
        state = stated or Operating.UNKNOWN
    elif stated is not None and {shown, stated} == {Operating.PRODUCING, Operating.STANDING}:
        return Operating.CONTRADICTORY
    else:
        state = shown
    return _against_work(plant, equipment, view) if state is Operating.STANDING else state


def watched(plant: Plant, equipment: str, asked: frozenset[str] = frozenset()) -> set[str]:
    """Give the signals on which the operating state of an equipment rests."""
    found = {
        signal.id
        for role in (PRODUCING_ROLE, *WORKING)
        for signal in plant.signals_in(equipment, role)
    }
    for other in _with(plant, equipment):
        if other not in asked:
            found |= watched(plant, other, asked | {equipment})
    return found


def _shown(
    plant: Plant,
    equipment: str,
    view: View,
    declared: Mapping[str, Declared],
    now: int,
    asked: frozenset[str],
) -> Operating | None:
    """Give what signals show, the equipment's own first; None when it has none to look at."""
    own = [_of_switch(view, s.id) for s in plant.signals_in(equipment, PRODUCING_ROLE)]
    if own:
        return _any_of(own)
    others = [
        operating(plant, other, view, declared, now, asked)
        if other not in asked
        else Operating.UNKNOWN
        for other in _with(plant, equipment)
    ]
    return _any_of(others) if others else None


def _of_switch(view: View, signal: str) -> Operating:
    """UNCERTAIN data may say that it works, never that it stands."""
    quality, _ = view.trust(signal)
    if quality > Quality.UNCERTAIN:
        return Operating.UNKNOWN
    if view.usable(signal)[0] >= 0.5:
        return Operating.PRODUCING
    return Operating.STANDING if quality is Quality.GOOD else Operating.UNKNOWN


_SOONEST = (Operating.PRODUCING, Operating.CONTRADICTORY, Operating.UNKNOWN)


def _any_of(states: Iterable[Operating]) -> Operating:
    """Any that produces makes all produce; all must stand for a standstill."""
    known = set(states)
    return next((state for state in _SOONEST if state in known), Operating.STANDING)


def _against_work(plant: Plant, equipment: str, view: View) -> Operating:
    """Hold a standstill against the signs of work; one that is not seen leaves it unknown."""
    state = Operating.STANDING
    for role in sorted(WORKING):
        for signal in plant.signals_in(equipment, role):
            quality, _ = view.trust(signal.id)
            if quality <= Quality.UNCERTAIN and view.usable(signal.id)[0] > 0:
                return Operating.CONTRADICTORY
            if quality is not Quality.GOOD:
                state = Operating.UNKNOWN
    return state


def _with(plant: Plant, equipment: str) -> tuple[str, ...]:
    known = plant.equipment_by_id.get(equipment)
    return dict(known.relations).get(PRODUCES_WITH, ()) if known else ()

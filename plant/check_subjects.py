"""Checks of areas, equipment, subjects and the records about them."""

from collections.abc import Iterable, Mapping

from plant.catalogue.entry import TEXT
from plant.circles import circles, shown
from plant.equipment_kind import EQUIPMENT_KINDS, PRODUCES_WITH
from plant.errors import Fault
from plant.known_ids import Names, check_name
from plant.plant import Equipment, Plant

_TOML = "plant.toml"
_ANY = "equipment"


def check_subjects(plant: Plant, signals: Names, faults: list[Fault]) -> None:
    """Add a fault for each id used twice, and each relation or record that leads nowhere."""
    _check_ids(plant, faults)
    _check_areas(plant, faults)
    for item in plant.equipment:
        _check_relations(item, plant.equipment_by_id, faults)
    for circle in circles({item.id: _produces_with(item) for item in plant.equipment}):
        where = f"equipment {circle[0]}, {PRODUCES_WITH}"
        problem = f"follows from itself: {shown(circle)}"
        faults.append(Fault(_TOML, where, problem, "no circle"))
    others = Names((*plant.subject_by_id, *plant.interlock_by_id))
    for record in plant.evidence:
        if record.subject not in signals:
            where = f"evidence {record.id}, subject"
            check_name(faults, "evidence/", where, value=record.subject, known=others)


def _check_ids(plant: Plant, faults: list[Fault]) -> None:
    """Verdicts and records name their subject by id alone."""
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("plant", (plant.id,)),
        ("equipment", plant.equipment_by_id),
        ("interlock", plant.interlock_by_id),
        ("subject", (item.id for item in plant.declared_subjects)),
    )
    taken: dict[str, str] = {}
    for what, ids in groups:
        for item in dict.fromkeys(ids):
            if item in taken:
                problem = f"has the id of the {taken[item]} {item}"
                accepted = "an id that no plant, equipment, interlock or other subject has"
                faults.append(Fault(_TOML, f"{what} {item}", problem, accepted))
            elif item:
                taken[item] = what


def _check_areas(plant: Plant, faults: list[Fault]) -> None:
    """Where equipment stands is an area that is declared, and no area stands empty."""
    known = Names(plant.area_by_id)
    for item in plant.equipment:
        where = f"equipment {item.id}, area"
        check_name(faults, _TOML, where, value=item.area, known=known)
    filled = {item.area for item in plant.equipment}
    for area in plant.area_by_id:
        if area and area not in filled:
            accepted = f'at least one equipment with area = "{area}"'
            faults.append(Fault(_TOML, f"area {area}", "has no equipment", accepted))


def _check_relations(
    item: Equipment, equipment: Mapping[str, Equipment], faults: list[Fault]
) -> None:
    for relation, named in item.relations:
        kind = EQUIPMENT_KINDS[item.kind].relations[relation]
        for name in named if kind != TEXT else ():
            other = equipment.get(name)
            if other is not None and other is not item and kind in (_ANY, other.kind):
                continue
            what = f", a {other.kind}" if other is not None and other is not item else ""
            where = f"equipment {item.id}, {relation}"
            wanted = "equipment" if kind == _ANY else f"equipment of kind {kind}"
            others = (one for one in equipment.values() if one is not item)
            fitting = Names(one.id for one in others if kind in (_ANY, one.kind))
            accepted = f"other {wanted}: {fitting.accepted}"
            faults.append(Fault(_TOML, where, f"names {name!r}{what}", accepted))


def _produces_with(item: Equipment) -> tuple[str, ...]:
    """Name the others whose operating state it follows; itself is no other, which was said."""
    named = dict(item.relations).get(PRODUCES_WITH, ())
    return tuple(name for name in named if name != item.id)

"""Which cells of the matrix are asked for: a filter that names what does not exist is refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.problem import not_found
from api.routes.plants import demand_plant
from api.services import Services
from plant.name import Name


@dataclass(frozen=True)
class Wanted:
    """The criteria and subjects whose cells are asked for; None: all."""

    criteria: frozenset[str] | None = None
    subjects: frozenset[str] | None = None

    def holds(self, criterion: str, subject: str) -> bool:
        """Say whether a cell is asked for."""
        return (self.criteria is None or criterion in self.criteria) and (
            self.subjects is None or subject in self.subjects
        )


def wanted(
    services: Services,
    *,
    plant: str | None = None,
    district: str | None = None,
    criterion: str | None = None,
    order10: str | None = None,
    subject: str | None = None,
    equipment: str | None = None,
) -> Wanted:
    """Read the filters; those given must all hold.

    Raises:
        ProblemError: 404 for one that names what does not exist here.
    """
    if plant is not None:
        demand_plant(plant, services)
    name = services.plant.district
    if district is not None and district not in (name.zh, name.en):
        raise not_found(Name("区", "district"))
    if criterion is not None:
        demand_criterion(criterion, services)
    if subject is not None:
        demand_subject(subject, services)
    if equipment is not None and equipment not in services.plant.equipment_by_id:
        raise not_found(Name("设备", "equipment"))
    resting = None if order10 is None else _resting_on(order10, services)
    return Wanted(
        _both(None if criterion is None else {criterion}, resting),
        _both(None if subject is None else {subject}, None if equipment is None else {equipment}),
    )


def demand_criterion(criterion: str, services: Services) -> None:
    """Answer 404 for a criterion that is none."""
    if all(item.id != criterion for item in services.criteria):
        raise not_found(Name("判定标准", "criterion"))


def demand_subject(subject: str, services: Services) -> None:
    """Answer 404 for a subject that neither is nor was one."""
    known = subject in services.plant.subject_by_id
    if not known and not services.reader.subject_was_judged(subject):
        raise not_found(Name("判定对象", "subject"))


def _resting_on(article: str, services: Services) -> set[str]:
    found = {item.id for item in services.criteria if article in item.order10}
    if not found:
        raise not_found(Name("10 号令条款依据", "article of Order 10 that a criterion rests on"))
    return found


def _both(one: Iterable[str] | None, other: Iterable[str] | None) -> frozenset[str] | None:
    if one is None:
        return None if other is None else frozenset(other)
    return frozenset(one) if other is None else frozenset(one) & frozenset(other)

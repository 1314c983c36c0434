"""What a criterion is judged for: equipment, or the enterprise and those who work for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from plant.name import Name


class SubjectKind(StrEnum):
    """What sort of thing a verdict is about."""

    EQUIPMENT = "equipment"
    ENTERPRISE = "enterprise"
    PROJECT = "project"
    PERSON = "person"
    CONTRACTOR = "contractor"
    STREET_TOWN = "street_town"


# What a subject of each kind must say of itself, and the accepted answers.
# A person is named by post: names of people stay out of the plant folder and of the journal.
SUBJECT_ATTRIBUTES: Mapping[SubjectKind, Mapping[str, tuple[str, ...]]] = {
    SubjectKind.PROJECT: {
        "smelting": ("yes", "no"),
        "stage": ("design", "construction", "operation"),
    },
    SubjectKind.PERSON: {
        "duty": (
            "responsible_person",
            "smelting_leader",
            "safety_manager",
            "special_operation",
            "front_line",
        )
    },
    SubjectKind.CONTRACTOR: {},
    SubjectKind.STREET_TOWN: {},
}


@dataclass(frozen=True)
class Subject:
    """One subject of verdicts.

    `equipment_kind` is the kind of an equipment, "" for others. `industries` are those of the
    enterprise, or the one an equipment works in.
    `attributes` are answers out of a fixed choice, `relations` lists of ids or free texts.
    """

    id: str
    kind: SubjectKind
    name: Name
    equipment_kind: str = ""
    industries: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    relations: tuple[tuple[str, tuple[str, ...]], ...] = ()

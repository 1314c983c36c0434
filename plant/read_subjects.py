"""`[[equipment]]` and `[[subject]]` of plant.toml: what verdicts are about, and `[[area]]`."""

from plant.equipment_kind import EQUIPMENT_KINDS
from plant.form import Form
from plant.plant import Area, Equipment
from plant.subject import SUBJECT_ATTRIBUTES, Subject, SubjectKind

INDUSTRIES = ("steel", "aluminium", "casting", "dust", "battery", "confined")


def read_industries(plant: Form) -> tuple[str, ...]:
    """Read what the enterprise does, from the table `[plant]`."""
    industries = plant.texts("industries")
    for industry in industries:
        if industry not in INDUSTRIES:
            plant.fault("industries", f"names {industry!r}", ", ".join(INDUSTRIES))
    return industries


def read_area(form: Form) -> Area:
    """Read one part of the plant."""
    return Area(form.id("id"), form.name("name"))


def read_equipment(form: Form, industries: tuple[str, ...]) -> Equipment:
    """Read one equipment of a plant that works in `industries`.

    Its kind says which attributes it must have and which relations it may have.
    """
    equipment_id = form.id("id")
    kind_id = form.choice("kind", sorted(EQUIPMENT_KINDS))
    name = form.name("name")
    only = industries[0] if len(industries) == 1 else None
    industry = form.choice("industry", industries or INDUSTRIES, only)
    area = form.text("area", "")
    if kind_id != form.text("kind", ""):
        form.leave()
        return Equipment(equipment_id, "", name, area=area)
    kind = EQUIPMENT_KINDS[kind_id]
    attributes = ((key, form.choice(key, choices)) for key, choices in kind.attributes.items())
    relations = ((key, form.texts(key, ())) for key in kind.relations)
    return Equipment(
        id=equipment_id,
        kind=kind_id,
        name=name,
        attributes=tuple(attributes),
        industry=industry,
        relations=tuple((key, named) for key, named in relations if named),
        area=area,
    )


def read_subject(form: Form) -> Subject:
    """Read one person, project, contractor or street; its kind says which attributes it has."""
    subject_id = form.id("id")
    kind = SubjectKind(form.choice("kind", SUBJECT_ATTRIBUTES))
    name = form.name("name")
    if kind != form.text("kind", ""):
        form.leave()
        return Subject(subject_id, kind, name)
    attributes = SUBJECT_ATTRIBUTES[kind].items()
    return Subject(
        id=subject_id,
        kind=kind,
        name=name,
        attributes=tuple((key, form.choice(key, choices)) for key, choices in attributes),
    )

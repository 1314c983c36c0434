"""The coverage matrix of a plant with every kind of equipment and every subject there is."""

import io
import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.console import Console

from compliance.coverage import Coverage
from compliance.template import template_of
from firstout.check import CheckReport, report
from firstout.plant_folder import criteria
from plant.catalogue.entry import TEXT
from plant.equipment_kind import EQUIPMENT_KINDS, PRODUCES_WITH
from plant.interlock import Interlock
from plant.name import Name
from plant.plant import Equipment, Plant
from plant.read_subjects import INDUSTRIES
from plant.role import ROLES
from plant.signal import Level, Limit, Signal
from plant.subject import SUBJECT_ATTRIBUTES, Subject
from tests.small_plant import analog, interlock, limit, plant_of, switch

NAME = Name("对象", "it")
POINTS = {"LL": 20.0, "L": 30.0, "H": 70.0, "HH": 80.0, "RATE": 5.0}


def all_equipment() -> Iterator[Equipment]:
    """Give every kind in every trade with every answer, related with what it can be."""
    for kind in EQUIPMENT_KINDS.values():
        for trade, *values in itertools.product(INDUSTRIES, *kind.attributes.values()):
            answers = tuple(zip(kind.attributes, values, strict=True))
            named = "-".join((kind.id, trade, *values))
            relations = tuple(
                (key, ("a text",) if of == TEXT else ("some-" + of,))
                for key, of in kind.relations.items()
                if key != PRODUCES_WITH
            )
            yield Equipment(named, kind.id, NAME, answers, trade, relations)


def all_subjects() -> Iterator[Subject]:
    for kind, table in SUBJECT_ATTRIBUTES.items():
        for values in itertools.product(*table.values()):
            named = "-".join((kind, *values))
            yield Subject(named, kind, NAME, attributes=tuple(zip(table, values, strict=True)))


def bare_plant() -> Plant:
    return replace(
        plant_of([]),
        industries=INDUSTRIES,
        equipment=tuple(all_equipment()),
        declared_subjects=tuple(all_subjects()),
    )


def limits_of(name: str, levels: tuple[Level, ...], state: int | None) -> list[Limit]:
    points = POINTS if state is None else POINTS | {"STATE": float(state)}
    return [limit(name, level, points[level], window_s=600.0) for level in levels]


def set_for(equipment: Equipment) -> tuple[list[Signal], list[Interlock]]:
    """Give all that the template of an equipment asks."""
    template = template_of(equipment.kind, equipment.attributes, criteria(), (equipment.industry,))
    levels: dict[str, set[Level]] = {s.role: set(s.levels) for s in template.signals}
    asked = (*template.signals, *template.interlocks)
    states = {item.role: item.state for item in asked if item.state is not None}
    for item in template.interlocks:
        levels.setdefault(item.role, set()).add(item.level)
        for role, _ in item.effects:
            levels.setdefault(role, set())
    signals = []
    for role, wanted in levels.items():
        name = f"{equipment.id}.{role}"
        levels_in_order = tuple(level for level in Level if level in wanted)
        limits = limits_of(name, levels_in_order, states.get(role))
        of = switch if ROLES[role].discrete else analog
        made = of(name, *limits, role=role)
        signals.append(replace(made, equipment=equipment.id, unit=ROLES[role].unit))
    trips = [
        interlock(
            f"{equipment.id}-{number}",
            [f"{equipment.id}.{item.role}:{item.level}"],
            [(f"{equipment.id}.{role}", state, 3.0) for role, state in item.effects],
        )
        for number, item in enumerate(template.interlocks)
    ]
    return signals, trips


@pytest.fixture(scope="module")
def bare() -> CheckReport:
    return report(bare_plant(), criteria())


@pytest.fixture(scope="module")
def whole() -> CheckReport:
    plant = bare_plant()
    made = [set_for(item) for item in plant.equipment]
    signals = [signal for some, _ in made for signal in some]
    trips = [trip for _, some in made for trip in some]
    given = plant_of(signals, trips)
    return report(
        replace(plant, devices=given.devices, signals=given.signals, interlocks=given.interlocks),
        criteria(),
    )


def test_every_criterion_has_a_cell_and_none_twice(bare: CheckReport) -> None:
    cells = [(cell.criterion.id, cell.subject.id) for cell in bare.cells]

    assert {criterion for criterion, _ in cells} == {item.id for item in criteria()}
    assert len(cells) == len(set(cells))
    assert not [note for note in bare.notes if "is declared" in note]


def test_the_matrix_has_one_line_a_cell(bare: CheckReport) -> None:
    lines = bare.matrix().splitlines()
    cells = [line.split("\t") for line in lines if not line.startswith("note\t")]

    assert [tuple(cell[:2]) for cell in cells] == sorted(
        (cell.criterion.id, cell.subject.id) for cell in bare.cells
    )
    for line in cells:
        assert line[2] in set(Coverage)
        assert (line[2] == "gap") is (len(line) > 3)


def test_with_nothing_set_only_records_and_declarations_cover(bare: CheckReport) -> None:
    measured = {cell.criterion.id for cell in bare.cells if cell.covered is Coverage.GAP}
    covered = {cell.criterion.id for cell in bare.cells if cell.covered is Coverage.BY_EVIDENCE}

    assert not [cell for cell in bare.cells if cell.covered is Coverage.WATCHED and cell.gaps]
    assert {"steel-6", "aluminium-4", "casting-5", "dust-2", "confined-5", "battery-2"} <= measured
    assert {"steel-1", "steel-4", "dust-1", "confined-1", "battery-1", "other-3"} <= covered


def test_with_all_that_the_templates_ask_there_is_no_gap(whole: CheckReport) -> None:
    gaps = {
        f"{cell.criterion.id}@{cell.subject.id}": [gap.en for gap in cell.gaps]
        for cell in whole.cells
        if cell.gaps
    }

    assert gaps == {}
    assert {cell.covered for cell in whole.cells} == {Coverage.WATCHED, Coverage.BY_EVIDENCE}


def test_it_can_be_shown_to_a_person_and_to_a_program(bare: CheckReport) -> None:
    page = io.StringIO()
    bare.print(Console(file=page, width=200))

    assert all(item.id in page.getvalue() for item in criteria())
    coverage = bare.as_json()["coverage"]
    assert isinstance(coverage, list)
    assert len(coverage) == len(bare.cells)


def test_other_3_is_asked_of_smelters_alone() -> None:
    """A person works in the enterprise's industries."""
    for trade in INDUSTRIES:
        plant = replace(bare_plant(), industries=(trade,), equipment=())
        asked = {
            cell.subject.id
            for cell in report(plant, criteria()).cells
            if cell.criterion.id == "other-3"
        }
        smelts = trade in ("steel", "aluminium", "casting")
        duties = ("responsible_person", "smelting_leader", "safety_manager")
        assert asked == ({f"person-{duty}" for duty in duties} if smelts else set())

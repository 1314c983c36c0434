"""The coverage matrix and the templates: what is asked compared with what is set."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from compliance.coverage import Coverage, coverage, undeclared
from compliance.criterion import Criterion
from compliance.template import Template, template_of
from firstout.check import report
from firstout.plant_folder import criteria
from plant.equipment_kind import EQUIPMENT_KINDS
from plant.evidence import Evidence
from plant.name import Name
from plant.plant import Equipment, Plant
from plant.signal import Level
from plant.subject import Subject, SubjectKind
from tests.plant_files import demo_plant
from tests.unit.compliance.known import caster_plant
from tests.unit.compliance.stand import CRITERIA, DRILL, FLOW, PLANT, criterion

COMMITTED = Path(__file__).parents[2] / "cases" / "coverage" / "demo.txt"
AGAIN = "python -m firstout check plants/demo --matrix > tests/cases/coverage/demo.txt"


def test_the_demonstration_plant_is_covered_as_committed() -> None:
    matrix = report(demo_plant(), criteria()).matrix()

    assert matrix == COMMITTED.read_text("utf-8"), f"if this is meant: {AGAIN}"


def covered(plant: Plant) -> dict[str, str]:
    return {
        f"{cell.criterion.id}@{cell.subject.id}": cell.covered.value
        for cell in coverage(plant, CRITERIA)
    }


def test_watched_by_evidence_gap_and_not_applicable() -> None:
    statement = Evidence("e", "not_applicable", "caster", Name("由", "why"), criterion="run")
    plant = replace(PLANT, evidence=(statement,), interlocks=())

    assert covered(plant) == {
        "flow@caster": "watched",
        "gated-flow@caster": "watched",
        "run@caster": "not_applicable",
        "locked@caster": "watched",
        "trip@caster": "gap",
        "any@caster": "watched",
        "pit@pit": "by_evidence",
        "firm@small": "by_evidence",
    }
    assert covered(PLANT)["trip@caster"] == "watched"


def test_a_gap_says_what_is_not_set() -> None:
    [cell] = coverage(caster_plant("LL"), [criterion("flow", FLOW)])

    assert cell.covered is Coverage.GAP
    assert [gap.en for gap in cell.gaps] == ["flow has no low limit alarm"]


def test_what_is_asked_for_and_not_declared_at_all() -> None:
    having = (("furnace", ("fixed",)), ("hoist", ("rope", "none")))
    fixed_by_rope = criterion("lift", FLOW)
    fixed_by_rope = replace(
        fixed_by_rope, applies_to=replace(fixed_by_rope.applies_to, attributes=having)
    )
    front_line = criterion("all", DRILL, subject=SubjectKind.PERSON)
    front_line = replace(
        front_line,
        applies_to=replace(front_line.applies_to, attributes=(("duty", ("front_line",)),)),
    )
    asked = [
        criterion("pit", DRILL, kinds=("dust_collector",)),
        criterion("who", DRILL, subject=SubjectKind.PERSON),
        fixed_by_rope,
        front_line,
        criterion("flow", FLOW),
    ]
    pit, caster = (EQUIPMENT_KINDS[k].name.en for k in ("dust_collector", "deep_well_caster"))

    assert [name.en for name in undeclared(caster_plant(), asked)] == [
        f"no {pit} is declared for pit",
        "no person is declared for who",
        f"no {caster} with furnace fixed and with hoist rope or none is declared for lift",
        "no person with duty front_line is declared for all",
    ]
    manager = Subject("m", SubjectKind.PERSON, Name("人", "m"), attributes=(("duty", "manager"),))
    managed = replace(caster_plant(), declared_subjects=(manager,))
    assert [name.zh for name in undeclared(managed, [front_line])] == [
        "all：未登记人员岗位（duty 为 front_line）"
    ]
    elsewhere = replace(caster_plant(), industries=("steel",))
    assert list(undeclared(elsewhere, asked)) == []


def test_the_matrix_is_the_same_whatever_the_order() -> None:
    lines = report(PLANT, CRITERIA).matrix().splitlines()
    cells = [line for line in lines if not line.startswith("note\t")]

    assert cells == sorted(cells)
    assert len(cells) == len(coverage(PLANT, CRITERIA))
    again = report(PLANT, tuple(reversed(CRITERIA))).matrix().splitlines()
    assert [line for line in again if not line.startswith("note\t")] == cells


def test_a_template_gathers_what_the_criteria_ask() -> None:
    template = template_of("deep_well_caster", (("furnace", "fixed"),), CRITERIA)
    signals = {item.role: item for item in template.signals}
    [shuts] = template.interlocks

    assert signals["mould.water_flow"].levels == (Level.LL, Level.L, Level.HH)
    assert signals["mould.water_flow"].criteria[:2] == ("flow", "gated-flow")
    assert signals["mechanical_lock.locked"].criteria == ("locked",)
    assert (shuts.role, shuts.level, shuts.criteria) == (
        "mould.water_flow",
        Level.LL,
        ("trip", "any"),
    )
    assert [item.type for item in template.evidence] == ["drill"]
    assert template_of("caster_pit", (), CRITERIA).signals == ()


def answers(kind: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """Give the first and the last answers to every question of a kind."""
    known = EQUIPMENT_KINDS[kind].attributes
    yield tuple((key, choices[0]) for key, choices in known.items())
    yield tuple((key, choices[-1]) for key, choices in known.items())


def bare(kind: str, attributes: tuple[tuple[str, str], ...], trade: str) -> Plant:
    equipment = Equipment("bare", kind, Name("设备", "bare"), attributes, trade)
    base = caster_plant()
    return replace(base, industries=(trade,), equipment=(equipment,), signals=(), interlocks=())


def asked_whole(found: list[Criterion], template: Template) -> set[str]:
    measured = (*template.signals, *template.interlocks)
    named = {name for item in measured for name in item.criteria}
    return {item.id for item in found if item.id in named}


@pytest.mark.parametrize("kind", sorted(EQUIPMENT_KINDS))
def test_equipment_with_nothing_set_has_a_gap_wherever_its_template_asks(kind: str) -> None:
    """One source: the template and the matrix come from the same requirements."""
    found = list(criteria())
    for trade in ("steel", "aluminium", "casting", "dust", "confined", "battery"):
        for attributes in answers(kind):
            template = template_of(kind, attributes, found, (trade,))
            cells = coverage(bare(kind, attributes, trade), found)
            gaps = {
                cell.criterion.id
                for cell in cells
                if cell.subject.id == "bare"
                and {gap.code for gap in cell.gaps} - {"relation_not_set"}
            }
            assert gaps <= asked_whole(found, template)
            for item in found:
                only_measured = item.id in asked_whole(found, template) and not any(
                    type(each).__name__ == "AnyOf" for each in item.requires
                )
                assert not only_measured or item.id in gaps

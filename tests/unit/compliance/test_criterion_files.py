"""The criterion files that come with Firstout, and what a wrong one is told."""

import re

import pytest

from compliance.criterion import BASES, ValidEvidence, read_criterion
from compliance.judge import coverage
from firstout.plant_folder import criteria
from plant.errors import PlantError
from plant.plant import Equipment
from tests.demo_run import demo_plant

HAN = re.compile(r"[\u4e00-\u9fff]")

GOOD = """
id = "aluminium-9"
title = { zh = "题", en = "title" }
section = 2
item = 9
order10 = ""
order10_basis = "memory"

[asks]
zh = "要求"
en = "asks"

[applies_to]
equipment_kind = "deep_well_caster"
attributes = { furnace = "fixed" }

[[requires]]
kind = "limits"
role = "mould.water_flow"
levels = ["LL"]
basis = "standard"

[[requires]]
kind = "interlock"
role = "mould.water_flow"
level = "LL"
effects = [{ role = "fast_gate.closed", state = 1 }]
basis = "standard"

[[requires]]
kind = "evidence"
type = "emergency_water_test"
name = { zh = "演练", en = "emergency_water_test" }
within_days = 365
basis = "default"
"""


def test_every_text_of_every_criterion_is_in_both_languages() -> None:
    assert len(criteria()) == 2
    for criterion in criteria():
        names = [criterion.title, criterion.asks]
        names += [r.name for r in criterion.requires if isinstance(r, ValidEvidence)]
        for name in names:
            assert HAN.search(name.zh), criterion.id
            assert name.en.isascii(), criterion.id


def test_every_criterion_says_how_sure_it_is() -> None:
    for criterion in criteria():
        assert criterion.order10_basis in BASES
        assert all(item.basis in BASES for item in criterion.requires)


def test_ids_and_places_in_the_notice_are_unique() -> None:
    assert len({c.id for c in criteria()}) == len(criteria())
    assert len({(c.section, c.item) for c in criteria()}) == len(criteria())


def test_the_demonstration_plant_has_no_gap() -> None:
    found = coverage(demo_plant(), criteria())
    assert [(c.id, e.id, gaps) for c, e, gaps in found] == [
        ("aluminium-2", "caster-1", ()),
        ("aluminium-4", "caster-1", ()),
    ]


def test_scope_is_kind_and_attributes() -> None:
    level, water = criteria()
    tilting = Equipment("x", "deep_well_caster", level.title, (("furnace", "tilting"),))
    assert not level.applies_to(tilting)
    assert water.applies_to(tilting)
    assert not water.applies_to(Equipment("x", "gas_main", level.title))


def test_a_good_file_is_read() -> None:
    criterion = read_criterion("x.toml", GOOD)
    assert criterion.roles == {"mould.water_flow"}
    assert criterion.attributes == (("furnace", "fixed"),)


@pytest.mark.parametrize(
    ("wrong", "right", "fault"),
    [
        ('en = "title" }', 'en = "title", de = "Titel" }', "title.de: is not a known key"),
        ('{ zh = "题", en = "title" }', '{ zh = "题" }', "title.en: is missing"),
        ("section = 2", "sektion = 2", "sektion: is not a known key"),
        ('kind = "evidence"', 'kind = "photo"', "requires[3].kind: is 'photo'"),
        ('role = "mould.water_flow"\nlevels', 'role = "mould.flow"\nlevels', "requires[1].role"),
        ('levels = ["LL"]', 'levels = ["LLL"]', "requires[1].levels: names 'LLL'"),
        ('level = "LL"', 'level = "VERY LOW"', "requires[2].level: is 'VERY LOW'"),
        (
            'effects = [{ role = "fast_gate.closed", state = 1 }]',
            "effects = []",
            "requires[2].effects: has 0 entries",
        ),
        ("state = 1", "state = 2", "requires[2].effects[1].state: is 2"),
        ("within_days = 365", "within_days = 0", "requires[3].within_days: is 0"),
        ('"deep_well_caster"', '"deep_wel_caster"', "equipment_kind: is 'deep_wel_caster'"),
        ("furnace =", "furnance =", "applies_to.attributes.furnance: is not a known key"),
        ('"fixed"', '"fixd"', "applies_to.attributes.furnace: is 'fixd'"),
        ('basis = "default"', 'basis = "guess"', "requires[3].basis: is 'guess'"),
        ("item = 9", "item = ", "x.toml: is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(wrong: str, right: str, fault: str) -> None:
    assert wrong in GOOD
    with pytest.raises(PlantError) as refused:
        read_criterion("x.toml", GOOD.replace(wrong, right, 1))
    assert fault in str(refused.value)

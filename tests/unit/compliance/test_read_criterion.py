"""The criterion format: what each kind of requirement may say, and what a wrong file is told."""

import pytest

from compliance.criterion import (
    AnyOf,
    DeclaredAttribute,
    DeclaredRelation,
    MonitoredLimits,
    RunningCondition,
    ValidEvidence,
    WhileProducing,
    WhileState,
    WorkingInterlock,
)
from compliance.read_criterion import read_criterion
from plant.errors import PlantError
from plant.name import Name
from plant.signal import Level
from plant.subject import Subject, SubjectKind

HEAD = """
id = "aluminium-9"
title = { zh = "题", en = "title" }
section = 2
item = 9
order10 = ""
order10_basis = "memory"
rule_version = "Order 10 (2023-05-15)"

[asks]
zh = "要求"
en = "asks"
"""

CASTER = """
[applies_to]
kinds = ["deep_well_caster"]
industries = ["aluminium"]
attributes = { furnace = ["fixed", "tilting"] }
"""

GOOD = (
    HEAD
    + CASTER
    + """
[[requires]]
kind = "limits"
role = "mould.water_flow"
levels = ["LL", "H"]
figures = { LL = 1.5, H = 20 }
calibration_days = 365
basis = "standard"
rule = "GB 6222-2005"
when = { furnace = ["fixed"] }
while = "producing"

[[requires]]
kind = "interlock"
role = "mould.water_flow"
level = "LL"
effects = [{ role = "fast_gate.closed", state = 1 }]
within_s = 3
proof_test_days = 92
basis = "standard"

[[requires]]
kind = "evidence"
type = "emergency_water_test"
name = { zh = "试验", en = "test" }
within_days = 31
fail_after_days = 62
missing = "fail"
of = "enterprise"
basis = "default"

[[requires]]
kind = "condition"
role = "mould.water_flow"
levels = ["LL"]
for_s = 60
basis = "default"
while = { role = "fast_gate.closed", state = 0 }

[[requires]]
kind = "relation"
relation = "produces_with"
at_most = 1
name = { zh = "联动", en = "partners" }
basis = "notice"

[[requires]]
kind = "any"
[[requires.either]]
[[requires.either.requires]]
kind = "attribute"
attribute = "furnace"
allowed = ["fixed"]
name = { zh = "炉型", en = "furnace" }
basis = "notice"
[[requires.either]]
[[requires.either.requires]]
kind = "limits"
role = "launder.level"
levels = ["LL", "H"]
binds = ["H"]
basis = "notice"
"""
)

PERSON = (
    HEAD
    + """
[applies_to]
subject = "person"
attributes = { duty = ["safety_manager"] }

[[requires]]
kind = "evidence"
type = "emergency_water_test"
name = { zh = "试验", en = "test" }
basis = "default"
"""
)


def test_everything_is_read() -> None:
    limits, interlock, evidence, condition, relation, either = read_criterion("x", GOOD).requires

    assert limits == MonitoredLimits(
        "mould.water_flow",
        (Level.LL, Level.H),
        (Level.LL,),
        365,
        figures=((Level.LL, 1.5), (Level.H, 20)),
        basis="standard",
        rule="GB 6222-2005",
        when=(("furnace", ("fixed",)),),
        during=WhileProducing(),
    )
    effects = (("fast_gate.closed", 1),)
    assert interlock == WorkingInterlock(
        "mould.water_flow", Level.LL, effects, None, 3, 92, basis="standard"
    )
    assert evidence == ValidEvidence(
        "emergency_water_test",
        Name("试验", "test"),
        31,
        62,
        missing_fails=True,
        of_enterprise=True,
        basis="default",
    )
    assert condition == RunningCondition(
        "mould.water_flow",
        (Level.LL,),
        60,
        basis="default",
        during=WhileState("fast_gate.closed", 0),
    )
    assert relation == DeclaredRelation("produces_with", Name("联动", "partners"), None, 1)
    assert either == AnyOf(
        (
            (DeclaredAttribute("furnace", ("fixed",), Name("炉型", "furnace")),),
            (MonitoredLimits("launder.level", (Level.LL, Level.H), (Level.H,)),),
        )
    )


def caster(furnace: str = "fixed", industry: str = "aluminium") -> Subject:
    return Subject(
        "c",
        SubjectKind.EQUIPMENT,
        Name("机", "caster"),
        "deep_well_caster",
        (industry,),
        (("furnace", furnace),),
    )


def test_scope_and_when_decide_what_is_asked() -> None:
    criterion = read_criterion("x", GOOD)

    assert len(criterion.asked_of(caster())) == 6
    assert len(criterion.asked_of(caster("tilting"))) == 5
    assert criterion.asked_of(caster(industry="steel")) == ()
    assert criterion.asked_of(Subject("p", SubjectKind.PROJECT, Name("项", "project"))) == ()


def test_a_cell_of_which_nothing_is_asked_does_not_exist() -> None:
    text = (
        HEAD
        + CASTER
        + GOOD[GOOD.index("[[requires]]") : GOOD.index('[[requires]]\nkind = "inter')]
    )
    criterion = read_criterion("x", text)

    assert criterion.asked_of(caster())
    assert criterion.asked_of(caster("tilting")) == ()


def test_other_subjects() -> None:
    criterion = read_criterion("x", PERSON)
    manager = (("duty", "safety_manager"),)
    person = Subject("p", SubjectKind.PERSON, Name("人", "post"), attributes=manager)

    assert criterion.asked_of(person)
    assert not criterion.asked_of(Subject("p", SubjectKind.PERSON, Name("人", "post")))


WRONG = [
    ('kind = "condition"', 'kind = "photo"', "requires[4].kind: is 'photo'; accepted: limits,"),
    ("figures = { LL = 1.5,", "figures = { L = 1.5,", "figures.L: is not a known key"),
    ("H = 20 }", 'H = "low" }', "figures.H: is 'low'"),
    ("within_s = 3", "within_s = 0", "requires[2].within_s: is 0"),
    ("proof_test_days = 92", "proof_test_days = 0", "requires[2].proof_test_days: is 0"),
    ('levels = ["LL"]', 'levels = ["STATE"]', "requires[4].state: is missing"),
    ('level = "LL"', 'level = "STATE"', "requires[2].state: is missing"),
    ('levels = ["LL"]', 'levels = ["LL"]\nstate = 1', "requires[4].state: is given without"),
    ('role = "launder.level"', 'role = "launder"', "requires[6].either[2].requires[1].role: is"),
    ('levels = ["LL"]', 'levels = ["LLL"]', "requires[4].levels: names 'LLL'; accepted: LL, L,"),
    ('levels = ["LL"]', "levels = []", "requires[4].levels: names nothing"),
    ('binds = ["H"]', 'binds = ["HH"]', "requires[1].binds: names 'HH'; accepted: LL, H"),
    ('"emergency_water_test"', '"water"', "requires[3].type: is 'water'"),
    ('"emergency_water_test"', '"not_applicable"', "requires[3].type: is 'not_applicable'"),
    ("fail_after_days = 62", "fail_after_days = 30", "requires[3].fail_after_days: is 30"),
    ('missing = "fail"', 'missing = "pass"', "requires[3].missing: is 'pass'"),
    ('"produces_with"', '"drains_to"', "requires[5].relation: is 'drains_to'"),
    ("at_most = 1", "", "requires[5].at_least: and at_most are both missing"),
    ('attribute = "furnace"', 'attribute = "roof"', "attribute: is 'roof'; accepted: "),
    ('allowed = ["fixed"]', 'allowed = ["fixd"]', "allowed: names 'fixd'; accepted: fixed"),
    ('while = "producing"', 'while = "open"', "requires[1].while: is 'open'; accepted: producing"),
    ('role = "fast_gate.closed", state = 0', 'role = "mould.water_flow", state = 0', "while.role"),
    ('when = { furnace = ["fixed"] }', 'when = { roof = ["a"] }', "when.roof: is not an attribut"),
    ('kinds = ["deep_well_caster"]', 'kinds = ["caster"]', "applies_to.kinds: names 'caster'"),
    ('kinds = ["deep_well_caster"]', "", "applies_to.kinds: is missing"),
    ('industries = ["aluminium"]', 'industries = ["gold"]', "industries: names 'gold'"),
    ('rule_version = "Order 10 (2023-05-15)"', "", "rule_version: is missing"),
    ('basis = "default"\n\n', 'basis = "guess"\n\n', "requires[3].basis: is 'guess'"),
    ("item = 9", "item = ", "x.toml: is not TOML"),
    ("section = 2", "sektion = 2", "sektion: is not a known key"),
]


@pytest.mark.parametrize(("wrong", "right", "fault"), WRONG)
def test_a_wrong_file_is_refused_with_what_is_wrong(wrong: str, right: str, fault: str) -> None:
    assert wrong in GOOD
    with pytest.raises(PlantError) as refused:
        read_criterion("x.toml", GOOD.replace(wrong, right, 1))
    assert fault in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace('"LL", "H"', '"XX"').replace('"emergency_water_test"', '"water"')
    with pytest.raises(PlantError) as refused:
        read_criterion("x.toml", text)
    assert {fault.where for fault in refused.value.faults} >= {
        "requires[1].levels",
        "requires[3].type",
        "requires[6].either[2].requires[1].levels",
    }


@pytest.mark.parametrize(
    ("right", "fault"),
    [
        ('kind = "limits"\nrole = "mould.water_flow"\nlevels = ["LL"]', "only equipment has it"),
        ('kind = "evidence"\nwhile = "producing"', "a subject that is no equipment"),
    ],
)
def test_only_equipment_has_signals_and_a_gate(right: str, fault: str) -> None:
    with pytest.raises(PlantError) as refused:
        read_criterion("x.toml", PERSON.replace('kind = "evidence"', right))
    assert fault in str(refused.value)

"""The 46 criterion files that come with Firstout: complete, sourced, in our own words."""

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from compliance.criterion import (
    AnyOf,
    Criterion,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    ValidEvidence,
    WhileState,
    WorkingInterlock,
    existing,
)
from firstout.plant_folder import criteria
from plant.equipment_kind import EQUIPMENT_KINDS
from plant.evidence import EVIDENCE_TYPES
from plant.name import Name
from plant.role import ROLES
from plant.subject import SUBJECT_ATTRIBUTES, SubjectKind
from tests.unit.compliance.criteria_page import PAGE, render

HAN = re.compile(r"[\u4e00-\u9fff]+")
BY_ID = {criterion.id: criterion for criterion in criteria()}
SECTIONS = ("steel", "aluminium", "casting", "dust", "confined", "battery", "other")

# Standards 1.8: what telemetry decides, what records alone decide, and what needs both.
BY_TELEMETRY = {
    *("steel-2", "steel-3", "steel-6", "steel-7"),
    *("aluminium-1", "aluminium-2", "aluminium-3", "aluminium-4", "aluminium-7"),
    *("casting-3", "casting-4", "casting-5", "dust-3", "dust-4", "dust-6", "dust-7"),
    *("confined-5", "battery-2"),
}
BY_RECORD = {
    *("steel-1", "steel-4", "aluminium-6", "casting-1", "dust-1", "dust-5", "dust-8"),
    *("confined-1", "confined-2", "confined-3", "battery-1"),
    *("other-1", "other-2", "other-3", "other-4", "other-5", "other-6", "other-8", "other-9"),
}
# Standards 1.9.
NOTICE_ONLY = {
    *("battery-1", "battery-2", "battery-3"),
    *("other-1", "other-2", "other-4", "other-7", "other-8", "other-9"),
}

each = pytest.mark.parametrize("criterion", criteria(), ids=lambda criterion: criterion.id)


def texts(criterion: Criterion) -> Iterator[Name]:
    """Give every text of a file that a person reads."""
    yield criterion.title
    yield criterion.asks
    for item in criterion.all_requirements:
        name = getattr(item, "name", None)
        if isinstance(name, Name):
            yield name


def answers(criterion: Criterion) -> Iterator[tuple[tuple[str, str], ...]]:
    """Give every way in which a subject in the criterion's scope can answer its attributes."""
    scope = criterion.applies_to
    if scope.subject is SubjectKind.EQUIPMENT:
        tables = [EQUIPMENT_KINDS[kind].attributes for kind in scope.kinds]
    else:
        tables = [SUBJECT_ATTRIBUTES.get(scope.subject, {})]
    wanted = dict(scope.attributes)
    for table in tables:
        choices = [[(key, value) for value in table[key]] for key in table]
        for given in itertools.product(*choices):
            has = dict(given)
            if all(has.get(key) in accepted for key, accepted in wanted.items()):
                yield given


def measured(item: Requirement) -> bool:
    return isinstance(item, (MonitoredLimits, WorkingInterlock, RunningCondition))


def roles_of(items: Iterable[Requirement]) -> set[str]:
    """Give every role that requirements name: watched, gating or as an effect."""
    found: set[str] = set()
    for item in items:
        if isinstance(item, (MonitoredLimits, RunningCondition, WorkingInterlock)):
            found.add(item.role)
        if isinstance(item, WorkingInterlock):
            found |= {role for role, _ in item.effects}
        if isinstance(item.during, WhileState):
            found.add(item.during.role)
    return found


def test_there_are_46_and_each_section_is_whole() -> None:
    places: dict[str, list[int]] = {section: [] for section in SECTIONS}
    for criterion in criteria():
        places[SECTIONS[criterion.section - 1]].append(criterion.item)

    assert {name: sorted(items) for name, items in places.items()} == {
        name: list(range(1, count + 1))
        for name, count in zip(SECTIONS, (8, 7, 5, 8, 6, 3, 9), strict=True)
    }
    assert len(BY_ID) == 46


@each
def test_the_id_is_the_place_in_the_notice(criterion: Criterion) -> None:
    assert criterion.id == f"{SECTIONS[criterion.section - 1]}-{criterion.item}"


def test_37_have_a_counterpart_in_order_10() -> None:
    assert {name for name, item in BY_ID.items() if not item.order10} == NOTICE_ONLY
    for criterion in criteria():
        cites = "Order 10 (2023-05-15)" if criterion.order10 else "notice 2024-08-13"
        assert criterion.rule_version == cites
        assert (criterion.order10_basis == "notice") is (not criterion.order10)
        assert not criterion.order10 or re.fullmatch(
            r"\d+\(\d+\)(, \d+\(\d+\))*", criterion.order10
        )


@each
def test_every_text_is_in_both_languages(criterion: Criterion) -> None:
    for name in texts(criterion):
        assert HAN.search(name.zh), name
        assert name.en.isascii(), name


def marks(text: str) -> Iterator[str]:
    """Give a fingerprint of every ten Chinese characters in a row, whatever stands between."""
    plain = "".join(HAN.findall(text))
    for start in range(len(plain) - 9):
        yield hashlib.sha256(plain[start : start + 10].encode()).digest()[:4].hex()


@each
def test_no_sentence_is_the_notice_s_own(criterion: Criterion) -> None:
    """The notice's fingerprints stand here, not its text: ten characters in a row are copied."""
    notice = set((Path(__file__).parent / "notice_marks.txt").read_text().split())

    for name in texts(criterion):
        assert not notice & set(marks(name.zh)), name.zh


def test_the_search_for_copied_text_finds_some() -> None:
    notice = set((Path(__file__).parent / "notice_marks.txt").read_text().split())

    assert notice & set(marks("结晶器冷却水系统要有温度、压力、流量监测报警"))
    assert not notice & set(marks("铸造用的冷却水要看温度和压力"))


@each
def test_whoever_is_judged_is_asked_for_something(criterion: Criterion) -> None:
    ways = list(answers(criterion))

    assert ways or not criterion.applies_to.attributes
    for given in ways:
        assert existing(criterion.requires, given), given


def firm(criterion: Criterion, given: tuple[tuple[str, str], ...]) -> tuple[Requirement, ...]:
    """Give what such a subject must show, whatever it chooses among alternatives."""
    found = existing(criterion.requires, given)
    return tuple(item for item in found if not isinstance(item, AnyOf))


@pytest.mark.parametrize("name", sorted(BY_TELEMETRY))
def test_telemetry_and_a_record_decide(name: str) -> None:
    for given in answers(BY_ID[name]):
        found = firm(BY_ID[name], given)
        never = name == "dust-3" and {("dust", "metal"), ("draught", "blowing")} <= set(given)
        assert never or any(measured(item) for item in found), given
        assert any(isinstance(item, ValidEvidence) for item in found), given


@pytest.mark.parametrize("name", sorted(BY_RECORD))
def test_records_alone_decide(name: str) -> None:
    assert roles_of(BY_ID[name].all_requirements) == set()
    assert any(isinstance(item, ValidEvidence) for item in BY_ID[name].requires)


@pytest.mark.parametrize("name", sorted(set(BY_ID) - BY_TELEMETRY - BY_RECORD))
def test_records_are_needed_and_signals_support(name: str) -> None:
    assert roles_of(BY_ID[name].all_requirements)
    for given in answers(BY_ID[name]):
        assert any(isinstance(item, ValidEvidence) for item in firm(BY_ID[name], given)), given


def test_the_three_groups_are_18_19_and_9() -> None:
    assert (len(BY_TELEMETRY), len(BY_RECORD)) == (18, 19)
    assert len(set(BY_ID) - BY_TELEMETRY - BY_RECORD) == 9


def test_running_conditions_are_where_the_rules_speak_of_running() -> None:
    """An exceedance makes a verdict fail only there; an absent attendant is no exceedance."""
    running = {
        name
        for name, item in BY_ID.items()
        if any(isinstance(each, RunningCondition) for each in item.all_requirements)
    }

    assert running == {
        *("steel-2", "steel-3", "aluminium-3", "casting-3", "dust-3", "confined-5"),
        "confined-6",
    }


def test_the_notice_may_ask_more_than_order_10_and_less() -> None:
    """Standards 0.2, traps 8 and 9: the mould-water temperature, and the steel furnace's trip."""
    watched = {
        item.role: item.basis
        for item in BY_ID["aluminium-4"].requires
        if isinstance(item, MonitoredLimits)
    }
    tripped = [i.basis for i in BY_ID["steel-6"].requires if isinstance(i, WorkingInterlock)]

    assert watched == {
        "mould.water_pressure": "standard",
        "mould.water_flow": "standard",
        "mould.water_temperature": "notice",
        "mould.water_outlet_temperature": "notice",
    }
    assert set(tripped) == {"standard"}


# Roles that no criterion names: what people look at, what computed signals are made of, and what
# the operating state, freshness and interlocks are told by.
PROCESS_ONLY = {
    *("equipment.producing", "controller.heartbeat", "controller.heartbeat_count"),
    *("interlock.bypass", "interlock.armed"),
    *("crane.loaded", "zone.occupied", "transfer.running", "vessel.weight"),
    *("cooling.outlet_flow", "cooling.flow_loss", "cooling.inlet_temperature"),
    *("cooling.temperature_rise", "combustion_air.pressure", "flame.intensity"),
    *("chamber.temperature", "fan.airflow", "methane.concentration"),
    *("blast.flow", "electrode.energised", "seal.water_level", "isolator.open"),
    *("isolator.closed", "furnace.tilt_angle", "casting.speed", "casting.length"),
    *("rope.tension", "collector.pressure_difference", "collector.inlet_temperature"),
    *("collector.water_level", "collector.circulation_flow", "hopper.temperature"),
    *("explosion_valve.closed", "dust_layer.thickness"),
}


def test_every_role_is_named_by_a_criterion_or_is_of_the_process() -> None:
    named = {role for item in criteria() for role in roles_of(item.all_requirements)}

    assert named | PROCESS_ONLY == set(ROLES)
    assert named & PROCESS_ONLY == set()


def test_every_kind_of_equipment_is_judged_or_stands_behind_one_that_is() -> None:
    judged = {kind for item in criteria() for kind in item.applies_to.kinds}
    behind = {
        kind for item in EQUIPMENT_KINDS.values() for kind in item.relations.values()
    } - judged

    assert set(EQUIPMENT_KINDS) - judged == {"emergency_vessel"}
    assert "emergency_vessel" in behind


def test_every_type_of_record_is_asked_for() -> None:
    asked = {
        item.type
        for criterion in criteria()
        for item in criterion.all_requirements
        if isinstance(item, ValidEvidence)
    }

    assert set(EVIDENCE_TYPES) - asked == {"proof_test", "calibration", "not_applicable"}


def test_subjects_are_of_every_kind() -> None:
    counted = Counter(str(item.applies_to.subject) for item in criteria())

    assert counted == {
        "equipment": 35,
        "enterprise": 3,
        "person": 5,
        "project": 1,
        "contractor": 1,
        "street_town": 1,
    }


def test_the_page_of_the_criteria_says_what_the_files_say() -> None:
    page = PAGE.read_text("utf-8")

    assert page == render(criteria(), page)
    assert page.count("\n| `") == 46

"""The 46 criterion files that come with Firstout: complete, sourced, in our own words."""

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import compliance
from compliance.criterion import (
    AnyOf,
    Criterion,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    ValidEvidence,
    WhileProducing,
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
FILES = Path(compliance.__file__).parent / "criteria"
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


def conditions(name: str) -> set[str]:
    items = BY_ID[name].all_requirements
    return {item.role for item in items if isinstance(item, RunningCondition)}


# Elsewhere a condition asks only whether the protection itself is in action (architecture 4:
# defeated is a fail): an absent attendant, a burst vent, a separator that is not in service.
RUNNING = {"steel-2", "steel-3", "aluminium-3", "casting-3", "dust-3", "confined-5"}
PROTECTIONS = {
    "dust-2": {"venting.burst", "collector.oxygen", "suppression.ready"},
    "dust-4": {"airlock.fault"},
    "dust-6": {"separator.ready"},
    "dust-7": {"ventilation.running", "ventilation.airflow"},
    "confined-6": {"attendant.present"},
}


def test_an_exceedance_fails_where_the_rules_speak_of_running_or_a_protection_is_out() -> None:
    found = {name: conditions(name) for name in BY_ID if conditions(name)}

    assert set(found) - set(PROTECTIONS) == RUNNING
    assert {name: found[name] for name in PROTECTIONS} == PROTECTIONS


def test_only_standing_water_of_the_notice_s_producing_items_waits_for_production() -> None:
    """The notice says so of steel-2 and casting-3, and not of aluminium-3."""
    gated = {
        name
        for name in ("steel-2", "aluminium-3", "casting-3")
        for item in BY_ID[name].all_requirements
        if isinstance(item, RunningCondition) and isinstance(item.during, WhileProducing)
    }

    assert gated == {"steel-2", "casting-3"}


def test_carbon_monoxide_is_judged_by_the_rule_of_its_place_in_that_rule_s_unit() -> None:
    """Standards 0.2, traps 3 and 4."""
    found = {
        (name, item.role, item.rule)
        for name, criterion in BY_ID.items()
        for item in criterion.all_requirements
        if isinstance(item, (MonitoredLimits, RunningCondition)) and item.role.startswith("co.")
    }

    assert found == {
        ("steel-7", "co.concentration", "GB 6222-2005"),
        ("confined-5", "co.mass_concentration", "GB/T 50493-2019"),
    }


def test_a_period_is_marked_as_what_its_comment_says_it_is() -> None:
    """Every engineering default says so in the data, not only beside the figure."""
    marked = {"[E]": "default", "[M]": "memory", "[L36]": "memory"}
    seen = 0
    for path in sorted(FILES.glob("*.toml")):
        for block in re.split(r"(?m)^\[\[requires.*\n", path.read_text("utf-8"))[1:]:
            tag = re.search(r"(?m)^(?:within_days|for_s) = .*(\[\w+\])", block)
            if tag:
                seen += 1
                assert f'basis = "{marked[tag[1]]}"' in block, (path.name, block)

    assert seen > 50


def test_one_record_never_stands_for_two_different_tests_of_one_subject() -> None:
    """A type that two criteria ask of the same subject must mean the same thing in both."""
    shared: dict[tuple[str, str], set[str]] = {}
    for criterion in criteria():
        scope = criterion.applies_to
        for item in criterion.all_requirements:
            if isinstance(item, ValidEvidence):
                owner = "enterprise" if item.of_enterprise else scope.subject
                for kind in scope.kinds or (str(owner),):
                    shared.setdefault((kind, item.type), set()).add(criterion.id)

    assert {key: ids for key, ids in shared.items() if len(ids) > 1} == {
        ("deep_well_caster", "casting_self_check"): {"aluminium-1", "aluminium-2"},
        ("gas_main", "interlock_test"): {"aluminium-7", "casting-5"},
        ("molten_metal_area", "water_patrol"): {"steel-2", "aluminium-3", "casting-3"},
        ("molten_metal_area", "pump_test"): {"steel-2", "casting-3"},
        ("lifting_bay", "layout_survey"): {"steel-1", "casting-1"},
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
    *("crane.loaded", "zone.occupied", "transfer.running"),
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

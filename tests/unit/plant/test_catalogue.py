"""The catalogue of roles, kinds of equipment and types of record."""

import re
from collections import Counter

import pytest

from plant.catalogue import aluminium, battery, casting, confined, dust, shared, steel
from plant.equipment_kind import EQUIPMENT_KINDS, PRODUCES_WITH
from plant.evidence import EVIDENCE_TYPES
from plant.name import Name
from plant.role import ROLES, WORKING
from plant.unit import comparable, known

HAN = re.compile(r"[\u4e00-\u9fff]")
TRADES = (shared, steel, aluminium, casting, dust, confined, battery)

# Each quantity of standards 2.2 and one of its units there.
QUANTITIES = {
    "co.concentration": "ppm",
    "co.mass_concentration": "mg/m3",
    "so2.concentration": "mg/m3",
    "hcl.concentration": "mg/m3",
    "h2s.concentration": "mg/m3",
    "combustible_gas.concentration": "%LEL",
    "methane.concentration": "%LEL",
    "hydrogen.concentration": "%LEL",
    "oxygen.concentration": "%vol",
    "top.pressure": "kPa",
    "gas_main.pressure": "kPa",
    "combustion_air.pressure": "kPa",
    "cooling.outlet_temperature": "degC",
    "cooling.temperature_rise": "K",
    "cooling.flow_difference": "%",
    "cooling.flow_loss": "m3/h",
    "cooling.inlet_flow": "m3/h",
    "mould.water_pressure": "MPa",
    "mould.water_flow": "m3/h",
    "mould.water_temperature": "degC",
    "launder.level": "mm",
    "furnace.outlet_level": "mm",
    "furnace.tilt_angle": "deg",
    "water.present": None,
    "water.level": "mm",
    "collector.pressure_difference": "Pa",
    "collector.inlet_temperature": "degC",
    "hopper.temperature": "degC",
    "collector.water_level": "mm",
    "collector.circulation_flow": "m3/h",
    "duct.pressure": "Pa",
    "fan.running": None,
    "fan.airflow": "m3/h",
    "flame.present": None,
    "flame.intensity": "%",
    "cutoff_valve.closed": None,
    "spark.count": "count",
    "stack.temperature": "degC",
    "store.smoke": None,
}


def test_no_trade_overwrites_another_s_words() -> None:
    roles = Counter(role.id for trade in TRADES for role in trade.ROLES)
    kinds = Counter(kind.id for trade in TRADES for kind in trade.KINDS)

    assert set(roles.values()) == set(kinds.values()) == {1}
    assert set(roles) == set(ROLES)
    assert set(kinds) == set(EQUIPMENT_KINDS)


@pytest.mark.parametrize(("role", "unit"), QUANTITIES.items())
def test_every_quantity_has_a_role(role: str, unit: str | None) -> None:
    there = ROLES[role].unit

    assert (there is None) is (unit is None)
    assert unit is None or comparable(unit, there or "")


def test_every_unit_is_known() -> None:
    assert [role.id for role in ROLES.values() if role.unit and not known(role.unit)] == []


def test_what_a_limit_is_stated_in_is_never_another_quantity() -> None:
    """Standards 0.2, trap 3: a CO limit in mg/m3 never becomes one in ppm."""
    assert not comparable("mg/m3", ROLES["co.concentration"].unit or "")
    assert not comparable("ppm", ROLES["so2.concentration"].unit or "")
    assert not comparable("%vol", ROLES["combustible_gas.concentration"].unit or "")


def test_every_name_is_in_both_languages_and_stands_for_one_thing() -> None:
    groups: tuple[list[Name], ...] = (
        [role.name for role in ROLES.values()],
        [kind.name for kind in EQUIPMENT_KINDS.values()],
        list(EVIDENCE_TYPES.values()),
    )
    for names in groups:
        assert [name for name in names if not HAN.search(name.zh) or not name.en.isascii()] == []
        assert len({name.zh for name in names}) == len({name.en for name in names}) == len(names)


def test_ids_are_words_a_plant_folder_can_hold() -> None:
    for item in (*EQUIPMENT_KINDS, *EVIDENCE_TYPES):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", item)
    for item in ROLES:
        assert re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", item)


def test_every_relation_leads_to_a_kind() -> None:
    for kind in EQUIPMENT_KINDS.values():
        assert kind.relations[PRODUCES_WITH] == "equipment"
        assert set(kind.relations.values()) <= {"equipment", "text", *EQUIPMENT_KINDS}
        assert not set(kind.relations) & set(kind.attributes), kind.id
        assert not {"id", "kind", "name", "industry"} & {*kind.relations, *kind.attributes}


def test_an_attribute_is_a_question_with_two_answers_or_more() -> None:
    for kind in EQUIPMENT_KINDS.values():
        for attribute, choices in kind.attributes.items():
            assert len(set(choices)) == len(choices) >= 2, (kind.id, attribute)


def test_work_is_shown_by_roles_that_exist() -> None:
    assert set(ROLES) >= WORKING
    assert {"casting.speed", "crane.loaded"} <= WORKING


def test_the_standard_roles_are_there() -> None:
    assert {
        *("interlock.bypass", "interlock.armed", "equipment.producing", "controller.heartbeat"),
        *("mould.water_pressure", "mould.water_flow", "mould.water_temperature"),
        *("fast_gate.closed", "emergency_drain.open", "mechanical_lock.locked"),
        *("top.pressure_set_point", "relief.set_point"),
    } <= set(ROLES)

"""The demonstration covers every quantity of the product, and leaves nothing to doubt."""

import pytest

from plant.doubts import doubts
from plant.plant import Plant
from tests.plant_files import demo_plant


@pytest.fixture(scope="module")
def demo() -> Plant:
    return demo_plant()


def test_it_speaks_both_protocols(demo: Plant) -> None:
    spoken = sorted(device.protocol for device in demo.devices)

    assert spoken == ["modbus-tcp"] * 3 + ["opcua"] * 2
    assert all(demo.signals_of(device.id) for device in demo.devices)


def test_it_has_enough_to_look_at(demo: Plant) -> None:
    assert len(demo.signals) >= 60
    assert len(demo.interlocks) >= 8


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        ("deep_well_caster", {"furnace.outlet_level", "launder.level", "mould.water_flow"}),
        ("steel_furnace", {"cooling.outlet_temperature", "cooling.flow_difference"}),
        ("blast_furnace", {"top.pressure", "relief_valve.open"}),
        ("gas_main", {"gas_main.pressure", "cutoff_valve.closed"}),
        ("melting_furnace", {"cooling.outlet_temperature", "cooling.flow_difference"}),
        ("burner", {"flame.present"}),
        (
            "electrolyte_store",
            {"so2.concentration", "emergency_fan.running", "emergency_airflow.proven"},
        ),
    ],
)
def test_each_trade_has_its_quantities(demo: Plant, kind: str, roles: set[str]) -> None:
    for equipment in demo.equipment:
        if equipment.kind == kind:
            assert roles <= {s.role for s in demo.signals if s.equipment == equipment.id}
            break
    else:
        pytest.fail(f"no {kind}")


def test_co_is_watched_in_two_manned_rooms(demo: Plant) -> None:
    rooms = {s.equipment for s in demo.signals if s.role == "co.concentration"}

    assert len(rooms) == 2


def test_every_interlock_can_be_proven_and_shows_its_bypass(demo: Plant) -> None:
    for interlock in demo.interlocks:
        assert all(effect.signal for effect in interlock.effects)
        assert interlock.bypass


def test_every_set_point_says_where_it_comes_from(demo: Plant) -> None:
    from_a_standard = [
        limit
        for signal in demo.signals
        for limit in signal.limits
        if limit.source.value == "standard"
    ]

    assert from_a_standard
    assert all(limit.basis for limit in from_a_standard)


def test_nothing_is_doubtful(demo: Plant) -> None:
    assert doubts(demo) == []

"""The demonstration covers every quantity of the product, and leaves nothing to doubt."""

import pytest

from plant.doubts import doubts
from plant.plant import Plant
from plant.signal import Level, Priority
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


def test_every_limit_tells_the_operator_why_what_to_do_and_how_soon(demo: Plant) -> None:
    for limit in demo.limit_by_id.values():
        if limit.level is Level.DEVIATION:  # has no row of its own to say it in
            continue
        guidance = limit.guidance
        assert guidance.consequence, limit.id
        assert guidance.cause, limit.id
        assert guidance.action, limit.id
        assert guidance.respond_s, limit.id


def test_what_must_be_answered_within_minutes_has_a_high_priority(demo: Plant) -> None:
    for limit in demo.limit_by_id.values():
        respond_s = limit.guidance.respond_s
        if respond_s is not None and respond_s < 180:
            assert limit.priority in (Priority.HIGH, Priority.CRITICAL), limit.id


def test_a_leak_is_waited_for_as_the_rule_says(demo: Plant) -> None:
    """H 2 % for 10 s, HH 5 % for 3 s: two meters read apart show no leak while a pump stops."""
    for furnace in ("eaf-1", "induction-1"):
        high, highest = (
            demo.limit_by_id[f"{furnace}.flow_difference:{level}"] for level in ("H", "HH")
        )
        assert (high.set_point, high.on_delay_s) == (2, 10)
        assert (highest.set_point, highest.on_delay_s) == (5, 3)

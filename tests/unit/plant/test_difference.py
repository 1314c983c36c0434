"""What two versions of a plant differ in, and what of it needs a second person."""

from dataclasses import replace

import pytest

from plant.difference import Difference, differences
from plant.evidence import Evidence
from plant.name import Name
from plant.plant import Device, Equipment, Plant
from plant.signal import Guidance, Signal
from plant.suppression import Condition, Suppression
from tests.small_plant import analog, interlock, limit, plant_of, switch

FLOW = analog("flow", limit("flow", "LL", 160), limit("flow", "L", 180))
GATE, BYPASS, SPARE = switch("gate"), switch("bypass"), analog("spare")
WATER = interlock("water", ["flow:LL"], [("gate", 1, 3.0)], ["bypass"])
HUSH = Suppression("hush", Name("检修", "at rest"), Condition("spare", below=1), ("flow:L",), 60)
TEST = Evidence(
    "test-1", "proof_test", "water", Name("试验", "test"), performed="2026-01-01T00:00:00Z"
)
BASE = replace(
    plant_of([FLOW, GATE, BYPASS, SPARE], [WATER]), suppressions=(HUSH,), evidence=(TEST,)
)


def with_signals(*changed: Signal, without: str = "", added: Signal | None = None) -> Plant:
    by_id = {signal.id: signal for signal in changed}
    kept = [by_id.get(s.id, s) for s in BASE.signals if s.id != without]
    return replace(BASE, signals=(*kept, *([added] if added else [])))


def flow_with(**fields: object) -> Plant:
    """Change the LL of `flow`."""
    first, second = FLOW.limits
    return with_signals(replace(FLOW, limits=(replace(first, **fields), second)))  # type: ignore[arg-type]


WORDS = Name("别的", "other words")
PUMP = Equipment("pump", "deep_well_caster", Name("泵", "pump"), (("furnace", "fixed"),))
STATEMENT = replace(TEST, id="na", type="not_applicable", criterion="steel-1")

CASES = {
    "a set-point": (flow_with(set_point=150.0), [("limit", "flow:LL", "set_point", True)]),
    "an on-delay": (flow_with(on_delay_s=5.0), [("limit", "flow:LL", "on_delay_s", True)]),
    "guidance": (
        flow_with(guidance=Guidance(action=WORDS)),
        [("limit", "flow:LL", "guidance", False)],
    ),
    "a limit removed": (
        with_signals(replace(FLOW, limits=FLOW.limits[:1])),
        [("limit", "flow:L", "", True)],
    ),
    "a signal's name": (
        with_signals(replace(SPARE, name=WORDS)),
        [("signal", "spare", "name", False)],
    ),
    "a signal's address": (
        with_signals(replace(FLOW, address="input:8:float32")),
        [("signal", "flow", "address", True)],
    ),
    "a signal removed": (with_signals(without="spare"), [("signal", "spare", "", True)]),
    "a new unused signal": (with_signals(added=analog("more")), [("signal", "more", "", False)]),
    "a new signal with a limit": (
        with_signals(added=analog("more", limit("more", "H", 9))),
        [("signal", "more", "", True), ("limit", "more:H", "", True)],
    ),
    "a new signal that excuses others": (
        with_signals(added=switch("rest", role="equipment.producing")),
        [("signal", "rest", "", True)],
    ),
    "an interlock removed": (
        replace(BASE, interlocks=()),
        [("interlock", "water", "", True)],
    ),
    "a bypass signal": (
        replace(BASE, interlocks=(replace(WATER, bypass=()),)),
        [("interlock", "water", "bypass", True)],
    ),
    "an interlock's name": (
        replace(BASE, interlocks=(replace(WATER, name=WORDS),)),
        [("interlock", "water", "name", False)],
    ),
    "a suppression": (
        replace(BASE, suppressions=(replace(HUSH, max_s=600),)),
        [("suppression", "hush", "max_s", True)],
    ),
    "a record": (
        replace(BASE, evidence=(TEST, replace(TEST, id="test-2"))),
        [("evidence", "test-2", "", False)],
    ),
    "a record's end": (
        replace(BASE, evidence=(replace(TEST, valid_days=9),)),
        [("evidence", "test-1", "valid_days", True)],
    ),
    "a statement that a criterion does not apply": (
        replace(BASE, evidence=(TEST, STATEMENT)),
        [("evidence", "na", "", True)],
    ),
    "equipment": (
        replace(BASE, equipment=(*BASE.equipment, PUMP)),
        [("equipment", "pump", "", True)],
    ),
    "a device": (
        replace(BASE, devices=(replace(BASE.devices[0], host="192.0.2.1"),)),
        [("device", "plc", "host", True)],
    ),
    "the plant's name": (replace(BASE, name=WORDS), [("plant", "small", "name", False)]),
    "the time zone": (replace(BASE, time_zone="UTC"), [("plant", "small", "time_zone", True)]),
    "only the version": (replace(BASE, version="1" * 64), []),
}


def brief(found: tuple[Difference, ...]) -> list[tuple[str, str, str, bool]]:
    return [(item.kind, item.id, item.field, item.safety) for item in found]


@pytest.mark.parametrize("case", CASES)
def test_what_differs_is_listed_with_its_class(case: str) -> None:
    new, expected = CASES[case]
    assert brief(differences(BASE, new)) == expected


def test_old_and_new_are_plain_values() -> None:
    [item] = differences(BASE, flow_with(set_point=150.0))
    assert (item.old, item.new) == (160.0, 150.0)
    [removed] = differences(BASE, replace(BASE, interlocks=()))
    assert removed.new is None
    assert isinstance(removed.old, dict)
    assert removed.old["name"] == {"zh": "water联锁", "en": "water"}
    assert removed.old["causes"] == [{"limits": ["flow:LL"], "votes": 1, "on_bad": "remove"}]


def test_what_a_signal_of_another_formula_or_watch_rests_on_is_used() -> None:
    """A new signal by which another one proves that it lives is not unused."""
    beat = switch("beat", role="controller.heartbeat")
    new = with_signals(replace(FLOW, life="beat"), added=beat)
    assert brief(differences(BASE, new)) == [
        ("signal", "flow", "life", True),
        ("signal", "beat", "", True),
    ]


def test_the_way_back_says_the_same_the_other_way_round() -> None:
    new = replace(
        flow_with(set_point=150.0), devices=(*BASE.devices, Device("plc2", "modbus-tcp"))
    )
    there, back = differences(BASE, new), differences(new, BASE)
    assert [(d.kind, d.id, d.field, d.old, d.new) for d in there] == [
        (d.kind, d.id, d.field, d.new, d.old) for d in back
    ]

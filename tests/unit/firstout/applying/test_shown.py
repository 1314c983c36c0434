"""How a person reads what two versions of a plant differ in."""

from dataclasses import replace

import pytest

from firstout.applying.shown import KINDS, line
from plant.difference import _PARTS, Difference, differences
from tests.plant_files import caster_plant


def test_every_kind_of_difference_has_a_name() -> None:
    assert set(KINDS) == {"plant", *(kind for kind, _ in _PARTS)}


def test_a_field_is_told_with_old_and_new_and_the_safety_class_marked() -> None:
    first, *others = caster_plant().interlocks
    changed = replace(first, proof_test_days=7)

    [item] = differences(caster_plant(), replace(caster_plant(), interlocks=(changed, *others)))

    told = f"! 联锁 interlock {first.id} proof_test_days: {first.proof_test_days} → 7"
    assert line(item) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (None, {"id": "x"}, "  测点 signal x: 新增 added"),
        ({"id": "x"}, None, "  测点 signal x: 移除 removed"),
    ],
)
def test_a_whole_thing_is_told_without_its_content(old: object, new: object, told: str) -> None:
    assert line(Difference("signal", "x", "", old, new, safety=False)) == told


def test_a_value_is_told_whole_and_of_two_lists_what_differs() -> None:
    long = line(Difference("signal", "x", "name", "长" * 500, "短", safety=False))
    lists = line(Difference("interlock", "x", "bypass", ["a", "b"], ["b", "c"], safety=True))

    assert long.endswith(f"name: {'长' * 500} → 短")
    assert lists.endswith('bypass: ["a"] → ["c"]')

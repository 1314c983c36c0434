"""Areas divide a plant for people's eyes; nothing is judged by them."""

from dataclasses import replace

from plant.difference import differences
from plant.name import Name
from plant.plant import Area, Plant
from tests.plant_files import checked, demo_plant, sound_files

AREA = '[[area]]\nid = "cast-house"\nname = { zh = "铸造车间", en = "Cast house" }\n'


def _in_an_area() -> Plant:
    files = dict(sound_files())
    text = files["plant.toml"]
    kind = 'kind = "deep_well_caster"\n'
    assert text.count(kind) == 1
    files["plant.toml"] = text.replace(kind, kind + 'area = "cast-house"\n') + AREA
    return checked(files)


def test_equipment_stands_in_an_area() -> None:
    plant = _in_an_area()

    assert plant.areas == (Area("cast-house", Name("铸造车间", "Cast house")),)
    assert plant.area_by_id == {"cast-house": plant.areas[0]}
    assert plant.equipment_by_id["caster-1"].area == "cast-house"


def test_a_plant_without_areas_is_sound() -> None:
    plant = checked(sound_files())

    assert plant.areas == ()
    assert {item.area for item in plant.equipment} == {""}


def test_what_verdicts_are_about_does_not_know_of_areas() -> None:
    assert _in_an_area().subjects == checked(sound_files()).subjects


def test_the_demonstration_has_an_area_for_each_of_its_trades() -> None:
    demo = demo_plant()
    trades: dict[str, set[str]] = {}
    for item in demo.equipment:
        trades.setdefault(item.area, set()).add(item.industry)

    assert list(trades) == [area.id for area in demo.areas]
    assert sorted(trades.values(), key=sorted) == [{trade} for trade in sorted(demo.industries)]


def test_a_change_of_areas_needs_no_second_person() -> None:
    before, after = checked(sound_files()), _in_an_area()
    found = [(item.kind, item.id, item.field, item.safety) for item in differences(before, after)]

    assert found == [
        ("area", "cast-house", "", False),
        ("equipment", "caster-1", "area", False),
    ]
    [removed, _] = differences(after, before)
    assert (removed.new, removed.safety) == (None, False)


def test_an_area_of_another_name() -> None:
    plant = _in_an_area()
    renamed = replace(plant, areas=(replace(plant.areas[0], name=Name("一车间", "Shop 1")),))
    [found] = differences(plant, renamed)

    assert (found.kind, found.field, found.safety) == ("area", "name", False)
    assert found.new == {"zh": "一车间", "en": "Shop 1"}

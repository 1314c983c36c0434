import json

import pytest
from typer.testing import CliRunner

from firstout.cli import app
from plant.equipment_kind import EQUIPMENT_KINDS

CASTER = ("deep_well_caster", "--answer", "furnace=fixed", "--answer", "hoist=rope")


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["template", *words])
    return result.exit_code, result.stdout, result.stderr


def test_what_a_caster_must_have() -> None:
    code, said, _ = run(*CASTER, "--answer", "emergency_watch=patrol", "--json")

    found = json.loads(said)
    assert code == 0
    water = next(s for s in found["signals"] if s["role"] == "mould.water_flow")
    assert {"LL", "L"} <= set(water["levels"])
    assert "aluminium-4" in water["criteria"]
    assert any(i["role"] == "launder.level" and i["level"] == "HH" for i in found["interlocks"])
    assert {"interlock_test", "rope_check"} & {e["type"] for e in found["evidence"]}


def test_people_read_it_in_both_languages() -> None:
    code, said, _ = run(*CASTER, "--answer", "emergency_watch=patrol")

    assert code == 0
    assert "结晶器进水流量" in said
    assert "launder metal level" in said.replace("\n", " ")


def test_without_a_kind_all_are_listed() -> None:
    code, said, _ = run()

    assert code == 0
    assert all(kind in said for kind in EQUIPMENT_KINDS)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("teapot",), "teapot: is no kind of equipment; accepted: "),
        (CASTER, "--answer emergency_watch: is missing; accepted: sensors, patrol"),
        ((*CASTER, "--answer", "roof=tin"), "--answer roof: is no question of deep_well_caster"),
        ((*CASTER, "--answer", "hoist=chain"), "--answer hoist: is 'chain'; accepted: rope"),
    ],
)
def test_what_is_not_known_is_named(words: tuple[str, ...], problem: str) -> None:
    code, _, said = run(*words)

    assert code == 1
    assert problem in said

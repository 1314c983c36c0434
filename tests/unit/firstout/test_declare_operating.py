"""The signed act that says whether an equipment produces: taken in, refused, and told."""

import re

import pytest

from firstout.declare_operating import REFUSALS
from firstout.judge import Act
from plant.moment import to_text
from tests.caster_run import CasterRun
from tests.small_plant import at
from tests.unit.compliance.two_criteria import two_criteria_judge

DAY_S = 86_400
GOOD = {
    "equipment": "caster-1",
    "producing": False,
    "until": to_text(at(3600)),
    "reason": " 停炉检修 ",
}


def declare(run: CasterRun, body: dict[str, object]) -> dict[str, object]:
    drafts, answer = run.judge.act(run.memory, Act("declare_operating", "u-1", body, at(10)))
    run.drafts += drafts
    return answer


@pytest.fixture
def demo() -> CasterRun:
    return CasterRun(two_criteria_judge())


def test_it_is_remembered_and_journaled(demo: CasterRun) -> None:
    assert declare(demo, GOOD) == {"ok": True}

    [draft] = [item for item in demo.drafts if item.kind == "operating"]
    assert (draft.subject, draft.actor, draft.time) == ("caster-1", "u-1", at(10))
    assert draft.body == {"producing": False, "until": GOOD["until"], "reason": "停炉检修"}
    assert demo.memory.compliance.declared["caster-1"].until == at(3600)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"equipment": "caster-9"}, "unknown_equipment"),
        ({"equipment": None}, "unknown_equipment"),
        ({"producing": "no"}, "producing_missing"),
        ({"until": None}, "until_missing"),
        ({"until": "2026-11-24T08:00:00"}, "until_missing"),
        ({"until": to_text(at(10))}, "until_passed"),
        ({"until": to_text(at(10 + DAY_S) + 1000)}, "until_too_far"),
        ({"reason": "  "}, "reason_empty"),
        ({"reason": "x" * 1001}, "reason_empty"),
        ({"reason": 5}, "reason_empty"),
    ],
)
def test_refusals(demo: CasterRun, wrong: dict[str, object], code: str) -> None:
    answer = declare(demo, GOOD | wrong)

    assert (answer["ok"], answer["code"]) == (False, code)
    assert answer["message"] == REFUSALS[code].as_json()
    assert demo.bodies("operating") == []
    assert demo.memory.compliance.declared == {}


def test_a_whole_day_is_allowed(demo: CasterRun) -> None:
    assert declare(demo, GOOD | {"until": to_text(at(10 + DAY_S))}) == {"ok": True}


def test_refusals_are_told_in_both_languages() -> None:
    for name in REFUSALS.values():
        assert re.search(r"[\u4e00-\u9fff]", name.zh)
        assert name.en.isascii()

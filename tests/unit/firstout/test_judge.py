"""What people ask of the judge, and what applying a plant drafts."""

from dataclasses import replace

import pytest

from firstout.judge import Act
from tests.caster_run import CasterRun
from tests.small_plant import at

FLOW = "caster-1.water_flow:low"


@pytest.fixture
def low_flow() -> CasterRun:
    run = CasterRun()
    run.run(0.5, 2)
    run.set(water_flow=170)
    run.run(2.5, 3)
    return run


def test_applying_drafts_the_plant_and_its_records() -> None:
    run = CasterRun()
    [applied] = run.bodies("plant")
    assert applied["version"] == run.judge.plant.version
    records = {draft.subject: draft.body for draft in run.drafts if draft.kind == "evidence"}
    assert set(records) == {record.id for record in run.judge.plant.evidence}
    assert records["proof-test-mould-water"]["performed_at"] == "2023-10-25T22:13:20.000000Z"


def test_an_acknowledgement_is_drafted_with_who_and_why(low_flow: CasterRun) -> None:
    assert low_flow.act(3.2, alarm=FLOW, occurrence=1, comment="pump 2 started") == {"ok": True}
    draft = low_flow.drafts[-1]
    assert (draft.kind, draft.subject, draft.actor) == ("alarm", FLOW, "operator")
    assert (draft.time, draft.known_at) == (at(3.2), at(3.2))
    assert draft.body["comment"] == "pump 2 started"
    assert draft.body["active"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"alarm": "caster-1.nothing:low"}, "not_found"),
        ({"alarm": FLOW, "occurrence": 7}, "occurrence_passed"),
        ({"alarm": 5}, "unknown_act"),
        ({}, "unknown_act"),
    ],
)
def test_a_refusal_has_a_code_a_reason_in_both_languages_and_no_entry(
    low_flow: CasterRun, body: dict[str, object], code: str
) -> None:
    before = list(low_flow.drafts)
    answer = low_flow.act(3.2, **body)
    assert (answer["ok"], answer["code"]) == (False, code)
    assert isinstance(answer["message"], dict)
    assert set(answer["message"]) == {"zh", "en"}
    assert low_flow.drafts == before


@pytest.mark.parametrize(
    ("kind", "code"), [("reset", "not_latched"), ("acknowledge", "occurrence_passed")]
)
def test_each_act_is_judged_by_its_own_rules(low_flow: CasterRun, kind: str, code: str) -> None:
    act = Act(
        kind, "operator", {"alarm": FLOW, "occurrence": 1 if kind == "reset" else 2}, at(3.2)
    )
    drafts, answer = low_flow.judge.act(low_flow.memory, act)
    assert (drafts, answer["code"]) == ([], code)


def test_a_latched_alarm_is_reset_by_a_person(low_flow: CasterRun) -> None:
    alarms = low_flow.memory.alarms.alarms
    alarms[FLOW] = replace(alarms[FLOW], active=False, acknowledged=True, latched=True, levels=())
    act = Act("reset", "operator", {"alarm": FLOW, "occurrence": 1, "comment": "dry"}, at(3.2))
    [draft], answer = low_flow.judge.act(low_flow.memory, act)
    assert answer == {"ok": True}
    assert (draft.kind, draft.subject, draft.actor) == ("alarm", FLOW, "operator")
    said = {name: draft.body[name] for name in ("event", "comment", "latched", "suppressed_by")}
    assert said == {"event": "reset", "comment": "dry", "latched": False, "suppressed_by": None}


def test_an_act_the_monitor_does_not_know_is_refused(low_flow: CasterRun) -> None:
    act = Act("shelve", "operator", {"alarm": FLOW}, at(3.2))
    drafts, answer = low_flow.judge.act(low_flow.memory, act)
    assert drafts == []
    assert answer["code"] == "unknown_act"

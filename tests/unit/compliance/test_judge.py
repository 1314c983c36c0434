"""The judge of all cells: statements and acts that end, demands, exceedances, plant changes."""

from dataclasses import replace
from datetime import datetime

import pytest

from compliance.criterion import Requirement
from compliance.judge import ComplianceJudge, VerdictChange
from compliance.memory import ComplianceMemory
from compliance.operating import Declared
from compliance.verdict import Verdict
from compliance.violations import Violation
from monitor.changes import CauseSeen, DemandChange, DemandEvent, Response
from plant.moment import SECOND
from plant.name import Name
from tests.small_plant import Bench, at
from tests.unit.compliance.stand import CALM, CRITERIA, DRILL, FLOW, JUDGE, PLANT, Stand, criterion

DAY_S = 86_400


@pytest.fixture
def stand() -> Stand:
    made = Stand()
    made.record("proof_test", "trip", -10)
    for subject in ("caster", "pit", "small"):
        made.record("drill", subject, -10)
    made.run(0.5, 4)
    return made


def declare(stand: Stand, second: float, *, producing: bool) -> None:
    stand.judge.declare_operating(
        stand.memory, Declared("caster", producing, at(second), "reason", "operator")
    )


def test_cells_are_criterion_at_subject(stand: Stand) -> None:
    assert list(stand.memory.cells) == [
        *(f"{name}@caster" for name in ("flow", "gated-flow", "run", "locked", "trip", "any")),
        "pit@pit",
        "firm@small",
    ]
    assert {cell.finding.verdict.value for cell in stand.memory.cells.values()} == {"pass"}


class TestNotApplicable:
    def state(self, stand: Stand, **more: object) -> None:
        given = {"criterion": "flow", "valid_until": at(20), "name": Name("理由", "why"), **more}
        stand.record("not_applicable", "caster", 5, **given)

    def test_it_covers_the_whole_cell_and_ends(self, stand: Stand) -> None:
        stand.run(4.5, 4.5, flow=10)
        assert stand.open("flow@caster") == ["exceedance"]
        self.state(stand)
        stand.run(5, 6, flow=10)
        assert stand.verdict("flow@caster") == "not_applicable"
        [ground] = stand.memory.cells["flow@caster"].finding.grounds
        assert "理由" in ground.zh
        assert "why" in ground.en
        assert ground.refs[0].type == "evidence"
        assert stand.open("flow@caster") == []
        stand.take([], at(20))
        assert stand.verdict("flow@caster") == "not_applicable"
        stand.take([], at(20) + 1)
        assert stand.verdict("flow@caster") != "not_applicable"
        assert stand.open("flow@caster") == ["exceedance"]

    @pytest.mark.parametrize(
        "more",
        [{"valid_until": None}, {"ok": False}, {"criterion": "run"}, {"valid_until": at(4.9)}],
    )
    def test_what_is_no_statement(self, stand: Stand, more: dict[str, object]) -> None:
        self.state(stand, **more)
        stand.run(5, 6)
        assert stand.verdict("flow@caster") == "pass"

    def test_it_begins_when_it_was_made(self, stand: Stand) -> None:
        self.state(stand)
        stand.take([], at(5) - 1)
        assert stand.verdict("flow@caster") == "pass"
        stand.take([], at(5))
        assert stand.verdict("flow@caster") == "not_applicable"


class TestEvidence:
    def test_it_expires_at_the_very_moment(self, stand: Stand) -> None:
        end = at(DAY_S - 10)
        stand.take([], end)
        assert stand.verdict("firm@small") == "pass"
        stand.take([], end + 1)
        assert stand.verdict("firm@small") == "suspect"
        stand.take([], at(2 * DAY_S - 10) + 1)
        assert stand.verdict("firm@small") == "fail"
        assert stand.violations("firm@small") == [
            ("open", "suspect"),
            ("open", "fail"),
            ("close", "suspect"),
        ]

    def test_a_record_with_the_same_id_replaces(self, stand: Stand) -> None:
        stand.record("drill", "small", -10, ok=False)
        stand.tick(4.6)
        assert stand.codes("firm@small") == ["evidence_not_ok"]


class TestOperating:
    def test_a_standstill_passes_and_work_contradicts_it(self, stand: Stand) -> None:
        stand.run(4.5, 6, run=0, speed=0)
        stand.poll(6.5, ["flow"], run=0, speed=0)
        assert stand.verdict("flow@caster") == "unknown"
        assert stand.verdict("gated-flow@caster") == "pass"
        stand.run(7, 9, run=0, speed=1, flow=10)
        assert stand.codes("run@caster")[0] == "operating_contradictory"
        assert stand.verdict("run@caster") == "suspect"

    def test_an_act_that_contradicts_the_signal(self, stand: Stand) -> None:
        stand.run(4.5, 8, flow=10)
        assert stand.verdict("run@caster") == "fail"
        declare(stand, 20, producing=False)
        stand.run(8.5, 9, flow=10)
        assert stand.verdict("run@caster") == "suspect"
        stand.take([], at(20))
        assert stand.verdict("run@caster") == "fail"
        assert stand.memory.declared == {}

    def test_the_pit_stands_with_its_caster(self, stand: Stand) -> None:
        stand.take([], at(3 * DAY_S))
        assert stand.verdict("pit@pit") == "fail"
        stand.run(3 * DAY_S + 0.5, 3 * DAY_S + 3, run=0, speed=0)
        assert stand.verdict("pit@pit") == "pass"

    def test_exceedances_count_only_while_producing(self, stand: Stand) -> None:
        stand.run(4.5, 6, run=0, speed=0, flow=10)
        assert stand.open("flow@caster") == ["exceedance"]
        assert stand.open("gated-flow@caster") == stand.open("run@caster") == []
        stand.run(6.5, 7, flow=10)
        assert stand.open("gated-flow@caster") == ["exceedance"]
        stand.run(7.5, 9, flow=50)
        assert stand.open("gated-flow@caster") == stand.open("flow@caster") == []

    def test_only_what_a_requirement_binds_is_an_exceedance(self, stand: Stand) -> None:
        stand.run(4.5, 5, flow=25)  # L is passed: nobody binds it
        assert not any(stand.memory.violations.values())
        stand.run(5.5, 6, flow=90)  # HH: bound by the running conditions alone
        assert stand.open("flow@caster") == []
        assert stand.open("run@caster") == stand.open("any@caster") == ["exceedance"]


def demand(
    number: int, result: Response, *, causes: bool = True, bypassed: bool = False
) -> DemandChange:
    seen = (CauseSeen("flow:LL", at(5), at(5)),) if causes else ()
    return DemandChange(
        "trip",
        f"trip/{number}",
        DemandEvent.SETTLE,
        result,
        at(5),
        (),
        seen,
        (),
        at(5),
        bypassed=bypassed,
    )


class TestDemands:
    @pytest.mark.parametrize(
        ("later", "expected"),
        [
            (demand(2, Response.OK), "pass"),
            (demand(2, Response.WAITING), "fail"),
            (demand(2, Response.OK, bypassed=True), "fail"),
            (demand(2, Response.SPURIOUS, causes=False), "fail"),
            (demand(2, Response.UNDETERMINED, causes=False), "fail"),
        ],
    )
    def test_a_failed_one_stands_until_one_shows_otherwise(
        self, stand: Stand, later: DemandChange, expected: str
    ) -> None:
        stand.take([demand(1, Response.FAILED)])
        assert stand.codes("trip@caster") == ["demand_failed"]
        stand.take([later])
        assert stand.verdict("trip@caster") == expected

    @pytest.mark.parametrize(
        "only",
        [
            demand(1, Response.FAILED, bypassed=True),
            demand(1, Response.SPURIOUS, causes=False),
            demand(1, Response.UNDETERMINED, causes=False),
            demand(1, Response.WAITING),
        ],
    )
    def test_what_shows_nothing_of_the_interlock(self, stand: Stand, only: DemandChange) -> None:
        stand.take([only])
        assert stand.verdict("trip@caster") == "pass"

    def test_one_that_is_found_out_late_hides_no_later_one(self, stand: Stand) -> None:
        """What was a trip without a cause is explained after the next demand has failed."""
        stand.take([demand(10, Response.FAILED)])
        stand.take([demand(9, Response.OK)])
        assert stand.codes("trip@caster") == ["demand_failed"]
        stand.take([demand(10, Response.OK)])
        assert stand.verdict("trip@caster") == "pass"

    def test_a_revised_result_counts(self, stand: Stand) -> None:
        stand.take([demand(1, Response.UNDETERMINED)])
        assert stand.verdict("trip@caster") == "unknown"
        stand.take([demand(1, Response.SLOW)])
        assert stand.codes("trip@caster") == ["demand_slow"]


def test_a_node_that_catches_up_brings_no_expired_record_back(stand: Stand) -> None:
    """The samples' time goes back with it, the records' does not."""
    stand.take([], at(3 * DAY_S))
    assert stand.verdict("firm@small") == "fail"
    stand.take([], at(5))
    assert stand.verdict("firm@small") == "fail"


def test_a_node_that_catches_up_makes_no_running_fail_stale(stand: Stand) -> None:
    """How long a limit has been passed does not go back with another node's time."""
    stand.run(4.5, 9, flow=10)
    assert stand.verdict("run@caster") == "fail"
    said = [item for second in (5, 9.1) for item in stand.take([], at(second))]
    assert [item for item in said if item.criterion == "run"] == []


class TestPlantChange:
    def test_cells_that_are_no_more_are_settled_and_forgotten(self, stand: Stand) -> None:
        stand.run(4.5, 9, flow=10)
        assert "fail" in stand.open("run@caster")
        declare(stand, 100, producing=True)
        pit_only = replace(
            PLANT,
            version="1" * 64,
            equipment=PLANT.equipment[1:],
            signals=(),
            interlocks=(),
        )
        after = ComplianceJudge(pit_only, CRITERIA)
        said = after.retire(stand.memory, at(9))
        ended = [item for item in said if isinstance(item, VerdictChange)]
        assert [item.criterion for item in ended] == [c.id for c in CRITERIA[:6]]
        assert {(item.verdict.value, item.grounds[0].code) for item in ended} == {
            ("not_applicable", "out_of_scope")
        }
        assert list(stand.memory.cells) == ["pit@pit", "firm@small"]
        assert stand.memory.violations == {}
        assert stand.memory.declared == {}
        assert stand.memory.interlocks == {}
        assert after.retire(stand.memory, at(9)) == []

    def test_what_stays_goes_on(self, stand: Stand) -> None:
        stand.run(4.5, 9, flow=10)
        before = stand.memory.cells["run@caster"]
        since, entries = before.since, dict(stand.memory.violations["run@caster"])
        stand.judge = ComplianceJudge(replace(PLANT, version="1" * 64), CRITERIA)
        assert stand.judge.retire(stand.memory, at(9)) == []
        assert stand.take([], at(9.2)) == []
        assert stand.memory.cells["run@caster"].since == since
        assert stand.memory.violations["run@caster"] == entries

    def test_new_criteria_are_judged_at_once(self, stand: Stand) -> None:
        stand.judge = ComplianceJudge(PLANT, CRITERIA[:2])
        stand.judge.retire(stand.memory, at(4.1))
        stand.take([], at(4.2))
        assert list(stand.memory.cells) == ["flow@caster", "gated-flow@caster"]
        stand.judge = JUDGE
        assert len(stand.take([], at(4.3))) == len(CRITERIA) - 2


class TestRuleThatEnds:
    def test_it_is_asked_through_its_last_day_at_the_plant(self) -> None:
        asked = replace(criterion("last", FLOW), ends="2023-11-15")
        zone = PLANT.zone
        end = int(datetime(2023, 11, 16, tzinfo=zone).timestamp()) * SECOND
        assert asked.ended_at(zone) == end
        judge, memory = ComplianceJudge(PLANT, [asked]), ComplianceMemory()
        view = Bench(PLANT).view

        judge.advance(memory, [], view, end - 1)
        before = memory.cells["last@caster"].finding.verdict
        judge.advance(memory, [], view, end)
        after = memory.cells["last@caster"].finding

        assert before is Verdict.UNKNOWN
        assert after.verdict is Verdict.NOT_APPLICABLE
        assert [ground.code for ground in after.grounds] == ["rule_ended"]


class TestUnknownTooLong:
    def opened(self, *asked: Requirement) -> list[str]:
        judge, memory = ComplianceJudge(PLANT, [criterion("c", *asked)]), ComplianceMemory()
        view = Bench(PLANT).view
        judge.advance(memory, [], view, at(0))
        judge.advance(memory, [], view, at(3600))
        return [s.kind.value for s in memory.violations.get("c@caster", {}).values()]

    def test_a_device_that_is_unknown_too_long_is_listed(self) -> None:
        assert self.opened(FLOW) == ["unknown"]

    def test_a_node_that_catches_up_takes_it_off_no_list(self) -> None:
        judge, memory = ComplianceJudge(PLANT, [criterion("c", FLOW)]), ComplianceMemory()
        view = Bench(PLANT).view
        said = [
            item
            for second in (0, 100, 5, 30, 101)
            for item in judge.advance(memory, [], view, at(second))
            if isinstance(item, Violation)
        ]
        assert [item.event.value for item in said] == ["open"]

    def test_an_unknown_found_in_a_backlog_is_not_old_at_once(self) -> None:
        judge, memory = ComplianceJudge(PLANT, [criterion("c", FLOW)]), ComplianceMemory()
        bench = Bench(PLANT)
        good = bench.values(1000, **CALM)
        judge.advance(memory, good, bench.view, at(1000))
        assert memory.cells["c@caster"].finding.verdict is Verdict.PASS
        lost = bench.bad(1000, "flow")
        judge.advance(memory, lost, bench.view, at(5))
        assert memory.cells["c@caster"].finding.verdict is Verdict.UNKNOWN
        judge.advance(memory, [], bench.view, at(1001))
        assert memory.violations == {}
        judge.advance(memory, [], bench.view, at(1063))
        assert list(memory.violations) == ["c@caster"]

    def test_records_alone_are_no_device(self) -> None:
        assert self.opened(DRILL) == []

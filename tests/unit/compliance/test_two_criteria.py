"""Two criteria on the demonstration plant, driven through the whole judge."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from firstout.judge import Judge
from monitor.inputs import Died
from plant.evidence import Evidence
from plant.name import Name
from plant.quality import Quality, Reason
from tests.caster_run import CasterRun, caster_plant
from tests.small_plant import at
from tests.unit.compliance.two_criteria import two_criteria, two_criteria_judge

DAY_S = 86_400
BOTH = ("level", "water")


@pytest.fixture
def demo() -> CasterRun:
    run = CasterRun(two_criteria_judge())
    run.run(0.5, 4)
    return run


def violations(run: CasterRun, criterion: str) -> list[tuple[str, str, bool]]:
    return [
        (body["event"], body["kind"], body["stale"])
        for body in run.bodies("violation")
        if body["criterion"] == criterion
    ]


def test_calm_passes_both(demo: CasterRun) -> None:
    assert {demo.verdict(name) for name in BOTH} == {"pass"}
    assert demo.bodies("violation") == []
    first, *_ = demo.bodies("verdict", "water@caster-1")
    assert (first["from"], first["verdict"]) == (None, "unknown")


def test_nothing_is_known_before_the_first_poll() -> None:
    run = CasterRun(two_criteria_judge())
    assert {run.verdict(name) for name in BOTH} == {"unknown"}


class TestDemand:
    def test_a_demand_that_works_is_an_exceedance_but_no_fail(self, demo: CasterRun) -> None:
        demo.set(water_flow=150)
        demo.run(4.5, 4.5)
        demo.set(gate_closed=1, drain_open=1, launder_cut=1, emergency_water=1)
        demo.run(5, 8)
        assert demo.verdict("water") == "pass"
        assert violations(demo, "water") == [("open", "exceedance", False)]
        assert demo.bodies("demand", "mould-water")[-1]["result"] == "ok"
        demo.set(water_flow=220, gate_closed=0, drain_open=0, launder_cut=0, emergency_water=0)
        demo.run(8.5, 12)
        assert violations(demo, "water")[1:] == [("close", "exceedance", False)]

    def test_a_failed_demand_fails_until_a_later_proof_test(self, demo: CasterRun) -> None:
        demo.set(water_flow=150)
        demo.run(4.5, 10)
        assert demo.verdict("water") == "fail"
        assert demo.grounds("water") == ["demand_failed"]
        assert demo.verdict("level") == "pass"
        demo.set(water_flow=220)
        demo.run(10.5, 20)
        assert demo.verdict("water") == "fail"
        record = replace(
            demo.memory.compliance.evidence["proof_test@mould-water"][0],
            id="again",
            performed_at=at(20.2),
        )
        demo.judge._compliance.add_evidence(demo.memory.compliance, record)
        demo.run(20.5, 22)
        assert demo.verdict("water") == "pass"

    def test_a_lost_exceedance_stays_and_is_marked_stale(self, demo: CasterRun) -> None:
        demo.set(water_flow=150)
        demo.run(4.5, 4.5)
        demo.spoil("water_flow")
        demo.run(5, 6)
        assert violations(demo, "water")[0][:2] == ("open", "exceedance")
        assert ("update", "exceedance", True) in violations(demo, "water")


class TestBypass:
    def test_a_bypass_fails_both_until_it_ends(self, demo: CasterRun) -> None:
        demo.set(bypass=1)
        demo.run(4.5, 5)
        assert [demo.grounds(name) for name in BOTH] == [["interlock_bypassed"]] * 2
        demo.set(bypass=0)
        demo.run(5.5, 6)
        assert {demo.verdict(name) for name in BOTH} == {"pass"}
        assert violations(demo, "level") == [
            ("open", "fail", False),
            ("close", "fail", False),
        ]

    def test_a_fail_that_loses_its_data_stays_a_fail_marked_stale(self, demo: CasterRun) -> None:
        demo.spoil("water_flow", reason=Reason.OUT_OF_RANGE)
        demo.run(4.5, 6)
        assert demo.verdict("water") == "fail"
        demo.spoil("water_flow", reason=Reason.NO_ANSWER)
        demo.run(6.5, 100)
        assert demo.verdict("water") == "fail"
        assert violations(demo, "water") == [
            ("open", "fail", False),
            ("update", "fail", True),
        ]
        demo.heal()
        demo.run(100.5, 101)
        assert violations(demo, "water")[-1] == ("close", "fail", True)

    def test_a_lost_fail_is_not_eased_by_another_points_suspicion(self) -> None:
        """A fail without data outweighs a suspect of the same criterion."""
        old = Evidence("old", "proof_test", "mould-water", Name("测试", "test"), days_before=100)
        others = [e for e in caster_plant().evidence if e.subject != "mould-water"]
        plant = replace(caster_plant(), evidence=(*others, old))
        run = CasterRun(Judge(plant, two_criteria()))
        run.run(0.5, 4)
        assert run.verdict("water") == "suspect"
        run.spoil("water_flow", reason=Reason.SENSOR_FAULT)
        run.run(4.5, 6)
        assert run.verdict("water") == "fail"
        run.spoil("water_flow", reason=Reason.NO_ANSWER)
        run.run(6.5, 10)
        assert run.verdict("water") == "fail"
        run.heal()
        run.run(10.5, 11)
        assert run.verdict("water") == "suspect"


class TestUnknown:
    def test_it_becomes_a_violation_after_max_age_and_a_minute(self, demo: CasterRun) -> None:
        demo.spoil("water_flow", "gate_closed")
        demo.run(4.5, 66)  # unknown since 4.5; 3 s (the temperature's max age) and 60 s
        assert demo.verdict("water") == "unknown"
        assert violations(demo, "water") == []
        demo.run(66.5, 69)
        assert violations(demo, "water") == [("open", "unknown", False)]
        demo.heal()
        demo.run(69.5, 70)
        assert violations(demo, "water")[1:] == [("close", "unknown", False)]

    def test_a_dead_gateway_makes_both_unknown_at_once(self, demo: CasterRun) -> None:
        demo.give(Died("gw1", "", at(4.2)))
        assert {demo.verdict(name) for name in BOTH} == {"unknown"}

    def test_a_demand_in_progress_proves_nothing_without_its_feedback(
        self, demo: CasterRun
    ) -> None:
        demo.set(water_flow=150, gate_closed=1, drain_open=1, launder_cut=1, emergency_water=1)
        demo.run(4.5, 8)
        assert demo.verdict("water") == "pass"
        demo.spoil("bypass")
        demo.run(8.5, 9)
        assert demo.verdict("water") == "unknown"

    def test_uncertain_data_do_not_pass(self, demo: CasterRun) -> None:
        demo.spoil("gate_closed", quality=Quality.UNCERTAIN, reason=Reason.NONE)
        demo.run(4.5, 5)
        assert {demo.verdict(name) for name in BOTH} == {"unknown"}

    def test_without_records_nothing_is_proven(self) -> None:
        run = CasterRun(two_criteria_judge(), evidence=False)
        run.run(0.5, 4)
        assert run.grounds("level") == ["proof_test_missing"]
        assert run.grounds("water") == ["proof_test_missing", "evidence_missing"]


class TestTime:
    def test_a_record_expires_with_time_alone(self, demo: CasterRun) -> None:
        demo.run(22 * DAY_S, 22 * DAY_S + 2)  # the water test was 10 days old, valid for 31
        assert demo.grounds("water") == ["evidence_expired"]

    def test_a_proof_test_goes_overdue_then_fails(self, demo: CasterRun) -> None:
        demo.run(71 * DAY_S, 71 * DAY_S + 2)  # 91 days, each 90
        assert demo.verdict("level") == "suspect"
        demo.run(94 * DAY_S, 94 * DAY_S + 2)  # 114 days
        assert demo.verdict("level") == "fail"
        assert [v[:2] for v in violations(demo, "level")][-3:] == [
            ("open", "suspect"),
            ("open", "fail"),
            ("close", "suspect"),
        ]

    def test_a_step_of_the_clock_delays_no_verdict(self, demo: CasterRun) -> None:
        demo.tick(4 - 3600)
        cells = demo.memory.compliance.cells.values()
        assert all(cell.since <= at(4 - 3600) for cell in cells)
        demo.spoil("water_flow")
        demo.run(5 - 3600, 75 - 3600)
        assert violations(demo, "water") == [("open", "unknown", False)]


def test_nothing_depends_on_the_order_of_hashes() -> None:
    """Sets inside the judge must not decide the order of entries."""
    script = "from tests.unit.compliance.test_two_criteria import digest; print(digest())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2024")
    }

    assert digests == {digest()}


def digest() -> str:
    """Give the SHA-256 of everything a busy half minute drafts."""
    run = CasterRun(two_criteria_judge())
    run.run(0.5, 3)
    run.set(water_flow=150, outlet_level=190, launder_level=190, bypass=1)
    run.run(3.5, 10)
    run.spoil("water_flow", "water_pressure", "outlet_level")
    run.run(10.5, 14)
    run.heal()
    run.set(water_flow=220, outlet_level=150, launder_level=150, bypass=0, gate_closed=1)
    run.run(14.5, 25)
    assert len(run.drafts) > 40
    return hashlib.sha256(repr(run.drafts).encode()).hexdigest()

"""Each kind of requirement: what passes, fails, is suspect or unknown; and how they combine."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.bound import Binder
from compliance.criterion import (
    AnyOf,
    DeclaredAttribute,
    DeclaredRelation,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    ValidEvidence,
    WorkingInterlock,
)
from compliance.verdict import Finding, Ground, Verdict, all_of, any_of
from plant.moment import SECOND
from plant.name import Name
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Level
from tests.unit.compliance.known import (
    DAY,
    FAULTY,
    LOST,
    NOW,
    UNCERTAIN,
    Known,
    Seen,
    caster_plant,
    due,
    finding,
    record,
    shelf,
    verdict,
)

FLOW = MonitoredLimits("mould.water_flow", (Level.LL, Level.L))
CALIBRATED = replace(FLOW, calibration_days=100)
SHUTS = WorkingInterlock("mould.water_flow", Level.LL, (("fast_gate.closed", 1),))
WATER_TEST = ValidEvidence("water_test", Name("试验", "water test"), 31)
RUNS = RunningCondition("mould.water_flow", (Level.LL,), for_s=60)
LINES = DeclaredRelation("lines", Name("管线", "lines"), 1, 1)
FIXED = DeclaredAttribute("furnace", ("fixed",), Name("炉型", "furnace"))


class TestMonitoredLimits:
    def test_pass(self) -> None:
        assert verdict(FLOW, Known(caster_plant("LL", "L", "H"))) == ("pass", [])

    def test_no_signal_in_the_role_is_a_fail(self) -> None:
        asked = replace(FLOW, role="mould.water_pressure")
        assert verdict(asked, Known(caster_plant("LL", "L"))) == ("fail", ["signal_not_set"])

    def test_a_missing_level_is_a_fail(self) -> None:
        assert verdict(FLOW, Known(caster_plant("LL"))) == ("fail", ["limit_not_set"])

    def test_a_signal_of_another_equipment_does_not_count(self) -> None:
        base = caster_plant("LL", "L")
        moved = tuple(replace(s, equipment="other") for s in base.signals)
        assert verdict(FLOW, Known(replace(base, signals=moved)))[1] == ["signal_not_set"]

    @pytest.mark.parametrize(
        ("trust", "expected"),
        [
            (UNCERTAIN, ("unknown", ["signal_unknown"])),
            (LOST, ("unknown", ["signal_unknown"])),
            ((Quality.BAD, Reason.REFUSED), ("unknown", ["signal_unknown"])),
            ((Quality.BAD, Reason.OUT_OF_RANGE), ("fail", ["signal_faulty"])),
            ((Quality.BAD, Reason.FROZEN), ("fail", ["signal_faulty"])),
            (FAULTY, ("fail", ["signal_faulty"])),
            ((Quality.STALE, Reason.AGED), ("unknown", ["signal_unknown"])),
            ((Quality.STALE, Reason.NODE_OFFLINE), ("unknown", ["signal_unknown"])),
            ((Quality.MISSING, Reason.NEVER_SEEN), ("unknown", ["signal_unknown"])),
        ],
    )
    def test_only_good_passes(
        self, trust: tuple[Quality, Reason], expected: tuple[str, list[str]]
    ) -> None:
        known = Known(caster_plant("LL", "L"), Seen({"flow": trust}))
        assert verdict(FLOW, known) == expected

    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            (100, ("pass", [])),
            (100 + 1e-6, ("suspect", ["calibration_overdue"])),
            (125, ("suspect", ["calibration_overdue"])),
            (125 + 1e-6, ("fail", ["calibration_overdue"])),
        ],
    )
    @pytest.mark.parametrize("subject", ["flow", "caster"])
    def test_calibration_of_the_signal_or_its_equipment(
        self, days: float, expected: tuple[str, list[str]], subject: str
    ) -> None:
        known = Known(
            caster_plant("LL", "L"), evidence=shelf(record("calibration", subject, days))
        )
        assert verdict(CALIBRATED, known) == expected

    def test_a_calibration_that_was_never_recorded_is_unknown(self) -> None:
        known = Known(caster_plant("LL", "L"))
        assert verdict(CALIBRATED, known) == ("unknown", ["calibration_missing"])

    @pytest.mark.parametrize("failed", ["flow", "caster"])
    def test_of_two_of_one_moment_the_one_that_was_not_passed_counts(self, failed: str) -> None:
        records = shelf(
            *(
                replace(record("calibration", name, 5, ok=name != failed), id=name)
                for name in ("flow", "caster")
            )
        )
        known = Known(caster_plant("LL", "L"), evidence=records)
        assert verdict(CALIBRATED, known) == ("fail", ["calibration_failed"])

    def test_a_calibration_that_was_not_passed_fails(self) -> None:
        records = shelf(record("calibration", "flow", 5, ok=False))
        known = Known(caster_plant("LL", "L"), evidence=records)
        assert verdict(CALIBRATED, known) == ("fail", ["calibration_failed"])

    def test_the_newest_calibration_counts_wherever_it_is_filed(self) -> None:
        records = shelf(
            record("calibration", "flow", 50, ok=False), record("calibration", "caster", 5)
        )
        assert verdict(CALIBRATED, Known(caster_plant("LL", "L"), evidence=records))[0] == "pass"


class TestValidEvidence:
    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            (0, ("pass", [])),
            (31, ("pass", [])),
            (31 + 1e-6, ("fail", ["evidence_expired"])),
            (-1, ("unknown", ["evidence_missing"])),
        ],
    )
    def test_its_age(self, days: float, expected: tuple[str, list[str]]) -> None:
        known = Known(caster_plant(), evidence=shelf(record("water_test", "caster", days)))
        assert verdict(WATER_TEST, known) == expected

    @pytest.mark.parametrize(
        ("days", "expected"),
        [(31, "pass"), (31 + 1e-6, "suspect"), (60, "suspect"), (60 + 1e-6, "fail")],
    )
    def test_suspect_before_it_fails(self, days: float, expected: str) -> None:
        asked = replace(WATER_TEST, fail_after_days=60)
        known = Known(caster_plant(), evidence=shelf(record("water_test", "caster", days)))
        assert verdict(asked, known)[0] == expected

    def test_without_a_period_it_lasts(self) -> None:
        asked = replace(WATER_TEST, within_days=None)
        known = Known(caster_plant(), evidence=shelf(record("water_test", "caster", 900)))
        assert verdict(asked, known) == ("pass", [])
        assert due(asked, known) is None

    @pytest.mark.parametrize(("until", "expected"), [(NOW, "pass"), (NOW - 1, "fail")])
    @pytest.mark.parametrize("within", [31, None])
    def test_its_own_end_comes_first(
        self, until: int, expected: str, within: float | None
    ) -> None:
        asked = replace(WATER_TEST, within_days=within)
        records = shelf(record("water_test", "caster", 5, valid_until=until))
        assert verdict(asked, Known(caster_plant(), evidence=records))[0] == expected

    def test_one_that_finds_something_wrong_fails(self) -> None:
        records = shelf(record("water_test", "caster", 1, ok=False))
        known = Known(caster_plant(), evidence=records)
        assert verdict(WATER_TEST, known) == ("fail", ["evidence_not_ok"])

    def test_never_recorded_is_unknown_unless_the_file_says_fail(self) -> None:
        known = Known(caster_plant())
        assert verdict(WATER_TEST, known) == ("unknown", ["evidence_missing"])
        strict = replace(WATER_TEST, missing_fails=True)
        assert verdict(strict, known) == ("fail", ["evidence_missing"])

    def test_another_subject_or_type_does_not_count(self) -> None:
        records = shelf(record("water_test", "other", 0), record("drill", "caster", 0))
        assert verdict(WATER_TEST, Known(caster_plant(), evidence=records))[0] == "unknown"

    def test_of_the_enterprise(self) -> None:
        asked = replace(WATER_TEST, of_enterprise=True)
        known = Known(caster_plant(), evidence=shelf(record("water_test", "small", 0)))
        assert verdict(asked, known) == ("pass", [])
        assert verdict(WATER_TEST, known)[0] == "unknown"

    def test_the_moments_at_which_it_changes_are_told(self) -> None:
        asked = replace(WATER_TEST, fail_after_days=60)
        known = Known(caster_plant(), evidence=shelf(record("water_test", "caster", 10)))
        assert due(asked, known) == NOW + 21 * DAY + 1
        known.now = NOW + 21 * DAY + 1
        assert verdict(asked, known)[0] == "suspect"
        assert due(asked, known) == NOW + 50 * DAY + 1


class TestRunningCondition:
    @pytest.mark.parametrize(
        ("since", "expected"),
        [
            (59, ("unknown", ["condition_in_doubt"])),
            (60, ("fail", ["condition_violated"])),
            (600, ("fail", ["condition_violated"])),
        ],
    )
    def test_a_passed_limit_fails_after_its_time(
        self, since: float, expected: tuple[str, list[str]]
    ) -> None:
        passed = {"flow:LL": (0, NOW - round(since * SECOND))}
        known = Known(caster_plant("LL"), Seen(passed=passed))
        assert verdict(RUNS, known) == expected
        if since < 60:
            assert due(RUNS, known) == NOW + SECOND

    def test_none_passed_on_good_data_passes(self) -> None:
        assert verdict(RUNS, Known(caster_plant("LL"))) == ("pass", [])

    def test_another_level_does_not_count(self) -> None:
        known = Known(caster_plant("LL", "L"), Seen(passed={"flow:L": (0, 0)}))
        assert verdict(RUNS, known) == ("pass", [])

    @pytest.mark.parametrize("passed", [{}, {"flow:LL": (0, 0)}])
    def test_lost_data_show_nothing(self, passed: dict[str, tuple[int, int]]) -> None:
        known = Known(caster_plant("LL"), Seen({"flow": LOST}, passed=passed))
        assert verdict(RUNS, known) == ("unknown", ["signal_unknown"])

    def test_uncertain_data_fail_but_do_not_pass(self) -> None:
        passed = {"flow:LL": (0, 0)}
        wrong = Known(caster_plant("LL"), Seen({"flow": UNCERTAIN}, passed=passed))
        assert verdict(RUNS, wrong) == ("fail", ["condition_violated"])
        right = Known(caster_plant("LL"), Seen({"flow": UNCERTAIN}))
        assert verdict(RUNS, right)[0] == "unknown"

    def test_not_set_is_a_fail(self) -> None:
        assert verdict(RUNS, Known(caster_plant("H"))) == ("fail", ["limit_not_set"])
        asked = replace(RUNS, role="mould.water_pressure")
        assert verdict(asked, Known(caster_plant())) == ("fail", ["signal_not_set"])


def related(*names: str) -> Plant:
    base = caster_plant()
    relations = (("lines", names),) if names else ()
    return replace(base, equipment=(replace(base.equipment[0], relations=relations),))


class TestDeclared:
    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            ((), ("unknown", ["relation_not_set"])),
            (("a",), ("pass", [])),
            (("a", "b"), ("fail", ["relation_wrong"])),
        ],
    )
    def test_relations_are_counted(
        self, names: tuple[str, ...], expected: tuple[str, list[str]]
    ) -> None:
        assert verdict(LINES, Known(related(*names))) == expected

    def test_at_least(self) -> None:
        asked = replace(LINES, at_least=2, at_most=None)
        assert verdict(asked, Known(related("a")))[0] == "fail"
        assert verdict(asked, Known(related("a", "b", "c")))[0] == "pass"

    def test_an_attribute_must_be_allowed(self) -> None:
        assert verdict(FIXED, Known(caster_plant())) == ("pass", [])
        tilting = replace(FIXED, allowed=("tilting",))
        assert verdict(tilting, Known(caster_plant())) == ("fail", ["attribute_wrong"])
        unsaid = replace(FIXED, attribute="roof")
        assert verdict(unsaid, Known(caster_plant())) == ("unknown", ["attribute_not_set"])


class TestAnyOf:
    RIGHT: Requirement = FIXED
    WRONG: Requirement = replace(FIXED, allowed=("tilting",))
    OPEN: Requirement = WATER_TEST

    @pytest.mark.parametrize(
        ("alternatives", "expected"),
        [
            (((RIGHT,), (WRONG,)), ("pass", [])),
            (((WRONG,), (OPEN,)), ("unknown", ["evidence_missing"])),
            (((WRONG,), (WRONG, OPEN)), ("fail", ["attribute_wrong"])),
            (((RIGHT, OPEN), (WRONG,)), ("unknown", ["evidence_missing"])),
        ],
    )
    def test_the_best_alternative_counts(
        self,
        alternatives: tuple[tuple[Requirement, ...], ...],
        expected: tuple[str, list[str]],
    ) -> None:
        assert verdict(AnyOf(alternatives), Known(caster_plant())) == expected

    def test_an_alternative_that_is_not_for_this_subject_is_none(self) -> None:
        tilting = replace(FIXED, when=(("furnace", ("tilting",)),))
        assert verdict(AnyOf(((tilting,), (self.WRONG,))), Known(caster_plant()))[0] == "fail"


class TestGaps:
    @staticmethod
    def gaps(requirement: Requirement, plant: Plant) -> list[str]:
        bound = Binder(plant).bind(requirement, plant.subjects[1])
        return [ground.code for ground in bound.unset]

    def test_what_is_not_set_is_found_whatever_the_data_say(self) -> None:
        lacking = caster_plant()
        assert self.gaps(FLOW, lacking) == ["limit_not_set"] * 2
        assert self.gaps(SHUTS, lacking) == ["interlock_not_set"]
        assert self.gaps(LINES, lacking) == ["relation_not_set"]
        assert self.gaps(WATER_TEST, lacking) == self.gaps(FIXED, lacking) == []
        full = caster_plant("LL", "L")
        assert self.gaps(FLOW, full) == self.gaps(SHUTS, full) == []

    def test_of_alternatives_one_is_enough(self) -> None:
        either = AnyOf(((FLOW,), (LINES,)))
        assert self.gaps(either, caster_plant("LL", "L")) == []
        assert self.gaps(either, caster_plant("LL")) == ["limit_not_set", "relation_not_set"]

    def test_every_ground_is_told_in_both_languages(self) -> None:
        known = Known(caster_plant(), interlocks={}, evidence={})
        for requirement in (FLOW, SHUTS, WATER_TEST, RUNS, LINES):
            for ground in finding(requirement, known).grounds:
                assert ground.zh
                assert ground.en.isascii()


FINDINGS = st.builds(
    Finding,
    st.sampled_from([Verdict.PASS, Verdict.FAIL, Verdict.SUSPECT, Verdict.UNKNOWN]),
    st.lists(st.sampled_from([Ground("a", "", ""), Ground("b", "", "")])).map(tuple),
)
ORDER = ["fail", "suspect", "unknown", "pass"]


class TestCombining:
    @given(st.lists(FINDINGS, min_size=1))
    def test_and_gives_the_worst_or_the_best(self, findings: list[Finding]) -> None:
        ranks = [ORDER.index(finding.verdict) for finding in findings]
        for combined, rank in ((all_of(findings), min(ranks)), (any_of(findings), max(ranks))):
            made_it = [
                ground
                for finding in findings
                if finding.verdict == ORDER[rank]
                for ground in finding.grounds
            ]
            assert combined.verdict == ORDER[rank]
            assert set(combined.grounds) == set(made_it)
            assert len(combined.grounds) == len(set(combined.grounds))

    def test_nothing_shows_nothing(self) -> None:
        assert all_of([]) == any_of([]) == Finding(Verdict.UNKNOWN)

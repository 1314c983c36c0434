"""Each kind of requirement: what passes, fails, is suspect or unknown; and how they combine."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.criterion import MonitoredLimits, ValidEvidence, WorkingInterlock
from compliance.facts import Facts, LastDemand, Record
from compliance.requirements import bound_limits, gaps, judge
from compliance.verdict import Finding, Ground, Verdict, all_of
from monitor.changes import InterlockState, Response
from plant.moment import SECOND
from plant.name import Name
from plant.plant import Equipment, Plant
from plant.quality import Quality, Reason
from plant.signal import Level
from tests.small_plant import analog, at, interlock, limit, plant_of, switch

DAY = 86_400 * SECOND
NOW = at(1000 * 86_400)
GOOD = (Quality.GOOD, Reason.NONE)

FLOW = MonitoredLimits("mould.water_flow", (Level.LL, Level.L), "standard")
SHUTS = WorkingInterlock("mould.water_flow", Level.LL, (("fast_gate.closed", 1),), "standard")
WATER_TEST = ValidEvidence("water_test", Name("试验", "water test"), 31, "default")


@dataclass
class Trusts:
    """A view in which every signal is GOOD unless said otherwise."""

    other: Mapping[str, tuple[Quality, Reason]] = field(default_factory=dict)

    def trust(self, signal: str) -> tuple[Quality, Reason]:
        return self.other.get(signal, GOOD)

    def usable(self, signal: str) -> tuple[float, int]:
        return (0.0 if signal else 1.0), NOW

    def active(self) -> Mapping[str, tuple[int, int]]:
        return {}


def plant(
    *levels: str, effects: tuple[tuple[str, int, float], ...] = (("gate", 1, 3.0),)
) -> Plant:
    points = {"LL": 20.0, "L": 30.0, "H": 70.0, "HH": 80.0}
    flow = analog("flow", *(limit("flow", level, points[level]) for level in levels))
    return plant_of(
        [flow, switch("gate"), switch("drain", role="emergency_drain.open")],
        [interlock("trip", ["flow:LL"], effects)] if "LL" in levels else [],
    )


def caster(plant: Plant) -> Equipment:
    return plant.equipment[0]


def verdict(requirement: object, facts: Facts) -> tuple[str, list[str]]:
    found = all_of(judge(requirement, caster(facts.plant), facts))  # type: ignore[arg-type]
    return found.verdict.value, [ground.code for ground in found.grounds]


def facts(plant: Plant, **known: object) -> Facts:
    given = {"view": Trusts(), "now": NOW, "interlocks": {"trip": InterlockState.ARMED}, **known}
    return Facts(plant, **given)  # type: ignore[arg-type]


def proven(days_ago: float) -> dict[str, Record]:
    performed = NOW - round(days_ago * DAY)
    return {"t": Record("t", "proof_test", "trip", performed)}


class TestMonitoredLimits:
    def test_pass(self) -> None:
        assert verdict(FLOW, facts(plant("LL", "L", "H"))) == ("pass", [])

    def test_no_signal_in_the_role_is_a_fail(self) -> None:
        asked = replace(FLOW, role="mould.water_pressure")
        assert verdict(asked, facts(plant("LL", "L"))) == ("fail", ["signal_not_set"])

    def test_a_missing_level_is_a_fail(self) -> None:
        assert verdict(FLOW, facts(plant("LL"))) == ("fail", ["limit_not_set"])

    def test_a_signal_of_another_equipment_does_not_count(self) -> None:
        base = plant("LL", "L")
        moved = tuple(replace(s, equipment="other") for s in base.signals)
        assert verdict(FLOW, facts(replace(base, signals=moved)))[1] == ["signal_not_set"]

    @pytest.mark.parametrize(
        ("trust", "expected"),
        [
            ((Quality.UNCERTAIN, Reason.NONE), ("unknown", ["signal_unknown"])),
            ((Quality.BAD, Reason.NO_ANSWER), ("unknown", ["signal_unknown"])),
            ((Quality.BAD, Reason.REFUSED), ("unknown", ["signal_unknown"])),
            ((Quality.BAD, Reason.OUT_OF_RANGE), ("fail", ["signal_faulty"])),
            ((Quality.BAD, Reason.SENSOR_FAULT), ("fail", ["signal_faulty"])),
            ((Quality.STALE, Reason.AGED), ("unknown", ["signal_unknown"])),
            ((Quality.STALE, Reason.NODE_OFFLINE), ("unknown", ["signal_unknown"])),
            ((Quality.MISSING, Reason.NEVER_SEEN), ("unknown", ["signal_unknown"])),
        ],
    )
    def test_only_good_passes(
        self, trust: tuple[Quality, Reason], expected: tuple[str, list[str]]
    ) -> None:
        known = facts(plant("LL", "L"), view=Trusts({"flow": trust}))
        assert verdict(FLOW, known) == expected


class TestWorkingInterlock:
    def test_pass(self) -> None:
        assert verdict(SHUTS, facts(plant("LL"), evidence=proven(20))) == ("pass", [])

    def test_none_from_that_limit_is_a_fail(self) -> None:
        asked = replace(SHUTS, level=Level.HH)
        assert verdict(asked, facts(plant("LL", "HH"))) == ("fail", ["interlock_not_set"])

    @pytest.mark.parametrize("effects", [(("drain", 1, 3.0),), (("gate", 0, 3.0),)])
    def test_one_with_other_effects_is_a_fail(
        self, effects: tuple[tuple[str, int, float], ...]
    ) -> None:
        known = facts(plant("LL", effects=effects), evidence=proven(20))
        assert verdict(SHUTS, known) == ("fail", ["interlock_not_set"])

    def test_more_effects_than_asked_pass(self) -> None:
        effects = (("gate", 1, 3.0), ("drain", 1, 3.0))
        known = facts(plant("LL", effects=effects), evidence=proven(20))
        assert verdict(SHUTS, known) == ("pass", [])

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            (InterlockState.ARMED, ("pass", [])),
            (InterlockState.DEMANDED, ("pass", [])),
            (InterlockState.BYPASSED, ("fail", ["interlock_bypassed"])),
            (InterlockState.UNAVAILABLE, ("fail", ["interlock_unavailable"])),
            (InterlockState.UNKNOWN, ("unknown", ["interlock_unknown"])),
        ],
    )
    def test_its_state(self, state: InterlockState, expected: tuple[str, list[str]]) -> None:
        known = facts(plant("LL"), evidence=proven(20), interlocks={"trip": state})
        assert verdict(SHUTS, known) == expected

    def test_a_state_that_was_never_told_is_unknown(self) -> None:
        known = facts(plant("LL"), evidence=proven(20), interlocks={})
        assert verdict(SHUTS, known) == ("unknown", ["interlock_unknown"])

    @pytest.mark.parametrize("state", [InterlockState.ARMED, InterlockState.DEMANDED])
    @pytest.mark.parametrize(
        "trust", [(Quality.UNCERTAIN, Reason.NONE), (Quality.STALE, Reason.AGED)]
    )
    def test_ready_on_data_that_are_not_good_is_not_shown(
        self, state: InterlockState, trust: tuple[Quality, Reason]
    ) -> None:
        view = Trusts({"gate": trust})
        known = facts(plant("LL"), evidence=proven(20), interlocks={"trip": state}, view=view)
        assert verdict(SHUTS, known) == ("unknown", ["signal_unknown"])

    @pytest.mark.parametrize(
        ("result", "expected"),
        [
            (Response.OK, ("pass", [])),
            (Response.WAITING, ("pass", [])),
            (Response.UNDETERMINED, ("unknown", ["demand_undetermined"])),
            (Response.SLOW, ("fail", ["demand_slow"])),
            (Response.PARTIAL, ("fail", ["demand_partial"])),
            (Response.FAILED, ("fail", ["demand_failed"])),
        ],
    )
    def test_its_last_demand(self, result: Response, expected: tuple[str, list[str]]) -> None:
        last = {"trip": LastDemand("trip/1", result, NOW - DAY)}
        assert verdict(SHUTS, facts(plant("LL"), evidence=proven(20), demands=last)) == expected

    def test_a_later_proof_test_makes_good_a_failed_demand(self) -> None:
        last = {"trip": LastDemand("trip/1", Response.FAILED, NOW - 5 * DAY)}
        before = facts(plant("LL"), evidence=proven(6), demands=last)
        after = facts(plant("LL"), evidence=proven(4), demands=last)
        assert verdict(SHUTS, before) == ("fail", ["demand_failed"])
        assert verdict(SHUTS, after) == ("pass", [])

    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            (90, ("pass", [])),
            (90 + 1e-6, ("suspect", ["proof_test_overdue"])),
            (112.5, ("suspect", ["proof_test_overdue"])),
            (112.5 + 1e-6, ("fail", ["proof_test_overdue"])),
        ],
    )
    def test_its_proof_test_each_90_days(
        self, days: float, expected: tuple[str, list[str]]
    ) -> None:
        assert verdict(SHUTS, facts(plant("LL"), evidence=proven(days))) == expected

    def test_never_tested_is_unknown(self) -> None:
        assert verdict(SHUTS, facts(plant("LL"))) == ("unknown", ["proof_test_missing"])

    def test_the_test_of_another_interlock_does_not_count(self) -> None:
        other = {"t": Record("t", "proof_test", "another", NOW)}
        assert verdict(SHUTS, facts(plant("LL"), evidence=other))[0] == "unknown"

    def test_the_newest_test_counts(self) -> None:
        both = {f"t{n}": Record(f"t{n}", "proof_test", "trip", NOW - n * DAY) for n in (5, 500)}
        assert verdict(SHUTS, facts(plant("LL"), evidence=both)) == ("pass", [])

    def test_a_test_of_the_future_shows_nothing_yet(self) -> None:
        assert verdict(SHUTS, facts(plant("LL"), evidence=proven(-1)))[0] == "unknown"

    def test_all_fitting_interlocks_must_work(self) -> None:
        base = plant("LL")
        twin = replace(base.interlocks[0], id="twin")
        states = {"trip": InterlockState.ARMED, "twin": InterlockState.BYPASSED}
        known = facts(
            replace(base, interlocks=(*base.interlocks, twin)),
            evidence=proven(1),
            interlocks=states,
        )
        assert verdict(SHUTS, known) == ("fail", ["interlock_bypassed"])


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
        record = Record("r", "water_test", "caster", NOW - round(days * DAY))
        assert verdict(WATER_TEST, facts(plant(), evidence={"r": record})) == expected

    def test_never_recorded_is_unknown(self) -> None:
        assert verdict(WATER_TEST, facts(plant())) == ("unknown", ["evidence_missing"])

    def test_another_subject_or_type_does_not_count(self) -> None:
        records = {
            "a": Record("a", "water_test", "other", NOW),
            "b": Record("b", "drill", "caster", NOW),
        }
        assert verdict(WATER_TEST, facts(plant(), evidence=records))[0] == "unknown"


class TestGaps:
    def test_what_is_not_set_is_found_whatever_the_data_say(self) -> None:
        lacking = plant()
        assert [g.code for g in gaps(FLOW, caster(lacking), lacking)] == ["limit_not_set"] * 2
        assert [g.code for g in gaps(SHUTS, caster(lacking), lacking)] == ["interlock_not_set"]
        assert gaps(WATER_TEST, caster(lacking), lacking) == ()
        full = plant("LL", "L")
        assert gaps(FLOW, caster(full), full) == gaps(SHUTS, caster(full), full) == ()

    def test_outer_limits_are_bound(self) -> None:
        full = plant("LL", "L", "H", "HH")
        roles = frozenset({"mould.water_flow"})
        assert bound_limits(roles, caster(full), full) == ["flow:LL", "flow:HH"]
        assert bound_limits(frozenset({"launder.level"}), caster(full), full) == []


FINDINGS = st.builds(
    Finding,
    st.sampled_from([Verdict.PASS, Verdict.FAIL, Verdict.SUSPECT, Verdict.UNKNOWN]),
    st.lists(st.sampled_from([Ground("a", "", ""), Ground("b", "", "")])).map(tuple),
)


class TestAllOf:
    @given(st.lists(FINDINGS, min_size=1))
    def test_and_gives_the_worst(self, findings: list[Finding]) -> None:
        order = ["fail", "suspect", "unknown", "pass"]
        worst = min((finding.verdict for finding in findings), key=order.index)
        combined = all_of(findings)

        assert combined.verdict is worst
        made_it = [g for f in findings if f.verdict is worst for g in f.grounds]
        assert set(combined.grounds) == set(made_it)
        assert len(combined.grounds) == len(set(combined.grounds))

    def test_nothing_shows_nothing(self) -> None:
        assert all_of([]) == Finding(Verdict.UNKNOWN)

"""A working interlock: armed, proven by its last demand and its test."""

from dataclasses import replace

import pytest

from compliance.criterion import WorkingInterlock
from compliance.facts import LastDemand
from monitor.changes import InterlockState, Response
from plant.interlock import Cause, Effect
from plant.quality import Quality, Reason
from plant.signal import Level
from tests.small_plant import analog, limit
from tests.unit.compliance.known import (
    DAY,
    NOW,
    UNCERTAIN,
    Known,
    Seen,
    caster_plant,
    due,
    finding,
    proven,
    record,
    shelf,
    verdict,
)

SHUTS = WorkingInterlock("mould.water_flow", Level.LL, (("fast_gate.closed", 1),))


class TestWorkingInterlock:
    def test_pass(self) -> None:
        assert verdict(SHUTS, Known(caster_plant("LL"))) == ("pass", [])

    def test_none_from_that_limit_is_a_fail(self) -> None:
        asked = replace(SHUTS, level=Level.HH)
        assert verdict(asked, Known(caster_plant("LL", "HH"))) == ("fail", ["interlock_not_set"])

    @pytest.mark.parametrize("effects", [(("drain", 1, 3.0),), (("gate", 0, 3.0),)])
    def test_one_with_other_effects_is_a_fail(
        self, effects: tuple[tuple[str, int, float], ...]
    ) -> None:
        known = Known(caster_plant("LL", effects=effects))
        assert verdict(SHUTS, known) == ("fail", ["interlock_not_set"])

    @pytest.mark.parametrize(
        ("limits", "votes", "expected"),
        [
            (("flow:LL", "pressure:LL"), 2, ("fail", ["interlock_not_set"])),
            (("flow:LL", "pressure:LL"), 1, ("suspect", ["signal_not_interlocked"])),
            (("flow:LL", "again:LL", "pressure:LL"), 2, ("pass", [])),
            (("flow:LL", "again:LL", "pressure:LL"), 3, ("fail", ["interlock_not_set"])),
        ],
    )
    def test_a_vote_must_be_reached_by_the_role_s_own_limits(
        self, limits: tuple[str, ...], votes: int, expected: tuple[str, list[str]]
    ) -> None:
        more = (
            analog("again", limit("again", "LL", 20.0)),
            analog("pressure", limit("pressure", "LL", 0.2), role="mould.water_pressure"),
        )
        base = caster_plant("LL", more=more)
        voted = replace(base.interlocks[0], causes=(Cause(limits, votes),))
        known = Known(replace(base, interlocks=(voted,)))
        assert verdict(SHUTS, known) == expected
        of_pressure = replace(SHUTS, role="mould.water_pressure")
        assert verdict(of_pressure, known)[0] == ("pass" if votes == 1 else "fail")

    @pytest.mark.parametrize(
        ("within_s", "days", "codes"),
        [
            (3.0, 90, []),
            (2.9, 90, ["allowance_too_long"]),
            (3.0, 89, ["test_interval_too_long"]),
            (2.9, 89, ["allowance_too_long", "test_interval_too_long"]),
        ],
    )
    def test_what_the_plant_allows_itself_beyond_the_usual_is_suspect(
        self, within_s: float, days: float, codes: list[str]
    ) -> None:
        effects = (("gate", 1, 3.0), ("drain", 1, 60.0))
        known = Known(caster_plant("LL", effects=effects))
        asked = replace(SHUTS, within_s=within_s, proof_test_days=days)
        assert verdict(asked, known) == ("suspect" if codes else "pass", codes)
        if codes == ["allowance_too_long"]:
            [ground] = finding(asked, known).grounds
            assert "长于工程默认值 2.9 秒" in ground.zh
            assert "may take 3 s, longer than the engineering default of 2.9 s" in ground.en

    def test_a_second_circuit_without_the_interlock_is_suspect(self) -> None:
        more = (analog("again", limit("again", "LL", 20.0)),)
        known = Known(caster_plant("LL", more=more))
        assert verdict(SHUTS, known) == ("suspect", ["signal_not_interlocked"])
        [ground] = finding(SHUTS, known).grounds
        assert [(ref.type, ref.id) for ref in ground.refs] == [("signal", "again")]
        assert "须由人确认" in ground.zh

    def test_more_effects_than_asked_pass(self) -> None:
        effects = (("gate", 1, 3.0), ("drain", 1, 3.0))
        assert verdict(SHUTS, Known(caster_plant("LL", effects=effects))) == ("pass", [])

    def test_an_effect_without_feedback_cannot_be_proven(self) -> None:
        base = caster_plant("LL")
        blind = replace(base.interlocks[0], effects=(Effect("", 1, 3.0, role="fast_gate.closed"),))
        known = Known(replace(base, interlocks=(blind,)))
        assert verdict(SHUTS, known) == ("unknown", ["effect_not_provable"])

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            (InterlockState.ARMED, ("pass", [])),
            (InterlockState.DEMANDED, ("pass", [])),
            (InterlockState.DEGRADED, ("suspect", ["interlock_degraded"])),
            (InterlockState.DISARMED, ("fail", ["interlock_disarmed"])),
            (InterlockState.BYPASSED, ("fail", ["interlock_bypassed"])),
            (InterlockState.UNAVAILABLE, ("fail", ["interlock_unavailable"])),
            (InterlockState.UNKNOWN, ("unknown", ["interlock_unknown"])),
        ],
    )
    def test_its_state(self, state: InterlockState, expected: tuple[str, list[str]]) -> None:
        known = Known(caster_plant("LL"), interlocks={"trip": state})
        assert verdict(SHUTS, known) == expected

    def test_a_state_that_was_never_told_is_unknown(self) -> None:
        known = Known(caster_plant("LL"), interlocks={})
        assert verdict(SHUTS, known) == ("unknown", ["interlock_unknown"])

    @pytest.mark.parametrize("state", [InterlockState.ARMED, InterlockState.DEMANDED])
    @pytest.mark.parametrize("trust", [UNCERTAIN, (Quality.STALE, Reason.AGED)])
    def test_ready_on_data_that_are_not_good_is_not_shown(
        self, state: InterlockState, trust: tuple[Quality, Reason]
    ) -> None:
        known = Known(caster_plant("LL"), Seen({"gate": trust}), interlocks={"trip": state})
        assert verdict(SHUTS, known) == ("unknown", ["signal_unknown"])

    @pytest.mark.parametrize(
        ("result", "expected"),
        [
            (Response.OK, ("pass", [])),
            (Response.UNDETERMINED, ("unknown", ["demand_undetermined"])),
            (Response.SLOW, ("fail", ["demand_slow"])),
            (Response.PARTIAL, ("fail", ["demand_partial"])),
            (Response.FAILED, ("fail", ["demand_failed"])),
        ],
    )
    def test_its_last_demand(self, result: Response, expected: tuple[str, list[str]]) -> None:
        last = {"trip": LastDemand("trip/1", result, NOW - DAY // 2)}
        assert verdict(SHUTS, Known(caster_plant("LL"), demands=last)) == expected

    @pytest.mark.parametrize(
        ("days", "ok", "expected"),
        [(6, True, ["demand_failed"]), (4, True, []), (4, False, ["demand_failed"])],
    )
    def test_only_a_later_proof_test_that_worked_makes_good_a_failed_demand(
        self, days: float, expected: list[str], *, ok: bool
    ) -> None:
        last = {"trip": LastDemand("trip/1", Response.FAILED, NOW - 5 * DAY)}
        tests = shelf(record("proof_test", "trip", days, ok=ok))
        known = Known(caster_plant("LL"), demands=last, evidence=tests)
        codes = [code for code in verdict(SHUTS, known)[1] if code != "proof_test_failed"]
        assert codes == expected

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
        assert verdict(SHUTS, Known(caster_plant("LL"), evidence=proven(days))) == expected

    def test_a_proof_test_that_found_it_broken_fails(self) -> None:
        tests = shelf(record("proof_test", "trip", 3, ok=False))
        known = Known(caster_plant("LL"), evidence=tests)
        assert verdict(SHUTS, known) == ("fail", ["proof_test_failed"])

    def test_never_tested_is_unknown(self) -> None:
        known = Known(caster_plant("LL"), evidence={})
        assert verdict(SHUTS, known) == ("unknown", ["proof_test_missing"])

    def test_the_test_of_another_interlock_does_not_count(self) -> None:
        known = Known(caster_plant("LL"), evidence=shelf(record("proof_test", "another", 0)))
        assert verdict(SHUTS, known)[0] == "unknown"

    def test_the_newest_test_counts(self) -> None:
        both = shelf(*(record("proof_test", "trip", days) for days in (5, 500)))
        assert verdict(SHUTS, Known(caster_plant("LL"), evidence=both)) == ("pass", [])

    def test_a_test_of_the_future_shows_nothing_yet(self) -> None:
        known = Known(caster_plant("LL"), evidence=proven(-1))
        assert verdict(SHUTS, known)[0] == "unknown"
        assert due(SHUTS, known) == NOW + DAY

    def test_all_fitting_interlocks_must_work(self) -> None:
        base = caster_plant("LL")
        twin = replace(base.interlocks[0], id="twin")
        states = {"trip": InterlockState.ARMED, "twin": InterlockState.BYPASSED}
        known = Known(replace(base, interlocks=(*base.interlocks, twin)), interlocks=states)
        assert verdict(SHUTS, known) == ("fail", ["interlock_bypassed"])

"""Which limits count as set, how strict they are, and what of a signal is calibrated."""

from dataclasses import replace

import pytest

from compliance.criterion import MonitoredLimits, RunningCondition
from plant.plant import Plant
from plant.signal import Level
from tests.small_plant import analog, computed, limit, plant_of, switch
from tests.unit.compliance.known import (
    Known,
    Seen,
    caster_plant,
    finding,
    record,
    shelf,
    verdict,
)

FLOW = MonitoredLimits("mould.water_flow", (Level.LL, Level.L))
RUNS = RunningCondition("mould.water_flow", (Level.LL,))
SO2 = MonitoredLimits(
    "so2.concentration",
    (Level.H,),
    rule="GB/T 50493-2019",
    basis="standard",
    figures=((Level.H, 5.0),),
)
OXYGEN = RunningCondition("oxygen.concentration", (Level.L,), figures=((Level.L, 19.5),))
WATER = MonitoredLimits("water.present", (Level.STATE,), (Level.STATE,), state=1)


def detector(role: str, level: str, set_point: float, unit: str) -> Plant:
    signal = analog("gas", limit("gas", level, set_point), role=role)
    return plant_of([replace(signal, unit=unit)])


class TestInstrument:
    @pytest.mark.parametrize("asked", [FLOW, RUNS])
    def test_a_limit_that_tells_of_the_instrument_is_not_set(
        self, asked: MonitoredLimits | RunningCondition
    ) -> None:
        flow = analog(
            "flow", limit("flow", "LL", 20, indicates="instrument"), limit("flow", "L", 30)
        )
        known = Known(plant_of([flow]), Seen(passed={"flow:LL": (0, 0)}))
        assert verdict(asked, known) == ("fail", ["limit_not_set"])


class TestState:
    @pytest.mark.parametrize(
        ("state", "set_point", "expected"),
        [
            (1, 1, ("pass", [])),
            (1, 0, ("fail", ["limit_not_set"])),
            (0, 0, ("pass", [])),
            (0, 1, ("fail", ["limit_not_set"])),
            (None, 0, ("pass", [])),
        ],
    )
    def test_only_an_alarm_on_the_wrong_state_counts(
        self, state: int | None, set_point: float, expected: tuple[str, list[str]]
    ) -> None:
        wet = switch("wet", limit("wet", "STATE", set_point), role="water.present")
        known = Known(plant_of([wet]))
        assert verdict(replace(WATER, state=state), known) == expected
        asked = RunningCondition("water.present", (Level.STATE,), state=state)
        assert verdict(asked, known) == expected

    def test_the_ground_names_the_state(self) -> None:
        wet = switch("wet", limit("wet", "STATE", 0), role="water.present")
        [ground] = finding(WATER, Known(plant_of([wet]))).grounds
        assert ground.zh == "wet中未设置状态报警（状态 1）"
        assert ground.en == "wet has no state alarm on state 1"


class TestFigures:
    @pytest.mark.parametrize(
        ("set_point", "unit", "verdict_"),
        [
            *((5, "mg/m3", "pass"), (4, "mg/m3", "pass"), (5.1, "mg/m3", "suspect")),
            *((5000, "ug/m3", "pass"), (5001, "ug/m3", "suspect"), (13.5, "mg/m3", "suspect")),
            (5.000_000_000_001, "mg/m3", "pass"),
        ],
    )
    def test_a_higher_high_limit_is_laxer_in_any_unit(
        self, set_point: float, unit: str, verdict_: str
    ) -> None:
        known = Known(detector("so2.concentration", "H", set_point, unit))
        codes = ["limit_laxer"] if verdict_ == "suspect" else []
        assert verdict(SO2, known) == (verdict_, codes)

    @pytest.mark.parametrize(
        ("set_point", "verdict_"), [(19.5, "pass"), (20.0, "pass"), (19.4, "suspect")]
    )
    def test_a_lower_low_limit_is_laxer(self, set_point: float, verdict_: str) -> None:
        known = Known(detector("oxygen.concentration", "L", set_point, "%vol"))
        assert verdict(OXYGEN, known)[0] == verdict_

    def test_the_ground_names_set_point_figure_unit_and_rule(self) -> None:
        known = Known(detector("so2.concentration", "H", 13500, "ug/m3"))
        [ground] = finding(SO2, known).grounds
        assert ground.zh == (
            "gas中高限设定为 13500 ug/m³，宽于GB/T 50493-2019的 5 mg/m³，须由人确认"
        )
        assert ground.en == (
            "the high limit of gas is set at 13500 ug/m³, laxer than the 5 mg/m³ of "
            "GB/T 50493-2019; a person must confirm it"
        )
        assert [(ref.type, ref.id) for ref in ground.refs] == [
            ("limit", "gas:H"),
            ("signal", "gas"),
        ]

    def test_a_recalled_figure_says_so(self) -> None:
        asked = replace(SO2, basis="memory", rule="")
        [ground] = finding(asked, Known(detector("so2.concentration", "H", 6, "mg/m3"))).grounds
        assert "惯例（待核实）" in ground.zh
        assert "common practice (to be verified)" in ground.en


class TestCalibration:
    """Of a computed signal the instruments are calibrated, not the formula."""

    ASKED = replace(FLOW, levels=(Level.LL,), calibration_days=100)

    def known(self, **days: float) -> Known:
        made = [
            *(analog(name, role="cooling.inlet_flow") for name in ("a", "b", "c")),
            replace(computed("sum", "sum", ["b", "c"]), role="cooling.flow_loss"),
            computed("flow", "difference", ["a", "sum"], limit("flow", "LL", 20)),
        ]
        records = (record("calibration", name, age) for name, age in days.items())
        named = (replace(item, id=f"{item.id}-{item.subject}") for item in records)
        return Known(plant_of(made), evidence=shelf(*named))

    def test_every_member_must_be_calibrated(self) -> None:
        assert verdict(self.ASKED, self.known(a=1, b=1, c=1)) == ("pass", [])
        assert verdict(self.ASKED, self.known(a=1, b=1)) == ("unknown", ["calibration_missing"])
        assert verdict(self.ASKED, self.known(a=1, b=1, c=110))[0] == "suspect"
        assert verdict(self.ASKED, self.known(caster=1)) == ("pass", [])

    def test_that_of_the_formula_shows_nothing(self) -> None:
        found = finding(self.ASKED, self.known(flow=1, sum=1))
        assert [ground.refs[0].id for ground in found.grounds] == ["a", "b", "c"]

    def test_a_measured_signal_is_calibrated_itself(self) -> None:
        known = Known(caster_plant("LL"), evidence=shelf(record("calibration", "flow", 1)))
        assert verdict(self.ASKED, known) == ("pass", [])

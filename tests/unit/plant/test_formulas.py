"""Formulas as signals.csv writes them, read over the sound plant."""

import pytest

from plant.doubts import doubts
from plant.formula import Formula, Function
from plant.plant import Plant
from tests.plant_files import checked, sound_files

_MEMBERS = (
    ("t1", "cooling.outlet_temperature", "degC"),
    ("t2", "cooling.outlet_temperature", "degC"),
    ("q1", "cooling.inlet_flow", "m3/h"),
    ("q2", "cooling.inlet_flow", "m³/h"),
    ("l1", "launder.level", "mm"),
)


def with_computed(
    formula: str, role: str, unit: str, pair_within_s: str = "", period_s: float = 1
) -> Plant:
    """Give the sound plant with some measured signals and the computed signal `x`."""
    rows = [
        f"{name},caster-1,{role_},测,Measured,{unit_},0,100,1,5,mould-plc,input:{20 + 2 * at}"
        ":float32,,,,,,,,,,,,,,,,"
        for at, (name, role_, unit_) in enumerate(_MEMBERS)
    ]
    rows.append(
        f"x,caster-1,{role},算,Computed,{unit},-100,100,{period_s:g},5,,,,,,,,,,,,,,,"
        f'"{formula}",{pair_within_s},,'
    )
    files = dict(sound_files())
    files["signals.csv"] += "\n".join(rows) + "\n"
    return checked(files)


@pytest.mark.parametrize(
    ("formula", "role", "unit", "expected"),
    [
        (
            "difference(q1, q2)",
            "cooling.flow_loss",
            "m3/h",
            Formula(Function.DIFFERENCE, ("q1", "q2")),
        ),
        (
            "difference(t1, t2)",
            "cooling.temperature_rise",
            "K",
            Formula(Function.DIFFERENCE, ("t1", "t2")),
        ),
        (
            "percent(q1, q2)",
            "cooling.flow_difference",
            "%",
            Formula(Function.PERCENT, ("q1", "q2")),
        ),
        (
            " percent ( q1 , q2 , 12.5 ) ",
            "cooling.flow_difference",
            "%",
            Formula(Function.PERCENT, ("q1", "q2"), 12.5),
        ),
        ("mean(t1, t2)", "cooling.outlet_temperature", "°C", Formula(Function.MEAN, ("t1", "t2"))),
        ("sum(q1, q2)", "cooling.inlet_flow", "m3/h", Formula(Function.SUM, ("q1", "q2"))),
        (
            "median(l1, caster-1.outlet_level, caster-1.launder_level)",
            "launder.level",
            "mm",
            Formula(Function.MEDIAN, ("l1", "caster-1.outlet_level", "caster-1.launder_level")),
        ),
        (
            "count(caster-1.gate_closed, 10)",
            "spark.count",
            "count",
            Formula(Function.COUNT, ("caster-1.gate_closed",), 10),
        ),
    ],
)
def test_what_is_read(formula: str, role: str, unit: str, expected: Formula) -> None:
    signal = with_computed(formula, role, unit).signal_by_id["x"]

    assert signal.formula == expected
    assert (signal.device, signal.address) == ("", "")


def test_how_far_apart_the_samples_may_lie() -> None:
    plant = with_computed("sum(q1, q2)", "cooling.inlet_flow", "m3/h", pair_within_s="0.5")

    formula = plant.signal_by_id["x"].formula

    assert formula is not None
    assert formula.pair_within_s == 0.5


def test_a_computed_signal_due_more_often_than_its_members_is_noted() -> None:
    often = with_computed("sum(q1, q2)", "cooling.inlet_flow", "m3/h", period_s=0.5)

    assert doubts(with_computed("sum(q1, q2)", "cooling.inlet_flow", "m3/h")) == []
    [note] = doubts(often)
    assert note == (
        "signals.csv: signal x: period_s is 0.5 s, shorter than the 1 s of q1, from which it "
        "follows; it will often be stale"
    )


def test_computed_signals_may_follow_from_each_other() -> None:
    files = dict(sound_files())
    files["signals.csv"] += "".join(
        f'{name},caster-1,launder.level,算,Computed,mm,0,300,1,5,,,,,,,,,,,,,,,"{formula}",,,\n'
        for name, formula in (
            ("a", "mean(b, c)"),
            ("b", "mean(c, caster-1.outlet_level)"),
            ("c", "mean(caster-1.launder_level, caster-1.outlet_level)"),
        )
    )

    assert checked(files).signal_by_id["a"].formula is not None

"""What the caster folder says, and how a plant answers for itself."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.doubts import doubts
from plant.moment import from_text, seconds, to_text
from plant.read import read_plant, version_of
from plant.signal import Level, Priority
from tests.plant_files import caster_files, caster_plant


def test_the_plant() -> None:
    plant = caster_plant()
    assert (plant.id, plant.gateway, plant.time_zone) == ("demo", "gw1", "Asia/Shanghai")
    assert plant.simulated
    assert plant.industries == ("aluminium",)
    assert plant.name.zh == "示范铝加工厂"
    assert [device.id for device in plant.devices] == ["mould-plc"]
    assert plant.equipment_by_id["caster-1"].attributes[0] == ("furnace", "fixed")


def test_a_measured_signal() -> None:
    signal = caster_plant().signal_by_id["caster-1.water_temperature"]
    assert (signal.unit, signal.range_low, signal.range_high) == ("degC", 0, 60)
    assert (signal.period_s, signal.max_age_s, signal.fresh_s) == (1, 3, 3)
    assert (signal.scale, signal.offset, signal.discrete) == (1, 0, False)
    assert [(x.level, x.set_point) for x in signal.limits] == [
        (Level.LL, 5),
        (Level.L, 10),
        (Level.H, 35),
        (Level.HH, 40),
    ]
    outer = caster_plant().limit_by_id["caster-1.water_temperature:HH"]
    assert (outer.deadband, outer.on_delay_s, outer.off_delay_s) == (0.5, 2, 5)
    assert outer.priority is Priority.HIGH
    inner = caster_plant().limit_by_id["caster-1.water_temperature:H"]
    assert inner.priority is Priority.MEDIUM


def test_three_periods_may_be_shorter_than_max_age() -> None:
    assert caster_plant().signal_by_id["caster-1.water_flow"].fresh_s == 1.5


def test_a_switch() -> None:
    signal = caster_plant().signal_by_id["caster-1.gate_closed"]
    assert signal.discrete
    assert (signal.unit, signal.range_low, signal.range_high) == (None, 0, 1)
    assert signal.limits == ()


def test_an_interlock_knows_its_signals_each_once() -> None:
    interlock = caster_plant().interlock_by_id["metal-level"]
    assert interlock.cause_signals == ("caster-1.outlet_level", "caster-1.launder_level")
    assert interlock.signals == (
        "caster-1.outlet_level",
        "caster-1.launder_level",
        "caster-1.gate_closed",
        "caster-1.drain_open",
        "caster-1.bypass",
    )


def test_starting_records() -> None:
    records = {record.id: record for record in caster_plant().evidence}
    assert records["proof-test-mould-water"].days_before == 20
    assert records["emergency-water-test"].subject == "caster-1"


def test_the_version_depends_on_every_text_and_no_order() -> None:
    files = dict(caster_files())
    assert version_of(dict(reversed(files.items()))) == version_of(files) == caster_plant().version
    for name, text in files.items():
        assert version_of({**files, name: f"{text} "}) != version_of(files)
    assert version_of({"a": "bc"}) != version_of({"ab": "c"})


def test_a_table_may_come_from_a_spreadsheet() -> None:
    files = dict(caster_files())
    files["signals.csv"] = "\ufeff" + files["signals.csv"].replace("\n", "\r\n") + "\r\n\r\n"
    assert read_plant(files).signals == caster_plant().signals


def test_columns_may_stand_in_any_order() -> None:
    files = dict(caster_files())
    rows = [line.split(",") for line in files["signals.csv"].splitlines()]
    files["signals.csv"] = "\n".join(",".join(reversed(row)) for row in rows)
    assert read_plant(files).signals == caster_plant().signals


def test_an_allowance_shorter_than_two_polls_is_named() -> None:
    assert doubts(caster_plant()) == []
    slow = tuple(replace(signal, period_s=1.2) for signal in caster_plant().signals)
    [note, *rest] = doubts(replace(caster_plant(), signals=slow))
    assert "metal-level" in note
    assert "shorter than two polls (2.4 s)" in note
    assert len(rest) == 1


@given(st.integers(-(10**18), 4 * 10**18))
def test_a_moment_written_is_the_moment_read_to_the_microsecond(moment: int) -> None:
    assert from_text(to_text(moment)) == moment // 1000 * 1000


def test_a_moment_needs_a_time_zone() -> None:
    assert from_text("2026-11-24T08:00:00+08:00") == from_text("2026-11-24T00:00:00Z")
    with pytest.raises(ValueError, match="has no time zone"):
        from_text("2026-11-24T08:00:00")


@given(st.floats(0, 1e6))
def test_seconds_are_whole_nanoseconds(value: float) -> None:
    assert abs(seconds(value) - value * 1e9) <= 0.5 + value * 1e-6

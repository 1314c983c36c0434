"""How a raw number becomes a value, as a row of signals.csv says it."""

import pytest

from plant.plant import Plant
from plant.signal import Signal
from tests.plant_files import checked, sound_files

ROW = "caster-1.water_pressure"
MORE = "raw_low,raw_high,loop"


def pressure(cells: str) -> Signal:
    """Give the sound plant's pressure (0 to 0.6 MPa) with three cells added to its row."""
    files = dict(sound_files())
    header, *rows = files["signals.csv"].splitlines()
    table = [f"{header},{MORE}", *(f"{r},{cells if r.startswith(ROW) else ',,'}" for r in rows)]
    plant: Plant = checked(files | {"signals.csv": "\n".join(table) + "\n"})
    return plant.signal_by_id[ROW]


@pytest.mark.parametrize(
    ("low", "high", "raw", "value"),
    [(0, 27648, 13824, 0.3), (6400, 32000, 6400, 0.0), (100, -100, -100, 0.6), (-1, 1, 0, 0.3)],
)
def test_the_raw_range_gives_scale_and_offset(
    low: float, high: float, raw: float, value: float
) -> None:
    signal = pressure(f"{low},{high},")

    assert raw * signal.scale + signal.offset == pytest.approx(value)
    assert not signal.current_loop


def test_a_raw_range_that_falls_means_that_the_top_of_the_range_has_4_ma() -> None:
    signal = pressure("27648,0,4-20mA")

    assert [signal.at_current(ma) for ma in (4, 12, 20)] == pytest.approx([0.6, 0.3, 0])
    assert signal.accepted_range == pytest.approx((-0.0375, 0.615))  # 21 and 3.6 mA


def test_a_current_loop_may_leave_its_range_until_the_current_says_fault() -> None:
    signal = pressure("0,27648,4-20mA")

    assert signal.current_loop
    assert [signal.at_current(ma) for ma in (4, 12, 20)] == pytest.approx([0, 0.3, 0.6])
    assert signal.accepted_range == pytest.approx((-0.015, 0.6375))  # 3.6 and 21 mA

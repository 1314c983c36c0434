import pytest

from plant.io_list import cells


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.6", 1.6), ("－0.5", -0.5), ("1,200", 1200), ("1e3", 1000), (" 7 ", 7)],
)
def test_numbers(text: str, value: float) -> None:
    assert cells.number(text) == value


@pytest.mark.parametrize("text", ["", "1.6MPa", "≥5", "1,6", "nan", "inf", "0x10"])
def test_no_numbers(text: str) -> None:
    assert cells.number(text) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("0~1.6", (0, 1.6, "")),
        ("0-100", (0, 100, "")),
        ("-50~150℃", (-50, 150, "°C")),
        ("-3000…+500 Pa", (-3000, 500, "Pa")),
        ("0 至 300 m³/h", (0, 300, "m3/h")),
        ("４～２０", (4, 20, "")),
    ],
)
def test_ranges(text: str, span: tuple[float, float, str]) -> None:
    assert cells.span(text) == span


@pytest.mark.parametrize("text", ["", "0", "abc", "0~", "1.6 MPa", "0/100"])
def test_no_ranges(text: str) -> None:
    assert cells.span(text) is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("℃", "degC"),
        ("MPa(G)", "MPa"),
        ("kPa（表压）", "kPa"),
        ("m³/h", "m3/h"),
        ("mg/m³", "mg/m3"),
        ("％", "%"),
        ("%LEL", "%LEL"),
        ("毫米", "mm"),
        ("ppm", "ppm"),
    ],
)
def test_units(text: str, unit: str) -> None:
    assert cells.unit(text) == unit


@pytest.mark.parametrize("text", ["", "℉x", "个体", "MPa;rm"])
def test_no_units(text: str) -> None:
    assert cells.unit(text) is None


@pytest.mark.parametrize(
    ("text", "id_"),
    [("FT-101", "FT-101"), ("PT-101/A", "PT-101-A"), ("1#炉 TE 3", "1-TE-3"), ("炉温", "")],
)
def test_ids(text: str, id_: str) -> None:
    assert cells.identifier(text) == id_

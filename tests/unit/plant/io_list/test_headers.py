import pytest

from plant.io_list.headers import _SPELLINGS, find_header, normal


def test_the_row_with_most_known_headers_is_the_header() -> None:
    rows = [
        ["1号铸造机 IO 点表", "", ""],
        ["", "", ""],
        ["序号", "位号", "测点名称", "单位", "低低报警值", "备注"],
        ["1", "FT-101", "流量", "m3/h", "160", ""],
    ]

    header = find_header(rows)

    assert header is not None
    assert header.row == 2
    assert header.columns == {"id": 1, "name_zh": 2, "unit": 3, "LL": 4}
    assert header.unknown == ["序号", "备注"]


def test_headers_in_english() -> None:
    header = find_header([["Tag No.", "Description", "EU", "Range Low", "RANGE_HIGH", "HiHi"]])

    assert header is not None
    assert set(header.columns) == {"id", "name_en", "unit", "range_low", "range_high", "HH"}


def test_what_stands_in_brackets_is_a_unit_and_not_a_name() -> None:
    header = find_header([["位号", "名称", "量程（MPa）"]])

    assert header is not None
    assert header.columns["range"] == 2
    assert header.units == {"range": "MPa"}


def test_a_repeated_meaning_is_told_and_the_first_taken() -> None:
    header = find_header([["位号", "名称", "单位", "测点编号"]])

    assert header is not None
    assert header.columns["id"] == 0
    assert header.twice == ["测点编号"]


@pytest.mark.parametrize(
    "rows", [[], [["a", "b"]], [["名称", "单位", "量程"]], [["位号", "单位"]]]
)
def test_a_table_without_ids_has_no_header(rows: list[list[str]]) -> None:
    assert find_header(rows) is None


def test_no_spelling_means_two_things_and_each_is_written_as_it_is_compared() -> None:
    spellings = [name for names in _SPELLINGS.values() for name in names]

    assert len(spellings) == len(set(spellings))
    assert [normal(name) for name in spellings] == spellings

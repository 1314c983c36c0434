import csv
import io

from plant.io_list.convert import Converted, Defaults, convert
from plant.io_list.note import Done

_HEADER = [
    *["位号", "测点名称", "英文名称", "单位", "量程", "低低报", "高报", "数据类型", "地址"],
    *["功能码", "设备", "控制器", "采样周期"],
]
_FLOW = [
    *["FT-101", "结晶器进水流量", "Mould water inlet flow", "m3/h", "0~300", "160", ""],
    *["REAL", "0", "04", "caster-1", "plc", "0.5"],
]


def of(*rows: list[str], defaults: Defaults | None = None) -> Converted:
    return convert([("点表", [_HEADER, *rows])], defaults or Defaults())


def told(converted: Converted) -> list[tuple[Done, int, str, str]]:
    return [(n.done, n.row, n.column, n.text.en) for n in converted.notes]


def test_a_row_that_says_everything_is_taken_over() -> None:
    converted = of(_FLOW)

    (row,) = csv.DictReader(io.StringIO(converted.as_csv()))
    assert {key: value for key, value in row.items() if value} == {
        "id": "FT-101",
        "equipment": "caster-1",
        "role": "mould.water_flow",
        "name_zh": "结晶器进水流量",
        "name_en": "Mould water inlet flow",
        "unit": "m3/h",
        "range_low": "0",
        "range_high": "300",
        "period_s": "0.5",
        "max_age_s": "5",
        "device": "plc",
        "address": "input:0:float32",
        "LL": "160",
    }
    assert told(converted) == [
        (Done.GUESSED, 2, "role", "mould.water_flow (mould water inlet flow) from the name"),
        (
            Done.GUESSED,
            2,
            "address",
            "read as the number on the wire, which starts at 0",
        ),
        (Done.GUESSED, 2, "max_age_s", "5 s"),
    ]


def changed(**cells: str) -> list[str]:
    names = {
        "id": 0,
        "zh": 1,
        "en": 2,
        "unit": 3,
        "range": 4,
        "LL": 5,
        "type": 7,
        "address": 8,
        "equipment": 10,
        "device": 11,
        "period": 12,
    }
    row = list(_FLOW)
    for name, text in cells.items():
        row[names[name]] = text
    return row


def test_spares_and_rows_without_an_id_are_told_and_left_out() -> None:
    converted = of(changed(zh="备用"), changed(id=""), changed(en="SPARE 7"))

    assert converted.rows == []
    assert told(converted) == [
        (Done.IGNORED, 2, "id", "the row is a spare"),
        (Done.IGNORED, 3, "id", "the row has no id"),
        (Done.IGNORED, 4, "id", "the row is a spare"),
    ]


def test_a_second_row_of_the_same_id_is_refused() -> None:
    converted = of(_FLOW, _FLOW)

    assert len(converted.rows) == 1
    assert (Done.REFUSED, 3, "id", "'FT-101' is there already: 点表!2") in told(converted)


def test_what_cannot_be_understood_is_left_blank_and_told() -> None:
    converted = of(
        changed(
            unit="℉x", range="abc", LL="≤160", address="DB1.4", period="fast", zh="某某", en="x"
        )
    )

    (row,) = converted.rows
    assert {"unit", "range_low", "LL", "address", "role"} & set(row) == set()
    assert row["period_s"] == "1"
    assert {(n.done, n.column) for n in converted.notes} >= {
        (Done.REFUSED, "unit"),
        (Done.REFUSED, "range"),
        (Done.MISSING, "range_low"),
        (Done.MISSING, "range_high"),
        (Done.REFUSED, "LL"),
        (Done.REFUSED, "address"),
        (Done.MISSING, "role"),
        (Done.REFUSED, "period_s"),
        (Done.GUESSED, "period_s"),
    }


def test_an_empty_row_says_nothing() -> None:
    assert of(["", " "] + [""] * 11).notes == []


def test_a_short_row_lacks_its_last_cells() -> None:
    converted = of(_FLOW[:5])

    assert converted.rows[0]["range_high"] == "300"
    assert (Done.MISSING, "address") in {(n.done, n.column) for n in converted.notes}


def test_equipment_and_device_may_be_given_for_the_whole_list() -> None:
    converted = of(changed(equipment="", device=""), defaults=Defaults("caster-9", "plc-9"))

    assert (converted.rows[0]["equipment"], converted.rows[0]["device"]) == ("caster-9", "plc-9")


def test_a_switch_has_no_unit_and_no_limits() -> None:
    converted = of(changed(type="BOOL", zh="快速切断阀关到位", en="", LL="1", address="10001"))

    (row,) = converted.rows
    assert row["role"] == "fast_gate.closed"
    assert {"unit", "range_low", "LL"} & set(row) == set()
    assert (Done.IGNORED, "LL") in {(n.done, n.column) for n in converted.notes}


def test_a_period_in_milliseconds() -> None:
    assert of(changed(period="500ms")).rows[0]["period_s"] == "0.5"


def test_the_unit_may_stand_behind_the_range() -> None:
    assert of(changed(unit="", range="0~300 m³/h")).rows[0]["unit"] == "m3/h"


def test_a_list_with_english_descriptions_alone() -> None:
    header = ["Tag", "Description", "Units", "Min", "Max", "Address", "Data type"]
    row = ["FT-1", "Mould water inlet flow of line 2", "m3/h", "0", "300", "40001", "float"]

    converted = convert([("IO", [header, row])], Defaults("c", "p"))

    assert converted.rows[0]["name_en"] == "Mould water inlet flow of line 2"
    assert converted.rows[0]["name_zh"] == "Mould water inlet flow of line 2"
    assert converted.rows[0]["role"] == "mould.water_flow"


def test_sheets_without_a_list_are_told() -> None:
    converted = convert(
        [("封面", [["某厂", "", ""]]), ("空", [[]]), ("点表", [_HEADER, _FLOW])], Defaults()
    )

    assert len(converted.rows) == 1
    assert (converted.notes[0].done, converted.notes[0].sheet) == (Done.IGNORED, "封面")
    assert {note.sheet for note in converted.notes} == {"封面", "点表"}


def test_the_roles_unit_must_fit() -> None:
    converted = of(changed(unit="degC"))

    assert "role" not in converted.rows[0]


def test_the_largest_age_that_is_chosen_fits_the_period() -> None:
    converted = of([*_FLOW[:-1], "5"])

    assert converted.rows[0]["max_age_s"] == "15"
    assert (Done.GUESSED, 2, "max_age_s", "15 s") in told(converted)


def test_a_column_that_may_mean_either_type_gives_the_data_type() -> None:
    header = ["类型" if text == "数据类型" else text for text in _HEADER]

    converted = convert([("点表", [header, _FLOW])], Defaults())

    assert converted.rows[0]["address"] == "input:0:float32"


_LOOP_HEADER = ["位号", "名称", "单位", "量程", "原始值下限", "原始值上限", "信号制", "地址"]
_LOOP = ["PT-1", "燃气总管压力", "kPa", "0~50", "0", "27648", "4~20mA", "input:0:int16"]


def looped(row: list[str]) -> tuple[dict[str, str], list[str]]:
    converted = convert([("点表", [_LOOP_HEADER, row])], Defaults("gas", "plc"))
    (out,) = csv.DictReader(io.StringIO(converted.as_csv()))
    return out, [n.text.en for n in converted.notes if n.column == "raw_low"]


def test_a_current_loop_is_taken_over_with_the_raw_numbers_at_its_ends() -> None:
    out, notes = looped(_LOOP)

    assert (out["raw_low"], out["raw_high"], out["loop"], notes) == ("0", "27648", "4-20mA", [])


def test_a_current_loop_without_its_raw_numbers_is_told() -> None:
    out, [note] = looped([*_LOOP[:4], "", "", *_LOOP[6:]])

    assert "loop" not in out
    assert note.startswith("4–20 mA: the raw numbers at 4 and 20 mA are not in the list")

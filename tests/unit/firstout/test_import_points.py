"""Real workbooks, through the command itself."""

import json
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from typer.testing import CliRunner

from firstout import import_points as module
from firstout.cli import app
from firstout.import_points import import_points
from plant.errors import PlantError
from plant.io_list.convert import Defaults

_HEADER = ["序号", "位号", "测点名称", "单位", "量程", "低低报", "数据类型", "Modbus地址", "设备"]
_ROWS = [
    [1, "FT-101", "结晶器进水流量", "m³/h", "0~300", 160, "REAL", 40001, "caster-1"],
    [2, "PT-101", "结晶器进水压力", "MPa", "0~0.6", 0.24, "REAL", 40003.0, "caster-1"],
    [3, "备用", None, None, None, None, None, None, None],
]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "1#铸造机"
    book.active.append(["1号深井铸造机 IO 点表"])
    book.active.append(_HEADER)
    for row in _ROWS:
        book.active.append(row)
    book.create_sheet("封面").append(["某厂"])
    book.save(tmp_path / "points.xlsx")
    return tmp_path / "points.xlsx"


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["import", *words])
    return result.exit_code, result.stdout, result.stderr


def test_a_workbook_becomes_signals_csv(workbook: Path) -> None:
    output = workbook.parent / "signals.csv"

    code, said, _ = run(str(workbook), "--output", str(output), "--device", "plc")

    assert code == 0
    assert "2 个测点 signals" in said
    lines = output.read_text("utf-8").splitlines()
    assert lines[1].startswith("FT-101,caster-1,mould.water_flow,结晶器进水流量,")
    assert ",plc,holding:0:float32," in lines[1]
    assert ",plc,holding:2:float32," in lines[2]
    assert len(lines) == 3


def test_programs_get_every_note(workbook: Path) -> None:
    output = workbook.parent / "signals.csv"

    code, said, _ = run(str(workbook), "--output", str(output), "--json")

    report = json.loads(said)
    assert code == 0
    assert report["signals"] == 2
    assert {"done", "sheet", "row", "column", "text"} == set(report["notes"][0])
    assert any(n["done"] == "missing" and n["column"] == "device" for n in report["notes"])


def test_an_existing_file_is_kept_unless_forced(workbook: Path) -> None:
    output = workbook.parent / "signals.csv"
    output.write_text("mine")

    code, _, said = run(str(workbook), "--output", str(output))

    assert (code, output.read_text()) == (1, "mine")
    assert "exists already" in said
    assert run(str(workbook), "--output", str(output), "--force")[0] == 0
    assert output.read_text() != "mine"


def test_a_table_in_the_encoding_of_chinese_spreadsheets(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    rows = [_HEADER, *_ROWS]
    text = "\n".join(",".join("" if c is None else str(c) for c in row) for row in rows)
    file.write_bytes(text.encode("gb18030"))

    assert [row["id"] for row in import_points(file, None, Defaults()).rows] == [
        "FT-101",
        "PT-101",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"no workbook at all", "is no workbook"), (None, "cannot be read")],
)
def test_what_is_no_workbook_is_refused(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    file = tmp_path / "points.xlsx"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(PlantError, match=problem):
        import_points(file, None, Defaults())


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_damaged_workbook_is_refused(workbook: Path, part: str) -> None:
    damaged = workbook.parent / "damaged.xlsx"
    with ZipFile(workbook) as whole, ZipFile(damaged, "w") as packed:
        for item in whole.infolist():
            content = whole.read(item)
            packed.writestr(item.filename, content[:-30] if item.filename == part else content)

    with pytest.raises(PlantError, match="is no workbook"):
        import_points(damaged, None, Defaults())


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGEST_UNPACKED", 1 << 20)
    assert import_points(workbook, None, Defaults()).rows
    with ZipFile(workbook, "a", ZIP_DEFLATED) as packed:
        packed.writestr("more.xml", bytes(2 << 20))

    assert workbook.stat().st_size < 1 << 15
    with pytest.raises(PlantError, match=r"unpacks to 2.* bytes; accepted: at most 1048576"):
        import_points(workbook, None, Defaults())


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_sheet_that_no_plant_can_have_is_refused(
    workbook: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = workbook.with_suffix(".csv")
    table.write_text("a,b\n" * 5)
    monkeypatch.setattr(module, "_MOST_ROWS", 3)

    with pytest.raises(PlantError, match="is too large; accepted: at most 3 rows"):
        import_points(workbook.with_suffix(f".{suffix}"), None, Defaults())


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(workbook: Path) -> None:
    with pytest.raises(PlantError, match="1#铸造机, 封面"):
        import_points(workbook, "2#铸造机", Defaults())


def test_a_workbook_without_a_list_writes_nothing(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")

    code, said, _ = run(str(tmp_path / "empty.xlsx"), "--output", str(tmp_path / "signals.csv"))

    assert code == 1
    assert "0 个测点" in said
    assert not (tmp_path / "signals.csv").exists()

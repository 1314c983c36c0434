"""The replay command on odd recordings: a summary of what was done with each, never a crash."""

import json
from pathlib import Path
from typing import Any

import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from firstout.cli import app
from tests.golden_recordings import CASES

LIMITS = CASES / "_plants" / "limits"
ODD = """time,high,low,computed?
2026-11-24T08:00:00+08:00,90,60,1
2026-11-24T08:00:00.5+08:00,NaN,,1
2026-11-24T08:00:01+08:00,inf,60,1
2026-11-24T08:00:01.5+08:00,abc,60,1
2026-11-24T08:00:01+08:00,500,60,1
yesterday,90,60,1
2026-11-24T08:00:02+08:00,90
2026-11-24T08:00:09+08:00,90,60,1
2026-11-24T08:00:09+08:00,91,60,1
"""


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["replay", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output if code else result.stdout


def _json(*arguments: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments, "--json").splitlines()]


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "odd.csv"
    path.write_text(ODD)
    return path


def test_each_oddity_is_counted_with_its_first_place(odd: Path) -> None:
    summary = _json(LIMITS, odd)[-1]

    found = {item["what"]: (item["count"], item["first"]) for item in summary["odd"]}
    unrecorded = found.pop("unrecorded")
    assert unrecorded[0] == 6
    assert found == {
        "unknown_column": (1, "computed?"),
        "unreadable_time": (1, "row 6"),
        "ragged": (1, "'2026-11-24T08:00:02+08:00,90' (2 cells instead of 4)"),
        "unsorted": (1, "row 5"),
        "empty": (1, "row 2, low"),
        "nan": (1, "row 2, high"),
        "infinite": (1, "row 3, high"),
        "not_a_number": (1, "row 4, high"),
        "out_of_range": (1, "row 5, high"),
        "repeated": (3, "high, 2026-11-24T00:00:01.000000Z"),
        "contradicted": (1, "high, 2026-11-24T00:00:09.000000Z"),
        "silent": (2, "high, 2026-11-24T00:00:03.000000Z"),
    }


def test_the_summary_for_people_tells_the_same(odd: Path) -> None:
    text = run(LIMITS, odd)

    assert "未知列：忽略 unknown columns: left out: 1，首处 first: computed?" in text
    assert (
        "时段 span: 2026-11-24 08:00:00.000+08:00 .. 2026-11-24 08:00:09.000+08:00, 9.0 s" in text
    )
    assert "实时 real time" in text


def test_json_lines_have_every_field(odd: Path) -> None:
    *lines, summary = _json(LIMITS, CASES / "value_exactly_on_high_limit" / "recording.csv")

    limit = next(line for line in lines if line["kind"] == "limit")
    limit.pop("body")
    assert limit == {
        "time": "2026-11-24T00:00:00.500000Z",
        "known_at": "2026-11-24T00:00:00.500000Z",
        "kind": "limit",
        "subject": "high:H",
        "from": "clear",
        "to": "active",
        "value": 100.0,
        "limit": 100.0,
        "unit": "m3/h",
    }
    assert (summary["samples"], summary["changes"]["limit"]) == (3, 1)


def _changes(path: Path) -> list[dict[str, Any]]:
    return _json(LIMITS, path)[:-1]


def test_parquet_long_and_wide_give_the_same_changes(tmp_path: Path) -> None:
    case = CASES / "level_changes_within_one_signal" / "recording.csv"
    wide = pc.read_csv(case)
    parquet, long = tmp_path / "wide.parquet", tmp_path / "long.csv"
    pq.write_table(wide, parquet)
    rows = zip(wide["time"].to_pylist(), wide["high"].to_pylist(), strict=True)
    texts = [f"{round(time.timestamp() * 1000)},high,{value}\n" for time, value in rows]
    long.write_text("time,signal,value\n" + "".join(texts))

    assert _changes(parquet) == _changes(case) == _changes(long)


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("time,high\n2026-11-24 08:00:00,1\n", (), "are local times"),
        ("time,high\nsoon,1\n", (), "no row with a readable time"),
        ("time,high\n", (), "has no rows"),
        ("time,high\n1795478400,1\n", ("--until", "soon"), "--until soon: accepted"),
        ("time,high\n1795478400,1\n", ("--until", "2020-01-01T00:00:00Z"), "before the first"),
        ("time,high\n1795478400,1\n", ("--only", "limits"), "--only limits: accepted: limit,"),
        ("time,high\n1795478400,1\n", ("--map", "x"), "accepted: --map COLUMN=SIGNAL"),
    ],
)
def test_refusals_are_sentences(
    tmp_path: Path, text: str, arguments: tuple[str, ...], words: str
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text)

    output = run(LIMITS, path, *arguments, code=1)

    assert words in " ".join(output.split())
    assert "Traceback" not in output


def test_until_ends_before_the_last_sample(tmp_path: Path) -> None:
    case = CASES / "value_exactly_on_high_limit" / "recording.csv"

    lines = _json(LIMITS, case, "--until", "2026-11-24T00:00:00.4Z")

    assert not [line for line in lines if line["kind"] == "limit"]
    assert lines[-1]["until"] == "2026-11-24T00:00:00.400000Z"


def test_about_and_only_choose_lines() -> None:
    case = CASES / "level_changes_within_one_signal" / "recording.csv"

    lines = _json(LIMITS, case, "--only", "limit", "--about", ":HH")[:-1]

    assert {line["subject"] for line in lines} == {"high:HH"}

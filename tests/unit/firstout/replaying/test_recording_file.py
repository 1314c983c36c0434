"""Opening recordings: what is accepted, what is refused and how."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from firstout.replaying import recording_file
from firstout.replaying.recording_file import open_table
from plant.errors import RecordingError


def _cells(path: Path) -> list[list[str | None]]:
    table = open_table(path)
    columns = range(len(table.names))
    batches = [[column.to_pylist() for column in batch] for batch in table.batches(columns)]
    return [[cell for batch in batches for cell in batch[place]] for place in columns]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_each_delimiter_and_a_mark(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f'\ufefftime{delimiter} "流量" \n1{delimiter}2\n\n3{delimiter}\n', "utf-8")

    assert open_table(path).names[0] == "time"
    assert _cells(path) == [["1", "3"], ["2", None]]


def test_csv_as_chinese_office_programs_write_it(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("时间,流量\r\n1,坏\r\n".encode("gb18030"))

    table = open_table(path)

    assert table.names == ("时间", "流量")
    assert table.form == "CSV, gb18030"
    assert _cells(path) == [["1"], ["坏"]]


def test_a_header_longer_than_the_first_look_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    names = ["time", *(f"caster-{number}.water_flow" for number in range(5000))]
    path.write_text(f"{','.join(names)}\n{','.join(['1'] * len(names))}\n")

    assert open_table(path).names == tuple(names)
    assert _cells(path) == [["1"]] * len(names)


def test_two_columns_of_one_name_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("time,a,a\n1,2,3\n")

    assert _cells(path) == [["1"], ["2"], ["3"]]


def test_ragged_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("time,a\n1,2\n3\n4,5,6\n7,8\n")
    table = open_table(path)

    rows = [column.to_pylist() for batch in table.batches([0]) for column in batch]

    assert rows == [["1", "7"]]
    assert table.ragged.count == 2
    assert table.ragged.first == "'3' (1 cells instead of 2)"


def test_reading_twice_gives_the_same_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_file, "_BLOCK", 200)
    path = tmp_path / "r.csv"
    path.write_text("time,a,b\n" + "".join(f"{i},{i},{'x' * (i % 30)}\n" for i in range(500)))
    table = open_table(path)

    one = [len(batch[0]) for batch in table.batches([0])]

    assert len(one) > 10
    assert [len(batch[0]) for batch in table.batches([0, 1, 2])] == one


def test_parquet_gives_columns_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "whatever"
    signal = pa.array(["a", "b"]).dictionary_encode()
    pq.write_table(pa.table({"time": [1, 2], "signal": signal}), path)

    assert open_table(path).form == "Parquet"
    assert _cells(path) == [[1, 2], ["a", "b"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"\xef\xbb\xbf\n", "is empty"),
        (b"PK\x03\x04rest", "neither CSV nor Parquet"),
        (b"a\x00b,c\n", "neither CSV nor Parquet"),
        (b"PAR1 but not really", "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "r"
    path.write_bytes(content)

    with pytest.raises(RecordingError, match=words):
        open_table(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="No such file"):
        open_table(tmp_path / "none.csv")


def test_a_file_in_no_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"time,a\n1,\xff\xff\n")

    with pytest.raises(RecordingError, match="cannot be read"):
        _cells(path)

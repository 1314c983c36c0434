"""The recorder's word reaches the other parts whole, or not at all."""

from pathlib import Path

import pytest

from api.recorder import RecorderState
from firstout.data_folder import open_folder
from firstout.recorder_state import read_state, write_state

STATE = RecorderState(
    said_at=17,
    until={"gw1": 15, "edge7": 3},
    points=9,
    written_at=16,
    failures=1,
    lost=2,
    dropped=3,
    fault="away",
)


@pytest.mark.parametrize("state", [STATE, RecorderState(1, {})])
def test_what_is_written_is_read(tmp_path: Path, state: RecorderState) -> None:
    data = open_folder(tmp_path)
    write_state(data, state)
    assert read_state(data) == state


def test_a_recorder_that_never_ran_says_nothing(tmp_path: Path) -> None:
    assert read_state(open_folder(tmp_path)) is None


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"said_at": 1, "until": 3}', "\udcff", '{"said_at": "x"}']
)
def test_what_cannot_be_read_says_nothing(tmp_path: Path, text: str) -> None:
    data = open_folder(tmp_path)
    data.recorder.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_state(data) is None

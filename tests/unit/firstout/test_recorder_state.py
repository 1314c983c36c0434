"""The recorder's word reaches the other parts whole, or not at all."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.recorder import RecorderState
from firstout.data_folder import open_folder
from firstout.recorder_state import Teller, read_state, write_state

STATE = RecorderState(
    said_at=17,
    until={"gw1": 15, "edge7": 3},
    points=9,
    written_at=16,
    failures=1,
    lost=2,
    dropped=3,
    fault="away",
    upkeep={"sealed": 4, "failures": 1},
)


@pytest.mark.parametrize("state", [STATE, RecorderState(1, {})])
def test_what_is_written_is_read(tmp_path: Path, state: RecorderState) -> None:
    data = open_folder(tmp_path)
    write_state(data, state)
    assert read_state(data) == state


def test_what_an_earlier_version_wrote_is_read(tmp_path: Path) -> None:
    data = open_folder(tmp_path)
    write_state(data, STATE)
    said = json.loads(data.recorder.read_bytes())
    del said["upkeep"]
    data.recorder.write_text(json.dumps(said))
    assert read_state(data) == replace(STATE, upkeep={})


def test_a_word_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    data = open_folder(tmp_path)
    data.recorder.mkdir()
    teller = Teller(data)
    teller.tell(STATE, 18)
    data.recorder.rmdir()
    teller.tell(STATE, 19)
    assert read_state(data) == replace(STATE, said_at=19)


def test_a_recorder_that_never_ran_says_nothing(tmp_path: Path) -> None:
    assert read_state(open_folder(tmp_path)) is None


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"said_at": 1, "until": 3}', "\udcff", '{"said_at": "x"}']
)
def test_what_cannot_be_read_says_nothing(tmp_path: Path, text: str) -> None:
    data = open_folder(tmp_path)
    data.recorder.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_state(data) is None

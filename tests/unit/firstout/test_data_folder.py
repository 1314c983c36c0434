"""The data folder is its owner's alone, one run's at a time, and refuses in sentences."""

from pathlib import Path

import pytest

from firstout.data_folder import DataFolderError, held_alone, open_folder, write_private


def test_a_second_run_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    data = open_folder(tmp_path / "data")
    refused = pytest.raises(DataFolderError, match="in use by a `firstout run`")
    with held_alone(data), refused, held_alone(data):
        pass
    with held_alone(data):
        pass


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("")
    with pytest.raises(DataFolderError, match=r"File exists: .*; choose another with --data"):
        open_folder(path)


def test_what_is_written_is_its_owners_alone(tmp_path: Path) -> None:
    data = open_folder(tmp_path / "data")
    write_private(data.run_file, "secret")
    assert data.root.stat().st_mode & 0o777 == 0o700
    assert data.run_file.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="cannot be written: No such file or directory"):
        write_private(tmp_path / "gone" / "file", "")

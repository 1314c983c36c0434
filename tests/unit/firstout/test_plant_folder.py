"""Reading a plant folder from disk: what is read, and what is refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from firstout import plant_folder
from firstout.data_folder import DataFolder, open_folder
from plant.errors import PlantError
from plant.plant import Plant
from tests.plant_files import CASTER, caster_files, caster_plant


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CASTER, tmp_path / "plant"))


def test_hidden_files_are_not_read(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_bytes(b"\xff")
    (folder / ".notes.toml").write_bytes(b"\xff")

    assert plant_folder.read_files(folder) == caster_files()


def test_every_file_that_is_no_text_is_named(folder: Path) -> None:
    for name in ("a.xlsx", "evidence/b.toml"):
        (folder / name).write_bytes(b"\xff")

    with pytest.raises(PlantError) as refused:
        plant_folder.read_files(folder)

    assert [fault.file for fault in refused.value.faults] == ["a.xlsx", "evidence/b.toml"]


def test_a_folder_that_no_plant_fills_is_not_read_to_the_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    monkeypatch.setattr(plant_folder, "LARGEST", size)
    assert plant_folder.read_files(folder) == caster_files()

    (folder / "video.bin").write_bytes(b"\xff")

    with pytest.raises(PlantError, match=rf"has more than {size} bytes, with video\.bin"):
        plant_folder.read_files(folder)


def test_what_is_no_plant_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlantError, match="is not a folder"):
        plant_folder.read_files(tmp_path / "none")
    with pytest.raises(PlantError, match=r"has no plant\.toml"):
        plant_folder.read_files(tmp_path)


class TestEndpoints:
    """Where a simulation serves devices counts for the simulated plant alone."""

    def served(self, folder: Path, plant: str = "demo") -> DataFolder:
        data = open_folder(folder / "data")
        places = {"plant": plant, "devices": {"mould-plc": ["127.0.0.1", 49_152]}}
        data.endpoints.write_text(json.dumps(places))
        return data

    def port(self, plant: Plant, data: DataFolder) -> int:
        return plant_folder.at_endpoints(plant, data).device_by_id["mould-plc"].port

    def test_a_simulated_plant_is_read_where_it_is_served(self, tmp_path: Path) -> None:
        assert self.port(caster_plant(), self.served(tmp_path)) == 49_152

    def test_a_real_plant_is_read_where_it_stands(self, tmp_path: Path) -> None:
        real = replace(caster_plant(), simulated=False)

        assert self.port(real, self.served(tmp_path)) == 5020

    def test_another_plant_is_read_where_it_stands(self, tmp_path: Path) -> None:
        assert self.port(caster_plant(), self.served(tmp_path, "other")) == 5020

"""Reading plant folders and criteria from disk, and the plant version that is in force."""

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import compliance
from compliance.criterion import Criterion
from compliance.read_criterion import read_criterion
from firstout import clock
from firstout.data_folder import DataFolder
from gateway import registry
from journal.applied import AppliedVersion, applied_version
from journal.open import open_database
from plant.errors import Fault, JournalError, PlantError
from plant.plant import Plant
from plant.read import PLANT_FILE, read_plant

# Bytes of all files together; the largest plant that is measured has a tenth of it.
LARGEST = 32 << 20
_UTF_8 = "UTF-8 text; a spreadsheet's table saved as “CSV UTF-8”, and no workbook"
DEMO = Path(__file__).parent.parent / "plants" / "demo"


def read_files(folder: Path) -> dict[str, str]:
    """Read a plant folder's files as text, by name relative to the folder.

    Raises:
        PlantError: it is no folder, or too large, or a file is no UTF-8 text.
    """
    if not folder.is_dir():
        raise PlantError([Fault(str(folder), "", "is not a folder", "a plant folder")])
    if not (folder / PLANT_FILE).is_file():
        raise PlantError([Fault(str(folder), "", f"has no {PLANT_FILE}", "a plant folder")])
    files: dict[str, str] = {}
    faults: list[Fault] = []
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or any(part.startswith(".") for part in Path(name).parts):
            continue
        try:
            size += path.stat().st_size
            if size > LARGEST:
                problem = f"has more than {LARGEST} bytes, with {name}"
                raise PlantError([Fault(str(folder), "", problem, "the files of one plant")])
            files[name] = path.read_text("utf-8")
        except UnicodeError:
            faults.append(Fault(name, "", "is not UTF-8 text", _UTF_8))
        except (OSError, ValueError) as error:
            faults.append(Fault(name, "", f"cannot be read: {error}", "UTF-8 text"))
    if faults:
        raise PlantError(faults)
    return files


def check_files(files: dict[str, str]) -> Plant:
    """Read the plant and check its devices' addresses too.

    Raises:
        PlantError: with every fault.
    """
    return read_plant(files, registry.check)


def criteria() -> tuple[Criterion, ...]:
    """Read the criteria that come with Firstout."""
    folder = resources.files(compliance) / "criteria"
    files = sorted(folder.iterdir(), key=lambda item: item.name)
    return tuple(
        read_criterion(f"criteria/{item.name}", item.read_text("utf-8"))
        for item in files
        if item.name.endswith(".toml")
    )


def wait_for_applied(data: DataFolder, wait_s: float = 30.0) -> AppliedVersion:
    """Load the plant version in force, waiting for the monitor to apply the first.

    Raises:
        JournalError: there is none after `wait_s` seconds.
    """
    deadline = clock.monotonic_s() + wait_s
    while True:
        try:
            applied = applied_version(open_database(data.journal))
        except JournalError:
            if clock.monotonic_s() > deadline:
                raise
            applied = None
        if applied is not None:
            return applied
        if clock.monotonic_s() > deadline:
            raise JournalError(f"no plant has been applied in {data.journal}; start the monitor")
        clock.sleep_s(0.1)


def at_endpoints(plant: Plant, data: DataFolder) -> Plant:
    """Point a simulated plant's devices to where a simulation really serves them, if one does.

    A real plant's devices are where its folder says, whatever a simulation has left behind.
    """
    if not plant.simulated or not data.endpoints.exists():
        return plant
    said = json.loads(data.endpoints.read_text())
    if said["plant"] != plant.id:
        return plant
    moved = {name: (str(place[0]), int(place[1])) for name, place in said["devices"].items()}
    devices = tuple(
        replace(device, host=moved[device.id][0], port=moved[device.id][1])
        if device.id in moved
        else device
        for device in plant.devices
    )
    return replace(plant, devices=devices)

"""What import contracts cannot say: every folder declares its layer, and files stay small."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
NOT_PACKAGES = {"tests", "bench", "console", "deploy", "docs", "plants", "requirements"}
FOLDERS = {
    path.name
    for path in ROOT.iterdir()
    if path.is_dir() and not path.name.startswith(".") and (path / "__init__.py").exists()
}


def test_every_package_declares_its_layer() -> None:
    contracts = {item["id"]: item for item in CONFIG["tool"]["importlinter"]["contracts"]}
    layers = contracts["layers"]["layers"]
    layered = {name for layer in layers for name in layer.split(" | ")} | {"simulators"}

    assert layered == FOLDERS - NOT_PACKAGES
    assert set(CONFIG["tool"]["importlinter"]["root_packages"]) == layered
    assert set(CONFIG["tool"]["mypy"]["packages"]) == layered


def test_every_folder_of_code_is_a_package() -> None:
    """The import contracts look into packages only."""
    folders = {path.parent for name in FOLDERS for path in (ROOT / name).rglob("*.py")}

    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_wheel_carries_every_package_and_the_demo_plant() -> None:
    packages = set(CONFIG["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])

    assert packages == (FOLDERS - NOT_PACKAGES) | {"plants"}


@pytest.mark.parametrize("forbidden", ["utils", "common", "helpers", "core", "base", "manager"])
def test_no_file_is_named_for_nothing(forbidden: str) -> None:
    for package in FOLDERS:
        assert list((ROOT / package).rglob(f"{forbidden}.py")) == []


def test_no_file_passes_400_lines() -> None:
    python = [path for package in FOLDERS for path in (ROOT / package).rglob("*.py")]
    console = [
        path
        for kind in ("*.ts", "*.vue")
        for path in (ROOT / "console" / "src").rglob(kind)
        if not path.name.endswith(".gen.ts")
    ]
    tests = list((ROOT / "tests").rglob("*.py"))
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (*python, *console, *tests)
        if not path.name.endswith("_pb2.py")
        and (lines := len(path.read_text().splitlines())) > 400
    }

    assert long == {}

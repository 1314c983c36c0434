"""Plant folders as text: one caster, the demonstration, and the sound plant under broken ones."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from gateway import registry
from plant.plant import Plant
from plant.read import read_plant

CASES = Path("tests/cases/plants")
SOUND = Path("tests/cases/sound_plant")
CASTER = Path("tests/cases/caster_plant")
DEMO = Path("plants/demo")

_ADDED = "add"
_OURS = ("expected.txt", "removed.txt", "change.toml")


def texts(folder: Path) -> dict[str, str]:
    """Give a folder's files by name relative to it."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@cache
def sound_files() -> Mapping[str, str]:
    return texts(SOUND)


def laid_over_sound(case: Path) -> dict[str, str]:
    """Give the sound plant with a case's changes.

    `change.toml` replaces pieces of text, `removed.txt` names files that the case lacks, a file
    under `add/` is appended to the plant's, and any other takes its place.
    """
    files = dict(sound_files())
    own = texts(case)
    for change in tomllib.loads(own.get("change.toml", "")).get("change", ()):
        text = files[change["file"]]
        assert text.count(change["old"]) == 1, change
        files[change["file"]] = text.replace(change["old"], change["new"])
    for name, text in own.items():
        target = name.removeprefix(f"{_ADDED}/")
        if target != name:
            files[target] = files.get(target, "") + text
        elif name not in _OURS:
            files[name] = text
    for name in own.get("removed.txt", "").split():
        del files[name]
    return files


@cache
def caster_files() -> Mapping[str, str]:
    return texts(CASTER)


@cache
def caster_plant() -> Plant:
    return checked(caster_files())


@cache
def demo_plant() -> Plant:
    return checked(texts(DEMO))


def checked(files: Mapping[str, str]) -> Plant:
    """Read a plant and check its addresses, as `firstout check` does."""
    return read_plant(files, registry.check)

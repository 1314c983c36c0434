"""A plant of many casters, each as in the caster plant, spread over several controllers."""

import re
import shutil
from pathlib import Path

from tests.ports import free_port
from tests.running import CASTER

CONTROLLERS = 3


def make_folder(folder: Path, casters: int) -> Path:
    """Write a simulated plant with `casters` casting machines on CONTROLLERS controllers."""
    shutil.copytree(CASTER, folder)
    _multiply_settings(folder / "limits.csv", casters)
    toml = (folder / "plant.toml").read_text()
    head, _, rest = toml.partition("[[device]]")
    device, _, rest = rest.partition("[[equipment]]")
    equipment, _, interlocks = rest.partition("[[interlock]]")
    parts = [head]
    for number in range(CONTROLLERS):
        named = device.replace("mould-plc", f"plc-{number}")
        parts.append("[[device]]" + named.replace("5020", str(free_port())))
    for number in range(casters):
        named = equipment.replace("caster-1", f"caster-{number}")
        parts.append("[[equipment]]" + named.replace("pit-1", f"pit-{number}"))
        own = interlocks.replace("caster-1", f"caster-{number}")
        parts.append("[[interlock]]" + re.sub(r'id = "([a-z-]+)"', rf'id = "\1-{number}"', own))
    (folder / "plant.toml").write_text("".join(parts))
    header, *rows = (folder / "signals.csv").read_text().splitlines()
    table = [header]
    for number in range(casters):
        table += [_moved(row, number) for row in rows]
    (folder / "signals.csv").write_text("\n".join(table) + "\n")
    for file in (folder / "evidence").iterdir():
        _write_evidence(file, casters)
    return folder


def _multiply_settings(file: Path, casters: int) -> None:
    header, *rows = file.read_text().splitlines()
    table = [row.replace("caster-1", f"caster-{n}") for n in range(casters) for row in rows]
    file.write_text("\n".join([header, *table]) + "\n")


def _moved(row: str, number: int) -> str:
    """Give a caster's row its own names, controller and addresses."""
    place = number // CONTROLLERS
    row = row.replace("caster-1", f"caster-{number}")
    row = row.replace("mould-plc", f"plc-{number % CONTROLLERS}")
    row = re.sub(r"input:(\d+):", lambda m: f"input:{int(m[1]) + 14 * place}:", row)
    return re.sub(r"discrete:(\d+)", lambda m: f"discrete:{int(m[1]) + 6 * place}", row)


def _write_evidence(file: Path, casters: int) -> None:
    before = file.read_text()
    head, *records = before.split("[[evidence]]")
    parts = [head]
    for number in range(casters):
        for record in records:
            moved = re.sub(r'id = "([a-z-]+)"', rf'id = "\1-{number}"', record)
            moved = re.sub(r'"(mould-water|metal-level)"', rf'"\1-{number}"', moved)
            moved = moved.replace("caster-1", f"caster-{number}")
            parts.append("[[evidence]]" + moved.replace("pit-1", f"pit-{number}"))
    file.write_text("".join(parts))

"""A plant of many casters, each as in the demo plant, spread over several controllers."""

import re
import shutil
from pathlib import Path

from tests.running import DEMO, free_port

CONTROLLERS = 3


def make_folder(folder: Path, casters: int) -> Path:
    """Write a simulated plant with `casters` casting machines on CONTROLLERS controllers."""
    shutil.copytree(DEMO, folder)
    toml = (folder / "plant.toml").read_text()
    head, _, rest = toml.partition("[[device]]")
    device, _, rest = rest.partition("[[equipment]]")
    equipment, _, interlocks = rest.partition("[[interlock]]")
    parts = [head]
    for number in range(CONTROLLERS):
        named = device.replace("mould-plc", f"plc-{number}")
        parts.append("[[device]]" + named.replace("5020", str(free_port())))
    for number in range(casters):
        parts.append("[[equipment]]" + equipment.replace("caster-1", f"caster-{number}"))
        own = interlocks.replace("caster-1", f"caster-{number}")
        parts.append("[[interlock]]" + re.sub(r'id = "([a-z-]+)"', rf'id = "\1-{number}"', own))
    (folder / "plant.toml").write_text("".join(parts))
    header, *rows = (folder / "signals.csv").read_text().splitlines()
    table = [header]
    for number in range(casters):
        table += [_moved(row, number) for row in rows]
    (folder / "signals.csv").write_text("\n".join(table) + "\n")
    _write_evidence(folder / "evidence" / "start.toml", casters)
    return folder


def _moved(row: str, number: int) -> str:
    """Give a caster's row its own names, controller and addresses."""
    place = number // CONTROLLERS
    row = row.replace("caster-1", f"caster-{number}")
    row = row.replace("mould-plc", f"plc-{number % CONTROLLERS}")
    row = re.sub(r"input:(\d+):", lambda m: f"input:{int(m[1]) + 10 * place}:", row)
    return re.sub(r"discrete:(\d+)", lambda m: f"discrete:{int(m[1]) + 4 * place}", row)


def _write_evidence(file: Path, casters: int) -> None:
    before = file.read_text()
    head, *records = before.split("[[evidence]]")
    parts = [head]
    for number in range(casters):
        for record in records:
            moved = re.sub(r'id = "([a-z-]+)"', rf'id = "\1-{number}"', record)
            moved = re.sub(r'"(mould-water|metal-level)"', rf'"\1-{number}"', moved)
            parts.append("[[evidence]]" + moved.replace("caster-1", f"caster-{number}"))
    file.write_text("".join(parts))

"""The command line as a program and a shell use it: real processes, JSON out, completions."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from firstout.cli import app
from tests.running import CASTER, ROOT

LIST = "测点,名称,单位\ncaster-1.flow,冷却水流量,m3/h\n"


def firstout(*arguments: object, code: int = 0) -> Any:
    """Run a command; give its one JSON document."""
    command = [sys.executable, "-m", "firstout", *(str(part) for part in arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert done.returncode == code, done.stderr.decode()
    return json.loads(done.stdout)


def test_accounts_and_tokens_for_programs(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data", "--json")
    made = firstout("user", "add", "anna", "--name", "Anna", "--role", "operator", *data)
    assert made["login"] == "anna"
    assert made["path"].endswith(made["code"])
    assert firstout("user", "link", "anna", *data)["code"] != made["code"]

    token = firstout("token", "add", "anna", "--label", "report", *data)
    assert token["token"].startswith("fo_")
    assert [item["id"] for item in firstout("token", "list", *data)] == [token["id"]]
    assert firstout("token", "revoke", token["id"], *data) == {"ok": True, "id": token["id"]}
    assert firstout("user", "disable", "anna", *data) == {"ok": True, "login": "anna"}
    assert firstout("user", "list", *data)[0]["disabled_at"]


def test_what_is_refused_is_json_too(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data", "--json")
    refused = firstout("user", "link", "nobody", *data, code=1)
    assert refused["ok"] is False
    assert "nobody" in refused["error"]
    assert firstout("verify", *data, code=1)["ok"] is False
    missing = firstout("import", tmp_path / "no.xlsx", "--json", code=1)
    assert "no.xlsx" in missing["faults"][0]["file"]
    empty = tmp_path / "plant"
    empty.mkdir()
    faults = firstout("check", empty, "--json", code=1)["faults"]
    assert set(faults[0]) == {"file", "where", "problem", "accepted"}


def test_a_plant_folder_for_programs(tmp_path: Path) -> None:
    assert "caster-1" in json.dumps(firstout("check", CASTER, "--json"))
    kinds = firstout("template", "--json")
    assert {"kind", "name", "answers"} == set(kinds[0])
    listed = tmp_path / "points.csv"
    listed.write_text(LIST, encoding="utf-8")
    output = ("--output", tmp_path / "signals.csv", "--equipment", "caster-1")
    assert firstout("import", listed, *output, "--json")["signals"] == 1


def test_every_command_that_tells_something_has_json() -> None:
    silent = {"run", "broker", "simulate", "gateway", "monitor", "record", "api"}
    told = [item for item in app.registered_commands if item.callback]
    told += [item for group in app.registered_groups for item in _commands(group)]
    lacking = [
        item.callback.__name__
        for item in told
        if item.callback and "as_json" not in item.callback.__annotations__
    ]
    assert set(lacking) == silent


def test_the_version_is_said() -> None:
    command = [sys.executable, "-m", "firstout", "--version"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    assert said.stdout.startswith("firstout")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_to_complete(shell: str) -> None:
    said = _complete(shell, f"source_{shell}", "")
    assert "_FIRSTOUT_COMPLETE" in said


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("firstout te", "template"),
        ("firstout template deep", "deep_well_caster"),
        ("firstout user add x --role safety", "safety_engineer"),
        ("firstout user link an", "anna"),
    ],
)
def test_the_shell_is_offered_what_fits(line: str, offered: str, tmp_path: Path) -> None:
    data = ("--data", tmp_path, "--json")
    firstout("user", "add", "anna", "--name", "Anna", "--role", "operator", *data)
    assert offered in _complete("bash", "complete_bash", line, data=tmp_path).split("\n")


def _complete(shell: str, instruction: str, line: str, data: Path | None = None) -> str:
    """Ask as the shell's completion does, through the command's own entry point."""
    program = (
        "import sys; sys.argv[0] = 'firstout'; from firstout.cli import app; "
        "app(prog_name='firstout')"
    )
    asked = {
        "_FIRSTOUT_COMPLETE": instruction,
        "COMP_WORDS": line,
        "COMP_CWORD": str(max(0, len(line.split()) - 1)),
        "SHELL": f"/bin/{shell}",
        **({"FIRSTOUT_DATA": str(data)} if data else {}),
    }
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **asked}, capture_output=True, check=False, text=True
    )
    return done.stdout


def _commands(group: Any) -> list[Any]:
    return list(group.typer_instance.registered_commands)

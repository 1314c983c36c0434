"""The documents say what is so: their paths, commands, tables and words are compared with it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import typer.main

from firstout.cli import app
from tests.doc_pages import (
    COMMAND,
    FENCE,
    FILE_TYPES,
    LINK,
    MADE_BY_RUNNING,
    NAMES,
    PAGES,
    ROOT,
    TARGET,
    TOP,
    code,
    fences,
    files,
    first_words,
    headings,
    pages,
    spans,
)

COMMANDS = typer.main.get_command(app)


# --- paths -----------------------------------------------------------------------------------


@pages
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = LINK.findall(FENCE.sub("", page.read_text("utf-8")))
    near = (link.partition("#")[0] for link in links if "://" not in link)
    dead = [link for link in near if link and not (page.parent / link).exists()]

    assert dead == []


def missing(span: str) -> bool:
    """Say whether a code span is a path of the repository, and that path does not exist."""
    if not re.fullmatch(r"[\w.<>*/-]+", span) or span.startswith("/"):
        return False
    first, slash, _ = span.partition("/")
    if slash and first in TOP:
        return not any(ROOT.glob(re.sub(r"<[^>]*>", "*", span).rstrip("/")))
    if first == "var":
        return Path(span).name not in MADE_BY_RUNNING | {"var"}
    if not slash and span.endswith(FILE_TYPES):
        return span not in NAMES | MADE_BY_RUNNING
    return False


@pages
def test_every_path_named_exists(page: Path) -> None:
    assert [span for span in spans(page.read_text("utf-8")) if missing(span)] == []


def test_the_search_for_missing_paths_finds_one() -> None:
    assert missing("gateway/opcua/source.py")
    assert missing("nowhere.toml")
    assert not missing("gateway/<protocol>/source.py")
    assert not missing("var/run.json")


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / link).resolve() for link in LINK.findall(index.read_text("utf-8"))}

    assert {page for page in PAGES if "docs" in page.parts} - {index} <= linked


# --- commands --------------------------------------------------------------------------------


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = {
        target
        for page in PAGES
        for text in code(page.read_text("utf-8"))
        for target in TARGET.findall(text)
    }

    assert {"run", "test"} <= named
    assert named - targets == set()


def unknown_in(arguments: list[str]) -> Iterator[str]:
    """Name what `firstout` would not understand: a command, or an option."""
    command: click.Command = COMMANDS
    options = {"--help"}
    for argument in arguments:
        commands: Mapping[str, click.Command] = getattr(command, "commands", {})
        if argument.startswith("--"):
            if argument.partition("=")[0] not in options:
                yield f"{command.name} {argument}"
        elif commands:
            if argument not in commands:
                yield argument
                return
            command = commands[argument]
            options |= {name for item in command.params for name in option_names(item)}


def option_names(parameter: click.Parameter) -> list[str]:
    names = [*parameter.opts, *parameter.secondary_opts]
    return [name for name in names if name.startswith("--")]


def shown_commands(text: str) -> Iterator[list[str]]:
    for arguments in COMMAND.findall(text):
        yield arguments.split()


@pages
def test_every_command_shown_exists(page: Path) -> None:
    shown = [found for text in code(page.read_text("utf-8")) for found in shown_commands(text)]

    assert [problem for found in shown for problem in unknown_in(found)] == []


def test_the_search_for_unknown_commands_finds_one() -> None:
    assert list(unknown_in(["frobnicate"])) == ["frobnicate"]
    assert list(unknown_in(["api", "--allow-hosts", "x"])) == ["api --allow-hosts"]
    assert list(unknown_in(["user", "add", "LOGIN", "--role", "operator"])) == []


def test_the_services_start_commands_that_exist() -> None:
    units = files(".service")
    started = [
        arguments.split()
        for unit in units
        for arguments in re.findall(
            r"^ExecStart=/opt/firstout/bin/firstout (.*)$", unit.read_text("utf-8"), re.MULTILINE
        )
    ]

    assert len(started) == len(units) == 5
    assert [problem for arguments in started for problem in unknown_in(arguments)] == []


def leaves(command: click.Command, path: str = "firstout") -> Iterator[tuple[str, click.Command]]:
    commands: Mapping[str, click.Command] = getattr(command, "commands", {})
    for name, item in commands.items():
        yield from leaves(item, f"{path} {name}")
    if not commands:
        yield path, command


def test_the_reference_names_every_command_and_option() -> None:
    text = (ROOT / "docs" / "reference" / "command-line.md").read_text("utf-8")
    wanted = {
        word
        for path, command in leaves(COMMANDS)
        for word in (path, *(name for item in command.params for name in option_names(item)))
    }

    assert {word for word in wanted if not re.search(rf"`{re.escape(word)}[` ]", text)} == set()


def test_the_reference_names_everything_in_the_data_folder() -> None:
    named = first_words("docs/reference/command-line.md", "## The data folder")

    assert sorted(named) == sorted(MADE_BY_RUNNING - {"broker.json"})


# --- two languages ---------------------------------------------------------------------------


def test_both_front_pages_have_the_same_shape() -> None:
    english = (ROOT / "README.md").read_text("utf-8")
    chinese = (ROOT / "README.zh-CN.md").read_text("utf-8")

    assert headings(chinese) == headings(english)
    assert fences(chinese) == fences(english)
    assert sorted(spans(chinese)) == sorted(spans(english))
    for mark in ("* ", "| ", "!["):
        lines = [text.count(f"\n{mark}") for text in (chinese, english)]
        assert lines[0] == lines[1], mark


def test_the_front_page_begins_with_two_commands() -> None:
    first = fences((ROOT / "README.md").read_text("utf-8"))[0]

    assert first == "make run\nmake test\n"


# --- what no file may hold -------------------------------------------------------------------

_TEXT = (".md", ".py", ".toml", ".csv", ".json", ".lock", ".sh", ".service", ".target", ".conf")
_MORE_TEXT = (".ts", ".vue", ".css", ".html", ".proto", "Makefile", ".npmrc", ".gitignore")
_MACHINES = re.compile(r"(?<![\w.])(?:/home/\w|/root/|/Users/\w|[A-Z]:\\Users)")


def test_no_file_names_somebody_s_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files(*_TEXT, *_MORE_TEXT)
        if path != Path(__file__)
        for match in _MACHINES.finditer(path.read_text("utf-8"))
    ]

    assert found == []


def test_no_lock_file_says_where_packages_come_from() -> None:
    locks = [*files(".lock"), ROOT / "console" / "package-lock.json"]

    assert len(locks) == 3
    for lock in locks:
        text = lock.read_text("utf-8")
        assert "://" not in text, lock.name
        assert '"resolved"' not in text, lock.name

"""The documents say what is so: their paths, commands, tables and words are compared with it."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path

import click
import pytest
import typer.main

from alarms.alarm import AlarmKind
from alarms.wording import level_name
from api.roles import Role
from compliance.verdict import Verdict
from firstout.cli import app
from firstout.data_folder import DataFolder
from monitor.changes import InterlockState, NodeState, Response
from plant.quality import Quality
from plant.read import EQUIPMENT_KINDS, INDUSTRIES, PROTOCOLS
from plant.read_signals import COLUMNS
from plant.role import ROLES
from plant.signal import Level, LimitSource, Priority
from telemetry.sparkplug.names import DELIVERY

ROOT = Path(__file__).parents[2]
NOT_OURS = {"node_modules", "var", "dist", "__pycache__"}


def ours(path: Path) -> bool:
    """Say whether a file is of the project, not something installed, built or kept by a run."""
    parts = path.relative_to(ROOT).parts
    hidden = any(part.startswith(".") for part in parts[:-1])
    return not hidden and not NOT_OURS & set(parts) and parts[:2] != ("api", "static")


def files(*suffixes: str) -> list[Path]:
    found = (path for path in ROOT.rglob("*") if path.is_file() and ours(path))
    return sorted(path for path in found if path.suffix in suffixes or path.name in suffixes)


PAGES = files(".md")
NAMES = {path.name for path in ROOT.rglob("*") if ours(path)}
TOP = {path.name for path in ROOT.iterdir() if ours(path)}
DATA = DataFolder(Path("data"))
MADE_BY_RUNNING = {
    getattr(DATA, name).name
    for name, value in vars(DataFolder).items()
    if isinstance(value, property)
} | {"broker.json"}

COMMANDS = typer.main.get_command(app)

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
_COMMAND = re.compile(r"(?:^|[\s/])firstout(?= [a-z-])((?: [^\s`;&|]+)+)", re.MULTILINE)
_FILE_TYPES = (".md", ".toml", ".csv", ".json", ".py", ".lock", ".db", ".service", ".target")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def fences(text: str) -> list[str]:
    return [content for _, content in _FENCE.findall(text)]


def spans(text: str) -> list[str]:
    return _SPAN.findall(_FENCE.sub("", text))


def code(text: str) -> list[str]:
    return [*fences(text), *spans(text)]


def headings(text: str) -> list[int]:
    return [len(mark) for mark in re.findall(r"^(#+) ", _FENCE.sub("", text), re.MULTILINE)]


def section(page: str, heading: str) -> str:
    """Give what stands under a heading, up to the next."""
    text = (ROOT / page).read_text("utf-8")
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, f"{page} has no {heading!r}"
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(page: str, heading: str) -> list[list[str]]:
    """Give the cells of a section's table, without its head."""
    lines = [line for line in section(page, heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def first_words(page: str, heading: str) -> list[str]:
    """Give the code words in the first cells of a section's table."""
    return [word for row in rows(page, heading) for word in _SPAN.findall(row[0])]


# --- paths -----------------------------------------------------------------------------------


@pages
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = _LINK.findall(_FENCE.sub("", page.read_text("utf-8")))
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
    if not slash and span.endswith(_FILE_TYPES):
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
    linked = {(index.parent / link).resolve() for link in _LINK.findall(index.read_text("utf-8"))}

    assert {page for page in PAGES if "docs" in page.parts} - {index} <= linked


# --- commands --------------------------------------------------------------------------------


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = {
        target
        for page in PAGES
        for text in code(page.read_text("utf-8"))
        for target in _TARGET.findall(text)
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
    for arguments in _COMMAND.findall(text):
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

    assert len(started) == len(units) == 4
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


# --- words -----------------------------------------------------------------------------------

GLOSSARY = "docs/glossary.md"


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Levels", Level),
        ("Alarm kinds", AlarmKind),
        ("Priorities", Priority),
        ("Interlock states", InterlockState),
        ("Responses", Response),
        ("Verdicts", Verdict),
        ("Node states", NodeState),
        ("People", Role),
    ],
)
def test_the_glossary_has_the_words_of_the_code(heading: str, words: type[Enum]) -> None:
    assert first_words(GLOSSARY, f"## {heading}") == [word.value for word in words]


def test_the_glossary_has_the_qualities() -> None:
    assert first_words(GLOSSARY, "## Quality") == [quality.name for quality in Quality]


def test_the_glossary_names_roles_and_levels_as_the_code_does() -> None:
    roles = [[f"`{role.id}`", role.name.zh, role.name.en] for role in ROLES.values()]
    levels = [[f"`{level}`", level_name(level).zh, level_name(level).en] for level in Level]

    assert rows(GLOSSARY, "## Roles") == roles
    assert rows(GLOSSARY, "## Levels") == levels


@pytest.mark.parametrize(
    "heading", ["Quality", "Priorities", "Interlock states", "Responses", "Node states"]
)
def test_the_console_uses_the_glossary_s_chinese(heading: str) -> None:
    console = (ROOT / "console" / "src" / "i18n" / "zh.ts").read_text("utf-8")
    words = [f"{row[0].strip('`')}: '{row[1]}'" for row in rows(GLOSSARY, f"## {heading}")]

    assert [word for word in words if word not in console] == []


# --- tables that repeat the code -------------------------------------------------------------

PLANT_PAGE = "docs/how-to/describe-a-plant.md"


def test_the_plant_page_lists_every_column() -> None:
    assert first_words(PLANT_PAGE, "## `signals.csv`") == list(COLUMNS)


def test_the_plant_page_lists_every_role_with_its_quantity() -> None:
    said = [[row[0].strip("`"), row[1]] for row in rows(PLANT_PAGE, "### Roles")]
    roles = [
        [role.id, "a switch" if role.unit is None else f"like {role.unit}"]
        for role in ROLES.values()
    ]

    assert said == roles


def test_the_plant_page_names_every_choice() -> None:
    text = (ROOT / PLANT_PAGE).read_text("utf-8")
    choices = {
        *PROTOCOLS,
        *INDUSTRIES,
        *EQUIPMENT_KINDS,
        *(name for kind in EQUIPMENT_KINDS.values() for name in kind),
        *(
            value
            for kind in EQUIPMENT_KINDS.values()
            for values in kind.values()
            for value in values
        ),
        *Priority,
        *LimitSource,
    }

    assert {str(word) for word in choices if f"`{word}`" not in text} == set()


def test_the_delivery_page_lists_our_metrics() -> None:
    assert set(DELIVERY) <= set(first_words("docs/reference/delivery.md", "## Sparkplug"))


def test_each_decision_has_a_date_and_four_headings() -> None:
    decisions = files(".md")
    decisions = [page for page in decisions if page.parent.name == "decisions"]
    numbers = [int(page.name[:4]) for page in decisions]

    assert numbers == list(range(1, len(decisions) + 1))
    for number, page in zip(numbers, decisions, strict=True):
        text = page.read_text("utf-8")
        found = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert found == ["Context", "Decision", "Consequences", "Refused"], page.name
        assert text.startswith(f"# {number}. "), page.name
        assert re.search(r"^\d{4}-\d\d-\d\d$", text, re.MULTILINE), page.name
        assert len(text.split()) < 500, page.name


def test_the_changelog_keeps_a_heading_for_judgement() -> None:
    assert "### Judgement" in (ROOT / "CHANGELOG.md").read_text("utf-8")


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

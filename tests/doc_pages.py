"""The documents as text: pages, sections, tables, code."""

import re
from pathlib import Path

import pytest

from firstout.data_folder import DataFolder

ROOT = Path(__file__).parents[1]
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

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"(?:^|[\s/])firstout(?= [a-z-])((?: [^\s`;&|]+)+)", re.MULTILINE)
FILE_TYPES = (".md", ".toml", ".csv", ".json", ".py", ".lock", ".db", ".service", ".target")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def fences(text: str) -> list[str]:
    return [content for _, content in FENCE.findall(text)]


def spans(text: str) -> list[str]:
    return SPAN.findall(FENCE.sub("", text))


def code(text: str) -> list[str]:
    return [*fences(text), *spans(text)]


def headings(text: str) -> list[int]:
    return [len(mark) for mark in re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE)]


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
    return [word for row in rows(page, heading) for word in SPAN.findall(row[0])]

"""The words and tables of the documents are those of the code."""

import re
from enum import Enum

import pytest

from alarms.alarm import AlarmKind
from alarms.wording import level_name
from api.roles import Role
from compliance.verdict import Verdict
from monitor.changes import InterlockState, NodeState, Response
from plant import read_limits, read_signals
from plant.equipment_kind import EQUIPMENT_KINDS, PRODUCES_WITH
from plant.evidence import EVIDENCE_TYPES
from plant.formula import Function
from plant.interlock import OnBad, Reset
from plant.quality import Quality
from plant.read_device import PROTOCOLS
from plant.read_subjects import INDUSTRIES
from plant.role import ROLES
from plant.signal import Indicates, Level, LimitSource, Priority
from plant.subject import SUBJECT_ATTRIBUTES
from telemetry.sparkplug.names import DELIVERY
from tests.doc_pages import (
    ROOT,
    SPAN,
    files,
    first_words,
    rows,
)

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


def test_the_glossary_names_kinds_and_records_as_the_code_does() -> None:
    kinds = [[f"`{kind.id}`", kind.name.zh, kind.name.en] for kind in EQUIPMENT_KINDS.values()]
    types = [[f"`{word}`", name.zh, name.en] for word, name in EVIDENCE_TYPES.items()]

    assert rows(GLOSSARY, "## Equipment kinds") == kinds
    assert rows(GLOSSARY, "## Evidence types") == types


@pytest.mark.parametrize(
    "heading", ["Quality", "Priorities", "Interlock states", "Responses", "Node states"]
)
def test_the_console_uses_the_glossary_s_chinese(heading: str) -> None:
    sources = ROOT / "console" / "src"
    texts = [sources / "i18n" / "zh.ts", *sources.rglob("texts.ts")]
    console = "\n".join(path.read_text("utf-8") for path in texts)
    words = [f"{row[0].strip('`')}: '{row[1]}'" for row in rows(GLOSSARY, f"## {heading}")]

    assert [word for word in words if word not in console] == []


# --- tables that repeat the code -------------------------------------------------------------

PLANT_PAGE = "docs/how-to/describe-a-plant.md"
KINDS_HEADING = "### Kinds of equipment"


def test_the_plant_page_lists_every_column() -> None:
    signals = [*read_signals.COLUMNS, *read_signals.OPTIONAL]
    limits = [*read_limits.REQUIRED, *read_limits.OPTIONAL]

    assert first_words(PLANT_PAGE, "## `signals.csv`") == signals
    assert first_words(PLANT_PAGE, "## `limits.csv`") == limits


def test_the_plant_page_shows_every_function() -> None:
    shown = first_words(PLANT_PAGE, "### Computed signals")

    assert list(dict.fromkeys(word.partition("(")[0] for word in shown)) == list(Function)


def test_the_plant_page_lists_every_role_with_its_quantity() -> None:
    said = [[row[0].strip("`"), row[1]] for row in rows(PLANT_PAGE, "### Roles")]
    roles = [
        [role.id, "a switch" if role.unit is None else f"like {role.unit}"]
        for role in ROLES.values()
    ]

    assert said == roles


def test_the_plant_page_lists_what_every_kind_says_of_itself() -> None:
    said = {row[0].strip("`"): " ".join(row[1:]) for row in rows(PLANT_PAGE, KINDS_HEADING)}

    assert list(said) == list(EQUIPMENT_KINDS)
    for kind in EQUIPMENT_KINDS.values():
        answers = [value for values in kind.attributes.values() for value in values]
        named = SPAN.findall(said[kind.id])
        wanted = {*kind.attributes, *answers, *kind.relations} - {PRODUCES_WITH}
        targets = set(kind.relations.values()) & set(EQUIPMENT_KINDS)
        assert set(named) == wanted | targets, kind.id


def test_the_plant_page_names_every_choice() -> None:
    text = (ROOT / PLANT_PAGE).read_text("utf-8")
    choices = {
        *PROTOCOLS,
        *INDUSTRIES,
        PRODUCES_WITH,
        *Priority,
        *LimitSource,
        *Indicates,
        *OnBad,
        *Reset,
        *SUBJECT_ATTRIBUTES,
        *(question for questions in SUBJECT_ATTRIBUTES.values() for question in questions),
        *(
            word
            for words in SUBJECT_ATTRIBUTES.values()
            for all_ in words.values()
            for word in all_
        ),
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

"""Each golden recording gives exactly the changes that its expected file states."""

import re
from pathlib import Path

import pytest

from tests.golden_recordings import CASES, NAMES, replayed

JUDGING = Path(__file__).parents[4] / "docs" / "reference" / "judging.md"


def test_each_rule_names_its_case_and_each_case_has_a_rule() -> None:
    _, _, table = JUDGING.read_text("utf-8").partition("\n## Golden cases\n")
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| ")]
    named = [name for row in rows[1:] for name in re.findall(r"`([^`]+)`", row[1])]

    assert sorted(named) == NAMES


def test_there_are_at_least_forty() -> None:
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_the_expected_changes(name: str) -> None:
    expected = (CASES / name / "expected.txt").read_text("utf-8")

    assert replayed(name) == expected

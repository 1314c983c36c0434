"""Who may change the plant: signed in each time, by password or by a token in a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.roles import Role
from firstout.applying.persons import PersonError, Persons
from tests.small_plant import at

PASSWORD = "a long enough secret"


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    made = Accounts(open_accounts(tmp_path / "accounts.db"), lambda: at(0))
    made.create("engineer", "Engineer", Role.SAFETY_ENGINEER, PASSWORD)
    made.create("operator", "Operator", Role.OPERATOR, PASSWORD)
    made.create("program", "Program", Role.PLANT_MANAGER)
    return made


@pytest.fixture
def persons(accounts: Accounts) -> Persons:
    return Persons(accounts)


def answers(*given: str) -> Callable[[str], str]:
    left = list(given)
    return lambda _: left.pop(0)


def test_the_right_password_signs_in(persons: Persons, accounts: Accounts) -> None:
    person = persons.by_password("engineer", answers("wrong", PASSWORD))
    assert person.login == "engineer"
    assert person.actor == next(a.id for a in accounts.accounts() if a.login == "engineer")


def test_three_wrong_passwords_are_enough(persons: Persons) -> None:
    with pytest.raises(PersonError, match="the login or the password is wrong: engineer"):
        persons.by_password("engineer", answers("1", "2", "3", PASSWORD))


@pytest.mark.parametrize("login", ["nobody", "program"])
def test_who_has_no_password_cannot_sign_in_by_one(persons: Persons, login: str) -> None:
    with pytest.raises(PersonError, match="is wrong"):
        persons.by_password(login, answers("", PASSWORD, "x"))


def test_the_role_must_allow_it(persons: Persons) -> None:
    with pytest.raises(PersonError, match="the role operator may not change the plant"):
        persons.by_password("operator", answers(PASSWORD))


def test_a_token_in_a_file_signs_in(persons: Persons, accounts: Accounts, tmp_path: Path) -> None:
    token, secret = accounts.create_token("program", "changes")
    file = tmp_path / "token"
    file.write_text(f"{secret}\n")
    assert persons.by_token(file).login == "program"
    accounts.revoke_token(token.id)
    with pytest.raises(PersonError, match="unknown, expired or revoked"):
        persons.by_token(file)


def test_a_token_counts_with_its_own_role(
    persons: Persons, accounts: Accounts, tmp_path: Path
) -> None:
    _, secret = accounts.create_token("program", "reads", role=Role.AUDITOR)
    file = tmp_path / "token"
    file.write_text(secret)
    with pytest.raises(PersonError, match="the role auditor may not change the plant"):
        persons.by_token(file)


def test_a_token_file_that_is_none_is_named(persons: Persons, tmp_path: Path) -> None:
    with pytest.raises(PersonError, match="cannot be read"):
        persons.by_token(tmp_path / "missing")

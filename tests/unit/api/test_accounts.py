import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import update

from api.accounts.open import AccountsError, open_accounts
from api.accounts.store import Accounts
from api.accounts.tables import schema
from api.passwords import PasswordError, hashed, matches
from api.roles import Role
from plant.errors import RequestError
from tests.api_world import PASSWORD, START


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "accounts.db"


def test_database_is_readable_by_its_owner_only(file: Path) -> None:
    open_accounts(file).dispose()

    assert os.stat(file).st_mode & 0o777 == 0o600  # noqa: PTH116


def test_no_secret_is_stored(file: Path) -> None:
    engine = open_accounts(file)
    accounts = Accounts(engine, lambda: START)
    account = accounts.create("li", "Li", Role.OPERATOR, PASSWORD)
    secrets = [
        PASSWORD,
        accounts.create_token("li", "x")[1],
        accounts.create_link("li"),
        accounts.open_session(account.id),
    ]
    engine.dispose()

    stored = "\n".join(sqlite3.connect(file).iterdump())
    assert not [secret for secret in secrets if secret in stored]


def test_accounts_outlive_a_restart(file: Path) -> None:
    for turn in range(2):
        engine = open_accounts(file)
        accounts = Accounts(engine, lambda: START)
        if not turn:
            accounts.create("li", "Li", Role.OPERATOR, PASSWORD)
        assert [item.login for item in accounts.accounts()] == ["li"]
        engine.dispose()


def test_newer_database_is_refused(file: Path) -> None:
    engine = open_accounts(file)
    with engine.begin() as connection:
        connection.execute(update(schema).values(version=99))
    engine.dispose()

    with pytest.raises(AccountsError, match="newer"):
        open_accounts(file)


def test_something_else_is_refused(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("this is no database, whatever its name says" * 100)

    with pytest.raises(AccountsError, match="not a database"):
        open_accounts(file)


def test_what_cannot_be_an_account(file: Path) -> None:
    engine = open_accounts(file)
    accounts = Accounts(engine, lambda: START)
    accounts.create("li", "Li", Role.OPERATOR)

    with pytest.raises(RequestError, match="already"):
        accounts.create("li", "Other", Role.AUDITOR)
    with pytest.raises(RequestError):
        accounts.create(" ", "Nobody", Role.AUDITOR)
    with pytest.raises(PasswordError):
        accounts.create("wang", "Wang", Role.AUDITOR, "short")
    with pytest.raises(RequestError):
        accounts.create_link("wang")
    engine.dispose()


def test_account_without_password_has_none(file: Path) -> None:
    engine = open_accounts(file)
    accounts = Accounts(engine, lambda: START)
    accounts.create("li", "Li", Role.OPERATOR)

    assert accounts.by_password("li", "nobody may sign in with this") is None
    accounts.set_password("li", PASSWORD)
    assert accounts.by_password("li", PASSWORD) is not None
    engine.dispose()


def test_passwords_are_argon2id() -> None:
    stored = hashed(PASSWORD)

    assert stored.startswith("$argon2id$")
    assert matches(stored, PASSWORD)
    assert not matches(stored, PASSWORD + "x")
    assert not matches("no hash at all", PASSWORD)

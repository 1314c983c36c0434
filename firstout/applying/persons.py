"""Who asks for a change of the plant, and who agrees: signed in at the terminal each time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api.accounts.store import Accounts
from api.roles import CHANGERS, Role
from plant.errors import FirstoutError

# Tokens stand in files: on a command line every user of the machine could read them.
_LONGEST_TOKEN = 4096
_TRIES = 3


class PersonError(FirstoutError):
    """Nobody was signed in, or somebody who may not do this."""


@dataclass(frozen=True)
class Person:
    """An account that has proven who it is; `actor` is what the journal calls it."""

    actor: str
    login: str


class Persons:
    """Signs people in against the accounts; one run of the command gives each three tries."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def by_password(self, login: str, ask: Callable[[str], str]) -> Person:
        """Ask for the password of `login`, up to three times.

        Raises:
            PersonError: it was wrong each time, or the role may not change the plant.
        """
        for _ in range(_TRIES):
            actor = self._accounts.by_password(login, ask(login))
            if actor is not None:
                found = next(a for a in self._accounts.accounts() if a.id == actor)
                return _allowed(Person(found.id, found.login), found.role)
        raise PersonError(f"账号或密码错误 the login or the password is wrong: {login}")

    def by_token(self, path: Path) -> Person:
        """Read an API token out of a file.

        Raises:
            PersonError: it cannot be read, is not valid, or its role may not change the plant.
        """
        try:
            with path.open(encoding="utf-8") as file:
                secret = file.read(_LONGEST_TOKEN).strip()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise PersonError(f"{path}: 读不出令牌 cannot be read: {why}") from error
        caller = self._accounts.by_token(secret)
        if caller is None:
            raise PersonError(f"{path}: 令牌无效 the token is unknown, expired or revoked")
        return _allowed(Person(caller.actor, caller.login), caller.role)


def _allowed(person: Person, role: Role) -> Person:
    if role not in CHANGERS:
        accepted = ", ".join(sorted(CHANGERS))
        raise PersonError(
            f"{person.login}: 该角色无权变更装置 the role {role} may not change the plant; "
            f"accepted: {accepted}"
        )
    return person

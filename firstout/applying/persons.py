"""Who asks for a change of the plant, and who agrees: signed in at the terminal each time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api.accounts.store import Accounts
from api.lockout import Lockout
from api.roles import CHANGERS, Role
from plant.errors import FirstoutError
from plant.moment import SECOND

# Tokens stand in files: on a command line every user of the machine could read them.
_LONGEST_TOKEN = 4096
_TRIES = 3
_HERE = "terminal"


class PersonError(FirstoutError):
    """Nobody was signed in, or somebody who may not do this."""


@dataclass(frozen=True)
class Person:
    """An account that has proven who it is; `actor` is what the journal calls it."""

    actor: str
    login: str
    name: str


class Persons:
    """Signs people in against the accounts, with the same lockout as the console's sign-in."""

    def __init__(self, accounts: Accounts, now: Callable[[], int]) -> None:
        self._accounts = accounts
        self._now = now
        self._lockout = Lockout()

    def by_password(self, login: str, ask: Callable[[str], str]) -> Person:
        """Ask for the password of `login`, up to three times.

        Raises:
            PersonError: it was wrong each time, or the role may not change the plant.
        """
        for _ in range(_TRIES):
            wait = self._lockout.begin(login, _HERE, self._now())
            if wait:
                raise PersonError(
                    f"尝试次数过多 too many attempts for {login}; wait {-(-wait // SECOND)} s"
                )
            actor = self._accounts.by_password(login, ask(login))
            if actor is not None:
                self._lockout.succeeded(login, _HERE)
                found = next(a for a in self._accounts.accounts() if a.id == actor)
                return _allowed(Person(found.id, found.login, found.name), found.role)
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
            raise PersonError(f"{path} cannot be read: {error}") from error
        caller = self._accounts.by_token(secret)
        if caller is None:
            raise PersonError(f"{path}: 令牌无效 the token is unknown, expired or revoked")
        return _allowed(Person(caller.actor, caller.login, caller.name), caller.role)


def _allowed(person: Person, role: Role) -> Person:
    if role not in CHANGERS:
        accepted = ", ".join(sorted(CHANGERS))
        raise PersonError(
            f"{person.login}: 该角色无权变更工厂 the role {role} may not change the plant; "
            f"accepted: {accepted}"
        )
    return person

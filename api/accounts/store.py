"""Accounts, sessions, tokens and one-time links: who may ask, and until when.

Secrets are given out once, when they are made, and only their hashes are kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, insert, or_, select, update

from api.accounts.credentials import TOKEN_PREFIX, fingerprint, new_id, new_secret
from api.accounts.open import reading, writing
from api.accounts.tables import account, link, session, token
from api.caller import Caller
from api.passwords import LONGEST, hashed, matches
from api.roles import Role
from plant.errors import RequestError
from plant.moment import SECOND, from_text, to_text

DAY_S = 86_400
LINK_LIFETIME_S = 600
_TOUCH_EVERY = 60 * SECOND


@dataclass(frozen=True)
class Account:
    """A person or program; `id` is what the journal calls them."""

    id: str
    login: str
    name: str
    role: Role
    has_password: bool
    created_at: str
    disabled_at: str | None


@dataclass(frozen=True)
class Token:
    """An API token without its secret."""

    id: str
    login: str
    role: Role
    label: str
    created_at: str
    expires_at: str
    revoked_at: str | None


class Accounts:
    """The accounts database; safe to use from several threads.

    Every method raises `AccountsError` when the database does not answer.

    `idle_s` ends a session that nothing has used for so long (an open event stream uses it);
    `absolute_s` ends it anyway. `now` gives nanoseconds since 1970.
    """

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], int],
        *,
        idle_s: float = 3600,
        absolute_s: float = DAY_S,
    ) -> None:
        self._engine = engine
        self._now = now
        self._idle = round(idle_s * SECOND)
        self._absolute = round(absolute_s * SECOND)

    # --- for the one who administers -----------------------------------------------------

    def create(self, login: str, name: str, role: Role, password: str | None = None) -> Account:
        """Make an account; without a password it signs in by one-time link or token.

        Raises:
            RequestError: the login is taken or empty.
            PasswordError: the password is too short or too long.
        """
        login, name = login.strip(), name.strip()
        if not (0 < len(login) <= 100 and login.isprintable() and 0 < len(name) <= 200):
            raise RequestError("invalid_account", "login has 1 to 100 characters, name 1 to 200")
        values = {
            "id": new_id("u"),
            "login": login,
            "name": name,
            "role": role.value,
            "password_hash": None if password is None else hashed(password),
            "created_at": self._text(),
        }
        with writing(self._engine) as connection:
            taken = select(account.c.id).where(account.c.login == login)
            if connection.execute(taken).first() is not None:
                raise RequestError("login_taken", f"there is already an account {login!r}")
            connection.execute(insert(account).values(values))
        return self._account(self._find(login))

    def accounts(self) -> list[Account]:
        """Give every account, also disabled ones, by login."""
        return [self._account(row) for row in self._all(select(account).order_by(account.c.login))]

    def set_password(self, login: str, password: str | None) -> None:
        """Change or remove a password; the account's sessions end.

        Raises:
            RequestError: there is no such account.
            PasswordError: the password is too short or too long.
        """
        identifier = self._find(login)["id"]
        stored = None if password is None else hashed(password)
        with writing(self._engine) as connection:
            here = account.c.id == identifier
            connection.execute(update(account).where(here).values(password_hash=stored))
            self._end_sessions(connection, identifier)

    def disable(self, login: str) -> None:
        """Let an account ask no more: its sessions, links and tokens are void from now on.

        Raises:
            RequestError: there is no such account.
        """
        identifier = self._find(login)["id"]
        with writing(self._engine) as connection:
            here = account.c.id == identifier
            connection.execute(update(account).where(here).values(disabled_at=self._text()))
            self._end_sessions(connection, identifier)

    def create_token(
        self, login: str, label: str, *, lifetime_s: float = 90 * DAY_S, role: Role | None = None
    ) -> tuple[Token, str]:
        """Make an API token for an account and give its secret, this once.

        Raises:
            RequestError: there is no such account, or the lifetime is not positive.
        """
        if not 0 < lifetime_s <= 3660 * DAY_S or len(label) > 200:
            raise RequestError("invalid_token", "a token lives longer than 0 s, at most 10 years")
        owner, now = self._find(login), self._now()
        secret = new_secret(TOKEN_PREFIX)
        values = {
            "id": new_id("t"),
            "hash": fingerprint(secret),
            "account": owner["id"],
            "role": (role or Role(owner["role"])).value,
            "label": label,
            "created_at": to_text(now),
            "expires_at": to_text(now + round(lifetime_s * SECOND)),
        }
        with writing(self._engine) as connection:
            connection.execute(insert(token).values(values))
        return next(item for item in self.tokens() if item.id == values["id"]), secret

    def tokens(self) -> list[Token]:
        """Give every token, also expired and revoked ones, oldest first."""
        query = select(token, account.c.login).join(account).order_by(token.c.created_at)
        return [
            Token(
                id=row["id"],
                login=row["login"],
                role=Role(row["role"]),
                label=row["label"],
                created_at=row["created_at"],
                expires_at=row["expires_at"],
                revoked_at=row["revoked_at"],
            )
            for row in self._all(query)
        ]

    def revoke_token(self, identifier: str) -> None:
        """End a token now.

        Raises:
            RequestError: there is no such token, or it was revoked before.
        """
        here = (token.c.id == identifier, token.c.revoked_at.is_(None))
        with writing(self._engine) as connection:
            done = connection.execute(update(token).where(*here).values(revoked_at=self._text()))
        if done.rowcount != 1:
            raise RequestError("not_found", f"there is no token {identifier!r} to revoke")

    def create_link(self, login: str, *, lifetime_s: float = LINK_LIFETIME_S) -> str:
        """Make a code that signs the account in once; put it behind `/#/sign-in?code=`.

        Raises:
            RequestError: there is no such account, or the lifetime is not positive.
        """
        if not 0 < lifetime_s <= DAY_S:
            raise RequestError("invalid_link", "a link lives longer than 0 s, at most a day")
        owner, now, code = self._find(login), self._now(), new_secret()
        with writing(self._engine) as connection:
            connection.execute(delete(link).where(link.c.expires_at <= to_text(now)))
            connection.execute(
                insert(link).values(
                    hash=fingerprint(code),
                    account=owner["id"],
                    created_at=to_text(now),
                    expires_at=to_text(now + round(lifetime_s * SECOND)),
                )
            )
        return code

    # --- for those who ask ---------------------------------------------------------------

    def by_password(self, login: str, password: str) -> str | None:
        """Give the account's id when the password is right; works as long when it is not."""
        rows = self._all(select(account).where(account.c.login == login))
        usable = bool(rows) and rows[0]["disabled_at"] is None
        right = matches(rows[0]["password_hash"] if usable else None, password[: LONGEST + 1])
        return str(rows[0]["id"]) if usable and right else None

    def redeem(self, code: str) -> str | None:
        """Give the account's id for a one-time code, and burn the code."""
        now = self._text()
        here = (link.c.hash == fingerprint(code), link.c.redeemed_at.is_(None))
        with writing(self._engine) as connection:
            fresh = update(link).where(*here, link.c.expires_at > now)
            if connection.execute(fresh.values(redeemed_at=now)).rowcount != 1:
                return None
            query = select(account.c.id).join(link).where(link.c.hash == fingerprint(code))
            usable = query.where(account.c.disabled_at.is_(None))
            found = connection.execute(usable).scalar_one_or_none()
        return None if found is None else str(found)

    def open_session(self, identifier: str) -> str:
        """Begin a session of an account and give its secret; dead sessions are swept out."""
        now, secret = self._now(), new_secret()
        idle, absolute = to_text(now - self._idle), to_text(now - self._absolute)
        with writing(self._engine) as connection:
            dead = or_(session.c.used_at <= idle, session.c.created_at <= absolute)
            connection.execute(delete(session).where(dead))
            connection.execute(
                insert(session).values(
                    hash=fingerprint(secret),
                    account=identifier,
                    created_at=to_text(now),
                    used_at=to_text(now),
                )
            )
        return secret

    def close_session(self, secret: str) -> None:
        """End a session; no matter if it has ended."""
        with writing(self._engine) as connection:
            connection.execute(delete(session).where(session.c.hash == fingerprint(secret)))

    def by_session(self, secret: str) -> Caller | None:
        """Give whose session this is; None when it has ended. Counts as use of it."""
        began = session.c.created_at.label("began_at")
        query = select(account, began, session.c.used_at).join(session)
        here = (session.c.hash == fingerprint(secret), account.c.disabled_at.is_(None))
        rows = self._all(query.where(*here))
        if not rows:
            return None
        row, now = rows[0], self._now()
        used, end = from_text(row["used_at"]), from_text(row["began_at"]) + self._absolute
        if now >= end or now - used >= self._idle:
            return None
        if now - used >= _TOUCH_EVERY:  # a write for every request would be a write too many
            with writing(self._engine) as connection:
                this = session.c.hash == fingerprint(secret)
                connection.execute(update(session).where(this).values(used_at=to_text(now)))
        return Caller(
            actor=row["id"],
            login=row["login"],
            name=row["name"],
            role=Role(row["role"]),
            via="session",
            expires_at=to_text(end),
            credential=secret,
        )

    def by_token(self, secret: str) -> Caller | None:
        """Give whose token this is; None when it is unknown, expired or revoked."""
        query = select(
            token.c.role, token.c.expires_at, account.c.id, account.c.login, account.c.name
        ).join(account)
        valid = (token.c.revoked_at.is_(None), token.c.expires_at > self._text())
        here = (token.c.hash == fingerprint(secret), account.c.disabled_at.is_(None))
        rows = self._all(query.where(*valid, *here))
        if not rows:
            return None
        return Caller(
            actor=rows[0]["id"],
            login=rows[0]["login"],
            name=rows[0]["name"],
            role=Role(rows[0]["role"]),
            via="token",
            expires_at=rows[0]["expires_at"],
            credential=secret,
        )

    def still(self, caller: Caller) -> bool:
        """Say whether the caller's credentials still hold; an open stream asks now and then."""
        look = self.by_session if caller.via == "session" else self.by_token
        found = look(caller.credential)
        return found is not None and found.role == caller.role

    def _find(self, login: str) -> dict[str, Any]:
        rows = self._all(select(account).where(account.c.login == login))
        if not rows:
            raise RequestError("not_found", f"there is no account {login!r}")
        return rows[0]

    def _account(self, row: dict[str, Any]) -> Account:
        return Account(
            id=row["id"],
            login=row["login"],
            name=row["name"],
            role=Role(row["role"]),
            has_password=row["password_hash"] is not None,
            created_at=row["created_at"],
            disabled_at=row["disabled_at"],
        )

    def _end_sessions(self, connection: Connection, identifier: str) -> None:
        connection.execute(delete(session).where(session.c.account == identifier))
        connection.execute(delete(link).where(link.c.account == identifier))

    def _all(self, query: Select[Any]) -> list[dict[str, Any]]:
        with reading(self._engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _text(self) -> str:
        return to_text(self._now())

"""`firstout user` and `firstout token`: people and programs that may ask."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.roles import Role
from firstout import completion
from firstout.options import VAR, AsJson, Data
from firstout.terminal import errors_for_people, out, print_json, refuse_sentence

if TYPE_CHECKING:
    from api.accounts.store import Accounts

user_app = typer.Typer(help="People who may ask.", no_args_is_help=True)
token_app = typer.Typer(help="Programs that may ask.", no_args_is_help=True)

_DAY_S = 86_400.0

Login = Annotated[str, typer.Argument(autocompletion=completion.logins)]


def _accounts(data: Path) -> "Accounts":
    from api.accounts.open import open_accounts
    from api.accounts.store import Accounts
    from firstout.clock import Clock
    from firstout.data_folder import open_folder

    return Accounts(open_accounts(open_folder(data).accounts), Clock().now)


@user_app.command("add")
def add_user(
    login: str,
    name: Annotated[
        str, typer.Option(prompt=True, help="The person's name, as colleagues know it.")
    ],
    role: Annotated[Role, typer.Option(prompt=True)],
    data: Data = VAR,
    *,
    password: Annotated[bool, typer.Option(help="Ask for a password to set.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make an account and print a one-time sign-in code."""
    secret = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True) if password else None
    )
    with errors_for_people(as_json=as_json):
        accounts = _accounts(data)
        try:
            accounts.create(login, name, role, secret)
        except ValueError as error:
            refuse_sentence(str(error), as_json=as_json)
        code = accounts.create_link(login)
    _tell_link(login, code, as_json=as_json)


@user_app.command("link")
def link_user(login: Login, data: Data = VAR, *, as_json: AsJson = False) -> None:
    """Print a new one-time sign-in code for an account."""
    with errors_for_people(as_json=as_json):
        code = _accounts(data).create_link(login)
    _tell_link(login, code, as_json=as_json)


@user_app.command("list")
def list_users(data: Data = VAR, *, as_json: AsJson = False) -> None:
    """List all accounts."""
    with errors_for_people(as_json=as_json):
        found = [vars(account) for account in _accounts(data).accounts()]
    _list(found, ("login", "name", "role", "disabled_at"), as_json=as_json)


@user_app.command("disable")
def disable_user(login: Login, data: Data = VAR, *, as_json: AsJson = False) -> None:
    """Let an account ask no more; its sessions and tokens end."""
    with errors_for_people(as_json=as_json):
        _accounts(data).disable(login)
    if as_json:
        print_json({"ok": True, "login": login})


@token_app.command("add")
def add_token(
    login: Login,
    label: Annotated[str, typer.Option(help="What the token is for.")],
    days: Annotated[float, typer.Option(min=0.01, max=3660)] = 90,
    data: Data = VAR,
    *,
    as_json: AsJson = False,
) -> None:
    """Make a token for an account and print its secret, this once."""
    with errors_for_people(as_json=as_json):
        made, secret = _accounts(data).create_token(login, label, lifetime_s=days * _DAY_S)
    if as_json:
        print_json({**vars(made), "token": secret})
    else:
        typer.echo(secret)


@token_app.command("list")
def list_tokens(data: Data = VAR, *, as_json: AsJson = False) -> None:
    """List all tokens, without their secrets."""
    with errors_for_people(as_json=as_json):
        found = [vars(token) for token in _accounts(data).tokens()]
    _list(found, ("id", "login", "role", "label", "expires_at", "revoked_at"), as_json=as_json)


@token_app.command("revoke")
def revoke_token(
    token: Annotated[
        str, typer.Argument(help="The token's id.", autocompletion=completion.tokens)
    ],
    data: Data = VAR,
    *,
    as_json: AsJson = False,
) -> None:
    """Make a token void."""
    with errors_for_people(as_json=as_json):
        _accounts(data).revoke_token(token)
    if as_json:
        print_json({"ok": True, "id": token})


def _tell_link(login: str, code: str, *, as_json: bool) -> None:
    from api.accounts.credentials import sign_in_path

    if as_json:
        print_json({"login": login, "code": code, "path": sign_in_path(code)})
        return
    out.print("一次性登录 one-time sign-in (10 min): ", end="")
    out.print(sign_in_path(code), soft_wrap=True, highlight=False)


def _list(rows: list[dict[str, object]], columns: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    for row in rows:
        shown = (str(row[column] or "-") for column in columns)
        out.print("  ".join(shown), highlight=False, markup=False, soft_wrap=True)

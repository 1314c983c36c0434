"""What a shell offers when a person presses Tab; whatever cannot be read offers nothing."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from firstout.options import VAR

if TYPE_CHECKING:
    from api.accounts.store import Accounts


def logins(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the logins of the data folder's accounts."""

    def found(accounts: Path) -> Iterable[str]:
        return (item.login for item in _accounts(accounts).accounts())

    return _offered(ctx, incomplete, found)


def tokens(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the ids of the data folder's tokens."""

    def found(accounts: Path) -> Iterable[str]:
        return (item.id for item in _accounts(accounts).tokens() if item.revoked_at is None)

    return _offered(ctx, incomplete, found)


def equipment_kinds(incomplete: str) -> list[str]:
    """Offer the kinds of equipment."""
    from plant.equipment_kind import EQUIPMENT_KINDS

    return [kind for kind in EQUIPMENT_KINDS if kind.startswith(incomplete)]


def change_kinds(incomplete: str) -> list[str]:
    """Offer the kinds of change that a replay can print."""
    from firstout.replaying.lines import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]


def _offered(
    ctx: typer.Context, incomplete: str, found: Callable[[Path], Iterable[str]]
) -> list[str]:
    from firstout.data_folder import DataFolder
    from plant.errors import FirstoutError

    # A database that is not there would be made by opening it.
    accounts = DataFolder(Path(ctx.params.get("data") or VAR)).accounts
    if not accounts.exists():
        return []
    try:
        return [item for item in found(accounts) if item.startswith(incomplete)]
    except FirstoutError:
        return []


def _accounts(path: Path) -> "Accounts":
    from api.accounts.open import open_accounts
    from api.accounts.store import Accounts
    from firstout.clock import Clock

    return Accounts(open_accounts(path), Clock().now)

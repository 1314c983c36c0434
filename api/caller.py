"""Who asks."""

from dataclasses import dataclass, field
from typing import Literal

from api.roles import Role


@dataclass(frozen=True)
class Caller:
    """A person or program whose credentials were accepted.

    `credential` is the secret they showed: it is in no log, answer or representation.
    """

    actor: str
    login: str
    name: str
    role: Role
    via: Literal["session", "token"]
    expires_at: str | None
    credential: str = field(repr=False)

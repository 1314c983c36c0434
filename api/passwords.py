"""Passwords: argon2id, and the same work whether the account exists or not."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

SHORTEST = 12
"""Characters a password must have at least; length is the only rule that helps."""

LONGEST = 1024

_hasher = PasswordHasher()


class PasswordError(ValueError):
    """The password cannot be taken; the message says what would be."""


def hashed(password: str) -> str:
    """Hash a new password.

    Raises:
        PasswordError: It is shorter or longer than allowed.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordError(f"a password has {SHORTEST} to {LONGEST} characters")
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Say whether `password` gives `stored`; without `stored`, work as long and say no."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


# The hash of nobody's password, made with today's parameters so that it costs the same.
_NOBODY = _hasher.hash("nobody may sign in with this")

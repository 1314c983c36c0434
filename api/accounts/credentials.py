"""Secrets that the server hands out: how they are made, and what is kept of them.

Each holds 256 random bits, so a plain SHA-256 of it is all that needs to be stored: it cannot be
guessed, and a stolen database signs nobody in.
"""

import hashlib
import hmac
import secrets

TOKEN_PREFIX = "fo_"  # noqa: S105  # a mark, not a secret
"""Begins every API token, so that secret scanners can find one that leaked."""


def new_secret(prefix: str = "") -> str:
    """Make a secret that can stand in a URL, a header or a cookie."""
    return prefix + secrets.token_urlsafe(32)


def new_id(prefix: str) -> str:
    """Make an opaque id that says nothing about whom it names."""
    return f"{prefix}_{secrets.token_hex(8)}"


def sign_in_path(code: str) -> str:
    """Give the path of a one-time link; behind the `#`, no server or proxy ever logs the code."""
    return f"/#/sign-in?code={code}"


def fingerprint(secret: str) -> str:
    """Give what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_token(session: str) -> str:
    """Give the token that proves that a request was made by a page of this session.

    It follows from the session's secret, so nothing is stored and no other session can make it.
    """
    return hmac.new(session.encode(), b"firstout csrf", hashlib.sha256).hexdigest()

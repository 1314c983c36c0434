"""Signing in."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from api.models.document import Request
from api.passwords import LONGEST


def _text(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("half a surrogate pair is no text") from None
    return secret


Secret = Annotated[SecretStr, AfterValidator(_text)]


class PasswordSignIn(Request):
    """Sign in by password."""

    login: str = Field(min_length=1, max_length=100)
    password: Secret = Field(min_length=1, max_length=LONGEST)


class LinkSignIn(Request):
    """Sign in by a one-time link: the code behind `#/sign-in?code=`."""

    code: Secret = Field(min_length=1, max_length=200)

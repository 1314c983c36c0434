"""Cursors: where the next page begins, opaque to the asker and checked when it comes back."""

import base64
import binascii
import json

from api.problem import ProblemError
from plant.name import Name


def pack(*key: int | str) -> str:
    """Write the sort key of a page's last row as a cursor."""
    text = json.dumps(key, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack(cursor: str, *kinds: type) -> tuple[int | str, ...]:
    """Read a cursor whose parts must be of `kinds`; a 422 problem when it was not ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        json.dumps(key, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (binascii.Error, ValueError, RecursionError) as error:
        raise refused() from error
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise refused()
    if any(isinstance(part, int) and abs(part) >= 2**53 for part in key):
        raise refused()
    return tuple(key)


def refused() -> ProblemError:
    """Make the 422 for a cursor that leads nowhere."""
    return ProblemError(422, "invalid_cursor", Name("游标无效", "The cursor is not one of ours"))

"""Parameters that many routes share, bounded so that nothing unbounded reaches a query."""

import re
from typing import Annotated

from fastapi import Path, Query
from pydantic import AwareDatetime, BeforeValidator, StringConstraints

# Any printable text: ids are made of plant ids, colons, slashes, `@` and Chinese names may occur.
_PRINTABLE = r"^[^\x00-\x1f\x7f]+$"

Identifier = Annotated[str, Path(max_length=200, pattern=_PRINTABLE)]
Filter = Annotated[str | None, Query(min_length=1, max_length=200, pattern=_PRINTABLE)]
Filters = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTABLE)]]
    | None,
    Query(max_length=100),
]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=500, description="Items a page has at most")]

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def _rfc_3339(value: object) -> object:
    """Refuse what would pass as a time without being one: `0.5` must not mean 1970."""
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        return value
    raise ValueError(
        "a time is accepted as RFC 3339 writes it, with its offset: 2026-11-24T06:45:33Z or "
        "2026-11-24T14:45:33+08:00 (in a URL, write + as %2B)"
    )


Instant = Annotated[AwareDatetime, BeforeValidator(_rfc_3339)]
"""A moment that is asked for."""

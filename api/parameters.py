"""Parameters that many routes share, bounded so that nothing unbounded reaches a query."""

from typing import Annotated

from fastapi import Path, Query

# Any printable text: ids are made of plant ids, colons, slashes, `@` and Chinese names may occur.
_PRINTABLE = r"^[^\x00-\x1f\x7f]+$"

Identifier = Annotated[str, Path(max_length=200, pattern=_PRINTABLE)]
Filter = Annotated[str | None, Query(min_length=1, max_length=200, pattern=_PRINTABLE)]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=500, description="Items a page has at most")]

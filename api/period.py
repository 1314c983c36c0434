"""The part of the past that a list is asked for."""

from typing import Annotated

from fastapi import Query

from api.parameters import Instant
from api.problem import ProblemError
from plant.moment import from_text, to_text
from plant.name import Name

Start = Annotated[Instant | None, Query(description="RFC 3339, inclusive; no bound if none")]
End = Annotated[Instant | None, Query(description="RFC 3339, exclusive; no bound if none")]

_LATEST = from_text("2200-01-01T00:00:00Z")


def period(start: Instant | None, end: Instant | None) -> tuple[str | None, str | None]:
    """Give both bounds as the journal writes times, None where there is none.

    422 `invalid_range` unless start lies before end, both between the years 1970 and 2200.
    """
    first = None if start is None else from_text(start.isoformat())
    last = None if end is None else from_text(end.isoformat())
    if not 0 <= (first or 0) < (_LATEST if last is None else last) <= _LATEST:
        message = Name(
            "起止时间有误: start 须早于 end, 并在 1970 年至 2200 年之间",
            "`start` must lie before `end`, both between the years 1970 and 2200",
        )
        raise ProblemError(422, "invalid_range", message)
    return (None if first is None else to_text(first), None if last is None else to_text(last))

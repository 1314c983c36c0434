"""InfluxDB's answers to a query: lines of JSON → tables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from historian.historian import HistorianError


@dataclass(frozen=True)
class Table:
    """One series of a statement's result: its tags, and its columns by name.

    Cells are as JSON gave them: whole numbers stay whole, and what is absent is None.
    """

    tags: Mapping[str, str]
    columns: Mapping[str, list[Any]]


class _Series:
    """A series that comes in pieces."""

    def __init__(self, tags: Mapping[str, str], names: list[str]) -> None:
        self.tags = tags
        self.names = names
        self.rows: list[list[Any]] = []

    def table(self) -> Table:
        cells = (list(column) for column in zip(*self.rows, strict=True))
        return Table(self.tags, dict(zip(self.names, cells, strict=True)))


def tables(body: bytes, statements: int) -> tuple[tuple[Table, ...], ...]:
    """Give the tables of each of the statements asked; none where nothing was found.

    Raises:
        HistorianError: a statement failed, the answer was cut short by a limit of the server, or
            it is none.
    """
    found: list[dict[str, _Series]] = [{} for _ in range(statements)]
    unfinished = [True] * statements
    try:
        for line in body.splitlines():
            if not line.strip():
                continue
            answer = json.loads(line, parse_int=_whole if b"-0" in line else None)
            _fail_on(answer)
            for result in answer["results"]:
                _fail_on(result)
                number = result.get("statement_id", 0)
                unfinished[number] = result.get("partial", False)
                _take(found[number], result.get("series", ()))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise HistorianError(f"InfluxDB's answer cannot be read: {error!r}") from error
    if any(unfinished):
        raise HistorianError(
            "InfluxDB has not answered to the end; raise its max-row-limit, or ask for less"
        )
    return tuple(tuple(one.table() for one in each.values() if one.rows) for each in found)


def _fail_on(answer: Mapping[str, Any]) -> None:
    if "error" in answer:
        raise HistorianError(f"InfluxDB cannot answer: {answer['error']}")


def _take(known: dict[str, _Series], given: Any) -> None:
    for piece in given:
        tags = piece.get("tags", {})
        key = json.dumps(tags, sort_keys=True)
        known.setdefault(key, _Series(tags, piece["columns"])).rows += piece.get("values", [])


def _whole(text: str) -> int | float:
    """InfluxDB writes the float -0.0 as -0, which would come back as 0."""
    return -0.0 if text == "-0" else int(text)

"""What the journal says of a past moment: the matrix of verdicts, and the plant version.

A moment is asked for by two times: `at`, when it was so, and `known_at`, when we knew. Of each
cell the last entry by number counts whose own `time` and `known_at` are no later than those. Both
are RFC 3339 UTC text as the journal writes it, so they compare as text.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, literal_column, select

from journal.tables import entry, plant_version, verdict

Row = dict[str, Any]

# Written out and not bound: SQLite uses a partial index only when it sees the index's own words.
_IS_VERDICT = entry.c.kind == literal_column("'verdict'")


def verdicts_at(
    connection: Connection,
    at: str,
    known_at: str,
    *,
    criterion: str | None = None,
    subject: str | None = None,
) -> list[Row]:
    """Give each cell's entry as of `at`, as known at `known_at`; cells without one are left out.

    A row has the cell's `criterion`, `subject` and `verdict`, the entry's `seq`, `time` and
    `known_at`, and its `body` as text: `with_reasons` reads the rest of the few that are shown.
    """
    wanted: list[ColumnElement[bool]] = []
    if criterion is not None:
        wanted.append(verdict.c.criterion == criterion)
    if subject is not None:
        wanted.append(verdict.c.subject == subject)
    # Every cell that ever had a verdict has a row there, so each is one step into the index.
    last = (
        select(entry.c.seq)
        .where(
            _IS_VERDICT,
            entry.c.subject == verdict.c.criterion + "@" + verdict.c.subject,
            entry.c.time <= at,
            entry.c.known_at <= known_at,
        )
        .order_by(entry.c.seq.desc())
        .limit(1)
        .correlate(verdict)
        .scalar_subquery()
    )
    cells = select(verdict.c.criterion, verdict.c.subject, last.label("seq")).where(*wanted)
    found = cells.subquery()
    # The number is taken from the entry: named here, SQLite would look for it twice.
    columns = (entry.c.seq, entry.c.time, entry.c.known_at, entry.c.body)
    cell = (found.c.criterion, found.c.subject)
    query = select(*cell, *columns).join(entry, entry.c.seq == found.c.seq)
    names = ("criterion", "subject", "seq", "time", "known_at", "body", "verdict")
    return [
        dict(zip(names, (*row, _verdict(row[-1])), strict=True))
        for row in connection.execute(query)
    ]


def with_reasons(connection: Connection, rows: Iterable[Row]) -> list[Row]:
    """Add to rows of `verdicts_at` what their bodies say: `stale`, `reasons`; and `since` when.

    `since` is what the projection said when that entry was written: the `time` of the last entry
    up to it that changed the verdict and not only its reasons.
    """
    read = [{**row, **json.loads(row["body"])} for row in rows]
    again: dict[str, list[int]] = {}
    for row in read:
        if row["from"] == row["verdict"]:
            again.setdefault(row["verdict"], []).append(row["seq"])
    begun = {
        seq: time for word, found in again.items() for seq, time in _begun(connection, word, found)
    }
    return [{**row, "since": begun.get(row["seq"]) or row["time"]} for row in read]


def _begun(connection: Connection, word: str, entries: list[int]) -> Iterator[tuple[int, str]]:
    """Give, of each of `entries` that say again that the verdict is `word`, when that began."""
    before = entry.alias()
    # Bodies are canonical JSON, and quotes within a text are escaped: no reason can say this.
    again = f'","from":"{word}","reasons":['
    begun = (
        select(before.c.time)
        .where(
            before.c.kind == literal_column("'verdict'"),
            before.c.subject == entry.c.subject,
            before.c.seq < entry.c.seq,
            ~before.c.body.contains(again, autoescape=True),
        )
        .order_by(before.c.seq.desc())
        .limit(1)
        .correlate(entry)
        .scalar_subquery()
    )
    for row in connection.execute(select(entry.c.seq, begun).where(entry.c.seq.in_(entries))):
        yield row[0], row[1]


def _verdict(body: str) -> str:
    """Read the verdict without the rest: it is the last key of a canonical body."""
    return body.rpartition('"verdict":"')[2].removesuffix('"}')


def version_at(connection: Connection, at: str) -> Row | None:
    """Give the plant version in force at `at`: `version`, and `time` when it was applied.

    None before the first was applied.
    """
    query = (
        select(entry.c.subject.label("version"), entry.c.time, entry.c.seq)
        .where(and_(entry.c.kind == "plant", entry.c.time <= at))
        .order_by(entry.c.seq.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def version_files(connection: Connection, version: str) -> dict[str, str] | None:
    """Load the files of a version that was applied once; None if it never was."""
    query = select(plant_version.c.files).where(plant_version.c.version == version)
    found: dict[str, str] | None = connection.execute(query).scalar_one_or_none()
    return found

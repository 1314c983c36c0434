"""Queries for those who only read: the console, regulators, other programs.

Every list that can grow is read by key, never by offset, so a page costs the same anywhere.
Rows are plain dictionaries, column name to value, exactly as the tables hold them.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    tuple_,
)

from journal.open import begin_reading
from journal.tables import (
    alarm,
    bypass,
    demand,
    entry,
    heartbeat,
    interlock,
    journal_identity,
    node,
    verdict,
    violation,
)

Row = dict[str, Any]

_WORST_FIRST = {"fail": 0, "suspect": 1, "exceedance": 2, "unknown": 3}
_VERDICTS_WORST_FIRST = {"fail": 0, "suspect": 1, "unknown": 2, "pass": 3, "not_applicable": 4}


def violation_rank(kind: str) -> int:
    """Say how far down the list a kind of violation stands; 0 is worst."""
    return _WORST_FIRST.get(kind, len(_WORST_FIRST))


class Reader:
    """Reads one plant's journal; safe to use from several threads.

    Every method raises `JournalError` when the database cannot be read.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def identity(self) -> tuple[str, str] | None:
        """Give the journal's plant and epoch; None while the monitor has not begun it."""
        row = self._one(select(journal_identity))
        return (str(row["plant"]), str(row["epoch"])) if row else None

    def head(self) -> Row | None:
        """Give the last entry without its body; None when there is none."""
        query = select(entry.c.seq, entry.c.plant, entry.c.time, entry.c.hash)
        return self._one(query.order_by(entry.c.seq.desc()).limit(1))

    def heartbeat(self, writer: str = "monitor") -> Row | None:
        """Give the writer's last sign of life; None before the first."""
        return self._one(select(heartbeat).where(heartbeat.c.writer == writer))

    def entries(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        newest_first: bool = True,
        beyond: int | None = None,
        limit: int,
    ) -> list[Row]:
        """Give entries in order of seq, from past `beyond` on; bodies are decoded."""
        wanted: list[ColumnElement[bool]] = []
        if kind is not None:
            wanted.append(entry.c.kind == kind)
        if subject is not None:
            wanted.append(entry.c.subject == subject)
        if beyond is not None:
            wanted.append(entry.c.seq < beyond if newest_first else entry.c.seq > beyond)
        order = entry.c.seq.desc() if newest_first else entry.c.seq.asc()
        rows = self._all(select(entry).where(*wanted).order_by(order).limit(limit))
        return [{**row, "body": json.loads(row["body"])} for row in rows]

    def tail(self, after: int, limit: int) -> list[Row]:
        """Give the entries after seq `after`, oldest first; bodies stay canonical JSON text."""
        columns = (entry.c.seq, entry.c.time, entry.c.known_at, entry.c.kind)
        more = (entry.c.subject, entry.c.actor, entry.c.body)
        query = select(*columns, *more).where(entry.c.seq > after)
        return self._all(query.order_by(entry.c.seq).limit(limit))

    def alarms(
        self,
        *,
        standing: bool = True,
        active: bool | None = None,
        unacknowledged: bool | None = None,
        suppressed: bool | None = None,
        beyond: int | None = None,
        limit: int,
    ) -> list[Row]:
        """Give alarms, latest change first, from past seq `beyond` on.

        `standing` leaves out those with which nobody has to do: not active, acknowledged, and
        not latched.
        """
        wanted: list[ColumnElement[bool]] = []
        if standing:
            wanted.append(_standing())
        if active is not None:
            wanted.append(alarm.c.active.is_(active))
        if unacknowledged is not None:
            wanted.append(alarm.c.acknowledged.is_(not unacknowledged))
        if suppressed is not None:
            held = alarm.c.suppressed_by.is_not(None)
            wanted.append(held if suppressed else ~held)
        if beyond is not None:
            wanted.append(alarm.c.seq < beyond)
        return self._all(select(alarm).where(*wanted).order_by(alarm.c.seq.desc()).limit(limit))

    def standing_alarm_counts(self) -> dict[str, int]:
        """Count alarms that stand and are not suppressed by design, by priority."""
        query = select(alarm.c.priority, func.count().label("count"))
        calling = query.where(_standing(), alarm.c.suppressed_by.is_(None))
        rows = self._all(calling.group_by(alarm.c.priority))
        return {str(row["priority"]): int(row["count"]) for row in rows}

    def interlocks(self) -> list[Row]:
        """Give the state of every interlock that has been judged."""
        return self._all(select(interlock).order_by(interlock.c.id))

    def demand_rows(self, ids: Sequence[str]) -> dict[str, Row]:
        """Give the demands with these ids, by id."""
        rows = self._all(select(demand).where(demand.c.id.in_(ids)))
        return {str(row["id"]): row for row in rows}

    def demands(
        self, interlock_id: str, *, beyond: tuple[str, str] | None = None, limit: int
    ) -> list[Row]:
        """Give an interlock's activations, latest first, from past (time, id) `beyond` on."""
        wanted = [demand.c.interlock == interlock_id]
        if beyond is not None:
            wanted.append(tuple_(demand.c.time, demand.c.id) < tuple_(*beyond))
        order = (demand.c.time.desc(), demand.c.id.desc())
        return self._all(select(demand).where(*wanted).order_by(*order).limit(limit))

    def standing_bypasses(self) -> list[Row]:
        """Give the bypasses that have not ended, earliest first."""
        query = select(bypass).where(bypass.c.ended_at.is_(None))
        return self._all(query.order_by(bypass.c.started_at, bypass.c.id))

    def verdicts(self, *, criterion: str | None = None, subject: str | None = None) -> list[Row]:
        """Give the current verdicts, worst first."""
        wanted: list[ColumnElement[bool]] = []
        if criterion is not None:
            wanted.append(verdict.c.criterion == criterion)
        if subject is not None:
            wanted.append(verdict.c.subject == subject)
        rank = case(_VERDICTS_WORST_FIRST, value=verdict.c.verdict, else_=-1)
        order = (rank, verdict.c.criterion, verdict.c.subject)
        return self._all(select(verdict).where(*wanted).order_by(*order))

    def violations(
        self,
        *,
        criterion: str | None = None,
        subject: str | None = None,
        kind: str | None = None,
        closed: bool = False,
        beyond: tuple[int, str, str] | None = None,
        limit: int,
    ) -> list[Row]:
        """Give violations, worst first, then longest standing.

        `closed` includes those that have ended. `beyond` is (rank, since, id) of the last row of
        the page before.
        """
        rank = case(_WORST_FIRST, value=violation.c.kind, else_=len(_WORST_FIRST))
        wanted: list[ColumnElement[bool]] = []
        if criterion is not None:
            wanted.append(violation.c.criterion == criterion)
        if subject is not None:
            wanted.append(violation.c.subject == subject)
        if kind is not None:
            wanted.append(violation.c.kind == kind)
        if not closed:
            wanted.append(violation.c.until.is_(None))
        if beyond is not None:
            worst, since, identifier = beyond
            later = tuple_(violation.c.since, violation.c.id) > tuple_(since, identifier)
            wanted.append(or_(rank > worst, and_(rank == worst, later)))
        order = (rank, violation.c.since, violation.c.id)
        return self._all(select(violation).where(*wanted).order_by(*order).limit(limit))

    def violation_counts(self) -> dict[str, int]:
        """Count the violations that stand, by kind."""
        query = select(violation.c.kind, func.count().label("count"))
        rows = self._all(query.where(violation.c.until.is_(None)).group_by(violation.c.kind))
        return {str(row["kind"]): int(row["count"]) for row in rows}

    def nodes(self) -> list[Row]:
        """Give the gateways as the monitor sees them."""
        return self._all(select(node).order_by(node.c.id))

    def _one(self, query: Select[Any]) -> Row | None:
        rows = self._all(query)
        return rows[0] if rows else None

    def _all(self, query: Select[Any]) -> list[Row]:
        with begin_reading(self._engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _standing() -> ColumnElement[bool]:
    return or_(
        alarm.c.active.is_(True), alarm.c.acknowledged.is_(False), alarm.c.latched.is_(True)
    )

"""Queries for those who only read: the console, regulators, other programs.

Every list that can grow is read by key, never by offset, so a page costs the same anywhere.
Rows are plain dictionaries, column name to value, exactly as the tables hold them.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
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

from journal import past
from journal.open import begin_reading
from journal.outages import Watch, watch
from journal.tables import (
    alarm,
    bypass,
    demand,
    entry,
    evidence,
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


@dataclass(frozen=True)
class PastVerdicts:
    """What the journal says of a past moment, read at once.

    `rows` are as `past.verdicts_at` gives them, `version` as `past.version_at`.
    """

    rows: list[Row]
    version: Row | None
    life: Watch


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
        priorities: Collection[str] | None = None,
        kinds: Collection[str] | None = None,
        equipment: Collection[str] | None = None,
        signals: Collection[str] | None = None,
        beyond: int | None = None,
        limit: int,
    ) -> list[Row]:
        """Give alarms, latest change first, from past seq `beyond` on.

        `standing` leaves out those with which nobody has to do: not active, acknowledged, and
        not latched. Of `priorities`, `kinds`, `equipment` and `signals` None means all.
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
        chosen = (
            (alarm.c.priority, priorities),
            (alarm.c.kind, kinds),
            (alarm.c.equipment, equipment),
            (alarm.c.signal, signals),
        )
        wanted += [column.in_(ids) for column, ids in chosen if ids is not None]
        if beyond is not None:
            wanted.append(alarm.c.seq < beyond)
        return self._all(select(alarm).where(*wanted).order_by(alarm.c.seq.desc()).limit(limit))

    def alarm(self, identifier: str) -> Row | None:
        """Give one alarm, standing or not; None when it never spoke."""
        return self._one(select(alarm).where(alarm.c.id == identifier))

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
        self,
        *,
        interlocks: Collection[str] | None = None,
        result: str | None = None,
        start: str | None = None,
        end: str | None = None,
        beyond: tuple[str, str] | None = None,
        limit: int,
    ) -> list[Row]:
        """Give activations of interlocks, latest first, from past (time, id) `beyond` on.

        `interlocks` are those wanted, None for all; `start` is inclusive, `end` exclusive.
        """
        wanted: list[ColumnElement[bool]] = []
        if interlocks is not None:
            wanted.append(demand.c.interlock.in_(interlocks))
        if result is not None:
            wanted.append(demand.c.result == result)
        if start is not None:
            wanted.append(demand.c.time >= start)
        if end is not None:
            wanted.append(demand.c.time < end)
        if beyond is not None:
            wanted.append(tuple_(demand.c.time, demand.c.id) < tuple_(*beyond))
        order = (demand.c.time.desc(), demand.c.id.desc())
        return self._all(select(demand).where(*wanted).order_by(*order).limit(limit))

    def demand(self, identifier: str) -> Row | None:
        """Give one activation of an interlock; None if there never was one."""
        return self._one(select(demand).where(demand.c.id == identifier))

    def bypasses(
        self,
        interlock_id: str,
        *,
        standing: bool | None = None,
        beyond: tuple[str, str] | None = None,
        limit: int,
    ) -> list[Row]:
        """Give an interlock's bypasses, latest first, from past (start, id) `beyond` on."""
        wanted: list[ColumnElement[bool]] = [bypass.c.interlock == interlock_id]
        if standing is not None:
            stands = bypass.c.ended_at.is_(None)
            wanted.append(stands if standing else ~stands)
        if beyond is not None:
            wanted.append(tuple_(bypass.c.started_at, bypass.c.id) < tuple_(*beyond))
        order = (bypass.c.started_at.desc(), bypass.c.id.desc())
        return self._all(select(bypass).where(*wanted).order_by(*order).limit(limit))

    def proof_tests(self, interlock_id: str) -> list[Row]:
        """Give every recorded proof test of an interlock: a few a year, in no order."""
        wanted = (evidence.c.type == "proof_test", evidence.c.subject == interlock_id)
        return self._all(select(evidence).where(*wanted))

    def standing_bypasses(self) -> list[Row]:
        """Give the bypasses that have not ended, earliest first."""
        query = select(bypass).where(bypass.c.ended_at.is_(None))
        return self._all(query.order_by(bypass.c.started_at, bypass.c.id))

    def verdicts(self, *, criterion: str | None = None, subject: str | None = None) -> list[Row]:
        """Give the current verdicts, worst first; `known_at` is when the last change was known."""
        wanted: list[ColumnElement[bool]] = []
        if criterion is not None:
            wanted.append(verdict.c.criterion == criterion)
        if subject is not None:
            wanted.append(verdict.c.subject == subject)
        rank = case(_VERDICTS_WORST_FIRST, value=verdict.c.verdict, else_=-1)
        order = (rank, verdict.c.criterion, verdict.c.subject)
        query = select(verdict, entry.c.known_at).outerjoin(entry, entry.c.seq == verdict.c.seq)
        return self._all(query.where(*wanted).order_by(*order))

    def past_verdicts(
        self, at: str, known_at: str, *, criterion: str | None = None, subject: str | None = None
    ) -> PastVerdicts:
        """Give the verdicts as of `at`, as known at `known_at`, and what they are read by."""
        with begin_reading(self._engine) as connection:
            rows = past.verdicts_at(connection, at, known_at, criterion=criterion, subject=subject)
            return PastVerdicts(rows, past.version_at(connection, at), watch(connection))

    def past_reasons(self, rows: Sequence[Row]) -> list[Row]:
        """Add reasons, and since when, to rows of `past_verdicts`."""
        with begin_reading(self._engine) as connection:
            return past.with_reasons(connection, rows)

    def version_files(self, version: str) -> dict[str, str] | None:
        """Give the files of a plant version that was applied once; None if it never was."""
        with begin_reading(self._engine) as connection:
            return past.version_files(connection, version)

    def subject_was_judged(self, subject: str) -> bool:
        """Say whether a subject has, or had, a verdict."""
        query = select(verdict.c.subject).where(verdict.c.subject == subject).limit(1)
        return self._one(query) is not None

    def violations(
        self,
        *,
        criteria: Collection[str] | None = None,
        subjects: Collection[str] | None = None,
        kind: str | None = None,
        closed: bool = False,
        beyond: tuple[int, str, str] | None = None,
        limit: int,
    ) -> list[Row]:
        """Give violations, worst first, then longest standing.

        `criteria` and `subjects` are those wanted, None for all. `closed` includes those that
        have ended. `beyond` is (rank, since, id) of the last row of the page before.
        """
        rank = case(_WORST_FIRST, value=violation.c.kind, else_=len(_WORST_FIRST))
        wanted = _violations(criteria, subjects, closed=closed)
        if kind is not None:
            wanted.append(violation.c.kind == kind)
        if beyond is not None:
            worst, since, identifier = beyond
            later = tuple_(violation.c.since, violation.c.id) > tuple_(since, identifier)
            wanted.append(or_(rank > worst, and_(rank == worst, later)))
        order = (rank, violation.c.since, violation.c.id)
        return self._all(select(violation).where(*wanted).order_by(*order).limit(limit))

    def violation(self, identifier: str) -> Row | None:
        """Give one violation, standing or ended; None if there never was one."""
        return self._one(select(violation).where(violation.c.id == identifier))

    def violation_counts(
        self,
        *,
        criteria: Collection[str] | None = None,
        subjects: Collection[str] | None = None,
        closed: bool = False,
    ) -> dict[str, int]:
        """Count violations by kind: those that stand, with `closed` those that have ended too."""
        query = select(violation.c.kind, func.count().label("count"))
        wanted = _violations(criteria, subjects, closed=closed)
        rows = self._all(query.where(*wanted).group_by(violation.c.kind))
        return {str(row["kind"]): int(row["count"]) for row in rows}

    def evidence(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        cells: tuple[Collection[tuple[str, str]], Collection[tuple[str, str]]] | None = None,
        valid_at: str | None = None,
        beyond: tuple[str, str] | None = None,
        limit: int,
    ) -> list[Row]:
        """Give records, latest first, from past (performed_at, id) `beyond` on.

        `kind` is the record's type. `cells` are the (type, subject) wanted, and the
        (criterion, subject) of statements that a criterion does not apply.
        """
        wanted: list[ColumnElement[bool]] = []
        record = evidence.c
        if kind is not None:
            wanted.append(record.type == kind)
        if subject is not None:
            wanted.append(record.subject == subject)
        if cells is not None:
            shown = tuple_(record.type, record.subject).in_(list(cells[0]))
            stated = tuple_(record.criterion, record.subject).in_(list(cells[1]))
            wanted.append(or_(shown, stated))
        if valid_at is not None:
            lasts = or_(record.valid_until.is_(None), record.valid_until >= valid_at)
            wanted.append(and_(record.performed_at <= valid_at, lasts))
        if beyond is not None:
            wanted.append(tuple_(record.performed_at, record.id) < tuple_(*beyond))
        order = (record.performed_at.desc(), record.id.desc())
        return self._all(select(evidence).where(*wanted).order_by(*order).limit(limit))

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


def _violations(
    criteria: Collection[str] | None, subjects: Collection[str] | None, *, closed: bool
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if criteria is not None:
        wanted.append(violation.c.criterion.in_(criteria))
    if subjects is not None:
        wanted.append(violation.c.subject.in_(subjects))
    if not closed:
        wanted.append(violation.c.until.is_(None))
    return wanted

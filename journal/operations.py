"""What one entry means for the current state: pure, entry in, row changes out.

The same function serves a new entry and a rebuild, so both give the same rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import ScalarSelect, Table, select

from journal import tables
from journal.entry import Entry
from plant.errors import JournalError

_T = TypeVar("_T")


@dataclass(frozen=True)
class RowChange:
    """Set columns of one row of `table`.

    `key` finds the row, `values` is set in any case, `first` only when the row is new.
    With `only_existing` a missing row stays missing.
    """

    table: Table
    key: Mapping[str, object]
    values: Mapping[str, object]
    first: Mapping[str, object] = field(default_factory=dict)
    only_existing: bool = False


def operations(entry: Entry) -> tuple[RowChange, ...]:
    """Say which rows of the projections `entry` changes, in order.

    Raises:
        JournalError: its kind is unknown, or its body lacks what that kind must say.
    """
    project = _KINDS.get(entry.kind)
    if project is None:
        raise JournalError(
            f"entry kind {entry.kind!r} is unknown; accepted: {', '.join(sorted(_KINDS))}"
        )
    return project(entry, _Body(entry))


class _Body:
    """An entry's body, read with the types that its kind promises."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    def optional(self, name: str, default: object = None) -> object:
        """Read what entries of earlier versions do not speak of."""
        return self._entry.body.get(name, default)

    def any(self, name: str) -> object:
        if name not in self._entry.body:
            raise JournalError(f"{self._what} has no {name!r} in its body")
        return self._entry.body[name]

    def text(self, name: str) -> str:
        return self._typed(name, str)

    def text_or_none(self, name: str) -> str | None:
        return None if self.any(name) is None else self.text(name)

    def flag(self, name: str) -> bool:
        return self._typed(name, bool)

    def whole(self, name: str) -> int:
        return self._typed(name, int)

    def rows(self, name: str) -> list[object]:
        return self._typed(name, list)

    def names(self, name: str) -> dict[str, object]:
        return self._typed(name, dict)

    def _typed(self, name: str, kind: type[_T]) -> _T:
        value = self.any(name)
        # True and False are integers to Python, but not to a reader of the journal.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise JournalError(f"{self._what}: {name!r} is {value!r}, not of type {kind.__name__}")
        return value

    @property
    def _what(self) -> str:
        return f"the {self._entry.kind} entry for {self._entry.subject}"


def _alarm(entry: Entry, body: _Body) -> tuple[RowChange, ...]:
    acknowledged = body.flag("acknowledged")
    values = {
        "kind": body.text("kind"),
        "signal": body.text_or_none("signal"),
        "equipment": body.text_or_none("equipment"),
        "active": body.flag("active"),
        "acknowledged": acknowledged,
        "priority": body.text("priority"),
        "level": body.text_or_none("level"),
        "occurrence": body.whole("occurrence"),
        "value": body.any("value"),
        "limit": body.any("limit"),
        "unit": body.text_or_none("unit"),
        "latched": body.optional("latched", default=False),
        "suppressed_by": body.optional("suppressed_by"),
        "message": body.names("message"),
        "raised_at": body.text("raised_at"),
        "changed_at": entry.time,
        "known_at": entry.known_at,
        "seq": entry.seq,
    }
    if body.text("event") == "acknowledge":
        values |= {"acknowledged_by": entry.actor, "acknowledged_at": entry.time}
    elif not acknowledged:
        values |= {"acknowledged_by": None, "acknowledged_at": None}
    return (RowChange(tables.alarm, {"id": entry.subject}, values),)


def _interlock(entry: Entry, body: _Body) -> tuple[RowChange, ...]:
    values = {
        "equipment": body.text("equipment"),
        "state": body.text("state"),
        "reason": body.any("reason"),
        "votings": body.optional("votings"),
        "last_demand": _last_demand(entry.subject),
        "seq": entry.seq,
    }
    since = {"since": entry.time}
    if body.text_or_none("from") != values["state"]:
        values |= since
    return (RowChange(tables.interlock, {"id": entry.subject}, values, first=since),)


def _demand(entry: Entry, body: _Body) -> tuple[RowChange, ...]:
    values = {
        "interlock": entry.subject,
        "time": body.text("time"),
        "result": body.text("result"),
        "bypassed": body.optional("bypassed", default=False),
        "first_out": body.any("first_out"),
        "causes": body.rows("causes"),
        "effects": body.rows("effects"),
        "seq": entry.seq,
    }
    return (
        RowChange(tables.demand, {"id": body.text("demand")}, values),
        RowChange(
            tables.interlock,
            {"id": entry.subject},
            {"last_demand": _last_demand(entry.subject)},
            only_existing=True,
        ),
    )


def _last_demand(interlock: str) -> ScalarSelect[str]:
    # Asked of the demands, not taken from the entry: one found late, in a backlog, is not the
    # latest, and a demand may come before its interlock's first entry.
    demand = tables.demand.c
    return (
        select(demand.id)
        .where(demand.interlock == interlock)
        .order_by(demand.time.desc(), demand.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _bypass(entry: Entry, body: _Body) -> tuple[RowChange, ...]:
    values = {
        "interlock": entry.subject,
        "signal": body.text("signal"),
        "started_at": body.text("started_at"),
        "ended_at": body.text_or_none("ended_at"),
        "seq": entry.seq,
    }
    return (RowChange(tables.bypass, {"id": body.text("bypass")}, values),)


def _verdict(entry: Entry, body: _Body) -> tuple[RowChange, ...]:
    key = {"criterion": body.text("criterion"), "subject": body.text("subject")}
    values = {
        "verdict": body.text("verdict"),
        "stale": body.flag("stale"),
        "reasons": body.rows("reasons"),
        "seq": entry.seq,
    }
    since = {"since": entry.time}
    if body.text_or_none("from") != values["verdict"]:
        values |= since
    return (RowChange(tables.verdict, key, values, first=since),)


def _violation(entry: Entry, body: _Body) -> tuple[RowChange, ...]:
    values = {
        "criterion": body.text("criterion"),
        "subject": body.text("subject"),
        "kind": body.text("kind"),
        "since": body.text("since"),
        "until": body.text_or_none("until"),
        "stale": body.flag("stale"),
        "reasons": body.rows("reasons"),
        "seq": entry.seq,
    }
    return (RowChange(tables.violation, {"id": entry.subject}, values),)


def _evidence(entry: Entry, body: _Body) -> tuple[RowChange, ...]:
    values = {
        "type": body.text("type"),
        "subject": body.text("subject"),
        "name": body.names("name"),
        "performed_at": body.text("performed_at"),
        "valid_until": body.optional("valid_until"),
        "ok": body.optional("ok", default=True),
        "criterion": body.optional("criterion"),
        "actor": entry.actor,
        "seq": entry.seq,
    }
    return (RowChange(tables.evidence, {"id": entry.subject}, values),)


def _node(entry: Entry, body: _Body) -> tuple[RowChange, ...]:
    values = {"state": body.text("state"), "since": entry.time, "seq": entry.seq}
    return (RowChange(tables.node, {"id": entry.subject}, values),)


def _plant(entry: Entry, body: _Body) -> tuple[RowChange, ...]:
    values = {"applied_at": entry.time, "files": body.names("files"), "seq": entry.seq}
    return (RowChange(tables.plant_version, {"version": body.text("version")}, values),)


def _nothing(_entry: Entry, _body: _Body) -> tuple[RowChange, ...]:
    # Recorded, and read from the entries themselves: there is no current state to keep.
    return ()


_KINDS: dict[str, Callable[[Entry, _Body], tuple[RowChange, ...]]] = {
    "alarm": _alarm,
    "interlock": _interlock,
    "demand": _demand,
    "bypass": _bypass,
    "verdict": _verdict,
    "violation": _violation,
    "evidence": _evidence,
    "node": _node,
    "lost": _nothing,
    "clock": _nothing,
    "suppression": _nothing,
    "operating": _nothing,
    "plant": _plant,
    "monitor": _nothing,
}

ENTRY_KINDS = tuple(_KINDS)

"""When nobody judged, as the journal tells it.

The monitor journals its own life. `started`, and `resumed` after it stood still, carry
`judged_until`: what lies between then and the entry was not judged while it happened. What the
gateways kept of it is judged afterwards; `caught_up` says when that was done, and `not_judged`
what of it no data had told of by then. A gateway that comes back later may tell more of it, and
`caught_up` says so again. Times here are ns since 1970 UTC.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from journal.tables import entry
from plant.moment import from_text

_NEVER_ENDS = 1 << 63
_BEGINNINGS = ("started", "resumed")

Gap = tuple[int, int]


@dataclass(frozen=True)
class Outage:
    """Nobody judged from `since` until `ended_at`.

    `told` are the moments at which all that had come of it had been judged, each with what was
    not judged even then. Empty: the journal does not say, and nothing of it counts as judged.
    """

    since: int
    ended_at: int
    told: tuple[tuple[int, tuple[Gap, ...]], ...] = ()


@dataclass(frozen=True)
class Watch:
    """The monitor's whole life: when it first began (None: never), and its outages in order."""

    begun_at: int | None
    outages: tuple[Outage, ...] = ()


def watch(connection: Connection) -> Watch:
    """Read the monitor's life from its entries."""
    columns = (entry.c.seq, entry.c.known_at, entry.c.body)
    rows = connection.execute(
        select(*columns).where(entry.c.kind == "monitor").order_by(entry.c.seq)
    ).all()
    begun_at: int | None = None
    stopped_at: int | None = None
    outages: list[Outage] = []
    for row in rows:
        body, now = json.loads(row.body), from_text(row.known_at)
        event = body["event"]
        if event == "stopped":
            stopped_at = now
        elif event in _BEGINNINGS and begun_at is None:
            begun_at = now
        elif event in _BEGINNINGS:
            since = _judged_until(connection, row.seq, body, stopped_at)
            outages.append(Outage(since, now))
            stopped_at = None
        elif event == "caught_up" and outages:
            told = (*outages[-1].told, (now, _holes(body)))
            outages[-1] = replace(outages[-1], told=told)
    return Watch(begun_at, tuple(outages))


def judged_at(
    life: Watch, beat_until: int | None, at: int, known_at: int, tolerance: int
) -> tuple[int | None, bool]:
    """Say how far had been judged as of `at`, as known at `known_at`, and whether `at` had been.

    `beat_until` is how far the heartbeat says that is judged by now. As live, what lies no more
    than `tolerance` past what was judged still counts as judged.
    """
    if life.begun_at is None or known_at < life.begun_at:
        return None, False
    open_gaps = [gap for gap in _gaps(life, beat_until, known_at) if gap[1] > at]
    since = min(first for first, _ in open_gaps)
    return since, at <= since + tolerance


def _gaps(life: Watch, beat_until: int | None, known_at: int) -> Iterator[Gap]:
    """Give what was not judged, as known at `known_at`; the last has no end."""
    for outage in life.outages:
        if outage.ended_at > known_at:
            yield min(outage.since, known_at), _NEVER_ENDS
            return
        told = [holes for when, holes in outage.told if when <= known_at]
        if told:
            yield from told[-1]
        else:
            # Until it is told of, what came after it was not judged in time either.
            yield outage.since, outage.told[0][0] if outage.told else outage.ended_at
    yield min(known_at if beat_until is None else beat_until, known_at), _NEVER_ENDS


def _judged_until(
    connection: Connection, seq: int, body: dict[str, Any], stopped_at: int | None
) -> int:
    """Entries of earlier versions do not say it: then until it was stopped, or last wrote."""
    if body.get("judged_until") is not None:
        return from_text(body["judged_until"])
    if stopped_at is not None:
        return stopped_at
    before = select(entry.c.known_at).where(entry.c.seq < seq).order_by(entry.c.seq.desc())
    return from_text(connection.execute(before.limit(1)).scalar_one())


def _holes(body: dict[str, Any]) -> tuple[Gap, ...]:
    stretches: Sequence[dict[str, str]] = body["not_judged"]
    return tuple((from_text(item["from"]), from_text(item["to"])) for item in stretches)

"""The asking side of the inbox: put a request before the monitor and wait for its answer.

The monitor alone writes the journal. A request that it has not answered at the deadline is taken
back in one statement, so the asker is told either what happened or that it will not happen.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, insert, select, update

from journal.open import begin_reading, begin_writing
from journal.tables import inbox
from plant.errors import JournalError
from plant.moment import to_text

_DEADLINE_S = 1.0
_POLL_S = 0.02


class Outcome(Enum):
    """How asking ended."""

    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"  # it will not happen
    CONFLICT = "conflict"  # the key was used for something else


@dataclass(frozen=True)
class Asked:
    """The outcome, and the monitor's answer when there is one."""

    outcome: Outcome
    answer: dict[str, Any]


class OutcomeUnknownError(JournalError):
    """The request could not be taken back: it may still happen; ask again with the same key."""


class Inbox:
    """Asks for acts; safe to use from several tasks."""

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], int],
        *,
        deadline_s: float = _DEADLINE_S,
        poll_s: float = _POLL_S,
    ) -> None:
        self._engine = engine
        self._now = now
        self._deadline_s = deadline_s
        self._poll_s = poll_s

    async def ask(self, actor: str, key: str, kind: str, body: dict[str, Any]) -> Asked:
        """Put the act before the monitor and give its answer, or the news that it will not happen.

        Asking again with the same actor, key, kind and body gives the stored answer; a withdrawn
        request is asked anew.

        Raises:
            OutcomeUnknownError: The request stands but could not be taken back.
            JournalError: The request could not be placed, so nothing will happen.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._deadline_s
        number = await asyncio.to_thread(self._place, actor, key, kind, body)
        if number is None:
            return Asked(Outcome.CONFLICT, {})
        try:
            while loop.time() < deadline:
                ended = await asyncio.to_thread(self._look, number, actor, key)
                if ended is not None:
                    return ended
                await asyncio.sleep(self._poll_s)
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.to_thread(self._withdraw, number, actor, key))
            raise
        except JournalError:
            pass  # not readable now: taking it back says how it ended
        return await asyncio.to_thread(self._withdraw, number, actor, key)

    def _place(self, actor: str, key: str, kind: str, body: dict[str, Any]) -> int | None:
        """Give the row's number, or None when the key already stands for something else."""
        same = and_(inbox.c.actor == actor, inbox.c.idempotency_key == key)
        with begin_writing(self._engine) as connection:
            connection.execute(delete(inbox).where(same, inbox.c.state == "withdrawn"))
            row = connection.execute(select(inbox).where(same)).mappings().first()
            if row is None:
                return self._insert(connection, actor, key, kind, body)
            return int(row["id"]) if row["kind"] == kind and row["body"] == body else None

    def _insert(
        self, connection: Connection, actor: str, key: str, kind: str, body: dict[str, Any]
    ) -> int:
        values = {
            "actor": actor,
            "idempotency_key": key,
            "kind": kind,
            "body": body,
            "asked_at": to_text(self._now()),
            "state": "asked",
        }
        number = connection.execute(insert(inbox).values(values)).inserted_primary_key
        if number is None:
            raise JournalError("the inbox gave no number to the request")
        return int(number[0])

    def _look(self, number: int, actor: str, key: str) -> Asked | None:
        """Give how it ended; None while it waits."""
        wanted = (inbox.c.id == number, inbox.c.actor == actor, inbox.c.idempotency_key == key)
        with begin_reading(self._engine) as connection:
            row = connection.execute(select(inbox).where(*wanted)).mappings().first()
        if row is None:  # withdrawn by another asker with the same key, and asked anew since
            return Asked(Outcome.WITHDRAWN, {})
        if row["state"] == "asked":
            return None
        return Asked(Outcome(row["state"]), dict(row["answer"] or {}))

    def _withdraw(self, number: int, actor: str, key: str) -> Asked:
        """Take the request back, or give the answer that came first."""
        wanted = (inbox.c.id == number, inbox.c.actor == actor, inbox.c.idempotency_key == key)
        waiting = and_(*wanted, inbox.c.state == "asked")
        try:
            with begin_writing(self._engine) as connection:
                connection.execute(update(inbox).where(waiting).values(state="withdrawn"))
            ended = self._look(number, actor, key)
        except JournalError as error:
            raise OutcomeUnknownError(f"the request could not be taken back: {error}") from error
        if ended is None:
            raise OutcomeUnknownError("the request could not be taken back")
        return ended

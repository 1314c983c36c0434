"""The judging side of the inbox: what people asked, in order, and the answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from journal.tables import inbox
from plant import moment
from plant.errors import JournalError


@dataclass(frozen=True)
class Ask:
    """One act that somebody wants done; `asked_at` in ns since 1970 UTC."""

    id: int
    actor: str
    idempotency_key: str
    kind: str
    body: dict[str, object]
    asked_at: int


def waiting(connection: Connection) -> list[Ask]:
    """Give the acts that are neither answered nor withdrawn, oldest first."""
    found = connection.execute(
        select(inbox).where(inbox.c.state == "asked").order_by(inbox.c.id)
    ).all()
    return [
        Ask(
            row.id,
            row.actor,
            row.idempotency_key,
            row.kind,
            row.body,
            moment.from_text(row.asked_at),
        )
        for row in found
    ]


def answer(connection: Connection, ask: int, given: Mapping[str, object]) -> None:
    """Answer an act, once.

    Raises:
        JournalError: it was answered or withdrawn before, or never asked; nothing that was
            judged for it may be written, so the whole transaction must end here.
    """
    done = connection.execute(
        update(inbox)
        .where(inbox.c.id == ask, inbox.c.state == "asked")
        .values(state="answered", answer=dict(given))
    )
    if done.rowcount != 1:
        raise JournalError(
            f"act {ask} waits for no answer (answered or withdrawn before): "
            "judge only what `asked` gives in the same transaction"
        )

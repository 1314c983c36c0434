"""The one writer: entries, projections, answers, positions and state commit together."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, delete, insert, select

from journal import inbox
from journal.applied import AppliedVersion, applied_version
from journal.entry import GENESIS, Draft, Entry, Head, chained
from journal.lock import WriterLock
from journal.open import BUSY_TIMEOUT_S, begin_reading, begin_writing, open_database
from journal.operations import RowChange
from journal.projections import apply, project
from journal.schema import migrate
from journal.tables import checkpoint, consumed, entry, heartbeat, journal_identity
from journal.verify import last_projected
from plant import moment
from plant.errors import JournalError


class Writer:
    """The holder of a plant's journal; there is one at a time, or none.

    Not for use from two threads at once.
    """

    def __init__(self, engine: Engine, plant: str, lock: WriterLock) -> None:
        """Take over an open journal; most use `Writer.open`."""
        self.engine = engine
        self.plant = plant
        self._lock = lock
        migrate(engine)
        with begin_writing(engine) as connection:
            self._epoch = _claim(connection, plant)
            self._head = _stored_head(connection)
            _demand_whole(connection, self._head)

    @classmethod
    def open(
        cls, where: str | Path, plant: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S
    ) -> Self:
        """Open `plant`'s journal at `where` (a path or SQLite URL), making it when it is new.

        Raises:
            JournalError: it has a writer, belongs to another plant, was written by a newer
                program, or cannot be read or written; the message says what to do.
        """
        engine = open_database(where, create=True, busy_timeout_s=busy_timeout_s)
        lock: WriterLock | None = None
        try:
            lock = WriterLock(engine)
            return cls(engine, plant, lock)
        except BaseException:
            if lock is not None:
                lock.release()
            engine.dispose()
            raise

    @property
    def epoch(self) -> str:
        """The journal's random name: another one means that the journal was replaced."""
        return self._epoch

    def head(self) -> Head:
        """Give the number and hash of the last committed entry; (0, zeros) when there is none."""
        return self._head

    @contextmanager
    def transaction(self) -> Iterator["Commit"]:
        """Begin a commit: all of what is done to it is written at the end, or nothing.

        The write lock is taken at once, so what `asked` gives cannot be withdrawn meanwhile.
        After an error the same drafts can be tried again in a new transaction, except those
        that follow from an act: ask for the acts again.

        Raises:
            JournalError: the lock, the disk or the database failed, or somebody else wrote.
        """
        with begin_writing(self.engine) as connection:
            stored = _stored_head(connection)
            if stored != self._head:
                raise JournalError(
                    f"the journal ends at entry {stored.seq} ({stored.hash[:12]}), not at "
                    f"{self._head.seq} ({self._head.hash[:12]}) as this writer left it; "
                    "restart the monitor, and run `firstout verify`"
                )
            commit = Commit(connection, self.plant, stored)
            yield commit
            commit.finish()
        # Only here is it on the disk.
        self._head = commit.head

    def load_blocks(self) -> dict[str, bytes]:
        """Load the saved state blocks by name."""
        with begin_reading(self.engine) as connection:
            rows = connection.execute(select(checkpoint)).all()
        return {row.block: row.content for row in rows}

    def load_positions(self) -> dict[str, tuple[str, int]]:
        """Load, per node, the spool and the last offset that is judged and committed."""
        with begin_reading(self.engine) as connection:
            rows = connection.execute(select(consumed)).all()
        return {row.node: (row.spool, row.offset) for row in rows}

    def applied_version(self) -> AppliedVersion | None:
        """Load the plant version in force; None before the first was applied."""
        return applied_version(self.engine)

    def close(self) -> None:
        """Let go of the journal; may be called twice."""
        self.engine.dispose()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Commit:
    """What becomes true together; use it only inside its `with` block.

    When one of its methods raises, the whole transaction can no longer be committed.
    """

    def __init__(self, connection: Connection, plant: str, head: Head) -> None:
        self.head = head
        self._connection = connection
        self._plant = plant
        self._refusal = ""

    def asked(self) -> list[inbox.Ask]:
        """Give the acts that wait for an answer, in the order in which they were asked."""
        with self._whole() as connection:
            return inbox.waiting(connection)

    def answer(self, ask: int, given: Mapping[str, object]) -> None:
        """Answer one act, once.

        Raises:
            JournalError: it does not wait for an answer, or the answer is no JSON.
        """
        with self._whole() as connection:
            inbox.answer(connection, ask, given)

    def append(self, drafts: Iterable[Draft]) -> list[Entry]:
        """Chain and write `drafts` in order, and bring the projections up to them.

        Raises:
            JournalError: a draft cannot be written exactly, or lacks what its kind must say.
        """
        with self._whole() as connection:
            new: list[Entry] = []
            rows: list[dict[str, object]] = []
            head = self.head
            for draft in drafts:
                made, body = chained(draft, self._plant, head)
                head = Head(made.seq, made.hash)
                new.append(made)
                rows.append({**vars(made), "body": body})
            if rows:
                connection.execute(insert(entry), rows)
            for made in new:
                project(connection, made)
            self.head = head
            return new

    def save_blocks(self, changed: Mapping[str, bytes], removed: Iterable[str] = ()) -> None:
        """Write the state blocks that changed and forget those that are gone."""
        with self._whole() as connection:
            for block in removed:
                connection.execute(delete(checkpoint).where(checkpoint.c.block == block))
            for block, content in changed.items():
                apply(connection, RowChange(checkpoint, {"block": block}, {"content": content}))

    def save_positions(self, positions: Mapping[str, tuple[str, int]]) -> None:
        """Write how far each node's spool is judged: node → (spool, offset)."""
        with self._whole() as connection:
            for node, (spool, offset) in positions.items():
                values = {"spool": spool, "offset": offset}
                apply(connection, RowChange(consumed, {"node": node}, values))

    def beat(
        self,
        beat_at: int,
        judged_until: int,
        detail: Mapping[str, object],
        *,
        writer: str = "monitor",
    ) -> None:
        """Say that the judging loop lives at `beat_at` and has judged until then (both ns)."""
        values = {
            "beat_at": moment.to_text(beat_at),
            "judged_until": moment.to_text(judged_until),
            "detail": dict(detail),
        }
        with self._whole() as connection:
            apply(connection, RowChange(heartbeat, {"writer": writer}, values))

    def finish(self) -> None:
        """End its use, just before the database commits.

        Raises:
            JournalError: one of its methods failed before, so half of something is written.
        """
        refusal, self._refusal = self._refusal, "it has ended"
        if refusal:
            raise JournalError(f"nothing was written to the journal: {refusal}")

    @contextmanager
    def _whole(self) -> Iterator[Connection]:
        if self._refusal:
            raise JournalError(f"this commit cannot be used: {self._refusal}")
        self._refusal = "a part of it failed"
        yield self._connection
        self._refusal = ""


def _claim(connection: Connection, plant: str) -> str:
    found = connection.execute(select(journal_identity)).one_or_none()
    if found is None:
        epoch = secrets.token_hex(8)
        connection.execute(insert(journal_identity).values(plant=plant, epoch=epoch))
        return epoch
    if found.plant != plant:
        raise JournalError(
            f"this is the journal of plant {found.plant!r}, not of {plant!r}; "
            "give each plant its own data folder"
        )
    return str(found.epoch)


def _demand_whole(connection: Connection, head: Head) -> None:
    """Refuse a journal whose end was cut off: to write on would hide it."""
    projected = last_projected(connection)
    if projected > head.seq:
        raise JournalError(
            f"the journal ends at entry {head.seq}, but the current state comes from entry "
            f"{projected}: the last entries are gone; keep this data folder as it is for the "
            "inquiry, and restore the journal from a copy or begin another data folder"
        )


def _stored_head(connection: Connection) -> Head:
    row = connection.execute(
        select(entry.c.seq, entry.c.hash).order_by(entry.c.seq.desc()).limit(1)
    ).one_or_none()
    return GENESIS if row is None else Head(row.seq, row.hash)

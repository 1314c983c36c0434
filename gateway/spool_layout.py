"""The signal ids that many records share, kept in the spool once instead of in each record.

A layout is written in the same transaction as the first record that needs it, into two tables and
so onto different pages of the file: one may be lost. What is read is checked against its digest.
"""

import sqlite3
from collections import OrderedDict
from typing import TypeVar

from gateway.spool_record import digest_of, pack_ids, unpack_ids

Key = TypeVar("Key")
Value = TypeVar("Value")

_ADD = (
    "INSERT OR REPLACE INTO layout VALUES (?, ?)",
    "INSERT OR REPLACE INTO layout_again VALUES (?, ?)",
)
_FIND = (
    "SELECT ids FROM layout WHERE digest = ?",
    "SELECT ids FROM layout_again WHERE digest = ?",
)
# The digest lies behind the 6 bytes of a record's head; SQL counts from 1.
_PRUNE = (
    """DELETE FROM layout
       WHERE digest NOT IN (SELECT DISTINCT substr(readings, 7, 8) FROM record)""",
    """DELETE FROM layout_again
       WHERE digest NOT IN (SELECT DISTINCT substr(readings, 7, 8) FROM record)""",
)

# How many tuples of signals are remembered; a reader has a few, and uses them at every poll.
_REMEMBERED = 256
# A spool has this many layouts at most; records of still other signals have the ids in them.
_LIMIT = 4096


class Layouts:
    """The layouts of one spool file.

    A tuple becomes a layout when it comes a second time, so that signals that meet only once do
    not fill the file. The caller guards against use by several threads.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        # By identity, which a reader keeps from poll to poll: comparing ids would cost too much.
        self._known: OrderedDict[int, tuple[tuple[str, ...], bytes | None]] = OrderedDict()
        self._by_digest: OrderedDict[bytes, tuple[str, ...]] = OrderedDict()
        (self._count,) = db.execute("SELECT count(*) FROM layout").fetchone()

    def digest(self, signals: tuple[str, ...]) -> bytes | None:
        """Give the digest of the layout of `signals`; None when the record must have them itself.

        Call it inside a transaction: the layout may be written, and `forget` if that fails.
        """
        known = self._known.get(id(signals))
        if known is not None and known[1] is not None:
            return known[1]
        digest = None
        if known is not None and self._count < _LIMIT:
            digest = self._added(signals)
        _remember(self._known, id(signals), (signals, digest))
        return digest

    def _added(self, signals: tuple[str, ...]) -> bytes | None:
        """Write a layout; None when other signals have its digest, as chance may have it."""
        ids = pack_ids(signals)
        digest = digest_of(ids)
        for statement in _FIND:
            row = self._db.execute(statement, (digest,)).fetchone()
            if row is not None and row[0] != ids and digest_of(row[0]) == digest:
                return None
        for statement in _ADD:
            self._db.execute(statement, (digest, ids))
        self._count += 1
        _remember(self._by_digest, digest, signals)
        return digest

    def signals(self, digest: bytes) -> tuple[str, ...] | None:
        """Give the ids of a layout, always as the same tuple; None when both copies are lost."""
        found = self._by_digest.get(digest)
        if found is not None:
            return found
        for statement in _FIND:
            row = self._db.execute(statement, (digest,)).fetchone()
            if row is not None and digest_of(row[0]) == digest:
                signals = unpack_ids(row[0])
                _remember(self._by_digest, digest, signals)
                return signals
        return None

    def forget(self) -> None:
        """Remember nothing: what was written last may not have been committed."""
        self._known.clear()
        self._by_digest.clear()

    def prune(self) -> None:
        """Delete, inside a transaction, the layouts that no record is left for."""
        for statement in _PRUNE:
            self._db.execute(statement)
        self.forget()
        (self._count,) = self._db.execute("SELECT count(*) FROM layout").fetchone()


def _remember(memory: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    memory[key] = value
    while len(memory) > _REMEMBERED:
        memory.popitem(last=False)

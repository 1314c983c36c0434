"""The gateway's write-ahead spool: what has been read and nobody has confirmed yet.

Offsets are contiguous and are the consumers' proof that nothing is missing, so the one sin is
to use an offset twice. Commits survive the death of the process (`synchronous=NORMAL` in WAL
mode), but a power cut may take back the last of them, and consumers may know offsets that we no
longer do. After a restart of the machine without a clean close, and when a consumer turns out to
know such offsets, the records are therefore renumbered from 0 under a new spool id: a few may be
told twice, none is mistaken for another.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock

import structlog

from gateway.spool_file import is_broken, opened, set_aside
from gateway.spool_layout import Layouts
from gateway.spool_record import pack, unpack
from plant.reading import Readings
from telemetry.backlog import Record

_OVERHEAD = 48  # bytes that SQLite needs for a record beside its readings, about

_log = structlog.get_logger("gateway")


def running_boot() -> str:
    """Name the machine's present run since power-on; empty where the system does not tell."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return ""


class Spool:
    """One spool file, opened exclusively; it may be used from several threads.

    `max_bytes` bounds the content: beyond it the oldest records are dropped and counted.
    `set_aside` is where a broken former file went, None when there was none.
    """

    def __init__(self, path: Path, max_bytes: int, boot: Callable[[], str] = running_boot) -> None:
        self.max_bytes = max_bytes
        self.set_aside: Path | None = None
        self._spool_id = ""
        self._next = self._dropped = self._size = 0
        self._lock = RLock()
        try:
            self._db = opened(path)
        except sqlite3.DatabaseError as error:
            if not is_broken(error):
                raise
            self.set_aside = set_aside(path)
            _log.error(
                "the spool is broken and was set aside; what it held is not sent",
                spool=str(path),
                set_aside=str(self.set_aside),
                error=str(error),
            )
            self._db = opened(path)
        self._layouts = Layouts(self._db)
        self._adopt(boot())

    @property
    def spool_id(self) -> str:
        """The random name under which this spool's offsets count."""
        return self._spool_id

    @property
    def dropped(self) -> int:
        """How many records a full spool has dropped since the file was made."""
        return self._dropped

    @property
    def size(self) -> int:
        """Bytes of the records that are kept."""
        return self._size

    def append(self, device: str, read_time: int, readings: Readings) -> int:
        """Keep one record and give its offset; it survives the process from here on."""
        with self._lock:
            with self._write() as db:
                data = pack(readings, self._layouts.digest(readings.signals))
                offset, dropped = self._next, self._dropped
                size = self._size + len(data) + _OVERHEAD
                db.execute(
                    "INSERT INTO record VALUES (?, ?, ?, ?)", (offset, device, read_time, data)
                )
                if size > self.max_bytes:
                    size, dropped = self._drop(db, size, keep=offset)
                db.execute("UPDATE fact SET next_offset = ?, dropped = ?", (offset + 1, dropped))
            self._next, self._size, self._dropped = offset + 1, size, dropped
        return offset

    def read(self, first: int, count: int) -> list[Record]:
        """Give up to `count` records from offset `first` on, or from the oldest kept."""
        with self._lock:
            rows = self._db.execute(
                "SELECT offset, device, read_time, readings FROM record"
                " WHERE offset >= ? ORDER BY offset LIMIT ?",
                (first, count),
            ).fetchall()
            return [
                Record(offset, device, time, self._unpacked(offset, data))
                for offset, device, time, data in rows
            ]

    def release(self, through: int) -> None:
        """Forget the records up to and including offset `through`: every consumer has them."""
        with self._lock:
            with self._write() as db:
                (freed,) = db.execute(
                    "SELECT coalesce(sum(length(readings) + ?), 0) FROM record WHERE offset <= ?",
                    (_OVERHEAD, through),
                ).fetchone()
                db.execute("DELETE FROM record WHERE offset <= ?", (through,))
            self._size -= freed

    def oldest(self) -> int | None:
        """Give the first offset that is still kept, None when the spool is empty."""
        with self._lock:
            (offset,) = self._db.execute("SELECT min(offset) FROM record").fetchone()
        return None if offset is None else int(offset)

    def next_offset(self) -> int:
        """Give the offset that the next record will get."""
        return self._next

    def renew(self) -> None:
        """Count anew, from 0 under a new id: somebody knows offsets that were not given yet."""
        with self._lock:
            self._db.execute("PRAGMA synchronous = FULL")
            with self._write() as db:
                self._renumber(db, "a consumer has more of the spool than there is")
            self._db.execute("PRAGMA synchronous = NORMAL")

    def next_bd_seq(self) -> int:
        """Count one more birth of the node and give its number, 0 to 255 and round again."""
        with self._write() as db:
            (number,) = db.execute("SELECT bd_seq FROM fact").fetchone()
            db.execute("UPDATE fact SET bd_seq = ?", ((number + 1) % 256,))
        return int(number)

    def close(self) -> None:
        """Write everything to the disk and close; harmless when closed already."""
        with self._lock, suppress(sqlite3.ProgrammingError):
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("UPDATE fact SET clean = 1")
            self._db.close()

    def _adopt(self, boot: str) -> None:
        """Take over what the file holds, under a new id if its tail may be missing."""
        db = self._db
        db.execute("PRAGMA synchronous = FULL")
        with self._write():
            row = db.execute(
                "SELECT spool_id, next_offset, dropped, boot, clean FROM fact"
            ).fetchone()
            if row is None:
                self._spool_id, self._next, self._dropped = secrets.token_hex(8), 0, 0
                db.execute("INSERT INTO fact VALUES (?, 0, 0, 0, ?, 0)", (self._spool_id, boot))
            else:
                self._spool_id, self._next, self._dropped, former_boot, clean = row
                if not clean and boot != former_boot:
                    self._renumber(db, "the machine stopped without closing the spool")
                db.execute("UPDATE fact SET boot = ?, clean = 0", (boot,))
            self._layouts.prune()
            (self._size,) = db.execute(
                "SELECT coalesce(sum(length(readings) + ?), 0) FROM record", (_OVERHEAD,)
            ).fetchone()
        db.execute("PRAGMA synchronous = NORMAL")

    def _renumber(self, db: sqlite3.Connection, why: str) -> None:
        former, self._spool_id = self._spool_id, secrets.token_hex(8)
        (oldest,) = db.execute(
            "SELECT coalesce(min(offset), ?) FROM record", (self._next,)
        ).fetchone()
        self._next -= oldest
        # In two steps over negative numbers, so that no row meets another on its way.
        db.execute("UPDATE record SET offset = -1 - (offset - ?)", (oldest,))
        db.execute("UPDATE record SET offset = -1 - offset")
        db.execute("UPDATE fact SET spool_id = ?, next_offset = ?", (self._spool_id, self._next))
        _log.warning(
            "the spool has a new id",
            why=why,
            former=former,
            spool_id=self._spool_id,
            records=self._next,
        )

    def _drop(self, db: sqlite3.Connection, size: int, keep: int) -> tuple[int, int]:
        """Drop the oldest records until the rest fits; give the new size and count."""
        dropped, last = self._dropped, -1
        rows = db.execute(
            "SELECT offset, length(readings) FROM record WHERE offset < ? ORDER BY offset", (keep,)
        )
        with closing(rows):
            for offset, length in rows:
                if size <= self.max_bytes:
                    break
                size -= length + _OVERHEAD
                dropped, last = dropped + 1, offset
        db.execute("DELETE FROM record WHERE offset <= ?", (last,))
        return size, dropped

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._layouts.forget()
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _unpacked(self, offset: int, data: bytes) -> Readings:
        try:
            return unpack(data, self._layouts.signals)
        except ValueError as error:
            # The offset must still be sent, or everything behind it would wait for ever; its
            # signals get no value from it and grow stale.
            _log.error("a spooled record is damaged", offset=offset, error=str(error))
            return Readings.of(())

"""Server-sent events as bytes: encoding, positions, the ring of the past, one client's queue."""

import asyncio
import json
import re
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

ResetReason = Literal["malformed", "other_journal", "too_old", "ahead", "slow_client"]

_POSITION = re.compile(r"([0-9a-zA-Z]{1,64})-([0-9]{1,18})")


@dataclass(frozen=True)
class Position:
    """A place in one journal: what has been seen of it."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        """Give `{epoch}-{seq}`."""
        return f"{self.epoch}-{self.seq}"


def parse_position(text: str) -> Position | None:
    """Read `{epoch}-{seq}`; None when it is nothing of the kind."""
    match = _POSITION.fullmatch(text)
    return Position(match[1], int(match[2])) if match else None


def event(kind: str, data: Mapping[str, Any], position: Position | None = None) -> bytes:
    """Write one event; with a position it moves the client's Last-Event-ID."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _framed(kind, text, position)


def entry_event(row: Mapping[str, Any], epoch: str) -> bytes:
    """Write a journal entry; its body is canonical JSON already and is not written anew."""
    head = {key: row[key] for key in ("seq", "time", "known_at", "kind", "subject", "actor")}
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    data = f'{text[:-1]},"body":{row["body"]}}}'
    return _framed("entry", data, Position(epoch, int(row["seq"])))


def _framed(kind: str, data: str, position: Position | None) -> bytes:
    identity = f"id: {position}\n" if position else ""
    return f"event: {kind}\n{identity}data: {data}\n\n".encode()


class Ring:
    """The journal's last entries as encoded events, so that who was away briefly misses nothing.

    `start` is the seq before the oldest entry held.
    """

    def __init__(self, start: int, most: int) -> None:
        self.start = start
        self.head = start
        self._most = most
        self._entries: deque[tuple[int, bytes]] = deque()

    def append(self, seq: int, chunk: bytes) -> None:
        """Add the next entry and forget the oldest when there are too many."""
        self._entries.append((seq, chunk))
        self.head = seq
        if len(self._entries) > self._most:
            self.start = self._entries.popleft()[0]

    def since(self, seq: int) -> list[bytes]:
        """Give the events after `seq`, oldest first."""
        seqs = [item[0] for item in self._entries]
        first = bisect_right(seqs, seq)
        return [chunk for _, chunk in list(self._entries)[first:]]


class Client:
    """One open stream: a bounded queue between the pump and a connection that may be slow.

    Without `signals` it is sent entries and status only.
    """

    def __init__(self, most_chunks: int, most_bytes: int, *, signals: bool = True) -> None:
        self.signals = signals
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._most_chunks = most_chunks
        self._most_bytes = most_bytes
        self._ended = False
        self._news = asyncio.Event()

    def offer(self, chunk: bytes) -> bool:
        """Queue a chunk; False when there is no room: then `restart` it."""
        full = len(self._chunks) >= self._most_chunks
        if full or self._size + len(chunk) > self._most_bytes:
            return False
        self._chunks.append(chunk)
        self._size += len(chunk)
        self._news.set()
        return True

    def restart(self, chunk: bytes) -> None:
        """Throw away what waits and queue how things are, which may be of any size."""
        self._chunks.clear()
        self._chunks.append(chunk)
        self._size = 0
        self._news.set()

    def end(self) -> None:
        """Let the stream end when what waits has been sent."""
        self._ended = True
        self._news.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give all that waits as one chunk, then wait for more, until the stream is ended."""
        while True:
            await self._news.wait()
            self._news.clear()
            waiting = b"".join(self._chunks)
            self._chunks.clear()
            self._size = 0
            ended = self._ended
            if waiting:
                yield waiting
            if ended:
                return

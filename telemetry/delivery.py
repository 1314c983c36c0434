"""The consumer's side of delivery: what was taken, what is doubled, what is missing.

A gateway numbers the records of its spool without gaps from 0 and sends each at least once.
A consumer takes every offset exactly once, in order, and tells the gateway how far it is.
What the gateway no longer has it announces as lost; a consumer skips exactly that, and records it.
"""

import json
from dataclasses import dataclass

from plant.errors import TelemetryError
from telemetry.sparkplug.topic import checked

ROOT = "firstout/v1/committed"
_MAX_OFFSET = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Position:
    """The last offset taken from a spool; -1 is nothing yet, None is no spool yet."""

    spool: str | None = None
    offset: int = -1


@dataclass(frozen=True, slots=True)
class Committed:
    """What a consumer tells the gateway: how far it is, and whether to send again from there."""

    position: Position
    rewind: bool = False


@dataclass(frozen=True, slots=True)
class Accept:
    """Take the record: it is the next one. `lost` is the range skipped before it (inclusive)."""

    position: Position
    lost: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Drop the record: it was taken before."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Drop the record: `expected` has not come; ask the gateway to rewind."""

    expected: int


class Intake:
    """Decides for each record of one node whether it is the next.

    `position` starts as what was committed and follows what is accepted; `waiting` is true from
    a gap until the expected offset comes.
    A spool never seen before is expected from offset 0. A gateway that no longer has its first
    records announces them as lost, so nothing is skipped without a word: a record from the
    middle of an unknown spool is a gap, and the rewind brings the oldest that is left.
    """

    def __init__(self, position: Position = Position()) -> None:
        self.position = position
        self.waiting = False

    def accept(
        self, spool: str, offset: int, lost: tuple[int, int] | None
    ) -> Accept | Duplicate | Gap:
        """Judge one record, and remember it when it is accepted.

        Args:
            spool: the random id of the gateway's spool.
            offset: the record's number in it.
            lost: the range (inclusive) that the gateway announced as gone, if it did.
        """
        expected = self.position.offset + 1 if spool == self.position.spool else 0
        if offset < expected:
            return Duplicate()
        if offset > expected and not _covers(lost, expected, offset - 1):
            self.waiting = True
            return Gap(expected)
        self.position = Position(spool, offset)
        self.waiting = False
        skipped = (expected, offset - 1) if offset > expected else None
        return Accept(self.position, skipped)


def _covers(lost: tuple[int, int] | None, first: int, last: int) -> bool:
    return lost is not None and lost[0] <= first and last <= lost[1]


def committed_topic(group: str, node: str, consumer: str) -> str:
    """Where `consumer` says, retained, how much of a node's spool it has committed."""
    return f"{ROOT}/{checked(group)}/{checked(node)}/{checked(consumer)}"


def encode_committed(position: Position, *, rewind: bool) -> bytes:
    """Write what a consumer says on its committed topic."""
    body = {"spool": position.spool, "offset": position.offset, "rewind": rewind}
    return json.dumps(body).encode()


def decode_committed(payload: bytes) -> Committed:
    """Read what a consumer said; TelemetryError when it is no such message."""
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise TelemetryError("a committed message must be JSON") from error
    match body:
        case {
            "spool": str() | None as spool,
            "offset": int() as offset,
            "rewind": bool() as rewind,
        }:
            whole = not isinstance(offset, bool) and -1 <= offset <= _MAX_OFFSET
            if whole and (spool is not None or offset == -1):
                return Committed(Position(spool, offset), rewind)
        case _:
            pass
    raise TelemetryError("a committed message needs `spool`, `offset` and `rewind`")

"""The seam between polling and the protocols: what a device connection must be able to do.

There is no way to write here, and none may be added: facts flow up from the plant.
"""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from plant.errors import SourceError
from plant.quality import Reason
from plant.reading import Reading


class ReadError(SourceError):
    """A device gave no usable answer; `reason` is what its signals are BAD for.

    After any reason but REFUSED the connection is closed and must be made again.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class Part(Protocol):
    """What is asked in one request."""

    @property
    def signals(self) -> tuple[str, ...]:
        """The ids of the signals that the request reads, each once."""
        ...


PartT = TypeVar("PartT", bound=Part)


@dataclass(frozen=True)
class Group(Generic[PartT]):
    """The requests of one device that share a period (nanoseconds)."""

    period: int
    parts: tuple[PartT, ...]


class Source(Protocol[PartT]):
    """One device's connection. It is used by one task at a time."""

    @property
    def groups(self) -> tuple[Group[PartT], ...]:
        """What to read and how often: every signal of the device in exactly one part."""
        ...

    async def connect(self) -> None:
        """Open the connection, in the device's time-out; ReadError if it cannot be had."""
        ...

    async def read(self, part: PartT) -> tuple[Reading, ...]:
        """Ask once and give one reading for each of the part's signals.

        Values that cannot be trusted come back BAD. ReadError if there is no answer to decode.
        """
        ...

    async def close(self) -> None:
        """Give the connection up; harmless when there is none."""
        ...

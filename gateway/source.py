"""The seams of the gateway: what a reader gives, and what a polled connection must be able to do.

There is no way to write here, and none may be added: facts flow up from the plant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from gateway.contact import Contact
from gateway.counters import Counters
from plant.errors import SourceError
from plant.quality import Reason
from plant.reading import Readings

# `sink(device, read_time, readings)` keeps one record: values that were read together, at
# `read_time` (ns since 1970). No signal may come twice with the same read time in whole
# milliseconds, because that is how fine it travels.
Sink = Callable[[str, int, Readings], object]


class Reader(Protocol):
    """Reads one device for ever and gives every value to its sink.

    Each signal is given at least once a period, changed or not; while the device is away it is
    BAD, with the reason.
    """

    device: str
    counters: Counters
    contact: Contact

    @property
    def connected(self) -> bool:
        """True while the device answers."""
        ...

    async def run(self) -> None:
        """Read until cancelled, or until the sink fails."""
        ...


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
        """The ids of the signals that the request reads, each once; always the same tuple."""
        ...


PartT = TypeVar("PartT", bound=Part)
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Group(Generic[PartT]):
    """The requests of one device that share a period (nanoseconds)."""

    period: int
    parts: tuple[PartT, ...]


class Source(Protocol[PartT, AnswerT]):
    """One polled device's connection. It is used by one task at a time.

    To ask and to understand are two things, because many answers are understood at once.
    """

    @property
    def groups(self) -> tuple[Group[PartT], ...]:
        """What to read and how often: every signal of the device in exactly one part."""
        ...

    async def connect(self) -> None:
        """Open the connection, in the device's time-out; ReadError if it cannot be had."""
        ...

    async def read(self, part: PartT) -> AnswerT:
        """Ask once and give the answer; ReadError if there is none."""
        ...

    def readings(self, parts: Sequence[PartT], answers: Sequence[AnswerT | Reason]) -> Readings:
        """Give the readings of neighbouring parts of a group from their answers.

        Signals of a part without an answer are BAD for the reason in its place, and so are values
        that cannot be trusted. The same parts give the very same tuple of signals each time.
        """
        ...

    async def close(self) -> None:
        """Give the connection up; harmless when there is none."""
        ...

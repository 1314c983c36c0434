"""The errors Firstout raises on purpose, by who can act on them.

FirstoutError
├── PlantError      the plant folder is wrong; carries every fault at once; never retried
├── SourceError     a device or the wire; becomes quality BAD and a back-off, never a crash
├── TelemetryError  a message that does not follow Sparkplug B; counted, logged and dropped
├── JournalError    the journal is broken, or cannot be written
├── RecordingError  a recording to be replayed cannot be read, or does not fit the plant
└── RequestError    the asker's fault; answered with a 4xx problem document
"""

from collections.abc import Iterable
from dataclasses import dataclass


class FirstoutError(Exception):
    """Root of all errors raised on purpose."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a plant folder: where it is, what it is, what would be accepted."""

    file: str
    where: str
    problem: str
    accepted: str = ""

    def __str__(self) -> str:
        """One line for a person: file, place, problem and what to write instead."""
        place = f"{self.file}: {self.where}" if self.where else self.file
        accepted = f"; accepted: {self.accepted}" if self.accepted else ""
        return f"{place}: {self.problem}{accepted}"


class PlantError(FirstoutError):
    """The plant folder is refused whole; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class SourceError(FirstoutError):
    """A device did not give an answer that can be used."""


class TelemetryError(FirstoutError):
    """A message breaks the Sparkplug B contract."""


class JournalError(FirstoutError):
    """The journal is broken or cannot be written."""


class RecordingError(FirstoutError):
    """A recording to be replayed cannot be read, or does not fit the plant."""


class RequestError(FirstoutError):
    """A request that cannot be granted; `code` is stable for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)

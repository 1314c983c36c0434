"""What a gateway has read and nobody has confirmed yet, as the sender sees it."""

from dataclasses import dataclass
from typing import Protocol

from plant.reading import Readings


@dataclass(frozen=True, eq=False)
class Record:
    """One poll of one device: its place in the spool, and when it was read (ns since 1970)."""

    offset: int
    device: str
    read_time: int
    readings: Readings


class Backlog(Protocol):
    """A spool of records with contiguous offsets that are never used twice."""

    @property
    def spool_id(self) -> str:
        """The random name of the spool; offsets of another name mean nothing here."""
        ...

    def oldest(self) -> int | None:
        """Give the first offset that is still kept, None when the spool is empty."""
        ...

    def next_offset(self) -> int:
        """Give the offset that the next record will get."""
        ...

    def read(self, first: int, count: int) -> list[Record]:
        """Give up to `count` records from offset `first` on, in order."""
        ...

    def release(self, through: int) -> None:
        """Forget the records up to and including offset `through`."""
        ...

    def renew(self) -> None:
        """Count anew, from 0 under a new id, because offsets that come next were used already."""
        ...

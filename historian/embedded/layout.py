"""Names of files in a history folder, and which of them count.

    lock                                     held by the one that writes
    tail                                     what is not sealed yet; it has a number
    2026-11-24/0000000007-0000000019.parquet   the tails 7 to 19, their samples of that UTC day

A segment replaces every other of its day whose numbers lie within its own: a merge is done at
the moment when its result has its name.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from plant.moment import SECOND

DAY = 86_400 * SECOND
_EPOCH = date(1970, 1, 1)
_DAY_NAME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8]|(?<!02-)(29|30)|(?<=0[13578]-|1[02]-)31)"
)
_SEGMENT_NAME = re.compile(r"(\d{10})-(\d{10})\.parquet")


@dataclass(frozen=True, order=True)
class Segment:
    """A sealed file: the samples of one UTC day that the tails `first` to `last` held."""

    day: int  # days since 1970
    first: int
    last: int
    path: Path

    def replaces(self, other: "Segment") -> bool:
        """Tell whether everything that is in the other is in this."""
        return (
            self != other
            and self.day == other.day
            and self.first <= other.first
            and other.last <= self.last
        )


def tail_path(folder: Path) -> Path:
    """Where the tail is."""
    return folder / "tail"


def day_folder(folder: Path, day: int) -> Path:
    """Where the segments of a day (since 1970) are."""
    return folder / (_EPOCH + timedelta(days=day)).isoformat()


def segment(folder: Path, day: int, first: int, last: int) -> Segment:
    """Name a segment."""
    return Segment(day, first, last, day_folder(folder, day) / f"{first:010d}-{last:010d}.parquet")


def days(folder: Path) -> list[int]:
    """Give the days (since 1970) that have a folder, oldest first."""
    try:
        names = [one.name for one in folder.iterdir() if _DAY_NAME.fullmatch(one.name)]
    except FileNotFoundError:
        return []
    return sorted((date.fromisoformat(name) - _EPOCH).days for name in names)


def listed(folder: Path, day: int) -> list[Segment]:
    """Give every segment of a day, replaced ones too, oldest first.

    Listing is no single moment: a name that comes and one that goes meanwhile may both be
    missed. Two listings that agree tell what was there between them.
    """
    former: list[Segment] | None = None
    while True:
        found = _listing(folder, day)
        if found == former:
            return found
        former = found


def counting(segments: list[Segment]) -> list[Segment]:
    """Leave out those that another replaces."""
    return [one for one in segments if not any(other.replaces(one) for other in segments)]


def _listing(folder: Path, day: int) -> list[Segment]:
    place = day_folder(folder, day)
    try:
        names = [one.name for one in place.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    found = [match for name in names if (match := _SEGMENT_NAME.fullmatch(name))]
    return sorted(Segment(day, int(match[1]), int(match[2]), place / match[0]) for match in found)

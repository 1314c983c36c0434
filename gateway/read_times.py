"""When a record is said to have been read: no two of the same signals in one millisecond."""

from array import array

from plant.moment import MILLISECOND

# How many read times are remembered. After a step back of the clock these are met again: at a poll
# a second that is enough for a step of 17 minutes, and beyond that it is chance that decides.
_REMEMBERED = 1024


class ReadTimes:
    """The read times that records of the same signals have had; all times in ns since 1970.

    They travel in whole milliseconds, and a store takes two values of one signal with one time
    for the same.
    """

    def __init__(self) -> None:
        self._given = array("q", [-1]) * _REMEMBERED
        self._place = 0
        self._latest = -1

    def free(self, moment: int) -> int:
        """Give `moment`, or the first whole millisecond after it that no record has had."""
        while moment // MILLISECOND <= self._latest and moment // MILLISECOND in self._given:
            moment += MILLISECOND
        return moment

    def note(self, moment: int) -> None:
        """Remember that a record has this time."""
        self._given[self._place] = moment // MILLISECOND
        self._place = (self._place + 1) % _REMEMBERED
        self._latest = max(self._latest, moment // MILLISECOND)

"""How the answers of one poll become records: few, and each with one honest read time.

Answers that came within 20 ms of each other are one record. Where a device takes longer, the same
answers should fall into the same records poll after poll, because everything behind the reader
remembers what it has worked out by the tuple of signals. So a record takes a fixed number of
answers, a power of two, which follows from how quick the device usually is. An unusual wait cuts
a record short; what there is of it is then given in smaller powers of two. In this way n answers
never make more than 2n different records.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.read_times import ReadTimes
from plant.moment import MILLISECOND

AnswerT = TypeVar("AnswerT")

# Standards 4.7: 20 ms is a tie, so nothing may look that much later than it was read.
_TOGETHER = 20 * MILLISECOND
# How long a record should usually take: the number of answers is halved or doubled between these.
_LONG, _SHORT = 15 * MILLISECOND, 6 * MILLISECOND
_USUAL_POLLS = 16  # over how many polls the usual pace is followed


@dataclass(frozen=True)
class Run(Generic[AnswerT]):
    """The answers to neighbouring requests, from number `first` on, that make one record.

    `time` is their read time in ns since 1970.
    """

    time: int
    first: int
    answers: tuple[AnswerT, ...]


class Records(Generic[AnswerT]):
    """Collects the answers of one group of requests, which come in the same order each poll."""

    def __init__(self, count: int) -> None:
        """Prepare for polls of `count` answers."""
        self._count = count
        self._largest = self._size = 1 << (count - 1).bit_length()
        self._pace = 0.0  # ns an answer, usually
        self._polls = 0
        self._poll_began = 0
        self._before = self._newest = -_TOGETHER
        self._times = ReadTimes()  # of former polls
        self._poll_times: list[int] = []
        self._first = 0
        self._began = self._ended = 0
        self._answers: list[AnswerT] = []

    def add(self, place: int, answer: AnswerT, arrived: int) -> list[Run[AnswerT]]:
        """Take the answer to request number `place`, which came at `arrived` (ns since 1970).

        Gives the records that are complete because this one cannot be part of them.
        """
        if place == 0:
            self._poll_began = arrived
        late = not 0 <= arrived - self._began <= _TOGETHER
        finished = list(self._taken()) if late or place % self._size == 0 else []
        if not self._answers:
            self._first, self._began = place, arrived
        self._answers.append(answer)
        self._ended = arrived
        return finished

    def end(self) -> list[Run[AnswerT]]:
        """End the poll and give its last records."""
        finished = list(self._taken())
        self._before = self._newest
        for time in self._poll_times:
            self._times.note(time)
        self._poll_times.clear()
        self._polls += 1
        pace = max(0, self._ended - self._poll_began) / self._count
        self._pace += (pace - self._pace) / min(self._polls, _USUAL_POLLS)
        if self._size > 1 and self._size * self._pace > _LONG:
            self._size //= 2
        elif self._size < self._largest and self._size * self._pace < _SHORT:
            self._size *= 2
        return finished

    def _taken(self) -> Iterator[Run[AnswerT]]:
        answers, self._answers = self._answers, []
        if not answers:
            return
        self._newest = time = self._time()
        self._poll_times.append(time)
        place, end = self._first, self._first + len(answers)
        while place < end:
            size = self._size
            while place % size or (place + size > end and end < self._count):
                size //= 2
            at = place - self._first
            yield Run(time, place, tuple(answers[at : at + size]))
            place += size

    def _time(self) -> int:
        """Give the read time; they travel in ms, and no signal may have two values at one time."""
        ahead = self._before // MILLISECOND - self._ended // MILLISECOND
        near = 0 <= ahead < _TOGETHER // MILLISECOND
        return self._times.free(self._before + MILLISECOND if near else self._ended)

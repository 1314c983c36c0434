"""Replaying a recording: the same judge as live, over what was recorded, in virtual time.

A recorded table is given to a monitor that starts at its first sample. A live run's recorded
inputs are judged again as they were, and give exactly the same changes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from compliance.criterion import Criterion
from firstout.applying.apply import take_in
from firstout.input_log import read_inputs
from firstout.judge import Act, Judge
from firstout.plant_folder import check_files
from firstout.recording import Applied, Recorded, Snapshot, decode_all
from firstout.replaying.entries import of_change
from firstout.replaying.feed import Feed
from firstout.replaying.oddities import Oddities, Oddity
from firstout.replaying.recording_file import ACCEPTED
from firstout.replaying.table import RecordedTable
from journal.entry import Draft
from monitor.inputs import Samples
from plant.errors import RecordingError
from plant.moment import to_text
from plant.plant import Plant

SUFFIX = ".inputs"
_WATCH_EVERY = 500  # inputs


@dataclass(eq=False)
class Progress:
    """How far a replay has come: samples, and the span in ns since 1970 that was judged.

    `watch` is called now and then, so that somebody may show it.
    """

    form: str
    first: int = 0
    now: int = 0
    until: int = 0
    samples: int = 0
    inputs: int = 0
    watch: Callable[[], None] = lambda: None

    def note(self, given: Recorded) -> None:
        """Note an input that is about to be judged."""
        self.now = given.known_at
        self.inputs += 1
        if isinstance(given, Samples):
            self.samples += len(given.slots)
        if self.inputs % _WATCH_EVERY == 0:
            self.watch()


class Replay:
    """One recording judged for one plant, from the version of `files` on."""

    def __init__(
        self, files: Mapping[str, str], criteria: Iterable[Criterion], oddities: Oddities
    ) -> None:
        """Read the plant.

        Raises:
            PlantError: with every fault of the plant folder.
        """
        self._files = dict(files)
        self._criteria = tuple(criteria)
        self.oddities = oddities
        self._judge = Judge(check_files(self._files), self._criteria, of_change)
        self._memory = self._judge.new_memory()

    @property
    def plant(self) -> Plant:
        """The plant version that is judged now."""
        return self._judge.plant

    def of_table(
        self, path: Path, mapped: Mapping[str, str], until: "Until"
    ) -> tuple[Progress, Iterator[Draft]]:
        """Open a CSV or Parquet file; give its progress, and its drafts as they are judged.

        Raises:
            RecordingError: the file cannot be used; at once, or later if it cannot be read on.
        """
        table = RecordedTable(path, self.plant, mapped, self.oddities)
        survey = table.survey
        end = until.moment(survey.last)
        if end < survey.first:
            raise RecordingError(
                f"--until {to_text(end)} lies before the first sample, {to_text(survey.first)}"
            )
        progress = Progress(table.form, survey.first, survey.first, end)
        return progress, self._of_table(table, progress)

    def _of_table(self, table: RecordedTable, progress: Progress) -> Iterator[Draft]:
        yield from self._judge.apply(self._memory, self._files, progress.first)
        feed = Feed(self._judge.compiled, self.oddities)
        for given in feed.inputs(table.chunks(), progress.first, progress.until):
            progress.note(given)
            yield from self._judge.advance(self._memory, given)
        self.oddities.name(Oddity.UNRECORDED, table.unrecorded())

    def of_inputs(self, path: Path) -> tuple[Progress, Iterator[Draft]]:
        """Open a live run's recorded inputs: one file, or the folder of them.

        Raises:
            RecordingError: there are none, or they are of another plant version; also later.
            JournalError: a record is cut off or damaged; also later.
        """
        recorded = read_inputs(path) if path.is_dir() else decode_all(_read(path), str(path))
        begin = next(recorded, None)
        if not isinstance(begin, Applied | Snapshot):
            raise RecordingError(
                f"{path}: does not begin with a plant version or a state; accepted: {ACCEPTED}"
            )
        self._check_version(begin)
        progress = Progress("recorded inputs", begin.known_at, begin.known_at)
        return progress, self._of_inputs(begin, recorded, progress)

    def _of_inputs(
        self, begin: Applied | Snapshot, recorded: Iterator[Recorded], progress: Progress
    ) -> Iterator[Draft]:
        if isinstance(begin, Snapshot):
            self._memory = self._judge.from_blocks(begin.blocks)
        else:
            yield from self._judge.apply(self._memory, self._files, begin.known_at)
        for given in recorded:
            progress.note(given)
            match given:
                case Act():
                    yield from self._judge.act(self._memory, given)[0]
                case Applied():
                    yield from self._take_in(given)
                case Snapshot():
                    self._resume(given)
                case _:
                    yield from self._judge.advance(self._memory, given)

    def _take_in(self, applied: Applied) -> list[Draft]:
        """Go over to the plant version that was taken in at this point of the run."""
        following = Judge(check_files(dict(applied.files or {})), self._criteria, of_change)
        self._memory, drafts = take_in(self._judge, self._memory, applied, following)
        self._judge = following
        return drafts

    def _resume(self, snapshot: Snapshot) -> None:
        """Begin a file: a state other than ours shows that inputs before it are gone."""
        self._check_version(snapshot)
        if snapshot.blocks != self._judge.to_blocks(self._memory):
            self.oddities.note(Oddity.JUMPED, 1, to_text(snapshot.known_at))
            self._memory = self._judge.from_blocks(snapshot.blocks)

    def _check_version(self, given: Applied | Snapshot) -> None:
        ours = self.plant.version
        if given.version != ours:
            raise RecordingError(
                f"at {to_text(given.known_at)} plant version {given.version[:12]} was in force, "
                f"and the plant folder is version {ours[:12]}; accepted: the folder as it was "
                "then"
            )


@dataclass(frozen=True)
class Until:
    """When a replay of a table ends: a moment, or so many ns after the last sample."""

    at: int | None = None
    after_last: int = 0

    def moment(self, last: int) -> int:
        """Give the end, ns since 1970, of a recording whose last sample is known at `last`."""
        return last + self.after_last if self.at is None else self.at


def is_inputs(path: Path) -> bool:
    """Say whether a path is a live run's recorded inputs."""
    return path.is_dir() or path.suffix == SUFFIX


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from error

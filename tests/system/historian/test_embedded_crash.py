"""Death at every step: each call by which the history touches the disk is once the last one."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from historian.embedded.footer import footer_of
from historian.embedded.layout import counting, days, listed
from historian.embedded.store import Embedded
from historian.embedded.tail_view import TailView
from historian.embedded.upkeep import Sealing
from tests.historian_contract import HOUR, START, everything, points, same, series

CALLS = ("open", "pwrite", "fdatasync", "fsync", "replace", "unlink", "mkdir", "ftruncate")
DAY = 24 * HOUR
# Two seals on one day, one over midnight that brings late samples, and the merge of the first day.
BATCHES = [
    series("a", 3, START + HOUR) + series("b", 3, START + HOUR),
    series("a", 3, START + 2 * HOUR),
    series("b", 3, START + 2 * HOUR) + series("a", 3, START + DAY),
    series("a", 3, START + DAY + 2 * HOUR),
    series("b", 3, START + DAY + 2 * HOUR),
]
WROTE = {
    signal: sorted(one for batch in BATCHES for one in batch if one.signal == signal)
    for signal in "ab"
}


class Dead(BaseException):
    """Like a kill: nobody catches it."""


class Countdown:
    """Lets so many calls pass and none after that."""

    def __init__(self, left: int) -> None:
        self.left = left

    def around(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **options: object) -> object:
            if self.left <= 0:
                raise Dead
            self.left -= 1
            return call(*args, **options)

        return counted


def opened(folder: Path) -> Embedded:
    return Embedded.open(folder, writing=True, sealing=Sealing(size=400))


def deliver(folder: Path) -> None:
    """Do as the recorder does: begin behind what is kept, give the rest, close."""
    store = opened(folder)
    kept = store.positions().get("gw", ("spool", -1))[1]
    for number in range(kept + 1, len(BATCHES)):
        store.write(points(BATCHES[number]), {"gw": ("spool", number)})
    for _ in range(2):
        store.write(points([]), {})  # time for merging
    store.close()


def forget_handles(folder: Path) -> None:
    """Close what a process that dies would not have open any more; its lock goes with it.

    Unfinished files are left out: they belong to Python's file objects.
    """
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            name = str(handle.readlink())
            if name.startswith(str(folder)) and not name.endswith(".tmp"):
                os.close(int(handle.name))


def kept_batches(folder: Path) -> int:
    """Check that a reader sees whole batches only, as many as the positions say; give them."""
    reader = Embedded.open(folder, writing=False)
    count = reader.positions().get("gw", ("spool", -1))[1] + 1
    for signal in "ab":
        wanted = sorted(s for batch in BATCHES[:count] for s in batch if s.signal == signal)
        same(everything(reader, signal), wanted)
    reader.close()
    return count


def stored_rows(folder: Path) -> int:
    """Count what the files hold, without any rule about doubled samples."""
    segments = [one for day in days(folder) for one in counting(listed(folder, day))]
    view = TailView(folder / "tail")
    content = view.refresh()
    assert content is not None
    before = [one for one in segments if one.last < content.head.number]
    count = len(content.which)
    view.close()
    return sum(footer_of(one.path).rows for one in before) + count


@pytest.mark.timeout(120)
@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_death_at_any_step_loses_and_doubles_nothing(tmp_path: Path) -> None:
    seen, step = set(), 0
    while True:
        folder = tmp_path / str(step)
        with pytest.MonkeyPatch.context() as patched:
            countdown = Countdown(step)
            for name in CALLS:
                patched.setattr(os, name, countdown.around(getattr(os, name)))
            try:
                deliver(folder)
            except Dead:
                died = True
            else:
                died = False
        forget_handles(folder)
        if folder.exists():
            seen.add(kept_batches(folder))
        deliver(folder)
        assert kept_batches(folder) == len(BATCHES)
        assert stored_rows(folder) == sum(map(len, BATCHES))
        assert not list(folder.rglob("*.tmp"))
        if not died:
            break
        step += 1

    assert step > 60  # else the calls are not those that the history makes
    assert seen == set(range(len(BATCHES) + 1))


def test_the_story_seals_and_merges(tmp_path: Path) -> None:
    """Or the test above proves nothing."""
    deliver(tmp_path)

    assert any(one.last > one.first for day in days(tmp_path) for one in listed(tmp_path, day))

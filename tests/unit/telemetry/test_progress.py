from telemetry.delivery import Committed, Position
from telemetry.progress import Progress


def at(offset: int, *, rewind: bool = False, spool: str = "s") -> Committed:
    return Committed(Position(spool, offset), rewind)


def test_the_slowest_consumer_holds_the_spool() -> None:
    progress = Progress("s", ("monitor", "recorder"))
    progress.heard("monitor", at(9), 10, now=0)

    assert not progress.all_heard
    assert progress.next_wanted() == 0
    progress.heard("recorder", at(4), 10, now=0)
    assert progress.all_heard
    assert progress.next_wanted() == 5


def test_a_position_in_another_spool_is_no_position() -> None:
    progress = Progress("s", ("monitor",))
    progress.heard("monitor", at(900, spool="old"), 0, now=0)

    assert progress.all_heard
    assert progress.next_wanted() == 0


def test_a_rewind_is_obeyed_but_not_twice_at_once() -> None:
    progress = Progress("s", ("monitor",))

    assert progress.heard("monitor", at(4, rewind=True), 10, now=0) == 5
    assert progress.heard("monitor", at(4, rewind=True), 10, now=0.5) is None
    assert progress.heard("monitor", at(4, rewind=True), 10, now=1.5) == 5


def test_there_is_nothing_to_rewind_for_who_has_everything() -> None:
    assert Progress("s", ("monitor",)).heard("monitor", at(9, rewind=True), 10, now=0) is None


def test_a_consumer_that_stands_still_behind_is_served_again() -> None:
    progress = Progress("s", ("monitor",))
    answers = [progress.heard("monitor", at(4), 10, now=second) for second in (0, 1, 2, 2.5, 3, 5)]

    assert answers == [None, None, None, 5, None, 5]


def test_a_consumer_that_moves_or_has_everything_is_left_alone() -> None:
    progress = Progress("s", ("monitor",))
    for second in range(10):
        assert progress.heard("monitor", at(second), 100, now=second * 1.5) is None
    for second in range(10):
        assert progress.heard("monitor", at(99), 100, now=100 + second) is None


def test_strangers_are_not_listened_to() -> None:
    progress = Progress("s", ("monitor",))

    assert progress.heard("stranger", at(4, rewind=True), 10, now=0) is None
    assert not progress.first_listens(0)
    progress.heard("monitor", at(4), 10, now=0)
    assert progress.first_listens(2)
    assert not progress.first_listens(3)


def test_without_consumers_nobody_is_waited_for() -> None:
    progress = Progress("s", ())

    assert progress.all_heard
    assert not progress.first_listens(0)
    assert progress.first_wanted() == progress.next_wanted() == 0
    assert progress.late_wanted(0) is None


def test_the_first_sets_the_pace_and_the_others_are_late() -> None:
    progress = Progress("s", ("monitor", "recorder", "bridge"))
    progress.heard("monitor", at(99), 100, now=0)
    assert progress.late_wanted(0) is None
    progress.heard("recorder", at(4), 100, now=0)
    progress.heard("bridge", at(50), 100, now=2)

    assert progress.is_first("monitor")
    assert not progress.is_first("recorder")
    assert progress.first_wanted() == 100
    assert progress.late_wanted(2) == 5
    assert progress.late_wanted(4) == 51, "the recorder is away"
    assert progress.first_listens(2)
    assert not progress.first_listens(4)


def test_who_is_served_may_ask_in_vain_as_long_as_it_moves() -> None:
    progress = Progress("s", ("monitor", "recorder"))

    def said(offset: int, now: float) -> int | None:
        return progress.heard("recorder", at(offset, rewind=True), 100, now, served=True)

    assert [said(4 + second, second) for second in range(5)] == [None] * 5
    assert [said(8, second) for second in (5, 6, 6.5)] == [None, None, 9]

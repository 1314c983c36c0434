"""A batch is offered until it is kept; nothing overtakes it."""

from collections.abc import Mapping

import numpy as np
import pytest

from api.recorder import RecorderState
from firstout.gathering import Batch
from firstout.keeping import BACK_OFF, Keeping
from historian.influx.refusal import PointsRefusedError
from historian.points import Points
from plant.moment import SECOND
from tests.historian_in_memory import HistorianInMemory

NOON = 1_795_521_600 * SECOND


def batch(offset: int) -> Batch:
    points = Points(
        names=("a",),
        which=np.zeros(1, np.int32),
        times=np.array([NOON + offset]),
        sources=np.zeros(1, np.int64),
        values=np.array([float(offset)]),
        quality=np.zeros(1, np.uint8),
        reasons=np.zeros(1, np.uint8),
    )
    return Batch(points, {"gw1": ("spool", offset)}, {"gw1": NOON + offset})


@pytest.fixture
def store() -> HistorianInMemory:
    return HistorianInMemory()


@pytest.fixture
def keeping(store: HistorianInMemory) -> Keeping:
    return Keeping(store, RecorderState(NOON, {"edge7": NOON}, points=40))


def test_what_is_kept_is_told(store: HistorianInMemory, keeping: Keeping) -> None:
    assert keeping.write(batch(3), NOON)
    assert keeping.kept
    assert store.places == {"gw1": ("spool", 3)}
    state = keeping.state
    assert (state.points, state.written_at, state.fault) == (41, NOON, "")
    assert state.until == {"edge7": NOON, "gw1": NOON + 3}


@pytest.mark.parametrize("way", ["refuses", "forgets_to_answer"])
def test_the_same_batch_is_offered_until_it_is_kept(
    store: HistorianInMemory, keeping: Keeping, way: str
) -> None:
    setattr(store, way, True)
    assert not keeping.write(batch(3), NOON)
    assert not keeping.kept
    assert "store" in keeping.state.fault
    assert keeping.state.until == {"edge7": NOON}
    with pytest.raises(ValueError, match="overtake"):
        keeping.write(batch(4), NOON)

    setattr(store, way, False)
    assert keeping.write_again(NOON + SECOND)
    assert keeping.kept
    assert store.places == {"gw1": ("spool", 3)}
    assert len(store.kept) == 1
    assert (keeping.state.points, keeping.state.failures, keeping.state.fault) == (41, 1, "")


def test_a_store_that_is_away_is_asked_less_and_less_often(
    store: HistorianInMemory, keeping: Keeping
) -> None:
    store.refuses = True
    keeping.write(batch(3), NOON)
    now, waits = NOON, []
    for _ in range(7):
        due = next(wait for wait in sorted(set(BACK_OFF)) if keeping.due(now + wait))
        assert not keeping.due(now + due - 1)
        waits.append(due)
        now += due
        assert not keeping.write_again(now)
    assert waits == [*BACK_OFF, BACK_OFF[-1], BACK_OFF[-1]]

    store.refuses = False
    keeping.write_again(now)
    store.refuses = True
    keeping.write(batch(4), now)
    assert keeping.due(now + BACK_OFF[0])


def test_a_clock_that_was_stepped_back_does_not_stop_it(
    store: HistorianInMemory, keeping: Keeping
) -> None:
    store.refuses = True
    keeping.write(batch(3), NOON)
    assert keeping.due(NOON - 3600 * SECOND)


class Forbidding(HistorianInMemory):
    """A historian that refuses for good what it is given, until `refuses` is taken back."""

    def write(self, points: Points, positions: Mapping[str, tuple[str, int]]) -> None:
        if self.refuses:
            raise PointsRefusedError("too old; let it keep longer")
        super().write(points, positions)


def test_a_store_that_refuses_for_good_is_told_apart_from_one_that_is_away() -> None:
    store = Forbidding()
    keeping = Keeping(store, RecorderState(NOON, {}))
    store.refuses = True
    keeping.write(batch(3), NOON)
    assert keeping.refused
    assert keeping.state.fault == "too old; let it keep longer"
    store.refuses, store.forgets_to_answer = False, True
    keeping.write_again(NOON + SECOND)
    assert not keeping.refused
    assert not keeping.kept
    store.forgets_to_answer = False
    assert keeping.write_again(NOON + 2 * SECOND)
    assert not keeping.refused


def test_what_is_gone_is_counted(keeping: Keeping) -> None:
    keeping.count(lost=4)
    keeping.count(dropped=2, lost=1)
    assert (keeping.state.lost, keeping.state.dropped) == (5, 2)

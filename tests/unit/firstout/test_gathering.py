"""From samples to points: all of them, in order, with the positions behind them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from firstout.gathering import Gathering
from monitor.inputs import Samples
from plant.moment import MILLISECOND, SECOND

NAMES = ("a", "b", "c")
NOON = 1_795_521_600 * SECOND
HERE = {"gw1": ("spool", 7)}


def samples(
    slots: list[int],
    times: list[int],
    *,
    values: list[float] | None = None,
    sources: list[int] | None = None,
    node: str = "gw1",
) -> Samples:
    return Samples(
        node=node,
        historical=False,
        slots=np.array(slots, np.int32),
        times=np.array(times, np.int64),
        values=np.array(values or [float(slot) for slot in slots]),
        quality=np.zeros(len(slots), np.uint8),
        reasons=np.zeros(len(slots), np.uint8),
        known_at=NOON,
        sources=None if sources is None else np.array(sources, np.int64),
    )


def test_everything_gathered_is_in_the_batch_and_then_begins_anew() -> None:
    gathering = Gathering(NAMES)
    gathering.add(samples([0, 1], [NOON, NOON]))
    gathering.add(samples([2], [NOON + SECOND], sources=[NOON + 5]))
    assert len(gathering) == 3
    batch = gathering.take(HERE)

    assert batch.points.names == NAMES
    assert batch.points.which.tolist() == [0, 1, 2]
    assert batch.points.times.tolist() == [NOON, NOON, NOON + SECOND]
    assert batch.points.sources.tolist() == [0, 0, NOON + 5]
    assert batch.points.values.tolist() == [0.0, 1.0, 2.0]
    assert batch.positions == HERE
    assert len(gathering) == len(gathering.take(HERE).points) == 0


def test_a_batch_without_samples_has_the_types_of_one_with() -> None:
    full = Gathering(NAMES)
    full.add(samples([0], [NOON]))
    columns = ("which", "times", "sources", "values", "quality", "reasons")
    empty, one = Gathering(NAMES).take({}).points, full.take({}).points

    assert [getattr(empty, name).dtype for name in columns] == [
        getattr(one, name).dtype for name in columns
    ]


def test_a_record_without_samples_says_nothing_of_when() -> None:
    gathering = Gathering(NAMES)
    gathering.add(samples([], []))
    assert gathering.take(HERE).until == {}


def test_each_node_is_recorded_until_its_latest_sample() -> None:
    gathering = Gathering(NAMES)
    gathering.add(samples([0, 1], [NOON + SECOND, NOON]))
    gathering.add(samples([2], [NOON + 9 * SECOND], node="edge7"))
    gathering.add(samples([2], [NOON + 4 * SECOND], node="edge7"))

    assert gathering.take({}).until == {"gw1": NOON + SECOND, "edge7": NOON + 9 * SECOND}


def test_what_is_computed_is_kept_and_says_nothing_of_how_far_it_is() -> None:
    gathering = Gathering(NAMES)
    gathering.add(samples([0], [NOON]))
    gathering.add_computed(samples([2], [NOON + SECOND], values=[4.5]))
    assert len(gathering) == 2
    batch = gathering.take(HERE)

    assert batch.points.which.tolist() == [0, 2]
    assert batch.points.values.tolist() == [0.0, 4.5]
    assert batch.until == {"gw1": NOON}


def test_several_values_of_a_signal_at_one_time_are_all_kept_in_order() -> None:
    gathering = Gathering(NAMES)
    gathering.add(samples([1, 0, 1, 1], [NOON] * 4, values=[10, 20, 11, 12]))
    points = gathering.take({}).points

    assert points.values.tolist() == [10, 20, 11, 12]
    assert (points.times - NOON).tolist() == [0, 0, MILLISECOND, 2 * MILLISECOND]


MESSAGE = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), min_size=1, max_size=12)


@given(MESSAGE)
def test_no_signal_has_two_samples_at_one_time(message: list[tuple[int, int]]) -> None:
    gathering = Gathering(NAMES)
    times = [NOON + step * MILLISECOND for _, step in message]
    gathering.add(samples([slot for slot, _ in message], times))
    points = gathering.take({}).points
    kept = list(zip(points.which.tolist(), points.times.tolist(), strict=True))

    assert len(set(kept)) == len(message)
    assert (points.times >= np.array(times)).all()
    if len(set(message)) == len(message):
        assert points.times.tolist() == times

from hypothesis import given
from hypothesis import strategies as st

from gateway.poll_records import Records, Run
from plant.moment import MILLISECOND, SECOND

NOW = 1_764_000_000 * SECOND


def _poll(records: Records[int], *arrivals: int) -> list[Run[int]]:
    """Give the records of a poll whose answers come so many ms after NOW, and say when."""
    runs: list[Run[int]] = []
    for place, arrived in enumerate(arrivals):
        runs += records.add(place, arrived, NOW + arrived * MILLISECOND)
    return runs + records.end()


def _sizes(runs: list[Run[int]]) -> list[int]:
    return [len(run.answers) for run in runs]


def test_answers_within_20_ms_are_one_record_at_the_last_of_them() -> None:
    assert _poll(Records(3), 0, 10, 20) == [Run(NOW + 20 * MILLISECOND, 0, (0, 10, 20))]


def test_a_later_answer_does_not_make_the_first_look_later_than_it_was() -> None:
    assert _poll(Records(4), 0, 1, 22, 23) == [
        Run(NOW + MILLISECOND, 0, (0, 1)),
        Run(NOW + 23 * MILLISECOND, 2, (22, 23)),
    ]


def test_records_become_as_small_as_the_device_is_slow() -> None:
    records: Records[int] = Records(8)
    sizes = [_sizes(_poll(records, *range(0, 72, 9))) for _ in range(5)]

    assert sizes == [[2, 1, 1, 2, 2], [2, 1, 1, 2, 1, 1], [2, 2, 2, 2], [1] * 8, [1] * 8]


def test_one_slow_answer_cuts_one_poll_and_no_other() -> None:
    records: Records[int] = Records(6)
    usual = [_sizes(_poll(records, *range(6))) for _ in range(20)]
    slow = _sizes(_poll(records, 0, 1, 2, 23, 24, 25))
    later = [_sizes(_poll(records, *range(6))) for _ in range(20)]

    assert usual + later == [[6]] * 40
    assert slow == [2, 1, 1, 2]


def test_records_grow_again_when_a_device_is_quick_again() -> None:
    records: Records[int] = Records(6)
    for _ in range(10):
        _poll(records, *range(0, 54, 9))
    sizes = [_sizes(_poll(records, *range(6))) for _ in range(100)]

    assert sizes[0] == [2, 2, 2]
    assert sizes[-1] == [6]


def test_a_clock_that_steps_back_cuts_too() -> None:
    assert _poll(Records(2), 0, -5) == [
        Run(NOW, 0, (0,)),
        Run(NOW - 5 * MILLISECOND, 1, (-5,)),
    ]


def test_a_poll_within_the_millisecond_of_the_one_before_is_one_later() -> None:
    records: Records[int] = Records(1)
    times = [run.time for _ in range(3) for run in _poll(records, 0)]

    assert times == [NOW, NOW + MILLISECOND, NOW + 2 * MILLISECOND]


_waits = st.integers(0, 2) | st.integers(0, 30)


@given(st.integers(1, 9).flatmap(
    lambda count: st.lists(st.lists(_waits, min_size=count, max_size=count), min_size=1)
))  # fmt: skip
def test_every_answer_is_in_one_record_no_more_than_20_ms_before_its_time(polls) -> None:
    count, clock = len(polls[0]), 0
    records: Records[int] = Records(count)
    shapes: set[tuple[int, int]] = set()
    for waits in polls:
        arrivals = [clock := clock + wait for wait in waits]
        clock += 1
        runs = _poll(records, *arrivals)

        assert [answer for run in runs for answer in run.answers] == arrivals
        assert [run.first for run in runs] == [
            sum(_sizes(runs[:number])) for number in range(len(runs))
        ]
        for run in runs:
            late = [(run.time - NOW) // MILLISECOND - answer for answer in run.answers]
            assert 0 <= min(late) <= max(late) <= 20
            shapes.add((run.first, len(run.answers)))
    assert len(shapes) <= 2 * count

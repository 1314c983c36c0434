from gateway.poll_records import Records
from gateway.read_times import ReadTimes
from plant.moment import MILLISECOND, SECOND

NOW = 1_764_000_000 * SECOND


def test_a_time_that_nobody_had_is_given_as_it_is() -> None:
    times = ReadTimes()
    times.note(NOW)

    assert times.free(NOW + MILLISECOND + 7) == NOW + MILLISECOND + 7
    assert times.free(NOW - MILLISECOND) == NOW - MILLISECOND


def test_a_time_that_was_given_makes_way_for_the_next_that_is_free() -> None:
    times = ReadTimes()
    for after in (0, 1, 3):
        times.note(NOW + after * MILLISECOND)

    assert times.free(NOW + 5) == NOW + 2 * MILLISECOND + 5


def test_what_was_long_ago_is_forgotten() -> None:
    times = ReadTimes()
    for after in range(2000):
        times.note(NOW + after * SECOND)

    assert times.free(NOW) == NOW
    assert times.free(NOW + 1999 * SECOND) == NOW + 1999 * SECOND + MILLISECOND


def test_polls_after_a_step_back_of_the_clock_meet_no_time_of_those_before() -> None:
    records: Records[int] = Records(1)
    clock = [*range(0, 30_000, 100), *range(15_000, 45_000, 100), *range(5_000, 40_000, 100)]
    times = []
    for millis in clock:
        records.add(0, 0, NOW + millis * MILLISECOND)
        times += [run.time // MILLISECOND for run in records.end()]

    assert len(set(times)) == len(clock)
    assert max(time - NOW // MILLISECOND - at for time, at in zip(times, clock, strict=True)) <= 2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.durations import Durations, Spread


def test_nothing_measured_has_no_spread() -> None:
    assert Durations().spread(100.0) is None


def test_only_the_last_minute_counts() -> None:
    durations = Durations()
    durations.add(39.0, 9.0)
    durations.add(41.0, 1.0)
    durations.add(99.0, 3.0)
    durations.add(101.0, 7.0)  # from before a step of the clock: nothing ends in the future

    assert durations.spread(100.0) == Spread(2, 1.0, 3.0, 3.0)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=300))
def test_quantiles_are_values_that_were_measured(took: list[float]) -> None:
    durations = Durations()
    for value in took:
        durations.add(1.0, value)
    spread = durations.spread(1.0)

    assert spread is not None
    assert (spread.count, spread.max_s) == (len(took), max(took))
    for share, quantile in ((0.5, spread.p50_s), (0.99, spread.p99_s)):
        assert sum(value <= quantile for value in took) >= share * len(took)
        assert sum(value < quantile for value in took) < share * len(took)


def test_the_newest_push_out_the_oldest() -> None:
    durations = Durations()
    for number in range(3000):
        durations.add(1.0, float(number))
    spread = durations.spread(1.0)

    assert spread is not None
    assert (spread.count, spread.max_s) == (2048, 2999.0)
    assert spread.p50_s == 952 + 1023


def test_a_spread_is_read_as_it_was_written() -> None:
    spread = Spread(3, 0.000123, 0.5, 2.0)

    assert Spread.of(spread.body()) == spread


@pytest.mark.parametrize(
    "change",
    [{"count": 0}, {"count": True}, {"p50_s": "1"}, {"p99_s": float("nan")}, {"max_s": -1}],
)
def test_what_is_no_spread_is_refused(change: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Spread.of({**Spread(3, 0.1, 0.5, 2.0).body(), **change})

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rhythm import LONGEST_RETRY, backed_off, following


@pytest.mark.parametrize(
    ("now", "expected", "missed"),
    [(10.0, 10.5, 0), (10.4, 10.5, 0), (10.5, 11.0, 1), (10.7, 11.0, 1), (12.1, 12.5, 4)],
)
def test_late_polls_are_skipped_and_counted(now: float, expected: float, missed: int) -> None:
    assert following(10.0, 0.5, now) == (expected, missed)


@given(st.integers(1, 20), st.lists(st.integers(0, 40), max_size=50))
def test_polls_stay_on_the_grid_and_in_the_future(period: int, delays: list[int]) -> None:
    due, skipped = 0.0, 0
    for polls, delay in enumerate(delays, start=1):
        now = due + delay
        due, missed = following(due, period, now)
        skipped += missed
        assert now < due <= now + period
        assert due == (polls + skipped) * period


def test_pauses_double_up_to_five_seconds() -> None:
    pauses = [backed_off(0.0)]
    while pauses[-1] < LONGEST_RETRY:
        pauses.append(backed_off(pauses[-1]))

    assert pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 5.0]
    assert backed_off(5.0) == 5.0

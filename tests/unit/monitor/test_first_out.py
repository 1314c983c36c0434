"""The order of causes: what the intervals of the crossings tell, and what they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.changes import CauseSeen
from monitor.first_out import first_out, sequence


@pytest.mark.parametrize(
    ("causes", "ranks"),
    [
        ([("a", 0, 10)], {"a": 1}),
        ([("a", 0, 10), ("b", 10, 20)], {"a": 1, "b": 2}),
        ([("b", 10, 20), ("a", 0, 10)], {"a": 1, "b": 2}),
        ([("a", 0, 10), ("b", 9, 20)], {"a": 1, "b": 1}),
        ([("a", 0, 10), ("b", 0, 10)], {"a": 1, "b": 1}),
        ([("slow", 0, 30), ("fast", 5, 10)], {"fast": 1, "slow": 1}),
        ([("a", 0, 10), ("b", 9, 20), ("c", 10, 20)], {"a": 1, "b": 1, "c": 2}),
        ([("a", 0, 10), ("b", 10, 20), ("c", 19, 30)], {"a": 1, "b": 2, "c": 2}),
        (
            [("a", 0, 10), ("b", 0, 10), ("c", 10, 20), ("d", 20, 30)],
            {"a": 1, "b": 1, "c": 2, "d": 3},
        ),
    ],
)
def test_causes_whose_intervals_overlap_share_a_rank(
    causes: list[tuple[str, int, int]], ranks: dict[str, int]
) -> None:
    seen = [CauseSeen(*cause) for cause in causes]

    assert {cause.limit: cause.rank for cause in sequence(seen)} == ranks
    assert set(first_out(seen)) == {limit for limit, rank in ranks.items() if rank == 1}


INTERVALS = st.tuples(st.integers(0, 30), st.integers(1, 15))


@given(st.lists(INTERVALS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_arrival_changes_no_rank(
    intervals: list[tuple[int, int]], random: st.DataObject
) -> None:
    causes = [CauseSeen(f"c{i}", at, at + width) for i, (at, width) in enumerate(intervals)]
    shuffled = list(causes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def ranks(given: list[CauseSeen]) -> dict[str, int]:
        return {cause.limit: cause.rank for cause in sequence(given)}

    assert ranks(shuffled) == ranks(causes)
    assert set(ranks(causes).values()) == set(range(1, max(ranks(causes).values()) + 1))

"""Tables as buckets, samples and positions."""

import numpy as np

from historian.influx.answer import Table
from historian.influx.columns import buckets_of, history_of, positions_of

SPAN = {"count": 2, "min": 1.0, "mean": 2.0, "max": 3.0, "first": 1.0, "last": 3.0}


def table(*rows: dict[str, object], **tags: str) -> Table:
    return Table(tags, {key: [row[key] for row in rows] for key in rows[0]})


def span(time: int, **cells: object) -> dict[str, object]:
    return {"time": time} | SPAN | cells


def sample(time: int, **cells: object) -> dict[str, object]:
    whole = {"time": time, "value": 1.5, "quality": 0, "reason": 0, "source": None}
    return whole | cells


def counted(name: str, *counts: tuple[int, int]) -> tuple[Table, ...]:
    return (table(*({"time": time, name: count} for time, count in counts)),)


def test_what_has_a_value_and_is_not_uncertain_is_good() -> None:
    valued = (table(span(0), span(10, count=3), span(20)),)
    uncertain, everything = ((10, 1), (20, 2)), ((0, 5), (10, 6), (20, 7))

    buckets = buckets_of(valued, counted("count", *uncertain), counted("samples", *everything))
    assert buckets.starts.tolist() == [0, 10, 20]
    assert buckets.samples.tolist() == [5, 6, 7]
    assert buckets.good.tolist() == [2, 2, 0]
    assert buckets.uncertain.tolist() == [0, 1, 2]


def test_what_comes_between_the_statements_never_adds_a_good_one() -> None:
    valued, everything = (table(span(0)),), counted("samples", (0, 5), (10, 1))
    buckets = buckets_of(valued, counted("count", (0, 4), (10, 7)), everything)

    assert buckets.samples.tolist() == [5, 1]
    assert (buckets.good.tolist(), buckets.uncertain.tolist()) == ([0, 0], [2, 0])


def test_a_span_without_values_has_none() -> None:
    buckets = buckets_of((table(span(10)),), (), counted("samples", (0, 5), (10, 5)))

    assert np.isnan(buckets.mean).tolist() == [True, False]
    assert (buckets.good.tolist(), buckets.uncertain.tolist()) == ([0, 2], [0, 0])


def test_a_point_of_which_a_part_is_missing_is_not_there_yet() -> None:
    rows = [
        sample(1),
        sample(2, value=None),  # its quality promises one
        sample(3, quality=None),
        sample(4, reason=None),
        sample(5, value=None, quality=2, reason=1),
        sample(6, source=1_795_478_400_000_000_001),
    ]

    history = history_of((table(*rows),), 10)
    assert history.times.tolist() == [1, 5, 6]
    assert history.sources.tolist() == [0, 0, 1_795_478_400_000_000_001]
    assert history.quality.tolist() == [0, 2, 0]
    assert not history.more


def test_a_table_with_one_more_than_asked_says_that_there_are_more() -> None:
    three = (table(*(sample(n) for n in range(3))),)

    assert (len(history_of(three, 2).times), history_of(three, 2).more) == (2, True)
    assert (len(history_of(three, 3).times), history_of(three, 3).more) == (3, False)


def test_the_newest_position_of_each_node_is_its_position() -> None:
    one = table({"time": 7, "spool": "s", "offset": "18446744073709551615"}, node="gw-1")
    other = table({"time": 9, "spool": "t", "offset": "0"}, node="a%5Cb")

    assert positions_of((one, other)) == ({"gw-1": ("s", 2**64 - 1), "a\\b": ("t", 0)}, 9)
    assert positions_of(()) == ({}, 0)


def test_a_position_of_which_a_part_is_missing_is_none() -> None:
    half = table({"time": 7, "spool": "s", "offset": None}, node="gw-1")

    assert positions_of((half,)) == ({}, 7)

import math

import pytest

from gateway.opcua.latest import Latest
from gateway.opcua.notification import Item, Kind
from plant.quality import Quality, Reason
from plant.reading import Reading
from tests.signals import signal

SIGNALS = [
    signal("a", "s=a"),
    signal("b", "s=b", unit=None),
    signal("c", "s=c", range_low=0.0, range_high=9.0),
]


def _item(handle: int, value: float, status: int = 0, source: int = 0) -> Item:
    return Item(handle, Kind.NUMBER, value, status, source)


def test_before_anything_came_nothing_has_an_answer() -> None:
    standing = Latest(SIGNALS).standing()

    assert [(r.quality, r.reason) for r in standing] == [(Quality.BAD, Reason.NO_ANSWER)] * 3


def test_a_report_is_given_with_its_stamps_and_the_rest_stands() -> None:
    latest = Latest(SIGNALS)

    (given,) = latest.take([_item(2, 4.0, source=50), _item(0, 3.0)])

    assert list(given) == [Reading("a", 3.0), Reading("c", 4.0, source=50)]
    assert [r.signal for r in latest.standing()] == ["b"]
    assert [(r.signal, r.value, r.source) for r in latest.standing()][0::2] == [
        ("a", 3.0, 0), ("c", 4.0, 0)]  # fmt: skip


def test_several_values_become_several_readings_the_last_with_every_last_value() -> None:
    latest = Latest(SIGNALS)
    items = [_item(0, 1.0, source=1), _item(0, 2.0, source=2), _item(2, 5.0), _item(0, 3.0)]

    given = [[(r.signal, r.value) for r in readings] for readings in latest.take(items)]

    assert given == [[("a", 1.0)], [("a", 2.0)], [("a", 3.0), ("c", 5.0)]]


def test_quality_range_and_type_are_minded() -> None:
    latest = Latest(SIGNALS)

    (given,) = latest.take([_item(0, 1.0, 0x808C0000), _item(1, 0.5), _item(2, 10.0, 0x40900000)])

    assert [(r.signal, r.quality, r.reason) for r in given] == [
        ("a", Quality.BAD, Reason.SENSOR_FAULT),
        ("b", Quality.BAD, Reason.NOT_DECODABLE),
        ("c", Quality.BAD, Reason.OUT_OF_RANGE),
    ]
    assert all(math.isnan(r.value) for r in given)


def test_the_same_signals_are_the_very_same_names() -> None:
    latest = Latest(SIGNALS)
    names = [latest.take([_item(0, float(n)), _item(1, 1.0)])[0].signals for n in range(3)]
    latest.standing()

    assert names[0] is names[1] is names[2]
    assert latest.standing().signals is latest.standing().signals


def test_what_was_forgotten_has_no_answer() -> None:
    latest = Latest(SIGNALS)
    latest.take([_item(0, 1.0)])
    latest.standing()
    latest.forget()

    assert {(r.quality, r.reason) for r in latest.standing()} == {(Quality.BAD, Reason.NO_ANSWER)}


def test_an_item_of_nobody_is_no_matter() -> None:
    assert Latest(SIGNALS).take([_item(3, 1.0)]) == []
    assert Latest(SIGNALS).take([]) == []


def test_what_the_server_looks_at_too_seldom_is_uncertain_also_while_it_stands() -> None:
    latest = Latest(SIGNALS)
    items = [_item(0, 1.0), _item(1, 1.0), _item(2, 1.0, 0x40920000)]

    (given,) = latest.take(items, {0, 2})
    latest.standing()

    said = [
        (Quality.UNCERTAIN, Reason.AGED),
        (Quality.GOOD, Reason.NONE),
        (Quality.UNCERTAIN, Reason.NO_ANSWER),
    ]
    assert [(r.quality, r.reason) for r in given] == said
    assert [(r.quality, r.reason) for r in latest.standing()] == said


def test_of_more_values_than_asked_for_the_newest_are_taken_and_the_others_counted() -> None:
    latest = Latest(SIGNALS, most=3)
    items = [_item(2, 8.0), *(_item(0, float(n)) for n in range(10))]

    given = [[(r.signal, r.value) for r in readings] for readings in latest.take(items)]

    assert given == [[("a", 7.0)], [("a", 8.0)], [("a", 9.0), ("c", 8.0)]]
    assert latest.left_out == 7


@pytest.mark.parametrize("stamp", [1_000_000, 1 << 62])
def test_the_stamp_of_a_clock_that_is_wrong_is_passed_on(stamp: int) -> None:
    (given,) = Latest(SIGNALS).take([_item(0, 1.0, source=stamp)])

    assert given.sources.tolist() == [stamp]

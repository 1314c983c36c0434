"""A queue that a slow taker cannot make grow without end."""

from firstout.arrivals import Arrivals


def test_they_are_taken_in_order_and_in_parts() -> None:
    arrivals = Arrivals(100)
    arrivals.put_state(True)
    arrivals.put_message("t", b"one", 1)
    arrivals.put_message("t", b"two", 2)

    assert arrivals.take(0.01, 2) == [True, ("t", b"one", 1)]
    assert arrivals.take(0.01, 2) == [("t", b"two", 2)]
    assert arrivals.take(0.01, 2) == []


def test_beyond_the_bound_messages_are_dropped_and_counted() -> None:
    arrivals = Arrivals(10)
    for _ in range(5):
        arrivals.put_message("t", b"1234", 0)
    arrivals.put_state(False)

    assert arrivals.dropped == 3
    assert arrivals.take(0.01, 9) == [("t", b"1234", 0)] * 2 + [False]
    arrivals.put_message("t", b"1234", 0)
    assert len(arrivals.take(0.01, 9)) == 1

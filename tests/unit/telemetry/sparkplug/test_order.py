import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.sparkplug.order import Order


@given(st.integers(0, 255), st.permutations(range(12)))
def test_any_order_within_the_window_comes_out_in_order(first: int, arrival: list[int]) -> None:
    order: Order[int] = Order(reorder=100, expected=first)
    out = [x for n in arrival for x in order.offer((first + n) % 256, n, now=0)]

    assert out == list(range(12))
    assert not order.broken(10_000)


@pytest.mark.tck("tck-id-operational-behavior-host-reordering-param")
@pytest.mark.tck("tck-id-operational-behavior-host-reordering-start")
@pytest.mark.tck("tck-id-operational-behavior-host-reordering-success")
def test_the_wait_for_a_missing_message_is_bounded() -> None:
    order: Order[str] = Order(reorder=100, expected=1)
    order.offer(2, "two", now=50)

    assert not order.broken(149)
    assert order.broken(150)
    assert order.offer(1, "one", now=120) == ["one", "two"]
    assert not order.broken(1000)


@pytest.mark.parametrize("seq", [0, 255, 130])
def test_a_number_from_the_past_breaks_the_sequence_at_once(seq: int) -> None:
    order: Order[str] = Order(reorder=100, expected=1)
    order.offer(seq, "old", now=0)

    assert order.broken(0)


def test_too_many_early_messages_break_the_sequence() -> None:
    order: Order[int] = Order(reorder=100, expected=1)
    for seq in range(2, 35):
        order.offer(seq, seq, now=0)

    assert order.broken(0)

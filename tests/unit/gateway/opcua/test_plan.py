import pytest

from gateway.opcua.plan import plan
from plant.opcua_address import NodeAddress
from tests.signals import signal


def test_signals_of_one_period_share_a_subscription_the_fastest_first() -> None:
    slow = signal("slow", "ns=2;s=slow", period_s=20.0, max_age_s=60.0)
    fast = [signal("a", "ns=2;s=a"), signal("b", "ns=2;s=b", max_age_s=1.8)]

    first, second = plan([slow, *fast])

    assert [s.id for s in first.signals] == ["a", "b"]
    assert first.addresses[0] == NodeAddress(2, "s", "a")
    assert (first.period, first.max_age_s) == (500_000_000, 1.8)
    assert (first.sampling_s, first.publishing_s, first.queue) == (0.25, 0.25, 32)
    assert (second.sampling_s, second.publishing_s) == (10.0, 5.0)


def test_silence_is_noticed_within_max_age() -> None:
    (group,) = plan([signal("a", "i=1", max_age_s=2.0)])

    assert group.silence_s(0.5, 1.0) == 1.5
    assert group.silence_s(5.0, 1.0) == 2.0  # a server that speaks too seldom


def test_a_short_interval_has_a_short_queue() -> None:
    """Each value needs a millisecond of its own, or the read times would run away."""
    (group,) = plan([signal("a", "i=1", period_s=0.01)])

    assert group.queue == 5
    assert group.queue <= group.publishing_s * 1000


def test_an_address_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="no OPC UA address"):
        plan([signal("a", "input:3")])

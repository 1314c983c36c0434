"""Which signals share a subscription, and how often it samples, reports and proves its life."""

from collections.abc import Sequence
from dataclasses import dataclass

from plant.moment import seconds
from plant.opcua_address import NodeAddress, PathAddress, parse
from plant.signal import Signal

_KEEP_ALIVE = 2  # publishing intervals without news, after which the server says that it lives
_LONGEST_PUBLISHING_S = 5.0  # slow signals too must tell of their server's death in good time
_LARGEST_QUEUE = 32


@dataclass(frozen=True)
class Group:
    """The signals of one device that share a period: one subscription.

    `period_s` is the signals' own, `max_age_s` the shortest that one of them may reach. The server
    samples each `sampling_s`, reports each `publishing_s`, keeps `queue` values of each signal
    between two reports, and says that it lives after `keep_alive` reports without news.
    """

    signals: tuple[Signal, ...]
    addresses: tuple[NodeAddress | PathAddress, ...]
    period_s: float
    max_age_s: float

    @property
    def period(self) -> int:
        """The period in nanoseconds."""
        return seconds(self.period_s)

    @property
    def sampling_s(self) -> float:
        """Half a period, so that a change is seen within one."""
        return self.period_s / 2

    @property
    def publishing_s(self) -> float:
        """As often as is sampled."""
        return min(self.sampling_s, _LONGEST_PUBLISHING_S)

    @property
    def keep_alive(self) -> int:
        """Publishing intervals without news."""
        return _KEEP_ALIVE

    @property
    def queue(self) -> int:
        """Values kept between two reports; no more than milliseconds, as each needs its own."""
        return max(2, min(_LARGEST_QUEUE, int(self.publishing_s * 1000)))

    def silence_s(self, proof_s: float, timeout_s: float) -> float:
        """Seconds without a message, after which the server is gone.

        `proof_s` is how long it may take to give a sign of life, `timeout_s` how late that may be.
        """
        return min(proof_s + timeout_s, self.max_age_s)


def plan(signals: Sequence[Signal]) -> tuple[Group, ...]:
    """Group a device's signals by period, the fastest first.

    ValueError if an address does not parse (`gateway.registry.check` says so beforehand).
    """
    periods: dict[float, list[Signal]] = {}
    for signal in signals:
        periods.setdefault(signal.period_s, []).append(signal)
    return tuple(
        Group(
            tuple(members),
            tuple(parse(signal.address) for signal in members),
            period_s,
            min(signal.max_age_s for signal in members),
        )
        for period_s, members in sorted(periods.items())
    )

"""Everything that decides, as one recorded sequence.

Times are nanoseconds since 1970 UTC. Each input says when it was known (`known_at`); samples also
carry the time at which they were read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Samples:
    """The values of one data message, in the order in which the node read them.

    The five arrays have the same length n: `slots` int32 (index of the signal in the plant),
    `times` int64 (receive time), `values` float64 (in the signal's unit; NaN when not usable),
    `quality` and `reasons` uint8 (plant.quality). `historical` marks a backlog.
    `sources` int64 are the times at which the sources stamped the values (0: not stamped); None
    when no value of the message is stamped.
    """

    node: str
    historical: bool
    slots: NDArray[np.int32]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    quality: NDArray[np.uint8]
    reasons: NDArray[np.uint8]
    known_at: int
    sources: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Born:
    """A node, or one of its devices, says that it is alive."""

    node: str
    device: str
    known_at: int


@dataclass(frozen=True)
class Died:
    """A node (`device` empty) or one of its devices is known to be away."""

    node: str
    device: str
    known_at: int


@dataclass(frozen=True)
class Tick:
    """Time has passed; given every 100 ms."""

    known_at: int


@dataclass(frozen=True)
class Started:
    """The monitor has started, or started again from its last commit."""

    known_at: int


Input = Samples | Born | Died | Tick | Started


def by_instant(given: Input) -> Iterator[Input]:
    """Split samples of several instants, so that how a node packs them changes no judgement."""
    if not isinstance(given, Samples):
        yield given
        return
    cuts = np.flatnonzero(np.diff(given.times)) + 1
    if not len(cuts):
        yield given
        return
    for first, last in zip([0, *cuts], [*cuts, len(given.times)], strict=True):
        part = slice(first, last)
        yield replace(
            given,
            slots=given.slots[part],
            times=given.times[part],
            values=given.values[part],
            quality=given.quality[part],
            reasons=given.reasons[part],
            sources=None if given.sources is None else given.sources[part],
        )

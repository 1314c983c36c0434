"""What a host hears: the births, deaths and values of nodes, as facts with a time.

Times are ns since 1970; `node` and `device` are Sparkplug names, `device` is empty for values of
the node itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class NodeBorn:
    """A node is online. `ours` says that it is a gateway of Firstout, which numbers its data."""

    node: str
    time: int
    ours: bool


@dataclass(frozen=True, slots=True)
class NodeDied:
    """A node, and all its devices, are offline: what they said is no longer current."""

    node: str
    time: int


@dataclass(frozen=True, slots=True)
class DeviceBorn:
    """A device is online."""

    node: str
    device: str
    time: int


@dataclass(frozen=True, slots=True)
class DeviceDied:
    """A device is offline: what it said is no longer current."""

    node: str
    device: str
    time: int


@dataclass(frozen=True, slots=True)
class RebirthWanted:
    """Ask the node for its births: something of it was not understood."""

    node: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """The values of one message, one item per sample in the arrays, in the sender's order.

    A gateway of ours gives `spool` and `offset` (and `lost`, an inclusive range that it no longer
    has); for foreign nodes they are None. `slots` are the caller's own numbers from the binding.
    `times` is when each value is judged to hold: the gateway's read time, or for a foreign node
    the arrival (for its historical values: their own time). `values` is NaN where `quality`
    (plant.quality.Quality) says nothing about the process; `reason` is plant.quality.Reason.
    `sources` are the times at which the sources stamped the values (0: not stamped), None when
    none is. A foreign node stamps itself, and what its birth repeats is old news and has none; a
    gateway passes on the stamps of its devices.
    """

    node: str
    device: str
    spool: str | None
    offset: int | None
    lost: tuple[int, int] | None
    read_time: int
    historical: bool
    slots: NDArray[np.int32]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    quality: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    sources: NDArray[np.int64] | None = None


Event = NodeBorn | NodeDied | DeviceBorn | DeviceDied | RebirthWanted | Data

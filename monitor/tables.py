"""The tables that the hot loops read and write.

`Rules` follow from the plant and never change; `Rows` are what is remembered. Row s of a signal is
its place in the plant; behind the plant's signals come the hidden rows, one for what each RATE
and each DEVIATION limit compares.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SIGNAL_SPEC = np.dtype(
    [
        ("hold", "i8"),  # how long one value holds, in nanoseconds
        ("calm_above", "f8"),  # between these two no limit is passed
        ("calm_below", "f8"),
        ("first", "i4"),  # its limits are rows first to last (exclusive)
        ("last", "i4"),
        ("group", "i4"),  # the nodes that bring it
        ("flags", "u1"),
    ]
)
SIGNAL_STATE = np.dtype(
    [
        ("value", "f8"),  # last usable value
        ("usable_at", "i8"),  # until when it is proven; NEVER before the first
        ("seen_at", "i8"),  # until when the last sample, of any quality, is proven
        ("quality", "u1"),  # of the last sample
        ("why", "u1"),  # its reason
        ("busy", "u1"),  # some limit is not CLEAR
        ("shown", "u1"),  # quality as told to others: STALE or MISSING outrank the sample's own
        ("reason", "u1"),  # the reason told with it
        ("dead", "u1"),  # its node or device died after the last sample
        ("doubted", "u1"),  # a passed limit proves its instrument wrong
    ]
)
# What only tied signals need: `changed_at` since when the value is exactly the same.
SIGNAL_PAST = np.dtype([("changed_at", "i8"), ("source_at", "i8")])
LIMIT_SPEC = np.dtype(
    [
        ("set_point", "f8"),
        ("clear", "f8"),
        ("on", "i8"),
        ("off", "i8"),
        ("high", "u1"),
        ("instrument", "u1"),  # passed, it tells of an instrument error
    ]
)
LIMIT_STATE = np.dtype([("since", "i8"), ("earliest", "i8"), ("latest", "i8"), ("phase", "u1")])
# The items that follow from a row are links first to last; from `life` on only when it changes.
TIE = np.dtype([("frozen", "i8"), ("first", "i4"), ("life", "i4"), ("last", "i4")])
ITEM = np.dtype(
    [
        ("kind", "u1"),
        ("target", "i4"),
        ("first", "i4"),  # its members are rows members[first:last]
        ("last", "i4"),
        ("ring", "i4"),
        ("pair", "i8"),  # how far apart in time the members' samples may lie
        ("floor", "f8"),  # of percent's divisor
    ]
)
RING = np.dtype([("start", "i4"), ("room", "i4"), ("window", "i8"), ("rising", "u1")])
RING_STATE = np.dtype(
    [
        ("head", "i4"),
        ("count", "i4"),
        ("whole_since", "i8"),  # no gap since then; NEVER when there was none at all
        ("newest", "i8"),  # the time of the last value; time never goes back here
        ("last", "f8"),  # the value before, of a counted switch
    ]
)
DEVICE_STATE = np.dtype([("fault_at", "i8"), ("wrong", "u1")])
OUT = np.dtype(
    [
        ("kind", "u1"),
        ("index", "i4"),
        ("time", "i8"),
        ("value", "f8"),
        ("earliest", "i8"),
        ("latest", "i8"),
        ("before", "u1"),
        ("after", "u1"),
        ("reason", "u1"),
    ]
)

# A signal's flags.
WATCHED, TIED, HIDDEN, BY_NODE = 1, 2, 4, 8
# A limit's phase.
CLEAR, PENDING_ON, ACTIVE, PENDING_OFF = 0, 1, 2, 3
# What a record of OUT says.
LIMIT, QUALITY, VALUE, CLOCK = 0, 1, 2, 3
# What an item gives its target.
DIFFERENCE, RATIO, PERCENT, SUM, MEAN, MEDIAN, COUNT, RATE, DEVIATION, LIFE = range(10)
# plant.quality, as the compiler knows it.
GOOD, UNCERTAIN, BAD, STALE, MISSING = 0, 1, 2, 3, 4
NO_REASON, NOT_DECODABLE, OUT_OF_RANGE, SENSOR_FAULT = 0, 3, 4, 5
NODE_OFFLINE, AGED, NEVER_SEEN, FROZEN, CLOCK_WRONG = 6, 7, 8, 9, 10
NOT_PAIRED, IMPLAUSIBLE = 11, 12

NEVER = -(2**62)
ALWAYS = 2**61  # how long a value holds whose node proves it


class Rules(NamedTuple):
    """What follows from the plant."""

    signals: NDArray[np.void]
    limits: NDArray[np.void]
    ties: NDArray[np.void]
    links: NDArray[np.int32]
    items: NDArray[np.void]
    members: NDArray[np.int32]
    rings: NDArray[np.void]


class Rows(NamedTuple):
    """What is remembered.

    `dirty` marks the items that must be worked out at the end of an instant; `span` says where
    they lie (first, last) and of which instant they are. Nothing is dirty between two inputs.
    """

    signals: NDArray[np.void]
    limits: NDArray[np.void]
    past: NDArray[np.void]
    rings: NDArray[np.void]
    ring_times: NDArray[np.int64]
    ring_values: NDArray[np.float64]
    devices: NDArray[np.void]
    dirty: NDArray[np.uint8]
    span: NDArray[np.int64]

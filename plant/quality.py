"""How far a value may be trusted, and why not.

Unknown is not normal: only GOOD data may pass a criterion, clear an alarm or cancel a delay.
UNCERTAIN data may trip but never clear; BAD, STALE and MISSING say nothing about the process.
"""

from enum import IntEnum


class Quality(IntEnum):
    """Trust in a value, best first; larger is worse."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2
    STALE = 3
    MISSING = 4


class Reason(IntEnum):
    """Why a value is not GOOD."""

    NONE = 0
    NO_ANSWER = 1  # the device could not be reached or did not answer in time
    REFUSED = 2  # the device answered with an exception
    NOT_DECODABLE = 3  # NaN, infinity, or bytes that are no value of the declared type
    OUT_OF_RANGE = 4  # outside the instrument range: a broken wire or sensor, no process value
    SENSOR_FAULT = 5  # the controller or the sender itself marks the value bad
    NODE_OFFLINE = 6  # the gateway, the device's session or the broker is away
    AGED = 7  # the last value is older than its maximum age
    NEVER_SEEN = 8  # no value since the plant was applied
    FROZEN = 9  # exactly the same value for longer than the signal can stay still
    CLOCK = 10  # its source's clock stepped back or is more than 2 s off
    NOT_PAIRED = 11  # a computed value whose members lie too far apart, or are not usable
    IMPLAUSIBLE = 12  # a limit that tells of an instrument error is passed


# Only these say that the measuring channel itself is broken (standards 4.4): the controller or
# the reading itself shows it. A lost connection says nothing about the channel: it is unknown.
CHANNEL_FAULTS = frozenset({Reason.OUT_OF_RANGE, Reason.SENSOR_FAULT, Reason.FROZEN})

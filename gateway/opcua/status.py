"""What a server says of a value: from an OPC UA status code to a quality and its reason.

A status code is 32 bits: the upper 16 say what it is (two of them the severity), the lower 16
carry flags. Names and numbers are those of OPC 10000-4 (7.39) and 10000-8 (6.3).
"""

from plant.quality import Quality, Reason

GOOD, UNCERTAIN, BAD = Quality.GOOD, Quality.UNCERTAIN, Quality.BAD

_NO_ANSWER = (BAD, Reason.NO_ANSWER)
_REFUSED = (BAD, Reason.REFUSED)
_NOT_DECODABLE = (BAD, Reason.NOT_DECODABLE)
_FAULT = (BAD, Reason.SENSOR_FAULT)
_DOUBTED = (UNCERTAIN, Reason.SENSOR_FAULT)

BAD_NODE_ID_INVALID = 0x80330000
BAD_NODE_ID_UNKNOWN = 0x80340000
BAD_TOO_MANY_MATCHES = 0x806D0000
BAD_NO_MATCH = 0x806F0000

# Codes that are not judged by their severity alone; docs/reference/opc-ua.md says the same.
TABLE: dict[int, tuple[str, Quality, Reason]] = {
    code: (name, *judgement)
    for code, name, judgement in (
        # Forced by hand, or standing at its fault value: right as a transmission, not as a fact.
        (0x00960000, "GoodLocalOverride", _DOUBTED),
        (0x04070000, "GoodFaultStateActive", _DOUBTED),
        (0x40900000, "UncertainLastUsableValue", (UNCERTAIN, Reason.NO_ANSWER)),
        (0x408F0000, "UncertainNoCommunicationLastUsableValue", (UNCERTAIN, Reason.NO_ANSWER)),
        (0x40920000, "UncertainInitialValue", (UNCERTAIN, Reason.NO_ANSWER)),
        (0x40940000, "UncertainEngineeringUnitsExceeded", (UNCERTAIN, Reason.OUT_OF_RANGE)),
        (0x40F20000, "UncertainOverRange", (UNCERTAIN, Reason.OUT_OF_RANGE)),
        (0x40F30000, "UncertainUnderRange", (UNCERTAIN, Reason.OUT_OF_RANGE)),
        (0x80000000, "Bad", _FAULT),
        (0x80890000, "BadConfigurationError", _FAULT),
        (0x808B0000, "BadDeviceFailure", _FAULT),
        (0x808C0000, "BadSensorFailure", _FAULT),
        (0x803C0000, "BadOutOfRange", (BAD, Reason.OUT_OF_RANGE)),
        (0x80040000, "BadResourceUnavailable", _NO_ANSWER),
        (0x80050000, "BadCommunicationError", _NO_ANSWER),
        (0x800A0000, "BadTimeout", _NO_ANSWER),
        (0x800C0000, "BadShutdown", _NO_ANSWER),
        (0x800D0000, "BadServerNotConnected", _NO_ANSWER),
        (0x800E0000, "BadServerHalted", _NO_ANSWER),
        (0x80220000, "BadSecureChannelIdInvalid", _NO_ANSWER),
        (0x80250000, "BadSessionIdInvalid", _NO_ANSWER),
        (0x80260000, "BadSessionClosed", _NO_ANSWER),
        (0x80280000, "BadSubscriptionIdInvalid", _NO_ANSWER),
        (0x80310000, "BadNoCommunication", _NO_ANSWER),
        (0x80320000, "BadWaitingForInitialData", _NO_ANSWER),
        (0x80790000, "BadNoSubscription", _NO_ANSWER),
        (0x80860000, "BadSecureChannelClosed", _NO_ANSWER),
        (0x808A0000, "BadNotConnected", _NO_ANSWER),
        (0x809B0000, "BadNoData", _NO_ANSWER),
        (0x80AE0000, "BadConnectionClosed", _NO_ANSWER),
        (0x80060000, "BadEncodingError", _NOT_DECODABLE),
        (0x80070000, "BadDecodingError", _NOT_DECODABLE),
        (0x80740000, "BadTypeMismatch", _NOT_DECODABLE),
        # The rest of Bad is REFUSED too; these are here because they are met.
        (BAD_NODE_ID_INVALID, "BadNodeIdInvalid", _REFUSED),
        (BAD_NODE_ID_UNKNOWN, "BadNodeIdUnknown", _REFUSED),
        (BAD_NO_MATCH, "BadNoMatch", _REFUSED),
        (0x801F0000, "BadUserAccessDenied", _REFUSED),
        (0x803A0000, "BadNotReadable", _REFUSED),
        (0x808D0000, "BadOutOfService", _REFUSED),
    )
}

_CODE = 0xFFFF0000
_SEVERITY = 0xC0000000

# Flags of a status code that goes with a value.
_OF_A_VALUE = 0x0400
_LIMITED = 0x0300  # 1 at the low limit of what can be measured, 2 at the high one, 3 constant
_CONSTANT = 0x0300
_OVERFLOW = 0x0080


def judged(status: int) -> tuple[Quality, Reason]:
    """Say how far a value with this status may be trusted, and why not.

    Good values are doubted when they are forced, cannot change, or stand at the end of what the
    source can measure. What is Bad for no reason that we know was refused: the server answered,
    and gave nothing. The overflow flag says nothing of the value.
    """
    known = TABLE.get(status & _CODE)
    if known is not None:
        return known[1], known[2]
    match status & _SEVERITY:
        case 0x00000000:
            return _of_good(status)
        case 0x40000000:
            return _DOUBTED
        case 0x80000000:
            return _REFUSED
        case _:
            return _NOT_DECODABLE


def _of_good(status: int) -> tuple[Quality, Reason]:
    if not status & _OF_A_VALUE or not status & _LIMITED:
        return GOOD, Reason.NONE
    if status & _LIMITED == _CONSTANT:
        return _DOUBTED
    return UNCERTAIN, Reason.OUT_OF_RANGE


def is_bad(status: int) -> bool:
    """Say whether a service's answer with this status is a failure."""
    return bool(status & 0x80000000)


def names_no_node(status: int) -> bool:
    """Say whether the status means that the server has no such node, so far."""
    return status & _CODE in (BAD_NODE_ID_INVALID, BAD_NODE_ID_UNKNOWN, BAD_NO_MATCH)


def overflowed(status: int) -> bool:
    """Say whether values of the signal were lost before this one, in the server's queue."""
    return status & (_OF_A_VALUE | _OVERFLOW) == _OF_A_VALUE | _OVERFLOW

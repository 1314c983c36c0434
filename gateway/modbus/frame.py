"""What a Modbus TCP answer must look like, checked on the bytes before anybody decodes them.

pymodbus skips answers for another unit or transaction without a word, takes transaction 0 for
any, and drops its connection on bytes it cannot decode. Here each of these is said.

    | transaction 2 | protocol 2 = 0 | length 2 | unit 1 | function 1 | data ... |
"""

from dataclasses import dataclass
from enum import Enum

READ_FUNCTIONS = frozenset({1, 2, 3, 4})

_LONGEST = 254  # unit and PDU; the specification's limit


class Verdict(Enum):
    """What the bytes received so far are."""

    PARTIAL = "more bytes are needed"
    STRAY = "only answers to other requests have come"
    OURS = "the answer is here and well formed"


class FrameError(ValueError):
    """The bytes cannot be an answer to the request."""


@dataclass(frozen=True)
class Request:
    """The request that is waiting for its answer."""

    transaction: int
    unit: int
    function: int
    count: int

    @classmethod
    def of(cls, frame: bytes) -> "Request":
        """Read the request back from the bytes that are about to be sent."""
        return cls(
            transaction=int.from_bytes(frame[0:2], "big"),
            unit=frame[6],
            function=frame[7],
            count=int.from_bytes(frame[10:12], "big"),
        )


def judge(request: Request, received: bytes) -> Verdict:
    """Say what `received` (everything since the request was sent) is.

    An answer to an earlier request may still be on its way when a new one is sent, so one for
    another transaction is stray, not wrong. FrameError names what is wrong with the rest.
    """
    stray = False
    while len(received) >= 8:
        length = int.from_bytes(received[4:6], "big")
        if received[2:4] != b"\0\0" or not 3 <= length <= _LONGEST:
            raise FrameError(f"{received[:8].hex(' ')} is no Modbus TCP header")
        if len(received) < 6 + length:
            return Verdict.PARTIAL
        transaction = int.from_bytes(received[0:2], "big")
        if transaction == request.transaction:
            _check(request, received[6], received[7 : 6 + length])
            return Verdict.OURS
        if transaction == 0:
            raise FrameError(f"answer to transaction 0, asked in {request.transaction}")
        stray = True
        received = received[6 + length :]
    return Verdict.STRAY if stray and not received else Verdict.PARTIAL


def data_of(request: Request, received: bytes) -> bytes:
    """Give the data bytes of the answer in `received`, of which `judge` has said OURS."""
    while int.from_bytes(received[0:2], "big") != request.transaction:
        received = received[6 + int.from_bytes(received[4:6], "big") :]
    return received[9 : 6 + int.from_bytes(received[4:6], "big")]


def _check(request: Request, unit: int, pdu: bytes) -> None:
    if unit != request.unit:
        raise FrameError(f"answer from unit {unit}, asked unit {request.unit}")
    if pdu[0] == request.function | 0x80:
        if len(pdu) != 2:
            raise FrameError(f"exception of {len(pdu)} bytes instead of 2")
        return
    if pdu[0] != request.function:
        raise FrameError(f"answer to function {pdu[0]}, asked function {request.function}")
    size = 2 * request.count if request.function in (3, 4) else (request.count + 7) // 8
    if pdu[1] != size or len(pdu) != 2 + size:
        raise FrameError(f"{len(pdu) - 2} bytes of data, announced {pdu[1]}, asked for {size}")

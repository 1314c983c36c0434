from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.modbus.frame import FrameError, Request, Verdict, judge

ASKED = Request(transaction=7, unit=1, function=4, count=2)
GOOD = bytes.fromhex("0007 0000 0007 01 04 04 1234 5678")
REFUSAL = bytes.fromhex("0007 0000 0003 01 84 02")
FORMER = bytes.fromhex("0006 0000 0005 01 04 02 1234")


def test_the_request_is_read_back_from_its_bytes() -> None:
    sent = bytes.fromhex("0007 0000 0006 01 04 0064 0002")

    assert Request.of(sent) == ASKED


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (GOOD, Verdict.OURS),
        (REFUSAL, Verdict.OURS),
        (GOOD + b"more", Verdict.OURS),
        (FORMER + GOOD, Verdict.OURS),
        (FORMER, Verdict.STRAY),
        (FORMER + GOOD[:9], Verdict.PARTIAL),
        (b"", Verdict.PARTIAL),
        *((GOOD[:length], Verdict.PARTIAL) for length in range(1, len(GOOD))),
    ],
)
def test_what_may_be_or_become_an_answer(received: bytes, expected: Verdict) -> None:
    assert judge(ASKED, received) is expected


@pytest.mark.parametrize(
    ("received", "why"),
    [
        (bytes.fromhex("0007 0000 0007 02 04 04 1234 5678"), "unit 2"),
        (bytes.fromhex("0007 0000 0007 01 03 04 1234 5678"), "function 3"),
        (bytes.fromhex("0007 0000 0007 01 04 03 1234 5678"), "announced 3"),
        (bytes.fromhex("0007 0000 0005 01 04 02 1234"), "2 bytes of data"),
        (bytes.fromhex("0007 0000 0009 01 04 06 1234 5678 9abc"), "6 bytes of data"),
        (bytes.fromhex("0007 0000 0004 01 84 02 00"), "exception of 3 bytes"),
        (bytes.fromhex("0007 0001 0007 01 04 04 1234 5678"), "no Modbus TCP header"),
        (bytes.fromhex("0007 0000 0002 01 04 04 1234 5678"), "no Modbus TCP header"),
        (bytes.fromhex("0007 0000 ffff 01 04 04 1234 5678"), "no Modbus TCP header"),
        (bytes.fromhex("0000 0000 0007 01 04 04 1234 5678"), "transaction 0"),
        (b"HTTP/1.1 400 Bad Request", "no Modbus TCP header"),
    ],
)
def test_what_can_be_no_answer(received: bytes, why: str) -> None:
    with pytest.raises(FrameError, match=why):
        judge(ASKED, received)


@given(st.binary(max_size=300), st.integers(1, 4), st.integers(1, 125))
def test_any_bytes_get_a_verdict(received: bytes, function: int, count: int) -> None:
    request = Request(7, 1, function, count)
    for data in (received, b"\0\7\0\0" + received):
        with suppress(FrameError):
            assert judge(request, data) in Verdict


@given(st.integers(1, 2000))
def test_bits_come_eight_to_a_byte(count: int) -> None:
    size = (count + 7) // 8
    answer = b"\0\7\0\0" + (size + 3).to_bytes(2, "big") + bytes([1, 2, size]) + bytes(size)

    assert judge(Request(7, 1, 2, count), answer) is Verdict.OURS

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.modbus.plan import (
    GAP_BITS,
    GAP_REGISTERS,
    MAX_BITS,
    MAX_REGISTERS,
    Read,
    plan,
    split,
)
from plant.modbus_address import parse
from plant.moment import seconds
from tests.signals import signal

_registers = st.tuples(
    st.sampled_from(["input", "holding"]),
    st.integers(0, 400) | st.integers(0, 65532),
    st.sampled_from(["int16", "uint32", "float32", "int64", "float64:CDAB", "bit0", "bits1-15"]),
).map(lambda parts: ":".join(map(str, parts)))
_bits = st.tuples(
    st.sampled_from(["coil", "discrete"]), st.integers(0, 5000) | st.integers(0, 65535)
).map(lambda parts: ":".join(map(str, parts)))
_signals = st.lists(
    st.tuples(_registers | _bits, st.sampled_from([0.1, 0.5, 1.0])), max_size=60
).map(
    lambda rows: [
        signal(f"s{number}", address, period_s=period)
        for number, (address, period) in enumerate(rows)
    ]
)


def _holds(read: Read) -> None:
    most = MAX_BITS if read.table.bits else MAX_REGISTERS
    assert 1 <= read.count <= most
    assert read.start + read.count <= 65536
    assert read.signals
    for item in read.items:
        assert item.address.table is read.table
        assert read.start <= item.address.number
        assert item.address.end <= read.start + read.count


@given(_signals)
def test_each_signal_is_read_exactly_once_at_its_period_within_the_limits(signals) -> None:
    groups = plan(signals)

    for group in groups:
        for read in group.parts:
            _holds(read)
            for item in read.items:
                assert seconds(item.signal.period_s) == group.period
                assert item.address == parse(item.signal.address)
    read_ids = [id_ for group in groups for read in group.parts for id_ in read.signals]
    assert sorted(read_ids) == sorted(item.id for item in signals)
    assert [group.period for group in groups] == sorted({group.period for group in groups})


@given(_signals)
def test_taking_a_read_apart_loses_nothing_and_ends(signals) -> None:
    for group in plan(signals):
        for read in group.parts:
            pieces = split(read)
            for piece in pieces:
                _holds(piece)
            assert sorted(id_ for piece in pieces for id_ in piece.signals) == sorted(read.signals)
            assert len(pieces) > 1 or len(read.items) == 1


def test_neighbours_and_small_gaps_are_one_read() -> None:
    (group,) = plan(
        [
            signal("a", "input:0:float32"),
            signal("b", "input:2:float32"),
            signal("c", "input:12:int16"),
            signal("far", "input:22:int16"),
        ]
    )

    assert [(read.start, read.count, read.signals) for read in group.parts] == [
        (0, 13, ("a", "b", "c")),
        (22, 1, ("far",)),
    ]


def test_a_read_ends_at_125_registers() -> None:
    (group,) = plan([signal(f"s{n}", f"holding:{n}:float32") for n in range(1, 200, 2)])

    assert [(read.start, read.count) for read in group.parts] == [(1, 124), (125, 76)]


def test_a_refused_read_is_taken_apart_at_its_gaps_first() -> None:
    (group,) = plan(
        [
            signal("a", "input:0:int16"),
            signal("b", "input:1:int16"),
            signal("c", "input:4:int16"),
        ]
    )
    (read,) = group.parts

    first = split(read)
    second = split(first[0])

    assert [piece.signals for piece in first] == [("a", "b"), ("c",)]
    assert [piece.signals for piece in second] == [("a",), ("b",)]


def test_one_register_may_hold_many_signals() -> None:
    (group,) = plan([signal(f"bit{n}", f"holding:7:bit{n}") for n in range(16)])

    assert [(read.start, read.count, len(read.items)) for read in group.parts] == [(7, 1, 16)]


# A request is 12 bytes, the head of its answer 9: what one costs beside its data.
_REQUEST_BYTES = 21


def _gap_bytes(start: int, end: int, *, bits: bool) -> float:
    return (start - end) / 8 if bits else 2 * (start - end)


@given(_signals)
def test_nothing_is_read_along_that_costs_more_than_a_request(signals) -> None:
    for group in plan(signals):
        for read in group.parts:
            end = read.start
            for item in read.items:
                gap = _gap_bytes(item.address.number, end, bits=read.table.bits)
                assert gap <= _REQUEST_BYTES
                end = max(end, item.address.end)


@given(_signals)
def test_no_two_reads_could_as_well_have_been_one(signals) -> None:
    for group in plan(signals):
        for one, other in pairwise(group.parts):
            if one.table is not other.table:
                continue
            gap = other.start - (one.start + one.count)
            most, along = (
                (MAX_BITS, GAP_BITS) if one.table.bits else (MAX_REGISTERS, GAP_REGISTERS)
            )
            first_end = other.items[0].address.end
            assert gap > along or first_end - one.start > most

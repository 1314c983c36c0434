import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.modbus.decode import Answer, Decoder
from gateway.modbus.pieces import put_together
from gateway.modbus.plan import Read, plan, split
from plant.modbus_address import ByteOrder
from plant.quality import Reason
from plant.reading import Readings
from tests.signals import signal


def _read(addresses: list[str]) -> Read:
    (group,) = plan([signal(f"s{n}", address) for n, address in enumerate(addresses)])
    (read,) = group.parts
    return read


def _part(read: Read, piece: Read, data: bytes) -> bytes:
    """Give the bytes that the piece would get where the whole gets `data`."""
    at = piece.start - read.start
    if read.table.bits:
        bits = int.from_bytes(data, "little") >> at
        return (bits & (1 << 8 * piece.size) - 1).to_bytes(piece.size, "little")
    return data[2 * at : 2 * at + piece.size]


def _decoded(read: Read, answer: Answer) -> Readings:
    return Decoder([read], ByteOrder.ABCD).readings([answer])


_places = st.sets(st.integers(0, 40), min_size=2).map(sorted)


@given(_places, st.sampled_from(["coil:{}", "input:{}:uint16", "input:{}:bit9"]), st.data())
def test_pieces_say_what_the_whole_would_have_said(places, form: str, data) -> None:
    (group,) = plan([signal(f"s{n}", form.format(n)) for n in places])
    for read in group.parts:
        whole = data.draw(st.binary(min_size=read.size, max_size=read.size))
        pieces = split(read)
        refused = data.draw(st.sets(st.integers(0, len(pieces) - 1)))
        answers = [
            None if n in refused else Answer(_part(read, piece, whole))
            for n, piece in enumerate(pieces)
        ]

        found = _decoded(read, put_together(read, pieces, answers))

        gone = {id_ for n in refused for id_ in pieces[n].signals}
        for reading, expected in zip(found, _decoded(read, Answer(whole)), strict=True):
            if reading.signal in gone:
                assert reading.reason is Reason.REFUSED
            else:
                assert reading == expected


@pytest.mark.parametrize("form", ["discrete:{}", "holding:{}:uint16"])
def test_a_piece_may_itself_have_been_put_together(form: str) -> None:
    read = _read([form.format(n) for n in (3, 4, 9)])
    near, far = split(read)
    one, two = split(near)
    data = b"\1" if near.table.bits else b"\0\1"

    inner = put_together(near, (one, two), [None, Answer(data)])
    found = _decoded(read, put_together(read, (near, far), [inner, Answer(data)]))

    assert [reading.reason for reading in found] == [Reason.REFUSED, Reason.NONE, Reason.NONE]
    assert found.values.tolist()[1:] == [1.0, 1.0]

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sse import Client, Position, Ring, entry_event, event, parse_position


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "e",
        "e-",
        "-1",
        "e--1",
        "e-1.0",
        "e-x",
        " e-1",
        "e-1\n",
        "e-" + "1" * 19,
        "x" * 65 + "-1",
    ],
)
def test_what_is_no_position(text: str) -> None:
    assert parse_position(text) is None


@given(st.from_regex(r"[0-9a-f]{1,16}", fullmatch=True), st.integers(0, 10**18 - 1))
def test_a_position_reads_back(epoch: str, seq: int) -> None:
    assert parse_position(str(Position(epoch, seq))) == Position(epoch, seq)


def test_an_event_is_one_line_of_data() -> None:
    sent = event("status", {"text": "第一\n行\r\u2028"}, Position("e", 1)).decode()

    assert sent.startswith("event: status\nid: e-1\ndata: {")
    assert sent.count("\n") == 4
    assert json.loads(sent.split("data: ")[1]) == {"text": "第一\n行\r\u2028"}


def test_an_entrys_body_is_sent_as_it_was_hashed() -> None:
    row = {
        "seq": 3,
        "time": "t",
        "known_at": "k",
        "kind": "alarm",
        "subject": "a:low",
        "actor": "monitor",
        "body": '{"a":1e21,"b":"\\u2028"}',
    }
    sent = entry_event(row, "e").decode()

    assert '"body":{"a":1e21,"b":"\\u2028"}}' in sent
    assert json.loads(sent.split("data: ")[1])["body"]["a"] == 1e21


@given(st.integers(0, 30), st.integers(1, 10), st.integers(0, 40))
def test_ring_gives_what_is_after_a_place_it_holds(entries: int, most: int, asked: int) -> None:
    ring = Ring(5, most)
    for seq in range(6, 6 + entries):
        ring.append(seq, str(seq).encode())

    assert ring.head == 5 + entries
    assert ring.start == max(5, 5 + entries - most)
    if ring.start <= asked <= ring.head:
        assert [int(chunk) for chunk in ring.since(asked)] == list(range(asked + 1, ring.head + 1))


async def test_a_client_gets_all_that_waits_at_once() -> None:
    client = Client(10, 100)
    assert client.offer(b"a")
    assert client.offer(b"b")

    assert await anext(client.chunks()) == b"ab"


@pytest.mark.parametrize(("chunks", "size"), [(3, 1000), (1000, 3)])
def test_a_full_client_takes_no_more_until_it_restarts(chunks: int, size: int) -> None:
    client = Client(chunks, size)
    taken = [client.offer(b"x") for _ in range(6)]

    assert True in taken
    assert taken[-1] is False
    client.restart(b"")
    assert client.offer(b"x")

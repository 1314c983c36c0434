"""What a stream makes of a server that loses messages or ends a subscription.

No server at hand can be made to do that, so the session is played.
"""

from collections.abc import Sequence

import pytest

from gateway.opcua.notification import Item, Kind, Publication
from gateway.opcua.plan import plan
from gateway.opcua.session.session import Subscribed
from gateway.opcua.stream import Stream
from gateway.source import ReadError
from plant.plant import Device
from plant.quality import Reason
from tests.signals import signal

DEVICE = Device("plc", "opcua", "127.0.0.1", 4840)


class Played:
    """A session with a server that says what is written down."""

    def __init__(self, publications: Sequence[Publication]) -> None:
        self._publications = list(publications)

    async def open(self) -> None: ...

    async def subscribe(self, *_: float) -> Subscribed:
        return Subscribed(7, 0.5)

    async def resolve(self, addresses: Sequence[object]) -> list[object]:
        return [str(address) for address in addresses]

    async def watch(self, _: int, nodes: Sequence[object]) -> list[tuple[int, int]]:
        return [(0, 1) for _ in nodes]

    async def publication(self, _: float) -> Publication | None:
        return self._publications.pop(0) if self._publications else None


async def _stream(*publications: Publication) -> Stream:
    stream = Stream(DEVICE, plan([signal("a", "ns=2;s=a")]), None)
    stream._session = Played(publications)
    await stream.open()
    return stream


def _news(sequence: int) -> Publication:
    return Publication(0, 7, sequence, carries=True, items=[Item(0, Kind.NUMBER, 1.0, 0, 0)])


def _alive(sequence: int) -> Publication:
    return Publication(0, 7, sequence)


async def test_messages_in_order_are_taken_whatever_keep_alives_say() -> None:
    news = [_news(5), _alive(6), _news(6), _alive(99), _news(7)]
    stream = await _stream(*news)

    assert [len((await stream.next()).items) for _ in news] == [1, 0, 1, 0, 1]


async def test_the_numbers_begin_again_with_1() -> None:
    stream = await _stream(_news(0xFFFFFFFF), _news(1))

    assert [len((await stream.next()).items) for _ in range(2)] == [1, 1]


async def test_a_message_that_never_came_ends_the_stream() -> None:
    stream = await _stream(_news(1), _news(3))
    await stream.next()

    with pytest.raises(ReadError, match="message 2 of a subscription never came"):
        await stream.next()


async def test_the_end_of_a_subscription_ends_the_stream() -> None:
    stream = await _stream(Publication(0, 7, 1, carries=True, state=0x800A0000))

    with pytest.raises(ReadError, match="a subscription ended: BadTimeout"):
        await stream.next()


async def test_silence_ends_the_stream() -> None:
    stream = await _stream(_alive(1))
    await stream.next()

    with pytest.raises(ReadError, match=r"sign of life for 1\.5 s") as caught:
        await stream.next()

    assert caught.value.reason is Reason.NO_ANSWER


async def test_news_of_another_subscription_are_no_sign_of_life() -> None:
    stream = await _stream(Publication(0, 8, 1))

    with pytest.raises(ReadError, match="sign of life"):
        await stream.next()

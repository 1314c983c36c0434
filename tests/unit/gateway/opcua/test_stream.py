"""What a stream makes of a server that loses messages or ends a subscription.

No server at hand can be made to do that, so the session is played.
"""

import math
from collections.abc import Sequence

import pytest

from gateway.opcua.notification import Item, Kind, Publication
from gateway.opcua.plan import plan
from gateway.opcua.session import session
from gateway.opcua.session.session import Subscribed
from gateway.opcua.stream import Stream
from gateway.source import ReadError
from plant.plant import Device
from plant.quality import Reason
from tests.signals import signal

DEVICE = Device("plc", "opcua", "127.0.0.1", 4840)


class Played:
    """A session with a server that says what is written down."""

    def __init__(
        self, publications: Sequence[Publication], publishing_s: float = 0.25, *sampling_s: float
    ) -> None:
        self._publications = list(publications)
        self._publishing_s = publishing_s
        self._sampling_s = sampling_s
        self.asked_at_once: list[int] = []
        self.gone: set[str] = set()

    async def open(self) -> None: ...

    async def subscribe(self, *_: float) -> Subscribed:
        return Subscribed(7, self._publishing_s, 0.5)

    async def resolve(self, addresses: Sequence[object]) -> list[object]:
        return [str(address) for address in addresses]

    async def watch(self, _: int, nodes: Sequence[object]) -> list[session.Item]:
        sampling_s = self._sampling_s or (0.25,) * len(nodes)
        return [session.Item(0, 1, every_s) for _, every_s in zip(nodes, sampling_s, strict=True)]

    async def unwatch(self, *_: object) -> None: ...

    async def presence(self, nodes: Sequence[str]) -> list[int]:
        self.asked_at_once.append(len(nodes))
        return [0x80340000 if node in self.gone else 0 for node in nodes]

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


async def test_values_of_nobody_are_no_matter() -> None:
    stray = Item(1, Kind.NUMBER, 1.0, 0, 0)
    stream = await _stream(Publication(0, 7, 1, carries=True, items=[stray]))

    assert (await stream.next()).items == []


@pytest.mark.parametrize(
    ("publishing_s", "sampling_s", "seldom"),
    [
        (0.25, (0.25, 0.0, -1.0), set()),  # 0: as soon as it changes
        (0.25, (1.75, 1.76, 60.0), {1, 2}),  # max age is 2 s
        (2.5, (0.25, 0.25, 0.25), {0, 1, 2}),
        (0.25, (math.nan, math.inf, 0.25), {0, 1}),
    ],
)
async def test_it_is_known_which_signals_a_server_looks_at_too_seldom(
    publishing_s: float, sampling_s: tuple[float, ...], seldom: set[int]
) -> None:
    signals = [signal(name, f"ns=2;s={name}") for name in "abc"]
    stream = Stream(DEVICE, plan(signals), None)
    stream._session = Played([_news(1)], publishing_s, *sampling_s)
    await stream.open()

    assert (await stream.next()).seldom == seldom


async def test_nodes_are_asked_about_a_hundred_at_a_time_with_values_in_between() -> None:
    signals = [signal(f"s{n}", f"ns=2;s={n}") for n in range(250)]
    stream = Stream(DEVICE, plan(signals), None, review_s=0.0)
    stream._session = played = Played([_news(n) for n in range(1, 7)])
    await stream.open()
    played.gone = {str(plan(signals)[0].addresses[240])}

    found = []
    for _ in range(6):
        items = (await stream.next()).items
        found += [item.handle for item in items if item.status]

    assert played.asked_at_once[:3] == [100, 100, 50]
    assert 240 in found

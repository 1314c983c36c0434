"""What a poller does when its own source lets it down."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.poller import Poller
from gateway.source import Group, ReadError
from plant.moment import SECOND
from plant.quality import Reason
from plant.reading import Readings


@dataclass(frozen=True)
class Part:
    signals: tuple[str, ...] = ("a",)


class Deaf:
    """A source whose library forgets a cancellation that comes together with an answer."""

    groups = (Group(SECOND // 20, (Part(),)),)

    async def connect(self) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise ReadError(Reason.NO_ANSWER, "no connection") from None

    async def read(self, _: Part) -> None: ...

    async def close(self) -> None: ...

    def readings(self, parts: Sequence[Part], answers: Sequence[Reason]) -> Readings:
        return Readings.bad(parts[0].signals, answers[0])


async def test_a_cancellation_that_a_library_swallows_ends_it_all_the_same() -> None:
    given: list[Readings] = []
    task = asyncio.create_task(
        Poller("plc", Deaf(), lambda _, __, readings: given.append(readings), lambda: 0).run()
    )
    await asyncio.sleep(0.2)
    task.cancel()

    assert await asyncio.wait({task}, timeout=2) == ({task}, set())
    assert given

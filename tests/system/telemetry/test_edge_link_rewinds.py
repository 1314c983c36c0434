"""Consumers that lose messages, come back in the middle, or claim to have what never was."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from telemetry.delivery import Intake, Position
from tests.system.telemetry.rig import Monitor, Rig, commits, rig

pytestmark = [pytest.mark.system]

BOTH = ("monitor", "recorder")


@dataclass
class Forgetful(Monitor):
    """A consumer that some messages never reach."""

    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    share: float = 0.0

    def hear(self, text: str, payload: bytes) -> None:
        if "DDATA" not in text or self.chance.random() >= self.share:
            super().hear(text, payload)


async def _meet(parts: Rig, soon: Any, *consumers: Monitor) -> None:
    parts.tasks.append(asyncio.create_task(parts.link.run()))
    for consumer in consumers:
        consumer.start()
        parts.tasks.append(asyncio.create_task(commits(consumer)))
    await soon(lambda: parts.link.connected and all(c.link.connected for c in consumers))


async def _part(parts: Rig, *consumers: Monitor) -> None:
    await parts.stop()
    for consumer in consumers:
        consumer.link.close()


async def test_both_may_lose_messages_of_the_backlog_and_of_what_is_live(
    nats_only: Any, soon: Any
) -> None:
    parts = rig(nats_only, consumers=BOTH)
    for index in range(500):
        parts.spool.add(float(index))
    both = [
        Forgetful(nats_only.broker("monitor"), name, share=0.002, chance=random.Random(seed))  # noqa: S311
        for seed, name in enumerate(BOTH)
    ]
    await _meet(parts, soon, *both)
    for index in range(500, 1000):
        parts.spool.add(float(index))
        await asyncio.sleep(0.002)
    for each in both:
        each.share = 0.0
    await soon(lambda: all(len(each.values) == 1000 for each in both), 50)

    for each in both:
        assert each.values == [float(index) for index in range(1000)]
        assert each.lost == []
    await soon(lambda: parts.spool.oldest() is None)
    await _part(parts, *both)


async def test_one_may_come_back_at_an_earlier_place_while_it_is_being_served(
    nats_only: Any, soon: Any
) -> None:
    parts = rig(nats_only, consumers=BOTH)
    for index in range(8000):
        parts.spool.add(float(index))
    first = Monitor(nats_only.broker("monitor"), intake=Intake(Position("5p001", 7999)))
    late = Monitor(nats_only.broker("monitor"), "recorder")
    await _meet(parts, soon, first, late)
    await soon(lambda: len(late.values) > 2000)
    kept = Position("5p001", 500)  # what it had written down
    late.link.close()
    parts.tasks.pop().cancel()
    again = Monitor(nats_only.broker("monitor"), "recorder", intake=Intake(kept))
    again.start()
    parts.tasks.append(asyncio.create_task(commits(again)))
    for index in range(8000, 8100):
        parts.spool.add(float(index))
        await asyncio.sleep(0.005)
    await soon(lambda: again.intake.position.offset == 8099)

    have, lost = again.values, sum(last - from_ + 1 for from_, last in again.lost)
    assert have == [float(index) for index in range(8100 - len(have), 8100)]
    assert len(have) + lost == 8100 - 501  # what had been released was announced
    assert first.values == [float(index) for index in range(8000, 8100)]
    await _part(parts, first, again)


@pytest.mark.parametrize("claimant", BOTH)
async def test_a_consumer_that_has_more_than_there_is_gets_a_spool_of_another_name(
    nats_only: Any, soon: Any, claimant: str
) -> None:
    """So it is when the spool's file, or a consumer's store, was put back from a copy."""
    parts = rig(nats_only, consumers=BOTH)
    for index in range(100):
        parts.spool.add(float(index))
    both = [Monitor(nats_only.broker("monitor"), name) for name in BOTH]
    for each in both:
        offset = 5000 if each.name == claimant else 49
        each.intake = Intake(Position("5p001", offset))
    await _meet(parts, soon, *both)
    for index in range(100, 120):
        parts.spool.add(float(index))
        await asyncio.sleep(0.01)
    with suppress(TimeoutError):
        await soon(lambda: all(119.0 in each.values for each in both), 10)

    for each in both:
        assert each.values[-70:] == [float(index) for index in range(50, 120)]
        assert each.intake.position.spool == "5p001+"
    assert parts.link.counters["committed_ahead"] == 1
    await soon(lambda: parts.spool.oldest() is None)
    await _part(parts, *both)

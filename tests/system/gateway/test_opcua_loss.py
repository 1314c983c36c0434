"""The OPC UA subscriber while its server dies, freezes, returns, and is not what it was."""

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator

import pytest

from gateway.rhythm import backed_off
from plant.moment import SECOND
from plant.quality import Quality, Reason
from tests.patience import until
from tests.peers.asyncua_server import PlcProcess, analog, switch
from tests.subscribing import Records, reading

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

NODES = {"T": ("Double", 20.5), "Open": ("Boolean", True), "Slow": ("Float", 1.0)}
MAX_AGE_S = 2.0
SIGNALS = [analog("T"), switch("Open"), analog("Slow", period_s=2.0, max_age_s=10.0)]


@pytest.fixture
async def plc() -> AsyncIterator[PlcProcess]:
    server = PlcProcess(NODES)
    await server.start()
    yield server
    await server.kill()


def _good_while_away(records: Records, left: int, came: int) -> list[float]:
    """Give how long after the server's leaving values were still called GOOD, in seconds."""
    return [
        (moment - left) / SECOND
        for moment, readings in records.all
        if left <= moment < came and (readings.quality < Quality.BAD).any()
    ]


def _longest_pause(away_s: float) -> float:
    """Give the pause that back-off can have reached when a server was away for so long."""
    pause = backed_off(0.0)
    waited = pause
    while waited < away_s:
        pause = backed_off(pause)
        waited += pause
    return pause


async def test_a_killed_server_is_noticed_at_once_and_stays_bad(plc: PlcProcess) -> None:
    async with reading(plc.device(), SIGNALS) as (subscriber, records):
        await until(lambda: all(records.quality(s.id) is Quality.GOOD for s in SIGNALS))
        await plc.kill()
        killed = time.time_ns()
        for each in SIGNALS:
            await until(lambda each=each: records.is_bad(each.id, Reason.NO_ANSWER))
        noticed_s = (time.time_ns() - killed) / SECOND
        seen = len(records.of("T"))
        await asyncio.sleep(1.6)

        assert noticed_s < 0.3
        assert not subscriber.connected
        assert len(records.of("T")) - seen in (3, 4)  # and every period again
        assert _good_while_away(records, killed + SECOND // 10, time.time_ns()) == []


async def test_a_frozen_server_is_noticed_within_max_age(plc: PlcProcess) -> None:
    async with reading(plc.device(), SIGNALS) as (subscriber, records):
        await until(lambda: all(records.quality(s.id) is Quality.GOOD for s in SIGNALS))
        plc.send(signal.SIGSTOP)
        frozen = time.time_ns()
        await asyncio.sleep(4)
        for each in SIGNALS:
            assert records.is_bad(each.id, Reason.NO_ANSWER)
        assert max(_good_while_away(records, frozen, time.time_ns())) < MAX_AGE_S
        plc.send(signal.SIGCONT)
        await until(lambda: all(records.quality(s.id) is Quality.GOOD for s in SIGNALS), 8)

        assert subscriber.connected
        assert subscriber.counters.connections == 2


async def test_namespaces_numbered_anew_after_a_restart_do_not_matter(plc: PlcProcess) -> None:
    async with reading(plc.device(), SIGNALS) as (_, records):
        await until(lambda: records.value("T") == 20.5)
        await plc.kill()
        plc.options["namespaces_before"] = ["urn:one", "urn:two"]
        plc.options["nodes"] = {**NODES, "T": ("Double", 33.0)}
        await plc.start()
        await until(lambda: records.value("T") == 33.0, 12)
        await until(lambda: records.value("Open") == 1.0)


async def test_a_server_that_is_not_there_at_first_is_bad_and_then_read() -> None:
    plc = PlcProcess(NODES)
    async with reading(plc.device(), SIGNALS) as (_, records):
        await until(lambda: records.is_bad("T", Reason.NO_ANSWER))
        await plc.start()
        await until(lambda: records.value("T") == 20.5, 12)
    await plc.kill()


async def test_after_each_of_twenty_restarts_it_reads_again_in_time(plc: PlcProcess) -> None:
    chance = random.Random(20_250_412)  # noqa: S311 - repeatable on purpose
    late: list[tuple[int, float, float]] = []
    async with reading(plc.device(), SIGNALS) as (subscriber, records):
        for turn in range(20):
            await until(lambda: records.quality("T") is Quality.GOOD, 12)
            await asyncio.sleep(chance.uniform(0.0, 1.0))
            left = time.time_ns()
            await plc.kill()
            await asyncio.sleep(chance.uniform(0.0, 1.5))
            plc.options["nodes"] = {**NODES, "T": ("Double", float(turn))}
            await plc.start()
            came = time.time_ns()
            expected = float(turn)
            await until(lambda expected=expected: records.value("T") == expected, 12)
            took_s = (time.time_ns() - came) / SECOND
            allowed_s = 2 * _longest_pause((came - left) / SECOND)
            if took_s > allowed_s:
                late.append((turn, took_s, allowed_s))
            assert all(s < MAX_AGE_S for s in _good_while_away(records, left, came)), turn

        assert late == []
        assert subscriber.counters.connections == 21
        assert subscriber.counters.crashes == 0

"""The OPC UA subscriber against a real server: values, times, statuses, absent nodes."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality, Reason
from tests.patience import until
from tests.peers.asyncua_server import PREFIX, PlcProcess, analog, switch
from tests.subscribing import reading

pytestmark = pytest.mark.system

NODES = {
    "T": ("Double", 20.5),
    "Count": ("Int32", -7),
    "Big": ("UInt64", 1 << 40),
    "Open": ("Boolean", True),
    "Step": ("Byte", 1),
    "Name": ("String", "furnace"),
    "List": (None, [1, 2, 3]),
}


@pytest.fixture
async def plc() -> AsyncIterator[PlcProcess]:
    server = PlcProcess(NODES)
    await server.start()
    yield server
    await server.kill()


async def test_values_of_all_types_arrive_in_their_units(plc: PlcProcess) -> None:
    signals = [
        analog("T", scale=2.0, offset=-1.0),
        analog("Count"),
        analog("Big"),
        switch("Open"),
        switch("Step"),
        switch("Shut", address=PREFIX + "Open", scale=-1.0, offset=1.0),
        analog("Path", address="/Objects/2:Furnace/2:T"),
        analog("Name"),
        analog("List"),
        analog("Bool as number", address=PREFIX + "Open"),
        switch("Number as switch", address=PREFIX + "T"),
    ]
    async with reading(plc.device(), signals) as (subscriber, records):
        await until(lambda: records.value("Path") == 20.5 and records.value("T") is not None)

        assert subscriber.connected
        given = {s.id: records.value(s.id) for s in signals}
        assert given == {
            "T": 40.0, "Count": -7.0, "Big": float(1 << 40), "Open": 1.0, "Step": 1.0,
            "Shut": 0.0, "Path": 20.5, "Name": None, "List": None, "Bool as number": None,
            "Number as switch": None,
        }  # fmt: skip
        for name in ("Name", "List", "Bool as number", "Number as switch"):
            assert records.is_bad(name, Reason.NOT_DECODABLE)


async def test_a_change_comes_at_once_with_its_source_s_time(plc: PlcProcess) -> None:
    stamped = 1_780_000_000 * SECOND + 123_456_000
    async with reading(plc.device(), [analog("T"), switch("Open")]) as (_, records):
        await until(lambda: records.value("T") == 20.5)
        began = time.time_ns()
        await plc.do(set="T", kind="Double", value=21.0, source=stamped)
        await until(lambda: records.value("T") == 21.0)
        moment, change = next((t, r) for t, r in records.of("T") if r.value == 21.0)
        await until(lambda: records.of("T")[-1][1].source == 0)
        await plc.do(set="T", kind="Double", value=22.0)
        await until(lambda: records.value("T") == 22.0)
        unstamped = next(r for _, r in records.of("T") if r.value == 22.0)

    assert change.source == stamped
    assert 0 <= moment - began < 0.6 * SECOND
    assert unstamped.source == 0


async def test_what_does_not_change_is_given_every_period(plc: PlcProcess) -> None:
    async with reading(plc.device(), [analog("T"), switch("Open")]) as (_, records):
        await until(lambda: records.value("T") == 20.5)
        await asyncio.sleep(3)
    times = [t for t, r in records.of("T") if r.quality is Quality.GOOD]

    assert len(times) >= 6
    assert max(after - before for before, after in pairwise(times)) < 1.1 * SECOND
    assert all(r.quality is Quality.GOOD for _, r in records.of("T"))
    tuples = {id(readings.signals) for _, readings in records.all[2:]}
    assert len(tuples) == 1  # the very same names again


async def test_nothing_between_two_reports_is_lost(plc: PlcProcess) -> None:
    async with reading(plc.device(), [analog("T"), switch("Open")]) as (subscriber, records):
        await until(lambda: records.value("T") == 20.5)
        burst = [float(n) for n in range(100, 120)]
        await plc.do(burst="T", kind="Double", values=burst)
        await until(lambda: records.value("T") == 119.0)
    values = [r.value for _, r in records.of("T")]

    assert [value for value in dict.fromkeys(values) if value >= 100] == burst
    times = [t // MILLISECOND for t, _ in records.of("T")]
    assert all(before < after for before, after in pairwise(times))
    assert subscriber.counters.overruns == 0


@pytest.mark.parametrize(
    ("status", "quality", "reason"),
    [
        (0x00000000, Quality.GOOD, Reason.NONE),
        (0x00960000, Quality.UNCERTAIN, Reason.SENSOR_FAULT),
        (0x40000000, Quality.UNCERTAIN, Reason.SENSOR_FAULT),
        (0x80000000, Quality.BAD, Reason.SENSOR_FAULT),
        (0x808A0000, Quality.BAD, Reason.NO_ANSWER),
        (0x803C0000, Quality.BAD, Reason.OUT_OF_RANGE),
        (0x808D0000, Quality.BAD, Reason.REFUSED),
    ],
)
async def test_a_status_goes_with_its_value(plc: PlcProcess, status, quality, reason) -> None:
    async with reading(plc.device(), [analog("T")]) as (_, records):
        await until(lambda: records.value("T") == 20.5)
        await plc.do(set="T", kind="Double", value=30.0, status=status)
        await until(lambda: (records.last("T").quality, records.last("T").reason)
                    == (quality, reason) and records.last("T").value != 20.5)  # fmt: skip
        last = records.last("T")
        await plc.do(set="T", kind="Double", value=31.0)
        await until(lambda: records.value("T") == 31.0)

    assert last.value == 30.0 if quality < Quality.BAD else math.isnan(last.value)


async def test_a_node_that_is_not_there_is_refused_alone_until_it_comes(plc: PlcProcess) -> None:
    signals = [
        analog("T"),
        analog("Later"),
        analog("Elsewhere", address="nsu=urn:not:there;s=T"),
        analog("No path", address="/Objects/2:Furnace/2:Nothing"),
    ]
    async with reading(plc.device(), signals, review_s=0.5) as (subscriber, records):
        await until(lambda: records.value("T") == 20.5)
        for name in ("Later", "Elsewhere", "No path"):
            await until(lambda name=name: records.is_bad(name, Reason.REFUSED))
        await plc.do(add="Later", kind="Double", value=1.5)
        await until(lambda: records.value("Later") == 1.5)
        await plc.do(remove="T")
        await until(lambda: records.is_bad("T", Reason.REFUSED))
        await plc.do(add="T", kind="Double", value=9.0)
        await until(lambda: records.value("T") == 9.0)

        assert subscriber.counters.connections == 1
        assert records.value("Later") == 1.5
        assert records.is_bad("No path", Reason.REFUSED)

"""What a metric costs on its way: writing, reading with the wire loop and with protobuf.

Run with `pytest bench/test_sparkplug_bench.py`; `extra_info` has µs per metric.
"""

from collections.abc import Callable
from typing import Any

import pytest

from plant.reading import Reading, Readings
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.host import HostSession
from telemetry.sparkplug.payload import decode
from telemetry.sparkplug.wire import Wire

COUNT = 1000
NOW = 1_764_000_000_000_000_000
READINGS = Readings.of([Reading(f"signal-{n}", n * 1.25) for n in range(COUNT)])
DEVICE = EdgeDevice("plc", tuple(EdgeMetric(signal) for signal in READINGS.signals))


def born() -> EdgeSession:
    """A session that may send data."""
    session = EdgeSession("demo", "gw1", (DEVICE,))
    session.births(0, NOW)
    return session


@pytest.fixture
def message() -> bytes:
    """One ordinary data message."""
    return born().data(NOW, "plc", "5p001", 1, NOW, READINGS).payload


def per_metric(benchmark: Any, work: Callable[[], object]) -> None:
    """Measure `work` on one message and give the median for a metric."""
    benchmark(work)
    benchmark.extra_info["us_per_metric"] = round(benchmark.stats.stats.median / COUNT * 1e6, 4)
    print(f"{benchmark.name}: {benchmark.extra_info['us_per_metric']} us a metric")


def test_write(benchmark: Any) -> None:
    """The whole edge side."""
    session = born()
    per_metric(benchmark, lambda: session.data(NOW, "plc", "5p001", 1, NOW, READINGS))


def test_read_with_the_wire_loop(benchmark: Any, message: bytes) -> None:
    """Bytes into arrays, compiled."""
    wire = Wire()
    assert wire.read(message) is not None
    per_metric(benchmark, lambda: wire.read(message))


def test_read_with_protobuf(benchmark: Any, message: bytes) -> None:
    """Bytes into objects, the general path."""
    per_metric(benchmark, lambda: decode(message))


def test_receive(benchmark: Any) -> None:
    """The whole host side: order, aliases, slots, quality."""
    session, host = (
        born(),
        HostSession("demo", {("gw1", "plc", s): n for n, s in enumerate(READINGS.signals)}),
    )
    for birth in session.births(0, NOW):
        host.receive(birth.topic, birth.payload, NOW)
    said = [session.data(NOW, "plc", "5p001", n, NOW, READINGS) for n in range(256)]
    turn = iter(range(10**9))

    def receive() -> None:
        one = said[next(turn) % 256]
        (event,) = host.receive(one.topic, one.payload, NOW)
        assert event

    per_metric(benchmark, receive)
    assert host.counters["slow_path"] == 0

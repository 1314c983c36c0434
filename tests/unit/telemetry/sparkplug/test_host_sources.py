"""The time at which a device stamped a value comes through a gateway of ours to the host."""

import pytest

from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.events import Data
from telemetry.sparkplug.host import HostSession

NOW = 1_764_000_000 * SECOND
READ = NOW - SECOND
NAMES = ("water", "flow", "gate")


def _heard(*readings: Reading) -> tuple[Data, int]:
    """Give what a host hears of one record, and how many messages went the general way."""
    host = HostSession("demo", {("gw1", "plc", name): n for n, name in enumerate(NAMES)})
    node = EdgeSession("demo", "gw1", [EdgeDevice("plc", tuple(map(EdgeMetric, NAMES)))])
    for birth in node.births(0, NOW):
        host.receive(birth.topic, birth.payload, NOW)
    said = node.data(NOW, "plc", "5p001", 0, READ, Readings.of(readings))
    (data,) = host.receive(said.topic, said.payload, NOW)
    assert isinstance(data, Data)
    return data, host.counters["slow_path"]


@pytest.mark.parametrize("trust", [Quality.GOOD, Quality.UNCERTAIN, Quality.BAD])
def test_what_a_source_stamped_has_its_time_and_the_rest_none(trust: Quality) -> None:
    stamp = NOW - 3 * SECOND
    data, slow = _heard(
        Reading("water", 1.0, source=stamp + 123_456),
        Reading("flow", 1.0, trust, Reason.SENSOR_FAULT if trust else Reason.NONE, source=stamp),
        Reading("gate", 1.0),
    )

    assert data.sources is not None
    assert data.sources.tolist() == [stamp, stamp, 0]
    assert data.times.tolist() == [READ] * 3
    assert slow == (trust is not Quality.GOOD)


def test_values_that_no_source_stamped_have_no_sources() -> None:
    assert _heard(Reading("water", 1.0))[0].sources is None


def test_a_stamp_within_the_millisecond_of_the_read_says_nothing_of_its_own() -> None:
    assert _heard(Reading("water", 1.0, source=READ + MILLISECOND - 1))[0].sources is None

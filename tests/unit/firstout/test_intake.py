"""What the plant's nodes say, and do not say, around a start or a pause of the monitor."""

from collections.abc import Iterator

import numpy as np
import pytest

from firstout.intake import Heard, PlantIntake
from monitor.compiled import compile_plant
from monitor.inputs import Born, Died, Samples
from plant.moment import SECOND
from plant.quality import Quality, Reason
from plant.reading import Reading
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from tests.plant_files import demo_plant

NOON = 1_795_521_600 * SECOND
PRESSURE = "caster-1.water_pressure"


class Plant:
    """An intake of the demonstration plant and its gateway, wired together."""

    def __init__(self) -> None:
        compiled = compile_plant(demo_plant())
        self.intake = PlantIntake(compiled, {})
        self.judged = np.zeros(len(compiled.plant.signals), np.int64)
        device = EdgeDevice("mould-plc", (EdgeMetric(PRESSURE),))
        self.gateway = EdgeSession("demo", "gw1", [device])
        self.offsets: Iterator[int] = iter(range(100))

    def born(self, now: int) -> Heard:
        heard = Heard()
        for message in self.gateway.births(0, now):
            self.intake.receive(message.topic, message.payload, now, self.judged, heard)
        return heard

    def read(self, read_time: int, arrival: int) -> Samples:
        reading = Reading(PRESSURE, 0.3, Quality.GOOD, Reason.NONE)
        message = self.gateway.data(
            arrival, "mould-plc", "spool", next(self.offsets), read_time, [reading]
        )
        heard = Heard()
        self.intake.receive(message.topic, message.payload, arrival, self.judged, heard)
        (samples,) = heard.inputs
        assert isinstance(samples, Samples)
        return samples

    def tick(self, now: int) -> Heard:
        heard = Heard()
        self.intake.tick(now, self.judged, heard)
        return heard


@pytest.fixture
def plant() -> Plant:
    return Plant()


class TestStart:
    def test_a_node_that_stays_silent_is_away(self, plant: Plant) -> None:
        """Else it would be called live by what the journal remembers of it."""
        plant.intake.expect_nodes(NOON)
        assert plant.tick(NOON + 2 * SECOND).inputs == []
        assert plant.tick(NOON + 3 * SECOND).inputs == [Died("gw1", "", NOON + 3 * SECOND)]
        assert plant.tick(NOON + 9 * SECOND).inputs == []

    def test_a_node_that_is_born_is_not(self, plant: Plant) -> None:
        plant.intake.expect_nodes(NOON)
        heard = plant.born(NOON + SECOND)
        assert Born("gw1", "", NOON + SECOND) in heard.inputs
        assert plant.tick(NOON + 3 * SECOND).inputs == []


class TestPause:
    def test_what_was_read_before_it_ended_is_a_backlog(self, plant: Plant) -> None:
        plant.born(NOON)
        plant.intake.resumed(NOON + 10 * SECOND)
        assert plant.read(NOON + 6 * SECOND, NOON + 10 * SECOND).historical
        assert not plant.read(NOON + 11 * SECOND, NOON + 11 * SECOND).historical

    def test_a_gateway_whose_clock_is_behind_is_live_again_soon(self, plant: Plant) -> None:
        plant.born(NOON)
        plant.intake.resumed(NOON + 10 * SECOND)
        assert plant.read(NOON + 8 * SECOND, NOON + 11 * SECOND).historical
        assert not plant.read(NOON + 9 * SECOND, NOON + 14 * SECOND).historical

"""What the plant's nodes say, and do not say, to the monitor and to the recorder."""

from collections.abc import Iterator

import numpy as np
import pytest

from firstout.intake import HOST, MONITOR, RECORDER, Heard, PlantIntake
from monitor.compiled import compile_plant
from monitor.inputs import Born, Died, Samples
from plant.moment import MILLISECOND, SECOND
from plant.plant import Plant as DescribedPlant
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from telemetry.delivery import Committed, Position, decode_committed
from telemetry.sparkplug import state
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.payload import Metric, Payload, encode
from tests.plant_files import caster_files, caster_plant, checked

NOON = 1_795_521_600 * SECOND
PRESSURE = "caster-1.water_pressure"
NOON_MS = NOON // MILLISECOND


def with_a_foreign_node() -> DescribedPlant:
    files = dict(caster_files())
    files["plant.toml"] += (
        '\n[[device]]\nid = "tank"\nprotocol = "sparkplug"\nnode = "edge7"\ndevice = "tank"\n'
    )
    header, _, rest = files["signals.csv"].partition("\n")
    row = dict.fromkeys(header.split(","), "") | {
        "id": "caster-2.water_flow",
        "equipment": "caster-1",
        "role": "mould.water_flow",
        "name_zh": "外来流量",
        "name_en": "Foreign flow",
        "unit": "m3/h",
        "range_low": "0",
        "range_high": "300",
        "period_s": "0.5",
        "max_age_s": "2",
        "device": "tank",
        "address": "Water/Flow",
    }
    files["signals.csv"] = f"{header}\n{','.join(row.values())}\n{rest}"
    return checked(files)


class Plant:
    """An intake of a plant of one caster and its gateway, wired together."""

    def __init__(self, consumer: str = MONITOR) -> None:
        compiled = compile_plant(caster_plant())
        self.intake = PlantIntake(compiled, {}, consumer)
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
        (samples,) = self.say(read_time, arrival).inputs
        assert isinstance(samples, Samples)
        return samples

    def say(self, read_time: int, arrival: int) -> Heard:
        readings = Readings.of([Reading(PRESSURE, 0.3, Quality.GOOD, Reason.NONE)])
        message = self.gateway.data(
            arrival, "mould-plc", "spool", next(self.offsets), read_time, readings
        )
        heard = Heard()
        self.intake.receive(message.topic, message.payload, arrival, self.judged, heard)
        return heard

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


class TestConsumer:
    @pytest.mark.parametrize("consumer", [MONITOR, RECORDER])
    def test_each_says_under_its_own_name_how_far_it_is(self, consumer: str) -> None:
        plant = Plant(consumer)
        (message,) = plant.intake.progress(rewind=False)
        assert message.topic == f"firstout/v1/committed/{caster_plant().id}/gw1/{consumer}"

    def test_only_the_monitor_is_the_host_that_nodes_wait_for(self) -> None:
        offline = state.death(HOST, NOON // 1_000_000)
        answers = []
        for consumer in (MONITOR, RECORDER):
            plant, heard = Plant(consumer), Heard()
            plant.intake.receive(offline.topic, offline.payload, NOON, None, heard)
            answers.append(len(heard.replies))
        assert answers == [1, 0]

    def test_while_it_holds_records_are_left_to_be_sent_again(self) -> None:
        plant = Plant(RECORDER)
        plant.born(NOON)
        plant.read(NOON, NOON)
        plant.intake.note_committed()
        plant.intake.holding = True
        assert plant.say(NOON + SECOND, NOON + SECOND) == Heard()
        assert plant.intake.all_committed

        plant.intake.holding = False
        heard = plant.say(NOON + 2 * SECOND, NOON + 2 * SECOND)
        assert heard.inputs == []
        (rewind,) = heard.replies
        assert decode_committed(rewind.payload) == Committed(Position("spool", 0), rewind=True)
        plant.offsets = iter((1, 2))
        plant.read(NOON + SECOND, NOON + 3 * SECOND)
        plant.read(NOON + 2 * SECOND, NOON + 3 * SECOND)
        assert not plant.intake.all_committed
        assert plant.intake.positions() == {"gw1": ("spool", 2)}


class TestForeignNode:
    """The monitor judges no sample that is older than the last; the recorder keeps it."""

    @pytest.mark.parametrize(("judged", "kept"), [(NOON + 9 * SECOND, 0), (None, 1)])
    def test_a_late_sample(self, judged: int | None, kept: int) -> None:
        compiled = compile_plant(with_a_foreign_node())
        intake, heard = PlantIntake(compiled, {}), Heard()
        seen = None if judged is None else np.full(len(compiled.plant.signals), judged)
        flow = Metric("Water/Flow", 200.0, alias=1, timestamp=NOON_MS, datatype=10)
        for verb, seq, metric in (
            ("NBIRTH/edge7", 0, Metric("bdSeq", 0, timestamp=NOON_MS, datatype=4)),
            ("DBIRTH/edge7/tank", 1, flow),
            ("DDATA/edge7/tank", 2, flow),
        ):
            heard = Heard()
            topic = f"spBv1.0/{compiled.plant.id}/{verb}"
            payload = encode(Payload(NOON_MS, (metric,), seq))
            intake.receive(topic, payload, NOON + seq * SECOND, seen, heard)
        (samples,) = heard.inputs
        assert isinstance(samples, Samples)
        assert len(samples.slots) == kept
        assert intake.refusals["foreign_late"] == 2 * (1 - kept)  # the birth's value too

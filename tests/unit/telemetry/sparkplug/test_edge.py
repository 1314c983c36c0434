import math

import pytest

from plant.errors import TelemetryError
from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from telemetry.sparkplug import command
from telemetry.sparkplug import sparkplug_b_pb2 as pb
from telemetry.sparkplug.datatype import DataType
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.message import Message
from telemetry.sparkplug.payload import Metric, Payload, decode, encode

NOW = 1_764_000_000 * SECOND
DEVICES = (
    EdgeDevice("plc", (EdgeMetric("water"), EdgeMetric("gate", discrete=True))),
    EdgeDevice("rtu", (EdgeMetric("level"),)),
)


def session() -> EdgeSession:
    return EdgeSession("demo", "gw1", DEVICES)


def say(edge: EdgeSession, offset: int, *readings: Reading, **more: object) -> Message:
    return edge.data(NOW, "plc", "5p001", offset, NOW - SECOND, Readings.of(readings), **more)  # type: ignore[arg-type]


def metrics(message: Message) -> dict[str | None, Metric]:
    return {metric.name: metric for metric in decode(message.payload).metrics}


@pytest.mark.tck("tck-id-payloads-dbirth-order")
@pytest.mark.tck("tck-id-topics-nbirth-seq-num")
@pytest.mark.tck("tck-id-payloads-sequence-num-zero-nbirth")
@pytest.mark.tck("tck-id-payloads-dbirth-seq-inc")
def test_the_births_come_in_order_and_start_the_sequence() -> None:
    births = session().births(0, NOW)

    assert [message.topic for message in births] == [
        "spBv1.0/demo/NBIRTH/gw1",
        "spBv1.0/demo/DBIRTH/gw1/plc",
        "spBv1.0/demo/DBIRTH/gw1/rtu",
    ]
    assert [decode(message.payload).seq for message in births] == [0, 1, 2]


@pytest.mark.tck("tck-id-payloads-ddata-order")
def test_nothing_is_said_before_the_births() -> None:
    with pytest.raises(TelemetryError):
        say(session(), 0)


@pytest.mark.tck("tck-id-topics-nbirth-mqtt")
@pytest.mark.tck("tck-id-topics-dbirth-mqtt")
@pytest.mark.tck("tck-id-topics-ddata-mqtt")
@pytest.mark.tck("tck-id-topics-ddeath-mqtt")
def test_births_and_data_are_neither_confirmed_nor_retained() -> None:
    edge = session()
    said = [*edge.births(0, NOW), say(edge, 0), edge.device_death("plc", NOW)]

    assert {(message.qos, message.retain) for message in said} == {(0, False)}


@pytest.mark.tck("tck-id-payloads-sequence-num-incrementing")
@pytest.mark.tck("tck-id-topics-ddata-seq-num")
@pytest.mark.tck("tck-id-payloads-ddata-seq-inc")
@pytest.mark.tck("tck-id-topics-ddeath-seq-num")
@pytest.mark.tck("tck-id-payloads-ddeath-seq-inc")
def test_the_sequence_is_shared_by_all_devices_and_wraps_after_255() -> None:
    edge = session()
    said = edge.births(0, NOW)
    for offset in range(300):
        device = ("plc", "rtu")[offset % 2]
        said.append(edge.data(NOW, device, "5p001", offset, NOW, Readings.of(())))
    said.append(edge.device_death("plc", NOW))

    assert [decode(message.payload).seq for message in said] == [n % 256 for n in range(304)]


@pytest.mark.tck("tck-id-topics-nbirth-bdseq-included")
@pytest.mark.tck("tck-id-topics-nbirth-bdseq-matching")
@pytest.mark.tck("tck-id-payloads-nbirth-bdseq-repeat")
@pytest.mark.tck("tck-id-payloads-ndeath-bdseq")
@pytest.mark.parametrize(
    ("number", "carried"), [(0, 0), (7, 7), (255, 255), (256, 0), (1000, 232)]
)
def test_the_birth_repeats_the_number_of_the_will(number: int, carried: int) -> None:
    edge = session()
    will = decode(edge.death(number, NOW).payload)
    birth = metrics(edge.births(number, NOW)[0])

    assert will.metrics[0].name == "bdSeq"
    assert will.metrics[0].value == birth["bdSeq"].value == carried


@pytest.mark.tck("tck-id-topics-ndeath-payload")
@pytest.mark.tck("tck-id-topics-ndeath-seq")
@pytest.mark.tck("tck-id-payloads-ndeath-seq")
@pytest.mark.tck("tck-id-payloads-ndeath-will-message-qos")
@pytest.mark.tck("tck-id-payloads-ndeath-will-message-retain")
def test_the_will_is_the_number_alone() -> None:
    will = session().death(3, NOW)
    payload = decode(will.payload)

    assert (will.topic, will.qos, will.retain) == ("spBv1.0/demo/NDEATH/gw1", 1, False)
    assert [metric.name for metric in payload.metrics] == ["bdSeq"]
    assert payload.seq is None


@pytest.mark.tck("tck-id-topics-nbirth-rebirth-metric")
@pytest.mark.tck("tck-id-payloads-nbirth-rebirth-req")
@pytest.mark.tck("tck-id-operational-behavior-data-commands-rebirth-name")
@pytest.mark.tck("tck-id-operational-behavior-data-commands-rebirth-name-aliases")
@pytest.mark.tck("tck-id-operational-behavior-data-commands-rebirth-datatype")
@pytest.mark.tck("tck-id-operational-behavior-data-commands-rebirth-value")
def test_the_node_offers_a_rebirth_and_nothing_else() -> None:
    birth = metrics(session().births(0, NOW)[0])

    assert birth["Node Control/Rebirth"].datatype == DataType.BOOLEAN
    assert birth["Node Control/Rebirth"].value is False
    assert birth["Node Control/Rebirth"].alias is None
    assert set(birth) == {"bdSeq", "Node Control/Rebirth", "spool"}


@pytest.mark.tck("tck-id-payloads-alias-uniqueness")
@pytest.mark.tck("tck-id-payloads-alias-birth-requirement")
def test_an_alias_is_unique_in_the_whole_node() -> None:
    births = session().births(0, NOW)[1:]
    declared = [metric for message in births for metric in decode(message.payload).metrics]
    aliases = [metric.alias for metric in declared]

    assert None not in aliases
    assert len(aliases) == len(set(aliases))
    assert all(metric.name for metric in declared)


@pytest.mark.tck("tck-id-topics-dbirth-metrics")
@pytest.mark.tck("tck-id-topics-dbirth-metric-reqs")
@pytest.mark.tck("tck-id-operational-behavior-data-publish-dbirth")
@pytest.mark.tck("tck-id-operational-behavior-data-publish-dbirth-values")
def test_a_device_birth_has_everything_with_its_current_value() -> None:
    edge = session()
    edge.births(0, NOW)
    say(edge, 0, Reading("water", 180.5), Reading("gate", 1.0))
    birth = metrics(edge.births(0, NOW)[1])

    assert set(birth) == {
        "water", "gate", "spool", "offset", "read_time", "lost_from", "lost_to",
    }  # fmt: skip
    assert (birth["water"].value, birth["water"].datatype) == (180.5, DataType.DOUBLE)
    assert (birth["gate"].value, birth["gate"].datatype) == (True, DataType.BOOLEAN)


def test_what_was_never_read_is_null_and_not_good() -> None:
    birth = metrics(session().births(0, NOW)[1])

    assert birth["water"].null
    assert birth["water"].properties == {"Quality": 0, "Reason": int(Reason.NEVER_SEEN)}


def test_an_older_record_does_not_replace_the_current_value() -> None:
    edge = session()
    edge.births(0, NOW)
    edge.data(NOW, "plc", "5p001", 9, NOW, Readings.of([Reading("water", 2.0)]))
    say(edge, 3, Reading("water", 1.0), historical=True)

    assert metrics(edge.births(0, NOW)[1])["water"].value == 2.0


@pytest.mark.tck("tck-id-payloads-alias-data-cmd-requirement")
@pytest.mark.tck("tck-id-payloads-name-birth-data-requirement")
@pytest.mark.tck("tck-id-topics-ddata-timestamp")
def test_data_have_aliases_and_times_and_no_names() -> None:
    edge = session()
    edge.births(0, NOW)
    payload = decode(say(edge, 5, Reading("water", 1.5), historical=True, lost=(2, 4)).payload)

    assert payload.timestamp == NOW // MILLISECOND
    assert {metric.name for metric in payload.metrics} == {None}
    assert {metric.timestamp for metric in payload.metrics} == {(NOW - SECOND) // MILLISECOND}
    assert all(metric.historical for metric in payload.metrics)
    assert [metric.value for metric in payload.metrics] == [
        "5p001", 5, (NOW - SECOND) // MILLISECOND, 2, 4, 1.5,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "value", "properties"),
    [
        (Reading("water", 1.0), 1.0, {}),
        (
            Reading("water", 1.0, Quality.UNCERTAIN),
            1.0,
            {"Quality": 0, "Reason": 0, "Uncertain": 1},
        ),
        (
            Reading("water", math.nan, Quality.BAD, Reason.NO_ANSWER),
            None,
            {"Quality": 0, "Reason": 1},
        ),
        (Reading("water", 9.0, Quality.STALE, Reason.AGED), None, {"Quality": 500, "Reason": 7}),
        (Reading("water", math.nan), None, {"Quality": 0, "Reason": 3}),
        (Reading("water", math.inf), None, {"Quality": 0, "Reason": 3}),
    ],
)
def test_a_value_that_cannot_be_used_is_not_sent(
    reading: Reading, value: float | None, properties: dict[str, int]
) -> None:
    edge = session()
    edge.births(0, NOW)
    metric = decode(say(edge, 0, reading).payload).metrics[-1]

    assert (metric.value, metric.null) == (value, value is None)
    assert metric.properties == properties


@pytest.mark.tck("tck-id-payloads-propertyset-quality-value-type")
@pytest.mark.tck("tck-id-payloads-metric-propertyvalue-type-type")
def test_a_quality_is_a_signed_32_bit_integer() -> None:
    edge = session()
    edge.births(0, NOW)
    message = say(edge, 0, Reading("water", math.nan, Quality.BAD, Reason.NO_ANSWER))
    properties = pb.Payload.FromString(message.payload).metrics[-1].properties

    assert list(properties.keys) == ["Quality", "Reason"]
    assert [(value.type, value.WhichOneof("value")) for value in properties.values] == [
        (3, "int_value"),
        (3, "int_value"),
    ]


def test_a_signal_of_an_earlier_plant_version_is_left_out_and_counted() -> None:
    edge = session()
    edge.births(0, NOW)
    message = say(edge, 0, Reading("gone", 1.0), Reading("water", 2.0))

    assert len(decode(message.payload).metrics) == 4
    assert edge.counters["undeclared"] == 1


def test_an_unknown_device_is_refused() -> None:
    edge = session()
    edge.births(0, NOW)
    with pytest.raises(TelemetryError):
        edge.data(NOW, "other", "5p001", 0, NOW, Readings.of(()))


@pytest.mark.tck("tck-id-operational-behavior-data-commands-rebirth-action-2")
@pytest.mark.tck("tck-id-operational-behavior-data-commands-rebirth-action-3")
def test_a_rebirth_is_the_only_command_that_is_obeyed() -> None:
    edge = session()
    edge.births(4, NOW)
    ask = command.rebirth("demo", "gw1", 1)

    assert edge.wants_rebirth(ask.topic, ask.payload)
    again = edge.births(4, NOW)
    assert decode(again[0].payload).seq == 0
    assert metrics(again[0])["bdSeq"].value == 4


REFUSED = {
    "false": Metric("Node Control/Rebirth", value=False, datatype=11),
    "a number": Metric("Node Control/Rebirth", value=1, datatype=3),
    "null": Metric("Node Control/Rebirth", None, datatype=11, null=True),
    "reboot": Metric("Node Control/Reboot", value=True, datatype=11),
    "a signal": Metric("gate", value=True, datatype=11),
    "a signal by alias": Metric(None, value=True, alias=2, datatype=11),
}


@pytest.mark.parametrize("name", REFUSED)
def test_no_other_command_is_obeyed(name: str) -> None:
    edge = session()

    assert not edge.wants_rebirth("spBv1.0/demo/NCMD/gw1", encode(Payload(1, (REFUSED[name],))))
    assert edge.counters == {"command_refused": 1}


def test_a_rebirth_that_brings_a_value_along_is_refused_whole() -> None:
    edge = session()
    both = (Metric("Node Control/Rebirth", value=True, datatype=11), REFUSED["a signal"])

    assert not edge.wants_rebirth("spBv1.0/demo/NCMD/gw1", encode(Payload(1, both)))


def test_a_command_to_a_device_is_refused_whatever_it_says() -> None:
    edge = session()
    ask = command.rebirth("demo", "gw1", 1)

    assert not edge.wants_rebirth("spBv1.0/demo/DCMD/gw1/plc", ask.payload)
    assert edge.counters == {"command_refused": 1}


def test_a_broken_command_is_counted() -> None:
    edge = session()

    assert not edge.wants_rebirth("spBv1.0/demo/NCMD/gw1", b"\xff\xff")
    assert not edge.wants_rebirth("elsewhere", b"")
    assert edge.counters == {"command_malformed": 2}


@pytest.mark.tck("tck-id-message-flow-edge-node-ncmd-subscribe")
def test_the_node_listens_to_its_commands() -> None:
    assert session().command_topic == "spBv1.0/demo/NCMD/gw1"


@pytest.mark.tck("tck-id-topics-ncmd-mqtt")
@pytest.mark.tck("tck-id-payloads-ncmd-seq")
@pytest.mark.tck("tck-id-operational-behavior-data-commands-ncmd-rebirth-verb")
@pytest.mark.tck("tck-id-operational-behavior-data-commands-ncmd-rebirth-name")
@pytest.mark.tck("tck-id-operational-behavior-data-commands-ncmd-rebirth-value")
def test_a_rebirth_request_is_as_sparkplug_asks() -> None:
    ask = command.rebirth("demo", "gw1", 99)
    payload = decode(ask.payload)

    assert (ask.topic, ask.qos, ask.retain) == ("spBv1.0/demo/NCMD/gw1", 0, False)
    assert payload.seq is None
    assert payload.timestamp == 99
    assert [(m.name, m.value) for m in payload.metrics] == [("Node Control/Rebirth", True)]


@pytest.mark.parametrize(
    "devices",
    [
        (EdgeDevice("plc", (EdgeMetric("a"), EdgeMetric("a"))),),
        (EdgeDevice("plc", (EdgeMetric("offset"),)),),
        (EdgeDevice("plc", ()), EdgeDevice("plc", ())),
        (EdgeDevice("p/c", ()),),
    ],
)
def test_devices_that_cannot_be_told_apart_are_refused(devices: tuple[EdgeDevice, ...]) -> None:
    with pytest.raises(TelemetryError):
        EdgeSession("demo", "gw1", devices)

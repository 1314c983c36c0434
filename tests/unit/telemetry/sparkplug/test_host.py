import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.events import (
    Data,
    DeviceBorn,
    DeviceDied,
    Event,
    NodeBorn,
    NodeDied,
    RebirthWanted,
)
from telemetry.sparkplug.host import HostSession
from telemetry.sparkplug.message import Message
from telemetry.sparkplug.payload import Metric, Payload, decode, encode

NOW = 1_764_000_000 * SECOND
DEVICES = (EdgeDevice("plc", (EdgeMetric("water"), EdgeMetric("gate", discrete=True))),)
BIND = {
    ("gw1", "plc", "water"): 0,
    ("gw1", "plc", "gate"): 1,
    ("foreign", "", "level"): 2,
    ("foreign", "rtu", "flow"): 3,
    ("foreign", "rtu", "count"): 4,
}


def host() -> HostSession:
    return HostSession("demo", BIND)


def hear(session: HostSession, *messages: Message, now: int = NOW) -> list[Event]:
    return [e for m in messages for e in session.receive(m.topic, m.payload, now)]


def edge() -> EdgeSession:
    return EdgeSession("demo", "gw1", DEVICES)


def born() -> tuple[HostSession, EdgeSession]:
    session, node = host(), edge()
    hear(session, *node.births(1, NOW))
    return session, node


def data(node: EdgeSession, offset: int = 0, *readings: Reading, **more: Any) -> Message:
    readings = readings or (Reading("water", 180.0), Reading("gate", 1.0))
    return node.data(NOW, "plc", "5p001", offset, NOW - SECOND, Readings.of(readings), **more)


def foreign(verb: str, seq: int | None, *metrics: Metric, device: str = "") -> Message:
    topic = f"spBv1.0/demo/{verb}/foreign" + (f"/{device}" if device else "")
    return Message(topic, encode(Payload(1, metrics, seq)))


BD_SEQ = Metric("bdSeq", 0, timestamp=1, datatype=4)
FLOW = Metric("flow", 5.0, alias=7, timestamp=1, datatype=10)
_TYPES = {str: 12, int: 8, float: 10, bool: 11}
COUNT = Metric("count", -3, alias=8, timestamp=1, datatype=3)


def only(events: list[Event]) -> Data:
    (event,) = events
    assert isinstance(event, Data)
    return event


# --- our own gateways --------------------------------------------------------------------------


def test_the_births_of_our_own_say_who_it_is_and_bring_no_values() -> None:
    events = hear(host(), *edge().births(1, NOW))

    assert events == [NodeBorn("gw1", NOW, ours=True), DeviceBorn("gw1", "plc", NOW)]


def test_a_record_arrives_as_it_was_read() -> None:
    session, node = born()
    heard = only(hear(session, data(node, 7, lost=(3, 6))))

    assert (heard.node, heard.device, heard.spool, heard.offset) == ("gw1", "plc", "5p001", 7)
    assert (heard.lost, heard.historical, heard.read_time) == ((3, 6), False, NOW - SECOND)
    assert heard.slots.tolist() == [0, 1]
    assert heard.values.tolist() == [180.0, 1.0]
    assert heard.times.tolist() == [NOW - SECOND] * 2
    assert heard.quality.tolist() == [Quality.GOOD] * 2
    assert [a.dtype for a in (heard.slots, heard.times, heard.values, heard.quality)] == [
        np.int32, np.int64, np.float64, np.uint8,
    ]  # fmt: skip
    assert session.counters["slow_path"] == 0


def test_a_backlog_is_marked() -> None:
    session, node = born()

    assert only(hear(session, data(node, 7, historical=True))).historical


def test_bad_values_arrive_with_their_reason() -> None:
    session, node = born()
    readings = (
        Reading("water", math.nan, Quality.BAD, Reason.OUT_OF_RANGE),
        Reading("gate", 1.0, Quality.UNCERTAIN, Reason.NONE),
    )
    heard = only(hear(session, data(node, 0, *readings)))

    assert math.isnan(heard.values[0])
    assert heard.values[1] == 1.0
    assert heard.quality.tolist() == [Quality.BAD, Quality.UNCERTAIN]
    assert heard.reason.tolist() == [Reason.OUT_OF_RANGE, Reason.NONE]


def test_a_record_without_bound_values_still_has_its_offset() -> None:
    session, node = HostSession("demo", {}), edge()
    hear(session, *node.births(1, NOW))
    heard = only(hear(session, data(node, 3)))

    assert (heard.offset, len(heard.slots)) == (3, 0)
    assert session.counters["unbound"] == 2


def test_a_message_of_ours_without_an_offset_is_malformed() -> None:
    session, _ = born()
    bare = Message("spBv1.0/demo/DDATA/gw1/plc", encode(Payload(1, (), 2)))

    assert hear(session, bare) == []
    assert session.counters["malformed"] == 1
    assert "offset" in session.last_fault


# --- life and death ----------------------------------------------------------------------------


@pytest.mark.tck("tck-id-payloads-ndeath-bdseq")
@pytest.mark.tck(
    "tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline"
)
def test_a_death_counts_only_with_the_number_of_the_birth() -> None:
    session, node = born()

    assert hear(session, node.death(0, NOW)) == []
    assert session.counters["old_death"] == 1
    assert hear(session, node.death(1, NOW)) == [NodeDied("gw1", NOW)]
    assert hear(session, node.death(1, NOW)) == []


def test_after_its_death_a_node_must_be_born_again() -> None:
    session, node = born()
    hear(session, node.death(1, NOW))

    assert hear(session, data(node)) == [RebirthWanted("gw1", "its birth is not known")]
    assert session.counters["unborn"] == 1


@pytest.mark.tck("tck-id-payloads-ddeath-seq-number")
def test_a_device_dies_alone() -> None:
    session, node = born()

    assert hear(session, node.device_death("plc", NOW)) == [DeviceDied("gw1", "plc", NOW)]
    events = hear(session, data(node))
    assert [type(event) for event in events] == [RebirthWanted]


def test_a_lost_broker_means_every_node_is_away() -> None:
    session, node = born()

    assert session.disconnected(NOW) == [NodeDied("gw1", NOW)]
    assert [type(event) for event in hear(session, data(node))] == [RebirthWanted]


def test_data_before_a_birth_ask_for_one_now_and_then() -> None:
    session, node = host(), edge()
    node.births(1, NOW)
    asked = [
        event
        for second in range(12)
        for event in hear(session, data(node), now=NOW + second * SECOND)
    ]

    assert asked == [RebirthWanted("gw1", "its birth is not known")] * 3


# --- sequence ----------------------------------------------------------------------------------


@pytest.mark.tck("tck-id-operational-behavior-host-reordering-success")
def test_messages_out_of_order_are_put_right() -> None:
    session, node = born()
    first, second, third = data(node, 0), data(node, 1), data(node, 2)
    events = hear(session, second, third, first)

    assert [event.offset for event in events if isinstance(event, Data)] == [0, 1, 2]
    assert len(events) == 3


@pytest.mark.tck("tck-id-operational-behavior-host-reordering-rebirth")
def test_a_missing_message_ends_in_a_rebirth() -> None:
    session, node = born()
    data(node, 0)
    hear(session, data(node, 1))

    assert session.tick(NOW + SECOND // 4) == []
    events = session.tick(NOW + SECOND)
    assert [type(event) for event in events] == [RebirthWanted]
    assert session.tick(NOW + 2 * SECOND) == []
    assert hear(session, data(node, 2), now=NOW + 2 * SECOND) == []
    hear(session, *node.births(1, NOW))
    assert only(hear(session, data(node, 1))).offset == 1


def test_the_sequence_goes_round() -> None:
    session, node = born()
    for offset in range(600):
        assert only(hear(session, data(node, offset))).offset == offset


# --- foreign nodes -----------------------------------------------------------------------------


def foreign_born(session: HostSession) -> list[Event]:
    level = Metric("level", 1.5, timestamp=1, datatype=9)
    return hear(
        session,
        foreign("NBIRTH", 0, BD_SEQ, level),
        foreign("DBIRTH", 1, FLOW, COUNT, device="rtu"),
    )


def test_the_births_of_a_foreign_node_bring_values_that_hold_on_arrival() -> None:
    events = foreign_born(host())
    values = [event for event in events if isinstance(event, Data)]

    assert events[0] == NodeBorn("foreign", NOW, ours=False)
    assert [v.slots.tolist() for v in values] == [[2], [3, 4]]
    assert [v.values.tolist() for v in values] == [[1.5], [5.0, -3.0]]
    assert {t for v in values for t in v.times.tolist()} == {NOW}
    assert {v.offset for v in values} == {None}


@pytest.mark.parametrize("datatype", [None, 3])
def test_a_signed_integer_keeps_its_sign(datatype: int | None) -> None:
    session = host()
    foreign_born(session)
    count = Metric(None, -2, alias=8, timestamp=1, datatype=3)
    message = foreign("DDATA", 2, count, device="rtu")
    if datatype is not None:
        named = Metric("count", -2, alias=8, timestamp=1, datatype=datatype)
        message = foreign("DDATA", 2, named, device="rtu")

    assert only(hear(session, message)).values.tolist() == [-2.0]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (Metric(None, math.nan, alias=7, datatype=10), (Quality.BAD, Reason.NOT_DECODABLE)),
        (Metric(None, math.inf, alias=7, datatype=10), (Quality.BAD, Reason.NOT_DECODABLE)),
        (Metric(None, None, alias=7, datatype=10), (Quality.BAD, Reason.SENSOR_FAULT)),
        (Metric(None, "wet", alias=7, datatype=12), (Quality.BAD, Reason.NOT_DECODABLE)),
        (
            Metric(None, 1.0, alias=7, datatype=10, properties={"Quality": 500}),
            (Quality.STALE, Reason.NO_ANSWER),
        ),
        (
            Metric(None, 1.0, alias=7, datatype=10, properties={"Quality": 0, "Reason": 1}),
            (Quality.BAD, Reason.SENSOR_FAULT),
        ),
    ],
)
def test_a_foreign_value_that_cannot_be_used_is_not_good(
    metric: Metric, expected: tuple[Quality, Reason]
) -> None:
    session = host()
    foreign_born(session)
    heard = only(hear(session, foreign("DDATA", 2, metric, device="rtu")))

    assert (heard.quality[0], heard.reason[0]) == expected
    assert math.isnan(heard.values[0])


def test_old_values_of_a_foreign_node_come_apart_at_their_own_time() -> None:
    session = host()
    foreign_born(session)
    old = Metric(
        None, 1.0, alias=7, timestamp=NOW // MILLISECOND - 60_000, datatype=10, historical=True
    )
    new = Metric(None, 2.0, alias=7, timestamp=1, datatype=10)
    events = hear(session, foreign("DDATA", 2, new, old, device="rtu"))

    assert [
        (e.historical, e.values.tolist(), e.times.tolist()) for e in events if isinstance(e, Data)
    ] == [
        (True, [1.0], [NOW - 60 * SECOND]),
        (False, [2.0], [NOW]),
    ]


def test_an_unknown_alias_asks_for_a_birth_and_the_rest_is_heard() -> None:
    session = host()
    foreign_born(session)
    stray = Metric(None, 1.0, alias=99, datatype=10)
    events = hear(session, foreign("DDATA", 2, stray, FLOW, device="rtu"))

    assert [type(event) for event in events] == [RebirthWanted, Data]
    assert session.counters["unknown_alias"] == 1


def test_a_record_of_ours_with_an_unknown_alias_is_dropped_whole() -> None:
    session, node = born()
    known = decode(data(node).payload)
    stray = Metric(None, 1.0, alias=99, timestamp=1, datatype=10)
    typed = [replace(m, datatype=_TYPES[type(m.value)]) for m in known.metrics]
    payload = encode(Payload(1, (*typed, stray), known.seq))
    events = hear(session, Message("spBv1.0/demo/DDATA/gw1/plc", payload))

    assert [type(event) for event in events] == [RebirthWanted]


# --- whatever else arrives ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        foreign("NBIRTH", 1, BD_SEQ),
        foreign("NBIRTH", None, BD_SEQ),
        foreign("NBIRTH", 0),
        foreign("NBIRTH", 0, BD_SEQ, BD_SEQ),
        foreign(
            "NBIRTH", 0, BD_SEQ, Metric("a", 1.0, 5, datatype=10), Metric("b", 1.0, 5, datatype=10)
        ),
        foreign("NBIRTH", 0, BD_SEQ, Metric(None, 1.0, 5, datatype=10)),
        Message("spBv1.0/demo/NBIRTH/foreign", b"\x12\xff"),
        Message("spBv1.0/demo/NBIRTH/foreign", bytes(2 << 20)),
        Message("spBv1.0/demo/DDATA/foreign/rtu/x", b""),
        Message("somewhere/else", b""),
    ],
)
def test_a_broken_message_is_counted_and_nothing_else(message: Message) -> None:
    session = host()

    assert hear(session, message) == []
    assert session.counters["malformed"] == 1
    assert session.last_fault


def test_a_message_without_a_sequence_number_is_malformed() -> None:
    session = host()
    foreign_born(session)

    assert hear(session, foreign("DDATA", None, FLOW, device="rtu")) == []
    assert hear(session, foreign("DDATA", 256, FLOW, device="rtu")) == []
    assert session.counters["malformed"] == 2


def test_commands_and_other_groups_are_not_heard() -> None:
    session = host()

    assert session.receive("spBv1.0/demo/NCMD/gw1", b"x", NOW) == []
    assert session.receive("spBv1.0/other/NBIRTH/gw1", b"x", NOW) == []
    assert session.counters == {"other_group": 1}


topics = st.sampled_from(
    [f"spBv1.0/demo/{v}/gw1" + ("/plc" if v[0] == "D" else "") for v in
     ("NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH", "NCMD", "DCMD")]
)  # fmt: skip


@given(st.lists(st.tuples(topics, st.binary(max_size=60)), max_size=8), st.text(max_size=20))
def test_nothing_that_arrives_stops_the_host(messages: list[tuple[str, bytes]], odd: str) -> None:
    session, _ = born()
    for topic, payload in [*messages, (odd, b"")]:
        session.receive(topic, payload, NOW)


@given(st.data())
def test_no_damage_to_a_record_stops_the_host(draw: st.DataObject) -> None:
    session, node = born()
    damaged = bytearray(data(node, 0).payload)
    for _ in range(draw.draw(st.integers(1, 4))):
        damaged[draw.draw(st.integers(0, len(damaged) - 1))] = draw.draw(st.integers(0, 255))
    for event in session.receive("spBv1.0/demo/DDATA/gw1/plc", bytes(damaged), NOW):
        if isinstance(event, Data):
            assert len(event.slots) == len(event.values) == len(event.times) == len(event.quality)
            good = event.quality <= Quality.UNCERTAIN
            assert np.isfinite(event.values[good]).all()
            assert np.isnan(event.values[~good]).all()

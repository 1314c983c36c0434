import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.errors import TelemetryError
from plant.moment import SECOND
from plant.quality import Reason
from telemetry.durations import Spread
from telemetry.gateway_state import (
    MAX_BYTES,
    DeviceState,
    GatewayState,
    SpoolState,
    decode_state,
    state_message,
    state_topic,
)

NOW = 1_800_000_000 * SECOND
DEVICE = DeviceState(
    id="plc", protocol="modbus-tcp", address="10.0.0.1:502 unit 1", down=None, since=NOW,
    answered_at=NOW, polls=5, overruns=1, connections=2, failures={Reason.REFUSED: 3},
    crashes=0, request=Spread(4, 0.001, 0.002, 0.003), spooled=None,
)  # fmt: skip
STATE = GatewayState(
    at=NOW,
    version="0" * 64,
    devices=(DEVICE, replace(DEVICE, id="b", down=Reason.NO_ANSWER, answered_at=None)),
    spool=SpoolState("5p001", 3, 9, 4000, 1 << 29, 2, 1),
    sent=12,
    rewinds=1,
    linked_since=None,
)


def test_it_is_read_as_it_was_written() -> None:
    message = state_message("demo", "gw1", STATE)

    assert message.topic == state_topic("demo", "gw1") == "firstout/v1/gateway/demo/gw1"
    assert (message.qos, message.retain) == (0, False)
    assert decode_state(message.payload) == STATE


def test_devices_that_do_not_fit_are_left_out() -> None:
    many = replace(STATE, devices=tuple(replace(DEVICE, id=f"d{n:0400}") for n in range(2000)))
    message = state_message("demo", "gw1", many)
    told = decode_state(message.payload).devices

    assert len(message.payload) <= MAX_BYTES
    assert 500 < len(told) < 2000
    assert told == many.devices[: len(told)]


def body() -> dict[str, Any]:
    return dict(json.loads(state_message("demo", "gw1", STATE).payload))


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        (("at",), "yesterday"),
        (("at",), "2026-11-24T08:00:00"),
        (("version",), 5),
        (("devices",), None),
        (("devices", 0, "connected"), 1),
        (("devices", 0, "id"), "x" * 501),
        (("devices", 1, "reason"), "TIRED"),
        (("devices", 0, "polls"), -1),
        (("devices", 0, "polls"), 1 << 63),
        (("devices", 0, "polls"), True),
        (("devices", 0, "polls"), 1.5),
        (("devices", 0, "failures"), {"TIRED": 1}),
        (("devices", 0, "request", "p50_s"), -0.1),
        (("spool", "first"), 10),
        (("spool", "next"), None),
        (("publish",), {}),
    ],
)
def test_what_does_not_follow_the_contract_is_refused(where: tuple[Any, ...], wrong: Any) -> None:
    content: Any = body()
    place = content
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = wrong

    with pytest.raises(TelemetryError):
        decode_state(json.dumps(content).encode())


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_comes_is_read_or_refused(payload: bytes) -> None:
    with pytest.raises(TelemetryError):
        decode_state(payload)


def test_nothing_larger_than_a_message_is_read() -> None:
    with pytest.raises(TelemetryError, match="at most"):
        decode_state(b" " * (MAX_BYTES + 1))
    with pytest.raises(TelemetryError):
        decode_state(b"[" * 100_000)

"""What a gateway says of itself each second, on `firstout/v1/gateway/{group}/{node}`.

It is for views, not for records: at QoS 0, not retained, so that the silence of a gateway that has
died is heard as silence.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from plant.errors import TelemetryError
from plant.moment import from_text, to_text
from plant.quality import Reason
from telemetry.durations import Spread
from telemetry.sparkplug.message import Message
from telemetry.sparkplug.topic import checked

ROOT = "firstout/v1/gateway"
MAX_BYTES = 1 << 20
_LONGEST = 500  # characters of a name or an address
_LARGEST = 1 << 63


@dataclass(frozen=True)
class DeviceState:
    """One device as its reader sees it; moments in ns since 1970.

    `down` is why it does not answer, None while it does, and `since` when that began.
    `answered_at` is None before the first answer. The counts began with the reader, as
    `gateway.counters` says. `request` is how long it takes to answer (None where nothing is
    asked, as of a subscription), `spooled` the time from reading to the record in the spool.
    """

    id: str
    protocol: str
    address: str
    down: Reason | None
    since: int
    answered_at: int | None
    polls: int
    overruns: int
    connections: int
    failures: Mapping[Reason, int]
    crashes: int
    request: Spread | None
    spooled: Spread | None


@dataclass(frozen=True)
class SpoolState:
    """The spool: which records it keeps, how much room they take, and what it had to drop.

    `first` is the oldest offset that is kept, `next` the one that the next record gets, so that
    `next - first` records wait for a consumer. `dropped` counts since the file was made, `lost`
    the records that were announced as lost since the gateway started.
    """

    id: str
    first: int
    next: int
    size: int
    max_bytes: int
    dropped: int
    lost: int


@dataclass(frozen=True)
class GatewayState:
    """A gateway at one moment (ns since 1970), reading the plant in `version`.

    `sent` counts data messages and `rewinds` how often some were sent again, both since it
    started; `linked_since` is when it reached the broker.
    """

    at: int
    version: str
    devices: tuple[DeviceState, ...]
    spool: SpoolState
    sent: int
    rewinds: int
    linked_since: int | None


def state_topic(group: str, node: str) -> str:
    """Where a node says how it is."""
    return f"{ROOT}/{checked(group)}/{checked(node)}"


def state_message(group: str, node: str, state: GatewayState) -> Message:
    """Make the message; devices that no message could carry are left out, the last first."""
    payload = _encoded(state)
    while len(payload) > MAX_BYTES:
        state = replace(state, devices=state.devices[: len(state.devices) * 3 // 4])
        payload = _encoded(state)
    return Message(state_topic(group, node), payload)


def decode_state(payload: bytes) -> GatewayState:
    """Read what a gateway said; TelemetryError when it is no such message."""
    if len(payload) > MAX_BYTES:
        raise TelemetryError(f"a gateway's state has at most {MAX_BYTES} bytes")
    try:
        return _state(json.loads(payload))
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise TelemetryError(f"this is no state of a gateway: {error!r}") from error


def _encoded(state: GatewayState) -> bytes:
    spool = state.spool
    content = {
        "at": to_text(state.at),
        "version": state.version,
        "devices": [_device_body(device) for device in state.devices],
        "spool": {
            "id": spool.id,
            "first": spool.first,
            "next": spool.next,
            "bytes": spool.size,
            "max_bytes": spool.max_bytes,
            "dropped": spool.dropped,
            "lost": spool.lost,
        },
        "publish": {
            "sent": state.sent,
            "rewinds": state.rewinds,
            "since": _text_or_none(state.linked_since),
        },
    }
    return json.dumps(content, allow_nan=False).encode()


def _device_body(device: DeviceState) -> dict[str, object]:
    return {
        "id": device.id,
        "protocol": device.protocol,
        "address": device.address,
        "connected": device.down is None,
        "reason": None if device.down is None else device.down.name,
        "since": to_text(device.since),
        "answered_at": _text_or_none(device.answered_at),
        "polls": device.polls,
        "overruns": device.overruns,
        "connections": device.connections,
        "failures": {reason.name: count for reason, count in device.failures.items()},
        "crashes": device.crashes,
        "request": None if device.request is None else device.request.body(),
        "spooled": None if device.spooled is None else device.spooled.body(),
    }


def _text_or_none(moment: int | None) -> str | None:
    return None if moment is None else to_text(moment)


def _state(body: Any) -> GatewayState:
    publish = body["publish"]
    return GatewayState(
        at=from_text(body["at"]),
        version=_text(body["version"]),
        devices=tuple(_device(item) for item in body["devices"]),
        spool=_spool(body["spool"]),
        sent=_count(publish["sent"]),
        rewinds=_count(publish["rewinds"]),
        linked_since=_moment(publish["since"]),
    )


def _device(body: Any) -> DeviceState:
    connected = body["connected"]
    if not isinstance(connected, bool):
        raise TypeError("connected is true or false")
    return DeviceState(
        id=_text(body["id"]),
        protocol=_text(body["protocol"]),
        address=_text(body["address"]),
        down=None if connected else Reason[body["reason"]],
        since=from_text(body["since"]),
        answered_at=_moment(body["answered_at"]),
        polls=_count(body["polls"]),
        overruns=_count(body["overruns"]),
        connections=_count(body["connections"]),
        failures={Reason[name]: _count(count) for name, count in dict(body["failures"]).items()},
        crashes=_count(body["crashes"]),
        request=_spread(body["request"]),
        spooled=_spread(body["spooled"]),
    )


def _spool(body: Any) -> SpoolState:
    spool = SpoolState(
        id=_text(body["id"]),
        first=_count(body["first"]),
        next=_count(body["next"]),
        size=_count(body["bytes"]),
        max_bytes=_count(body["max_bytes"]),
        dropped=_count(body["dropped"]),
        lost=_count(body["lost"]),
    )
    if spool.first > spool.next:
        raise ValueError("the first offset kept is beyond the next")
    return spool


def _spread(body: Any) -> Spread | None:
    return None if body is None else Spread.of(body)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a count is a whole number")
    if not 0 <= value < _LARGEST:
        raise ValueError(f"a count lies between 0 and {_LARGEST}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a name is a text")
    if len(value) > _LONGEST:
        raise ValueError(f"a name has at most {_LONGEST} characters")
    return value


def _moment(value: str | None) -> int | None:
    return None if value is None else from_text(value)

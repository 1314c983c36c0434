"""A host application's own life: retained JSON on `spBv1.0/STATE/{host}`, with a will."""

import json
from dataclasses import dataclass

from plant.errors import TelemetryError
from telemetry.sparkplug.message import Message
from telemetry.sparkplug.topic import NAMESPACE, checked


@dataclass(frozen=True, slots=True)
class State:
    """What a STATE message says; `timestamp` is in ms since 1970 UTC."""

    online: bool
    timestamp: int


def topic(host: str) -> str:
    """The topic of host application `host`."""
    return f"{NAMESPACE}/STATE/{checked(host)}"


def will(host: str, connect_ms: int) -> Message:
    """What the broker says when the host is lost; `connect_ms` is the time of the CONNECT."""
    return _message(host, State(online=False, timestamp=connect_ms))


def birth(host: str, connect_ms: int) -> Message:
    """What the host says first; `connect_ms` must be the one that its will was made with."""
    return _message(host, State(online=True, timestamp=connect_ms))


def death(host: str, now_ms: int) -> Message:
    """What the host says before it disconnects on purpose."""
    return _message(host, State(online=False, timestamp=now_ms))


def answer(host: str, payload: bytes, now_ms: int) -> Message | None:
    """Give what a host must say to a STATE of its own that calls it offline, if this is one.

    The will of an earlier connection may come late; who reads it must not believe it.
    """
    return None if parse(payload).online else _message(host, State(online=True, timestamp=now_ms))


def parse(payload: bytes) -> State:
    """Read a STATE message; TelemetryError when it is none."""
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise TelemetryError("a STATE message must be JSON") from error
    online = body.get("online") if isinstance(body, dict) else None
    timestamp = body.get("timestamp") if isinstance(body, dict) else None
    if (
        not isinstance(online, bool)
        or isinstance(timestamp, bool)
        or not isinstance(timestamp, int)
    ):
        raise TelemetryError("a STATE message needs a boolean `online` and a whole `timestamp`")
    return State(online, timestamp)


def _message(host: str, state: State) -> Message:
    body = {"online": state.online, "timestamp": state.timestamp}
    return Message(topic(host), json.dumps(body).encode(), qos=1, retain=True)

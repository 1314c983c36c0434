"""Puts together how the system's parts are: what is not known now never looks as if it were."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.gateways import Consumer, Gateway
from api.judging import Judged
from api.live import Seen
from api.models.system import (
    ConsumerOut,
    DeviceOut,
    GatewayOut,
    PublishOut,
    RecorderOut,
    SpoolOut,
    SpreadOut,
)
from api.reading import reading
from api.recorder import RecorderState, recorder_is
from plant.moment import to_text
from plant.plant import Device, Plant
from plant.quality import Quality
from telemetry.durations import Spread
from telemetry.gateway_state import DeviceState, GatewayState, SpoolState

_NOTHING: dict[str, Any] = {
    "state": "unknown",
    "address": None,
    "reason": None,
    "answered_at": None,
    "polls": None,
    "overruns": None,
    "connections": None,
    "failures": {},
    "crashes": None,
    "request": None,
    "spooled": None,
}


@dataclass(frozen=True)
class Look:
    """What a look at the gateways is made from; `now` is ns since 1970.

    `seen` are the live values by signal, `nodes` the monitor's own rows by node.
    """

    plant: Plant
    judged: Judged
    seen: Mapping[str, Seen]
    nodes: Mapping[str, Mapping[str, Any]]
    now: int


def gateways_out(look: Look, gateways: Sequence[Gateway]) -> list[GatewayOut]:
    """Give every node with its devices; of a silent gateway no device is known."""
    untrusted = _untrusted(look)
    return [_gateway(look, gateway, untrusted) for gateway in gateways]


def recorder_out(said: RecorderState | None, plant: Plant, now: int) -> RecorderOut:
    """Give what the recorder said, and what can be made of it."""
    state = recorder_is(said, plant, now)
    if said is None:
        return RecorderOut(
            state=state,
            said_at=None,
            until=None,
            written_at=None,
            fault=None,
            points=0,
            failures=0,
            lost=0,
            dropped=0,
        )
    return RecorderOut(
        state=state,
        said_at=to_text(said.said_at),
        until=_moment(said.until.get(plant.gateway)),
        written_at=_moment(said.written_at),
        fault=said.fault or None,
        points=said.points,
        failures=said.failures,
        lost=said.lost,
        dropped=said.dropped,
    )


def spread_out(spread: Spread | None) -> SpreadOut | None:
    """Give a spread as answers carry it."""
    return None if spread is None else SpreadOut.model_validate(spread.body())


def _gateway(look: Look, gateway: Gateway, untrusted: Mapping[str, int]) -> GatewayOut:
    ours = gateway.id == look.plant.gateway
    said, silent = gateway.state, ours and gateway.silent(look.now)
    row = look.nodes.get(gateway.id)
    known = row is not None and not look.judged.stale
    spool = None if said is None else said.spool
    consumers = gateway.consumers.values()
    return GatewayOut(
        id=gateway.id,
        kind="gateway" if ours else "foreign",
        state=row["state"] if row is not None and known else "unknown",
        since=row["since"] if row is not None and known else None,
        said_at=None if said is None else to_text(said.at),
        silent=silent,
        version=None if said is None else said.version,
        devices=[
            _device(look, gateway, device, untrusted)
            for device in look.plant.devices
            if (device.node or look.plant.gateway) == gateway.id
        ],
        spool=None if spool is None else _spool(spool),
        publish=None if said is None else _publish(said),
        consumers=[_consumer(one, None if silent else spool, look.now) for one in consumers],
    )


def _device(
    look: Look, gateway: Gateway, device: Device, untrusted: Mapping[str, int]
) -> DeviceOut:
    signals, state = look.plant.signals_of(device.id), gateway.state
    told = {} if state is None else {one.id: one for one in state.devices}
    said = told.get(device.id)
    row: dict[str, Any] = {
        **_NOTHING,
        "id": device.id,
        "protocol": device.protocol,
        "since": None if state is None else to_text(state.at),
        "signals": len(signals),
        "untrusted": untrusted.get(device.id, 0),
        "equipment": sorted({signal.equipment for signal in signals}),
    }
    if said is not None:
        row |= _counts(said)
        # Of one that is silent now counts and moments stay true, and no state does.
        row |= {} if gateway.silent(look.now) else _as_of_now(said)
    elif gateway.id != look.plant.gateway:
        row["state"] = "not_told"
    return DeviceOut.model_validate(row)


def _as_of_now(said: DeviceState) -> dict[str, Any]:
    return {
        "state": "connected" if said.down is None else "disconnected",
        "since": to_text(said.since),
        "reason": None if said.down is None else said.down.name,
        "request": spread_out(said.request),
        "spooled": spread_out(said.spooled),
    }


def _counts(said: DeviceState) -> dict[str, Any]:
    return {
        "address": said.address,
        "answered_at": _moment(said.answered_at),
        "polls": said.polls,
        "overruns": said.overruns,
        "connections": said.connections,
        "failures": {reason.name: count for reason, count in said.failures.items()},
        "crashes": said.crashes,
    }


def _spool(spool: SpoolState) -> SpoolOut:
    return SpoolOut(
        id=spool.id,
        first=spool.first,
        next=spool.next,
        waiting=spool.next - spool.first,
        bytes=spool.size,
        max_bytes=spool.max_bytes,
        dropped=spool.dropped,
        lost=spool.lost,
    )


def _publish(said: GatewayState) -> PublishOut:
    return PublishOut(
        sent=said.sent, rewinds=said.rewinds, linked_since=_moment(said.linked_since)
    )


def _consumer(consumer: Consumer, spool: SpoolState | None, now: int) -> ConsumerOut:
    place = consumer.position
    return ConsumerOut(
        name=consumer.name,
        offset=None if place is None else place.offset,
        behind=None if spool is None else consumer.behind(spool),
        heard_at=_moment(consumer.heard_at),
        silent=consumer.silent(now),
    )


def _untrusted(look: Look) -> Counter[str]:
    """Count, by device, the signals whose value is not GOOD now."""
    found: Counter[str] = Counter()
    for signal in look.plant.signals:
        shown = reading(signal, look.seen.get(signal.id), look.judged, look.now)
        found[signal.device] += shown["quality"] != Quality.GOOD.name
    return found


def _moment(moment: int | None) -> str | None:
    return None if moment is None else to_text(moment)

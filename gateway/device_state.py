"""What a gateway says of one of its devices."""

from gateway.source import Reader
from plant.plant import Device
from plant.quality import Reason
from telemetry.durations import Spread
from telemetry.gateway_state import DeviceState


def device_state(
    device: Device, reader: Reader, now_s: float, spooled: Spread | None
) -> DeviceState:
    """Say how `device` is, as its `reader` knows.

    `now_s` is the event loop's time; `spooled` is how long its records take into the spool.
    """
    contact, counters = reader.contact, reader.counters
    down, since = contact.down, contact.since
    if down is None and not reader.connected:
        # It has been silent for too long, and the reader has yet to give it up.
        down, since = Reason.NO_ANSWER, contact.answered_at or contact.since
    return DeviceState(
        id=device.id,
        protocol=device.protocol,
        address=_address(device),
        down=down,
        since=since,
        answered_at=contact.answered_at,
        polls=counters.polls,
        overruns=counters.overruns,
        connections=counters.connections,
        failures=dict(counters.failures),
        crashes=counters.crashes,
        request=contact.requests.spread(now_s),
        spooled=spooled,
    )


def _address(device: Device) -> str:
    if device.protocol == "opcua":
        return device.url
    return f"{device.host}:{device.port} unit {device.unit_id}"

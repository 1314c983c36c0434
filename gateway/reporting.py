"""What the gateway's edge node declares for a plant, and whether its births can be carried."""

from collections.abc import Iterator, Sequence

import numpy as np

from plant.errors import Fault, TelemetryError
from plant.plant import Device, Plant
from plant.quality import Quality, Reason
from plant.reading import Readings
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.names import DELIVERY
from telemetry.sparkplug.payload import MAX_BYTES, MAX_METRICS

_LATE = 1 << 62  # ns since 1970: a time that takes as many bytes as any in this century
_MOST_SIGNALS = MAX_METRICS - len(DELIVERY)


def edge_session(plant: Plant, devices: Sequence[Device]) -> EdgeSession:
    """Give what the gateway says of `devices`; TelemetryError if it cannot be said."""
    declared = [
        EdgeDevice(
            device.id,
            tuple(
                EdgeMetric(signal.id, signal.discrete) for signal in plant.signals_of(device.id)
            ),
        )
        for device in devices
    ]
    return EdgeSession(plant.id, plant.gateway, declared)


def check_births(plant: Plant, devices: Sequence[Device]) -> Iterator[Fault]:
    """Find the devices that could never be born, because no host accepts so large a birth."""
    try:
        session = edge_session(plant, devices)
    except TelemetryError as error:
        yield Fault("plant.toml", "gateway", str(error), "names that can be published")
        return
    for device, size in zip(devices, _birth_sizes(session), strict=True):
        count = len(plant.signals_of(device.id))
        where = f"device {device.id}"
        if count > _MOST_SIGNALS:
            problem = f"has {count} signals, and its birth can declare {_MOST_SIGNALS}"
            yield Fault("plant.toml", where, problem, f"at most {_MOST_SIGNALS} signals")
        elif size > MAX_BYTES:
            problem = (
                f"has {count} signals, whose birth takes up to {size} bytes, "
                f"and a message carries {MAX_BYTES}"
            )
            yield Fault("plant.toml", where, problem, "fewer signals, or shorter ids")


def _birth_sizes(session: EdgeSession) -> list[int]:
    """Give the most bytes that each device's birth may take, by making it."""
    session.births(0, _LATE)
    for device in session.devices:
        signals = tuple(metric.name for metric in device.metrics)
        count = len(signals)
        doubted = np.full(count, Quality.UNCERTAIN, np.uint8)  # has a value and a reason
        reasons = np.full(count, max(Reason), np.uint8)
        readings = Readings(signals, np.ones(count), doubted, reasons)
        session.data(_LATE, device.id, "", 0, _LATE, readings)
    _, *births = session.births(0, _LATE)
    return [len(message.payload) for message in births]

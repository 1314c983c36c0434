"""The protocols a gateway speaks: one table, and what `firstout check` asks of their devices."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.modbus.check import check_modbus
from gateway.modbus.source import ModbusSource
from gateway.opcua.check import check_opcua
from gateway.opcua.credentials import Credentials
from gateway.opcua.subscriber import Subscriber
from gateway.poller import Poller
from gateway.reporting import check_births
from gateway.source import Reader, Sink
from plant.errors import Fault
from plant.plant import Device, Plant
from plant.signal import Signal


@dataclass(frozen=True)
class Outside:
    """What a reader is given besides its device: where values go, what time it is, what is secret.

    `sink(device, read_time, readings)` gets every record (`Spool.append` is one); `now` gives
    nanoseconds since 1970; `credentials` are None where there is no data folder.
    """

    sink: Sink
    now: Callable[[], int]
    credentials: Credentials | None


@dataclass(frozen=True)
class Protocol:
    """How devices of one protocol are checked without a connection, and how they are read."""

    check: Callable[[Device, Sequence[Signal]], list[Fault]]
    reader: Callable[[Device, Sequence[Signal], Outside], Reader]


def _poller(device: Device, signals: Sequence[Signal], outside: Outside) -> Reader:
    return Poller(device.id, ModbusSource(device, signals), outside.sink, outside.now)


def _subscriber(device: Device, signals: Sequence[Signal], outside: Outside) -> Reader:
    return Subscriber(device, signals, outside.sink, outside.now, outside.credentials)


PROTOCOLS = {
    "modbus-tcp": Protocol(check_modbus, _poller),
    "opcua": Protocol(check_opcua, _subscriber),
}

# A foreign Sparkplug edge node publishes by itself: the monitor listens, no gateway polls.
UNPOLLED = frozenset({"sparkplug"})


def polled(plant: Plant) -> tuple[Device, ...]:
    """Give the devices that the plant's gateway reads and that have signals."""
    return tuple(
        device
        for device in plant.devices
        if device.protocol in PROTOCOLS and plant.signals_of(device.id)
    )


def pollers(
    plant: Plant,
    sink: Sink,
    now: Callable[[], int],
    *,
    secrets: Path | None = None,
    pki: Path | None = None,
) -> tuple[Reader, ...]:
    """Give one reader for each polled device; `gateway.poller.poll_all` runs them.

    `sink(device, read_time, readings)` gets every record (`Spool.append` is one); `now` gives
    nanoseconds since 1970. `secrets` and `pki` are the folders of passwords and certificates;
    without them, devices that need some are refused.
    """
    files = None if secrets is None or pki is None else Credentials(secrets, pki, now)
    outside = Outside(sink, now, files)
    return tuple(
        PROTOCOLS[device.protocol].reader(device, plant.signals_of(device.id), outside)
        for device in polled(plant)
    )


def check(plant: Plant) -> list[Fault]:
    """List everything that would keep the gateway from reading the plant's devices."""
    return sorted(set(_faults(plant)))


def _faults(plant: Plant) -> Iterator[Fault]:
    for device in plant.devices:
        if device.protocol in UNPOLLED:
            continue
        protocol = PROTOCOLS.get(device.protocol)
        if protocol is None:
            known = ", ".join(sorted({*PROTOCOLS, *UNPOLLED}))
            where = f"device {device.id}, protocol"
            problem = f"{device.protocol!r} is not spoken"
            yield Fault("plant.toml", where, problem, known)
            continue
        yield from protocol.check(device, plant.signals_of(device.id))
    endpoints = Counter(
        (device.host, device.port, device.unit_id)
        for device in plant.devices
        if device.protocol == "modbus-tcp"
    )
    for device in plant.devices:
        endpoint = (device.host, device.port, device.unit_id)
        if endpoints[endpoint] > 1:
            problem = f"{device.host}:{device.port} unit {device.unit_id} is another device's too"
            yield Fault("plant.toml", f"device {device.id}", problem, "each unit once")
    yield from check_births(plant, polled(plant))

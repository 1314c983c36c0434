"""What must be right in the plant folder before an OPC UA device can be read."""

from collections.abc import Iterator, Sequence

from plant.errors import Fault
from plant.opcua_address import parse
from plant.plant import Device
from plant.signal import Signal

SECURITY = ("none", "sign", "sign_and_encrypt")


def check_opcua(device: Device, signals: Sequence[Signal]) -> list[Fault]:
    """List the faults of one device and its signals; nothing is connected to."""
    return [*_of_device(device), *_of_signals(device, signals)]


def _of_device(device: Device) -> Iterator[Fault]:
    where = f"device {device.id}"
    if not device.host:
        yield Fault("plant.toml", f"{where}, url", "names no host", "opc.tcp://HOST:PORT/PATH")
    if not 1 <= device.port <= 65535:
        yield Fault("plant.toml", f"{where}, url", f"{device.port} is no port", "1 to 65535")
    if not device.timeout_s > 0:
        problem = f"{device.timeout_s} s is no time-out"
        yield Fault("plant.toml", f"{where}, timeout_s", problem, "more than 0 s")
    if device.security not in SECURITY:
        problem = f"{device.security!r} is not spoken"
        yield Fault("plant.toml", f"{where}, security", problem, ", ".join(SECURITY))
    elif device.user and device.security == "none":
        problem = f"the password of {device.user!r} would travel unprotected"
        accepted = "security = sign or sign_and_encrypt, or no user"
        yield Fault("plant.toml", f"{where}, security", problem, accepted)


def _of_signals(device: Device, signals: Sequence[Signal]) -> Iterator[Fault]:
    for signal in signals:
        try:
            parse(signal.address)
        except ValueError as error:
            problem, _, accepted = str(error).partition("; accepted: ")
            yield Fault("signals.csv", f"signal {signal.id}, address", problem, accepted)
        yield from _of_times(device, signal)


def _of_times(device: Device, signal: Signal) -> Iterator[Fault]:
    where = f"signal {signal.id}, period_s"
    noticed_s = signal.period_s + device.timeout_s
    if not signal.period_s >= 0.01:
        problem = f"{signal.period_s} s is too short to sample"
        yield Fault("signals.csv", where, problem, "0.01 s or more")
    elif noticed_s > signal.max_age_s:
        problem = (
            f"a silent {device.id} would be noticed after {noticed_s} s "
            f"(period and time-out), later than max_age_s {signal.max_age_s}"
        )
        accepted = "period_s + timeout_s of the device <= max_age_s"
        yield Fault("signals.csv", where, problem, accepted)

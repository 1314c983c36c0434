"""Checks that what the plant folder's parts say of each other is true."""

import zoneinfo

from plant.check_formulas import check_formulas
from plant.check_interlocks import check_interlocks
from plant.check_subjects import check_subjects
from plant.errors import Fault
from plant.known_ids import Names, check_name
from plant.plant import Plant
from plant.signal import Signal

_TOML = "plant.toml"
_CSV = "signals.csv"
_NODE = "node"


def check_references(plant: Plant, faults: list[Fault]) -> None:
    """Add a fault for every name that leads nowhere or to the wrong kind of thing."""
    _check_time_zone(plant, faults)
    _check_devices(plant, faults)
    signals = Names(plant.signal_by_id)
    _check_signals(plant, signals, faults)
    check_formulas(plant, signals, faults)
    check_interlocks(plant, faults)
    check_subjects(plant, signals, faults)


def _check_time_zone(plant: Plant, faults: list[Fault]) -> None:
    if not plant.time_zone:
        return
    try:
        zoneinfo.ZoneInfo(plant.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones
        problem = f"is {plant.time_zone!r}"
        accepted = "an IANA time zone such as Asia/Shanghai"
        faults.append(Fault(_TOML, "plant.time_zone", problem, accepted))


def _check_devices(plant: Plant, faults: list[Fault]) -> None:
    for device in plant.devices:
        if device.node and device.node == plant.gateway:
            problem = f"is {device.node!r}, which is our own gateway"
            where = f"device {device.id}, node"
            faults.append(Fault(_TOML, where, problem, "the foreign edge node's own name"))


def _check_signals(plant: Plant, signals: Names, faults: list[Fault]) -> None:
    equipment, devices = Names(plant.equipment_by_id), Names(plant.device_by_id)
    for signal in plant.signals:
        if signal.equipment not in equipment:
            where = f"signal {signal.id}, equipment"
            check_name(faults, _CSV, where, value=signal.equipment, known=equipment)
        if signal.device not in devices:
            where = f"signal {signal.id}, device"
            check_name(faults, _CSV, where, value=signal.device, known=devices)
        if signal.max_age_s < signal.period_s:
            where = f"signal {signal.id}, max_age_s"
            problem = f"is {signal.max_age_s:g}, shorter than the period"
            accepted = f"at least period_s ({signal.period_s:g})"
            faults.append(Fault(_CSV, where, problem, accepted))
        if signal.life and signal.life != _NODE:
            _check_life(plant, signal, signals, faults)


def _check_life(plant: Plant, signal: Signal, signals: Names, faults: list[Fault]) -> None:
    where = f"signal {signal.id}, life"
    accepted = f"{_NODE}, or another signal of {signal.device} that proves it alive"
    if signal.life not in signals:
        faults.append(Fault(_CSV, where, f"names {signal.life!r}", accepted))
    elif signal.life == signal.id:
        faults.append(Fault(_CSV, where, "names the signal itself", accepted))
    elif (other := plant.signal_by_id[signal.life].device) != signal.device:
        of = f"a signal of {other}" if other else "a computed signal"
        faults.append(Fault(_CSV, where, f"names {signal.life!r}, {of}", accepted))

"""Checks that what the plant folder's parts say of each other is true."""

import zoneinfo
from collections.abc import Iterable

from plant.errors import Fault
from plant.plant import Plant

_TOML = "plant.toml"
_CSV = "signals.csv"


def check_references(plant: Plant, faults: list[Fault]) -> None:
    """Add a fault for every name that leads nowhere or to the wrong kind of thing."""
    _check_time_zone(plant, faults)
    for signal in plant.signals:
        where = f"signal {signal.id}"
        _check_one(
            faults, _CSV, where, "equipment", value=signal.equipment, known=plant.equipment_by_id
        )
        _check_one(faults, _CSV, where, "device", value=signal.device, known=plant.device_by_id)
        if signal.max_age_s < signal.period_s:
            faults.append(
                Fault(
                    _CSV,
                    f"{where}, max_age_s",
                    f"is {signal.max_age_s:g}, shorter than the period",
                    f"at least period_s ({signal.period_s:g})",
                )
            )
    for device in plant.devices:
        if device.node and device.node == plant.gateway:
            problem = f"is {device.node!r}, which is our own gateway"
            where = f"device {device.id}, node"
            faults.append(Fault(_TOML, where, problem, "the foreign edge node's own name"))
    for interlock in plant.interlocks:
        where = f"interlock {interlock.id}"
        _check_one(
            faults,
            _TOML,
            where,
            "equipment",
            value=interlock.equipment,
            known=plant.equipment_by_id,
        )
        for cause in interlock.causes:
            _check_one(
                faults, _TOML, where, "causes.limit", value=cause.limit, known=plant.limit_by_id
            )
        discrete = [item.id for item in plant.signals if item.discrete]
        for effect in interlock.effects:
            _check_one(faults, _TOML, where, "effects.signal", value=effect.signal, known=discrete)
        bypasses = [item.id for item in plant.signals if item.role == "interlock.bypass"]
        for signal_id in interlock.bypass:
            _check_one(faults, _TOML, where, "bypass", value=signal_id, known=bypasses)
    subjects = [*plant.equipment_by_id, *plant.interlock_by_id]
    for record in plant.evidence:
        where = f"evidence {record.id}"
        _check_one(faults, "evidence/", where, "subject", value=record.subject, known=subjects)


def _check_time_zone(plant: Plant, faults: list[Fault]) -> None:
    if not plant.time_zone:
        return
    try:
        zoneinfo.ZoneInfo(plant.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones
        faults.append(
            Fault(
                _TOML,
                "plant.time_zone",
                f"is {plant.time_zone!r}",
                "an IANA time zone such as Asia/Shanghai",
            )
        )


def _check_one(
    faults: list[Fault], file: str, where: str, key: str, *, value: str, known: Iterable[str]
) -> None:
    choices = sorted(item for item in known if item)
    if value and value not in choices:
        shown = ", ".join(choices[:12]) + (" …" if len(choices) > 12 else "")
        faults.append(
            Fault(file, f"{where}, {key}", f"names {value!r}", shown or "(none declared)")
        )


def doubts(plant: Plant) -> list[str]:
    """Name what is accepted and still cannot be shown.

    An effect whose allowance is shorter than two polls can never be proven ok, and without a
    bypass signal no bypass is seen.
    """
    notes = []
    for interlock in plant.interlocks:
        if not interlock.bypass:
            notes.append(
                f"{_TOML}: interlock {interlock.id}: has no bypass signal; a bypass of it cannot "
                "be seen, and it will read armed"
            )
        for effect in interlock.effects:
            cause_period = max(plant.signal_by_id[s].period_s for s in interlock.cause_signals)
            polls = cause_period + plant.signal_by_id[effect.signal].period_s
            if effect.within_s < polls:
                notes.append(
                    f"{_TOML}: interlock {interlock.id}, effect {effect.signal}: within_s is "
                    f"{effect.within_s:g} s, shorter than two polls ({polls:g} s); its responses "
                    "will read undetermined"
                )
    return notes

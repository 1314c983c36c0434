"""Checks that what interlocks and suppressions name exists and is of the right kind."""

from dataclasses import dataclass
from functools import cached_property

from plant.errors import Fault
from plant.interlock import Interlock
from plant.known_ids import Names, check_name
from plant.plant import Plant
from plant.suppression import Suppression

_TOML = "plant.toml"


@dataclass(frozen=True)
class _Known:
    """What may be named, each set made once for all interlocks."""

    plant: Plant

    @cached_property
    def equipment(self) -> Names:
        return Names(self.plant.equipment_by_id)

    @cached_property
    def limits(self) -> Names:
        return Names(self.plant.limit_by_id)

    @cached_property
    def switches(self) -> Names:
        return Names(signal.id for signal in self.plant.signals if signal.discrete)

    @cached_property
    def measured(self) -> Names:
        return Names(signal.id for signal in self.plant.signals if not signal.discrete)

    @cached_property
    def signals(self) -> Names:
        return Names(self.plant.signal_by_id)

    def in_role(self, role: str) -> Names:
        return Names(signal.id for signal in self.plant.signals if signal.role == role)

    @cached_property
    def bypasses(self) -> Names:
        return self.in_role("interlock.bypass")

    @cached_property
    def armed(self) -> Names:
        return self.in_role("interlock.armed")


def check_interlocks(plant: Plant, faults: list[Fault]) -> None:
    """Add a fault for each name of an interlock or suppression that leads nowhere."""
    known = _Known(plant)
    for interlock in plant.interlocks:
        _check_interlock(interlock, known, faults)
    for suppression in plant.suppressions:
        _check_suppression(suppression, known, faults)


def _check_interlock(interlock: Interlock, known: _Known, faults: list[Fault]) -> None:
    named = [("equipment", interlock.equipment, known.equipment)]
    for cause in interlock.causes:
        key = "causes.limit" if len(cause.limits) == 1 else "causes.limits"
        named += [(key, limit, known.limits) for limit in cause.limits]
    named += [("effects.signal", effect.signal, known.switches) for effect in interlock.effects]
    named += [("bypass", signal, known.bypasses) for signal in interlock.bypass]
    named.append(("armed", interlock.armed, known.armed))
    for key, value, choices in named:
        where = f"interlock {interlock.id}, {key}"
        check_name(faults, _TOML, where, value=value, known=choices)


def _check_suppression(suppression: Suppression, known: _Known, faults: list[Fault]) -> None:
    where = f"suppression {suppression.id}"
    for limit in suppression.limits:
        check_name(faults, _TOML, f"{where}, limits", value=limit, known=known.limits)
    condition, place = suppression.condition, f"{where}, while.signal"
    if condition.signal and condition.signal not in known.signals:
        choices = known.measured if condition.state is None else known.switches
        check_name(faults, _TOML, place, value=condition.signal, known=choices)
    elif condition.state is not None and condition.signal in known.measured:
        problem = f"names {condition.signal!r}, no switch, with a state"
        faults.append(Fault(_TOML, place, problem, "below or above a number"))
    elif condition.state is None and condition.signal in known.switches:
        problem = f"names {condition.signal!r}, a switch, with a number"
        faults.append(Fault(_TOML, place, problem, "state = 0 or 1"))

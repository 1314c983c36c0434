"""One casting line of the demonstration: pit, controller and scheduled faults together. Pure."""

from dataclasses import dataclass

from plant.plant import Plant
from plant.signal import Level, Limit
from simulators import casting_pit, controller
from simulators.casting_pit import Inputs, Pit
from simulators.controller import Controller, Trip
from simulators.schedule import disturbance_at

STEP = 50  # ms of simulated time between two steps: 20 Hz

_INNER = {Level.LL: Level.L, Level.HH: Level.H}


_RETURN = 12.0  # K by which the moulds warm their water
_STANDBY = 0.25  # MPa in the emergency water's tank
_WATER = ("mould.water_pressure", "mould.water_flow")
# What the simulated controller measures and can trip on; any other limit is of no caster.
_MEASURED = frozenset(
    {
        *(*_WATER, "mould.water_temperature", "mould.water_outlet_temperature"),
        *("furnace.outlet_level", "launder.level", "emergency_water.pressure"),
        *("mechanical_lock.locked",),
    }
)


@dataclass(frozen=True)
class Line:
    """One casting pit with its controller, and what the controller trips on.

    `water` is the part of the controller that cuts the launder and starts the emergency water,
    which it does on the mould water alone.
    """

    pit: Pit
    controller: Controller
    trips: tuple[Trip, ...]
    water: Controller


def started(plant: Plant, equipment: str, seed: int) -> Line:
    """Give one equipment's pit at rest, its controller tripping on the plant's interlocks."""
    trips = trips_of(plant, equipment)
    return Line(casting_pit.started(seed), Controller(), trips, Controller())


def advanced(line: Line, elapsed_ms: int) -> tuple[Line, dict[str, float]]:
    """Give the line one step later, at `elapsed_ms`, and its values by role."""
    faults = disturbance_at(elapsed_ms / 1000)
    inputs = Inputs(
        pump=faults.pump,
        moulds=faults.moulds,
        surge=faults.surge,
        gate=line.controller.gate_open,
        drain=line.controller.drain_open,
    )
    pit = casting_pit.step(line.pit, inputs, STEP / 1000)
    values = {
        "mould.water_pressure": pit.measured.pressure,
        "mould.water_flow": pit.measured.flow,
        "mould.water_temperature": pit.measured.temperature,
        "furnace.outlet_level": pit.measured.outlet_level,
        "launder.level": pit.measured.launder_level,
        "mechanical_lock.locked": 1.0,
        "interlock.bypass": float(faults.bypassed),
    }
    values["mould.water_outlet_temperature"] = pit.measured.temperature + _RETURN
    values["emergency_water.pressure"] = _STANDBY
    guard = controller.step(line.controller, line.trips, values, STEP, bypassed=faults.bypassed)
    values["fast_gate.closed"] = float(guard.gate_closed_switch)
    values["emergency_drain.open"] = float(guard.drain_open_switch)
    on_water = tuple(trip for trip in line.trips if trip.role in _WATER)
    water = controller.step(line.water, on_water, values, STEP, bypassed=faults.bypassed)
    values["launder.cut_off"] = float(water.gate_closed_switch)
    values["emergency_water.running"] = float(water.drain_open_switch)
    return Line(pit, guard, line.trips, water), values


def trips_of(plant: Plant, equipment: str) -> tuple[Trip, ...]:
    """Give those causes of an equipment's interlocks that a caster measures, as trip limits."""
    limits = (
        plant.limit_by_id[limit]
        for interlock in plant.interlocks
        if interlock.equipment == equipment
        for limit in interlock.cause_limits
    )
    trips = dict.fromkeys(_trip(plant, limit) for limit in limits)
    return tuple(trip for trip in trips if trip.role in _MEASURED)


def _trip(plant: Plant, limit: Limit) -> Trip:
    inner = plant.limit_by_id.get(f"{limit.signal}:{_INNER.get(limit.level, limit.level)}", limit)
    role = plant.signal_by_id[limit.signal].role
    return Trip(role, limit.level.high, limit.set_point, inner.set_point)

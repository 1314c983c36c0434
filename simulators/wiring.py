"""What a plant's simulation is made of and never changes: wires, controllers, actuators. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plant.plant import Plant
from plant.signal import Signal
from simulators.actuator import Actuator, Place
from simulators.controller import Controller
from simulators.design import steady
from simulators.process import Process
from simulators.schedule import Schedule, scheduled

BYPASS, ARMED = "interlock.bypass", "interlock.armed"
_STEADY_NOISE = 0.0005  # of the range, at signals that nothing models


@dataclass(frozen=True)
class Wire:
    """One measured signal: where its value comes from, its noise, what it shows without a model.

    `source` is the equipment and role that the value is taken from, `number` which of its places.
    """

    signal: Signal
    source: Place
    number: int
    noise: float
    steady: float


@dataclass(frozen=True)
class Wiring:
    """What of a simulated plant never changes.

    `equipment` are the ids that have a process, in the order of the processes, and `suppliers`
    the number of the process that supplies each. `measured` are all ids that have signals of
    their own, and so may have a bypass switch. `wires` are those of processes and switches,
    `feedbacks` those that show what a controller drives. `computed` are the computed signals that
    causes need, members first. `driven` gives for each actuator the numbers of its controllers.
    """

    schedule: Schedule
    equipment: tuple[str, ...]
    suppliers: tuple[int | None, ...]
    measured: tuple[str, ...]
    wires: tuple[Wire, ...]
    feedbacks: tuple[Wire, ...]
    computed: tuple[Signal, ...]
    controllers: tuple[Controller, ...]
    actuators: tuple[Actuator, ...]
    driven: tuple[tuple[int, ...], ...]


def wired(plant: Plant, processes: Mapping[str, Process]) -> Wiring:
    """Wire a plant whose equipment has these `processes`, by id."""
    shown = {(item, role) for item, process in processes.items() for role in process.values()}
    controllers = tuple(Controller.of(plant, interlock) for interlock in plant.interlocks)
    drives = _drives(plant, controllers, shown)
    noise = {item: process.noise() for item, process in processes.items()}
    wires = [
        _wire(plant, signal, shown | drives.keys(), noise) for signal in measured_signals(plant)
    ]
    return Wiring(
        schedule=scheduled(plant),
        equipment=tuple(processes),
        suppliers=tuple(_supplier(plant, item, tuple(processes)) for item in processes),
        measured=tuple(dict.fromkeys(wire.source[0] for wire in wires)),
        wires=tuple(wire for wire in wires if wire.source not in drives),
        feedbacks=tuple(wire for wire in wires if wire.source in drives),
        computed=tuple(_needed(plant, controllers)),
        controllers=controllers,
        actuators=tuple(Actuator.of(place, state) for place, (state, _) in drives.items()),
        driven=tuple(tuple(by) for _, by in drives.values()),
    )


def measured_signals(plant: Plant) -> list[Signal]:
    """Give the signals that instruments measure, in the plant's order."""
    return [signal for signal in plant.signals if signal.formula is None]


def _supplier(plant: Plant, item: str, equipment: tuple[str, ...]) -> int | None:
    """Give the number of the gas main that an equipment names, None without one."""
    relations = dict(plant.equipment_by_id[item].relations)
    mains = [equipment.index(main) for main in relations.get("gas_main", ()) if main in equipment]
    return mains[0] if mains else None


def _drives(
    plant: Plant, controllers: Iterable[Controller], shown: set[Place]
) -> dict[Place, tuple[int, list[int]]]:
    """Give each actuator's end state and controllers; what a process shows is no actuator."""
    drives: dict[Place, tuple[int, list[int]]] = {}
    for number, controller in enumerate(controllers):
        for effect in controller.interlock.effects:
            signal = plant.signal_by_id.get(effect.signal)
            item = controller.interlock.equipment if signal is None else signal.equipment
            place = (item, plant.role_of(effect))
            if place not in shown:
                drives.setdefault(place, (effect.state, []))[1].append(number)
    return drives


def _wire(
    plant: Plant,
    signal: Signal,
    known: set[Place],
    noise: Mapping[str, Mapping[str, float]],
) -> Wire:
    source = (signal.equipment, signal.role)
    others = [each for each in plant.signals_in(*source) if each.formula is None]
    if source in known or signal.role in (BYPASS, ARMED):
        sigma = noise.get(signal.equipment, {}).get(signal.role, 0.0)
    else:
        sigma = (signal.range_high - signal.range_low) * _STEADY_NOISE
    sigma = 0.0 if signal.discrete else sigma
    return Wire(signal, source, others.index(signal), sigma, steady(signal))


def _needed(plant: Plant, controllers: Iterable[Controller]) -> list[Signal]:
    found: dict[str, Signal] = {}

    def need(signal: Signal) -> None:
        if signal.formula is not None:
            for member in signal.formula.signals:
                need(plant.signal_by_id[member])
            found.setdefault(signal.id, signal)

    for controller in controllers:
        for trip in controller.trips:
            need(plant.signal_by_id[trip.signal])
    return list(found.values())

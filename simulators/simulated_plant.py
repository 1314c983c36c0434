"""The whole simulated plant: processes, instruments and controllers, step by step. Pure.

Data flows one way in a step: faults and actuators act on the processes, instruments show what
the processes do, controllers trip on what the instruments show, actuators move, and their end
switches are shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from plant.plant import Plant
from simulators import models, wiring
from simulators.actuator import Place
from simulators.chance import seeded
from simulators.computed import computed
from simulators.controller import SCAN, Latch, scanned
from simulators.instrument import Instrument, sensed
from simulators.process import AIR, GAS, READY, Acts, Process
from simulators.schedule import Disturbance
from simulators.wiring import ARMED, BYPASS, Wire, Wiring

STEP = 50  # ms of simulated time between two steps: 20 Hz

_APART = 1_000_003  # keeps the instruments' chances apart from each other and the processes'


@dataclass(frozen=True)
class Shown:
    """What the plant shows at one moment.

    `values` has each measured signal's value by signal id, in the signal's unit; NaN while its
    instrument has dropped out. `away` are the ids of the devices that do not answer.
    """

    values: Mapping[str, float]
    away: frozenset[str]


@dataclass(frozen=True)
class SimulatedPlant:
    """The state of everything, in the order of the wiring.

    `switches` are the instruments of the feedbacks; `travel` is how far each actuator has gone,
    in ms; `values` is what was shown last.
    """

    wiring: Wiring
    processes: tuple[Process, ...]
    instruments: tuple[Instrument, ...]
    switches: tuple[Instrument, ...]
    latches: tuple[Latch, ...]
    travel: tuple[float, ...]
    values: Mapping[str, float]


def started(plant: Plant, seed: int) -> SimulatedPlant:
    """Give the plant at rest; same seed, same values."""
    signals = wiring.measured_signals(plant)
    items = dict.fromkeys(signal.equipment for signal in signals)
    found = {item: models.started(plant, item, seed + n) for n, item in enumerate(items)}
    processes = {item: process for item, process in found.items() if process is not None}
    made = wiring.wired(plant, processes)
    numbers = {signal.id: number for number, signal in enumerate(signals, 1)}

    def instruments(wires: Iterable[Wire]) -> tuple[Instrument, ...]:
        chances = (seeded(seed + _APART * numbers[wire.signal.id]) for wire in wires)
        return tuple(Instrument(c, w.steady) for c, w in zip(chances, wires, strict=True))

    state = SimulatedPlant(
        wiring=made,
        processes=tuple(processes.values()),
        instruments=instruments(made.wires),
        switches=instruments(made.feedbacks),
        latches=(Latch(),) * len(made.controllers),
        travel=(0.0,) * len(made.actuators),
        values={},
    )
    return _fed_back(state, Disturbance())  # a cause may itself be an end switch


def advanced(state: SimulatedPlant, elapsed_ms: int) -> tuple[SimulatedPlant, Shown]:
    """Give the plant one STEP later, at `elapsed_ms` since its start, and what it shows.

    Call it with 0, STEP, 2 STEP and so on.
    """
    faults = state.wiring.schedule.disturbance(elapsed_ms / 1000)
    state = _processed(state, faults)
    state = _measured(state, faults)
    state = _driven(state, faults)
    if elapsed_ms % SCAN == 0:
        state = _scanned(state)
    state = _fed_back(state, faults)
    return state, Shown(state.values, faults.away)


def _processed(state: SimulatedPlant, faults: Disturbance) -> SimulatedPlant:
    """Let the faults and the actuators act on the processes."""
    positions: dict[str, dict[str, float]] = {}
    for actuator, made in zip(state.wiring.actuators, state.travel, strict=True):
        item, role = actuator.place
        positions.setdefault(item, {})[role] = actuator.position(made)
    acts = (
        Acts(faults.processes.get(item, {}), positions.get(item, {}), _supplies(state, supplier))
        for item, supplier in zip(state.wiring.equipment, state.wiring.suppliers, strict=True)
    )
    pairs = zip(state.processes, acts, strict=True)
    return replace(state, processes=tuple(one.after(act, STEP / 1000) for one, act in pairs))


def _supplies(state: SimulatedPlant, supplier: int | None) -> Mapping[str, float]:
    """Give what a process delivers to another, as it was after the last step."""
    if supplier is None:
        return {}
    values = state.processes[supplier].values()
    return {what: values[what][0] for what in (GAS, AIR) if what in values}


def _measured(state: SimulatedPlant, faults: Disturbance) -> SimulatedPlant:
    """Let the instruments show the processes and the switches beside them."""
    true: dict[Place, tuple[float, ...]] = {}
    for item in state.wiring.measured:
        bypassed = faults.bypassed(item)
        true[item, BYPASS] = (float(bypassed),)
        true[item, ARMED] = (float(not bypassed),)
    for item, process in zip(state.wiring.equipment, state.processes, strict=True):
        true |= {(item, role): values for role, values in process.values().items()}
    wires = state.wiring.wires
    instruments = _sensed(wires, state.instruments, true, faults)
    shown = {w.signal.id: i.shown for w, i in zip(wires, instruments, strict=True)}
    return replace(state, instruments=instruments, values={**state.values, **shown})


def _driven(state: SimulatedPlant, faults: Disturbance) -> SimulatedPlant:
    """Move the actuators as their controllers commanded before this step's scan."""
    wiring = state.wiring
    travel = tuple(
        made
        if actuator.place in faults.failing
        else actuator.moved(
            made,
            STEP,
            tripped=any(state.latches[number].tripped for number in by),
            slow=faults.slow.get(actuator.place, 1.0),
        )
        for actuator, made, by in zip(wiring.actuators, state.travel, wiring.driven, strict=True)
    )
    return replace(state, travel=travel)


def _scanned(state: SimulatedPlant) -> SimulatedPlant:
    """Let the controllers look at what is shown, and at what they compute of it."""
    values = dict(state.values)
    for signal in state.wiring.computed:
        if signal.formula is not None:
            values[signal.id] = computed(signal.formula, values)
    pairs = zip(state.wiring.controllers, state.latches, strict=True)
    waiting = _waiting(state)
    return replace(
        state,
        latches=tuple(
            scanned(one, latch, values, ready=one.interlock.equipment not in waiting)
            for one, latch in pairs
        ),
    )


def _waiting(state: SimulatedPlant) -> frozenset[str]:
    """Give the equipment that cannot be started again yet."""
    pairs = zip(state.wiring.equipment, state.processes, strict=True)
    return frozenset(item for item, one in pairs if one.values().get(READY, (1.0,))[0] == 0.0)


def _fed_back(state: SimulatedPlant, faults: Disturbance) -> SimulatedPlant:
    """Show the end switches of the actuators."""
    pairs = zip(state.wiring.actuators, state.travel, strict=True)
    true = {actuator.place: (actuator.feedback(made),) for actuator, made in pairs}
    wires = state.wiring.feedbacks
    switches = _sensed(wires, state.switches, true, faults)
    shown = {w.signal.id: i.shown for w, i in zip(wires, switches, strict=True)}
    return replace(state, switches=switches, values={**state.values, **shown})


def _sensed(
    wires: Iterable[Wire],
    instruments: Iterable[Instrument],
    true: Mapping[Place, tuple[float, ...]],
    faults: Disturbance,
) -> tuple[Instrument, ...]:
    found = []
    for wire, instrument in zip(wires, instruments, strict=True):
        values = true.get(wire.source)
        value = wire.steady if values is None else values[wire.number % len(values)]
        own = faults.instruments.get(wire.signal.id, ())
        found.append(sensed(instrument, wire.signal, value, wire.noise, own, faults.time))
    return tuple(found)

"""The whole simulated plant: processes, instruments and controllers, step by step. Pure.

Data flows one way in a step: faults and actuators act on the processes, instruments show what
the processes do, controllers trip on what the instruments show, actuators move, and their end
switches are shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from plant.plant import Plant
from simulators import layout, models
from simulators.actuator import Place
from simulators.chance import seeded
from simulators.computed import computed
from simulators.controller import SCAN, Latch, scanned
from simulators.instrument import Instrument, sensed
from simulators.layout import ARMED, BYPASS, Layout, Wire
from simulators.process import AIR, GAS, READY, Acts, Process
from simulators.schedule import Disturbance

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
class Works:
    """The state of everything, in the order of the layout.

    `switches` are the instruments of the feedbacks; `travel` is how far each actuator has gone,
    in ms; `values` is what was shown last.
    """

    layout: Layout
    processes: tuple[Process, ...]
    instruments: tuple[Instrument, ...]
    switches: tuple[Instrument, ...]
    latches: tuple[Latch, ...]
    travel: tuple[float, ...]
    values: Mapping[str, float]


def started(plant: Plant, seed: int) -> Works:
    """Give the plant at rest; same seed, same values."""
    signals = layout.measured_signals(plant)
    items = dict.fromkeys(signal.equipment for signal in signals)
    found = {item: models.started(plant, item, seed + n) for n, item in enumerate(items)}
    processes = {item: process for item, process in found.items() if process is not None}
    laid = layout.laid_out(plant, processes)
    numbers = {signal.id: number for number, signal in enumerate(signals, 1)}

    def instruments(wires: Iterable[Wire]) -> tuple[Instrument, ...]:
        chances = (seeded(seed + _APART * numbers[wire.signal.id]) for wire in wires)
        return tuple(Instrument(c, w.steady) for c, w in zip(chances, wires, strict=True))

    works = Works(
        layout=laid,
        processes=tuple(processes.values()),
        instruments=instruments(laid.wires),
        switches=instruments(laid.feedbacks),
        latches=(Latch(),) * len(laid.controllers),
        travel=(0.0,) * len(laid.actuators),
        values={},
    )
    return _fed_back(works, Disturbance())  # a cause may itself be an end switch


def advanced(works: Works, elapsed_ms: int) -> tuple[Works, Shown]:
    """Give the plant one STEP later, at `elapsed_ms` since its start, and what it shows.

    Call it with 0, STEP, 2 STEP and so on.
    """
    faults = works.layout.schedule.disturbance(elapsed_ms / 1000)
    works = _processed(works, faults)
    works = _measured(works, faults)
    works = _driven(works, faults)
    if elapsed_ms % SCAN == 0:
        works = _scanned(works)
    works = _fed_back(works, faults)
    return works, Shown(works.values, faults.away)


def _processed(works: Works, faults: Disturbance) -> Works:
    """Let the faults and the actuators act on the processes."""
    positions: dict[str, dict[str, float]] = {}
    for actuator, made in zip(works.layout.actuators, works.travel, strict=True):
        item, role = actuator.place
        positions.setdefault(item, {})[role] = actuator.position(made)
    acts = (
        Acts(faults.processes.get(item, {}), positions.get(item, {}), _supplies(works, supplier))
        for item, supplier in zip(works.layout.equipment, works.layout.suppliers, strict=True)
    )
    pairs = zip(works.processes, acts, strict=True)
    return replace(works, processes=tuple(one.after(act, STEP / 1000) for one, act in pairs))


def _supplies(works: Works, supplier: int | None) -> Mapping[str, float]:
    """Give what a process delivers to another, as it was after the last step."""
    if supplier is None:
        return {}
    values = works.processes[supplier].values()
    return {what: values[what][0] for what in (GAS, AIR) if what in values}


def _measured(works: Works, faults: Disturbance) -> Works:
    """Let the instruments show the processes and the switches beside them."""
    true: dict[Place, tuple[float, ...]] = {}
    for item in works.layout.switched:
        bypassed = faults.bypassed(item)
        true[item, BYPASS] = (float(bypassed),)
        true[item, ARMED] = (float(not bypassed),)
    for item, process in zip(works.layout.equipment, works.processes, strict=True):
        true |= {(item, role): values for role, values in process.values().items()}
    wires = works.layout.wires
    instruments = _shown(wires, works.instruments, true, faults)
    shown = {w.signal.id: i.shown for w, i in zip(wires, instruments, strict=True)}
    return replace(works, instruments=instruments, values={**works.values, **shown})


def _driven(works: Works, faults: Disturbance) -> Works:
    """Move the actuators as their controllers commanded before this step's scan."""
    laid = works.layout
    travel = tuple(
        made
        if actuator.place in faults.failing
        else actuator.moved(
            made,
            STEP,
            tripped=any(works.latches[number].tripped for number in by),
            slow=faults.slow.get(actuator.place, 1.0),
        )
        for actuator, made, by in zip(laid.actuators, works.travel, laid.driven, strict=True)
    )
    return replace(works, travel=travel)


def _scanned(works: Works) -> Works:
    """Let the controllers look at what is shown, and at what they compute of it."""
    values = dict(works.values)
    for signal in works.layout.computed:
        if signal.formula is not None:
            values[signal.id] = computed(signal.formula, values)
    pairs = zip(works.layout.controllers, works.latches, strict=True)
    waiting = _waiting(works)
    return replace(
        works,
        latches=tuple(
            scanned(one, latch, values, ready=one.interlock.equipment not in waiting)
            for one, latch in pairs
        ),
    )


def _waiting(works: Works) -> frozenset[str]:
    """Give the equipment that cannot be started again yet."""
    pairs = zip(works.layout.equipment, works.processes, strict=True)
    return frozenset(item for item, one in pairs if one.values().get(READY, (1.0,))[0] == 0.0)


def _fed_back(works: Works, faults: Disturbance) -> Works:
    """Show the end switches of the actuators."""
    pairs = zip(works.layout.actuators, works.travel, strict=True)
    true = {actuator.place: (actuator.feedback(made),) for actuator, made in pairs}
    wires = works.layout.feedbacks
    switches = _shown(wires, works.switches, true, faults)
    shown = {w.signal.id: i.shown for w, i in zip(wires, switches, strict=True)}
    return replace(works, switches=switches, values={**works.values, **shown})


def _shown(
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

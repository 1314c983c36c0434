"""The demonstration as the engine sees it: polled as its signals ask, without a wire between."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from gateway.scaling import Scaling
from monitor.changes import Change
from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.inputs import Born, Samples, Tick
from monitor.state import new_state
from plant.moment import MILLISECOND, SECOND
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.read import read_plant
from plant.signal import Signal
from simulators.simulated_plant import STEP, Shown, advanced, started
from tests.plant_files import DEMO, texts

EPOCH = 1_700_000_000 * SECOND
TICK = 100  # ms


@cache
def demo() -> Plant:
    """Read the demonstration plant; whether its protocols are spoken is not its affair."""
    return read_plant(texts(DEMO))


@dataclass(frozen=True)
class Seen:
    """One change, and how many seconds after the start it was found."""

    time: float
    change: Change


def judge(
    plant: Plant, seed: int, seconds: float, late: Mapping[str, int] | None = None
) -> Iterator[Seen]:
    """Play a plant and give everything that the engine says of it.

    `late` are signals that are sampled so many ms after the others.
    """
    late = late or {}
    compiled = compile_plant(plant)
    engine, state = Engine(compiled), new_state(compiled)
    engine.advance(state, Born(plant.gateway, "", EPOCH))
    simulated = started(plant, seed)
    signals = [signal for signal in plant.signals if signal.formula is None]
    for elapsed in range(0, round(seconds * 1000), STEP):
        simulated, shown = advanced(simulated, elapsed)
        if elapsed % TICK:
            continue
        now = EPOCH + elapsed * MILLISECOND
        due = [
            signal
            for signal in signals
            if (elapsed - late.get(signal.id, 0)) % round(signal.period_s * 1000) == 0
        ]
        changes: list[Change] = []
        if due:
            changes += engine.advance(state, _samples(plant, compiled.slot, due, shown, now))[0]
        changes += engine.advance(state, Tick(now))[0]
        for change in changes:
            yield Seen(elapsed / 1000, change)


def _samples(
    plant: Plant, slot: Mapping[str, int], due: list[Signal], shown: Shown, now: int
) -> Samples:
    raw = np.array([(shown.values[s.id] - s.offset) / s.scale for s in due])
    quality = np.zeros(len(due), np.uint8)
    reasons = np.zeros(len(due), np.uint8)
    for place, signal in enumerate(due):
        if signal.device in shown.away:
            quality[place], reasons[place] = Quality.BAD, Reason.NO_ANSWER
        elif math.isnan(raw[place]):
            quality[place], reasons[place] = Quality.BAD, Reason.SENSOR_FAULT
            raw[place] = 0.0
    readings = Scaling(tuple(due)).readings(raw, quality, reasons, None)
    return Samples(
        node=plant.gateway,
        historical=False,
        slots=np.array([slot[signal.id] for signal in due], np.int32),
        times=np.full(len(due), now),
        values=readings.values,
        quality=readings.quality,
        reasons=readings.reasons,
        known_at=now,
    )

"""The part of a plant from which its computed signals follow."""

from collections.abc import Iterator
from dataclasses import replace

from plant.plant import Plant
from plant.signal import Indicates, Signal


def computed_part(plant: Plant) -> Plant:
    """Give the plant with its computed signals and what they follow from, and nothing else.

    Of limits only those stay that prove an instrument wrong: they make what is computed from it
    UNCERTAIN. What judges (interlocks, suppressions, evidence) is gone.
    """
    wanted = {signal.id for signal in plant.signals if signal.formula is not None}
    fresh = set(wanted)
    while fresh:
        fresh = {name for one in fresh for name in _needs(plant.signal_by_id[one])} - wanted
        wanted |= fresh
    signals = tuple(_bare(signal) for signal in plant.signals if signal.id in wanted)
    return replace(plant, signals=signals, interlocks=(), suppressions=(), evidence=())


def _needs(signal: Signal) -> Iterator[str]:
    if signal.formula is not None:
        yield from signal.formula.signals
    if signal.life not in ("", "node"):
        yield signal.life
    for limit in signal.limits:
        if limit.indicates is Indicates.INSTRUMENT:
            yield from limit.group


def _bare(signal: Signal) -> Signal:
    limits = tuple(item for item in signal.limits if item.indicates is Indicates.INSTRUMENT)
    # What a node proves is said again and again, which proves no instrument frozen.
    frozen_s = 0.0 if signal.life == "node" else signal.frozen_s
    return replace(signal, limits=limits, frozen_s=frozen_s)

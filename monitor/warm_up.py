"""Having the hot loops compiled before time counts: the first compilation takes seconds."""

import numpy as np

from monitor.compiled import Compiled
from monitor.engine import Engine
from monitor.inputs import Samples, Tick
from monitor.state import new_state
from plant.moment import SECOND
from plant.quality import Quality, Reason


def warm_up(compiled: Compiled) -> None:
    """Judge made-up samples of every signal on a state of their own, which is thrown away."""
    engine, state = Engine(compiled), new_state(compiled)
    at = 1_000 * SECOND
    measured = [signal.formula is None for signal in compiled.plant.signals]
    for node in compiled.nodes:
        rows = compiled.slots_of[node, ""]
        slots = np.array([row for row in rows if row < len(measured) and measured[row]], np.int32)
        for sources in (None, np.full(len(slots), at, np.int64)):
            at += SECOND
            made_up = Samples(
                node=node,
                historical=False,
                slots=slots,
                times=np.full(len(slots), at, np.int64),
                values=np.zeros(len(slots)),
                quality=np.full(len(slots), Quality.GOOD, np.uint8),
                reasons=np.full(len(slots), Reason.NONE, np.uint8),
                known_at=at,
                sources=sources,
            )
            engine.advance(state, made_up)
            engine.advance(state, Tick(at))

"""When the demonstration's faults come: one a minute, the same three again and again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulators.faults import Fault, Kind

CYCLE_SECONDS = 180.0

# Each fault has left the process, and the controller has reset, before the next one comes.
CYCLE = (
    # Minute 1: the pump slows down; pressure and flow pass L and LL; gate and drain must act.
    Fault(Kind.PUMP, start=12.0, end=20.0, value=0.75, ramp=3.0),
    # Minute 2: metal surges into the launder; H, HH; closing the gate ends it.
    Fault(Kind.SURGE, start=72.0, end=82.0, value=32.0, ramp=4.0),
    # Minute 3: somebody switches the bypass on, and a clogged strainer lets the flow pass L.
    Fault(Kind.BYPASS, start=132.0, end=157.0, value=1.0),
    Fault(Kind.MOULDS, start=138.0, end=144.0, value=0.85, ramp=2.0),
)


@dataclass(frozen=True)
class Disturbance:
    """What the faults make of the pump, the moulds, the metal and the bypass switch."""

    pump: float
    moulds: float
    surge: float
    bypassed: bool


def disturbance_at(elapsed: float, faults: Sequence[Fault] = CYCLE) -> Disturbance:
    """Give the disturbance `elapsed` seconds after the start."""
    time = elapsed % CYCLE_SECONDS

    def of(kind: Kind, rest: float) -> float:
        return rest + sum(
            fault.share(time) * (fault.value - rest) for fault in faults if fault.kind is kind
        )

    return Disturbance(
        pump=of(Kind.PUMP, 1.0),
        moulds=of(Kind.MOULDS, 1.0),
        surge=of(Kind.SURGE, 0.0),
        bypassed=of(Kind.BYPASS, 0.0) > 0.5,
    )

"""What every physical model of the demonstration is: a state that goes one step further. Pure.

A model knows the physics of one kind of equipment. It knows nothing of signals, limits,
interlocks or schedules: disturbances and the positions of actuators come in, values by role go
out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from simulators.faults import Kind, rest

# What processes show each other and the controllers, beside the roles of signals.
GAS, AIR = "supply.gas", "supply.air"
READY = "lighting.ready"


@dataclass(frozen=True)
class Acts:
    """What acts on one equipment in one step.

    `faults` are the disturbances that are not at rest; `actuators` the positions of what the
    safety controller drives, by the role of the effect: 0 at rest, 1 fully where a trip sends it.
    `supplies` is what another equipment delivers, as shares of the normal; without a supplier
    there is as much as wanted.
    """

    faults: Mapping[Kind, float] = field(default_factory=dict)
    actuators: Mapping[str, float] = field(default_factory=dict)
    supplies: Mapping[str, float] = field(default_factory=dict)

    def fault(self, kind: Kind) -> float:
        """Give a disturbance, its rest value when nothing moves it."""
        return self.faults.get(kind, rest(kind))

    def actuated(self, role: str) -> float:
        """Give how far an actuator is, 0 where there is none."""
        return self.actuators.get(role, 0.0)

    def supplied(self, what: str) -> float:
        """Give the share of the normal supply of GAS or AIR, 1 where nobody supplies it."""
        return self.supplies.get(what, 1.0)


class Process(Protocol):
    """The true state of one equipment; a plain value."""

    def after(self, acts: Acts, dt: float) -> Self:
        """Give the state `dt` seconds later (keep `dt` well below the shortest lag)."""
        ...

    def values(self) -> Mapping[str, tuple[float, ...]]:
        """Give the true values by role; where there are several places, one for each.

        A plant with more signals in a role than places begins again with the first place. What
        it supplies to others is under GAS and AIR; READY says whether it can be lit again.
        """
        ...

    def noise(self) -> Mapping[str, float]:
        """Give one deviation of the instruments' noise by role; other roles have none."""
        ...


def follow(value: float, goal: float, dt: float, lag: float) -> float:
    """Give a value one step nearer to its goal: a first-order lag, all in seconds."""
    return value + (goal - value) * min(1.0, dt / lag)

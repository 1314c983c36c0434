"""A gas burner in its chamber: gas, air, flame, heat. Pure.

The flame follows the gas that the main delivers and the burner's own valve lets through, and
needs air; blown out, it is lit again by the igniter as soon as there are gas and air, which the
controller waits for before it opens the valve again. The chamber is a first-order lag towards
its temperature at full fire: its heat balance m c dT/dt = Q f − k (T − T_air). Figures ours [E].
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from plant.signal import Level
from simulators.design import Design
from simulators.faults import Kind
from simulators.process import AIR, GAS, READY, Acts, follow

FULL = 80.0  # % of flame intensity at full fire
SEEN = 20.0  # % at which the flame relay drops out
SHOP = 25.0  # degC

_FLAME_LAG = 0.3  # s
_CHAMBER_LAG = 300.0
_CHAMBER = 0.65  # of the instrument's range
_HOTTEST = 0.9  # of the plant's H
_LEAST = 0.3  # of the normal gas or air; with less nothing burns
_MOST = 1.15  # of the normal gas
_INTENSITY_NOISE = 0.8  # %
_CHAMBER_NOISE = 0.8  # K


@dataclass(frozen=True)
class Burner:
    """The true state: flame `intensity` in %, chamber `temperature` in degC.

    `hot` is the temperature at full fire; `ready` says that gas and air stand before the valve.
    """

    hot: float
    temperature: float
    intensity: float = FULL
    ready: bool = True

    @classmethod
    def started(cls, design: Design) -> Self:
        """Give the burner at full fire, its chamber hot."""
        high = design.limit("chamber.temperature", Level.H)
        top = design.top_of_range("chamber.temperature") or 1400.0
        hot = _CHAMBER * top if high is None else min(_CHAMBER * top, _HOTTEST * high)
        return cls(hot, hot)

    def after(self, acts: Acts, dt: float) -> Self:
        """Give the burner `dt` seconds later."""
        ready = acts.supplied(GAS) > _LEAST and acts.supplied(AIR) > _LEAST
        gas = min(_MOST, acts.supplied(GAS)) * (1 - acts.actuated("cutoff_valve.closed"))
        fire = gas * acts.fault(Kind.FLAME) if ready else 0.0
        warmed = SHOP + (self.hot - SHOP) * self.intensity / FULL
        return replace(
            self,
            intensity=follow(self.intensity, FULL * fire, dt, _FLAME_LAG),
            temperature=follow(self.temperature, warmed, dt, _CHAMBER_LAG),
            ready=ready,
        )

    def values(self) -> Mapping[str, tuple[float, ...]]:
        """Give the true values by role."""
        return {
            "flame.present": (float(self.intensity > SEEN),),
            "flame.intensity": (self.intensity,),
            "chamber.temperature": (self.temperature,),
            "equipment.producing": (1.0,),
            READY: (float(self.ready),),
        }

    def noise(self) -> Mapping[str, float]:
        """Give one deviation by role."""
        return {"flame.intensity": _INTENSITY_NOISE, "chamber.temperature": _CHAMBER_NOISE}

"""The top of a blast furnace: gas in from the burden, gas out through its cleaning. Pure.

The space above the burden and the raw-gas mains up to the cleaning hold N = V p / p_atm of gas,
so dN/dt = q_in − q_cleaning − q_relief balances it. The blast makes q_in, a slip of the burden
adds to it. The cleaning's throat lets q = q₀ o √(p / p_set) through; its opening o follows the
pressure in proportion. The relief valve lets 0.7 q₀ √(p / p_set) out into the air. Blast makes
about 1.35 times its volume of top gas [M]; lags, spaces and valves are ours [E].
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from plant.signal import Level
from simulators.design import Design
from simulators.faults import Kind
from simulators.process import Acts, follow

TOP_GAS = 1.35  # m³ of top gas for each m³ of blast
ATMOSPHERE = 101.325  # kPa

_SHARE_OF_LIMIT = 0.85  # the set-point as a share of the design's maximum working pressure
_HIGHEST = 240.0  # kPa, where a plant names no HH
_BLAST = 250_000.0  # m³/h, where a plant measures none
_RESIDENCE = 13.0  # s: gas held at the set-point divided by its flow
_OPENING_LAG = 2.0  # s
_OPENING = (0.4, 1.6)  # ends of the throat's travel
_RELIEF = 0.7
_PRESSURE_NOISE = 0.3  # kPa
_BLAST_NOISE = 0.002  # of the blast


@dataclass(frozen=True)
class FurnaceTop:
    """The true state: gauge `pressure` in kPa and the throat's `opening` (1 at the set-point).

    `set_point` and `relief_at` are what the operators have set, `blast` is in m³/h.
    """

    set_point: float
    relief_at: float
    blast: float
    pressure: float
    opening: float = 1.0

    @classmethod
    def started(cls, design: Design) -> Self:
        """Give the top at its set-point."""
        highest = design.limit("top.pressure", Level.HH) or _HIGHEST
        top = design.top_of_range("blast.flow")
        blast = _BLAST if top is None else top / 1.5
        set_point = _SHARE_OF_LIMIT * highest
        return cls(set_point, highest, blast, set_point)

    @property
    def normal(self) -> float:
        """The top gas at rest, in m³/s."""
        return self.blast / 3600 * TOP_GAS

    @property
    def volume(self) -> float:
        """The space that holds the gas, in m³."""
        return _RESIDENCE * self.normal * ATMOSPHERE / self.set_point

    @property
    def held(self) -> float:
        """The gas above atmosphere that the space holds, in m³ at atmospheric pressure."""
        return self.volume * self.pressure / ATMOSPHERE

    def flows(self, acts: Acts) -> tuple[float, float, float]:
        """Give what comes in, what the cleaning and what the relief valve let out, in m³/s."""
        drive = self.normal * math.sqrt(max(0.0, self.pressure) / self.set_point)
        cleaned = drive * self.opening * acts.fault(Kind.PASSAGES)
        relieved = drive * _RELIEF * acts.actuated("relief_valve.open")
        return self.normal * (1 + acts.fault(Kind.TOP_GAS)), cleaned, relieved

    def after(self, acts: Acts, dt: float) -> Self:
        """Give the top `dt` seconds later."""
        come, cleaned, relieved = self.flows(acts)
        gained = (come - cleaned - relieved) * dt * ATMOSPHERE / self.volume
        least, most = _OPENING
        wanted = min(most, max(least, self.pressure / self.set_point))
        return replace(
            self,
            pressure=max(0.0, self.pressure + gained),
            opening=follow(self.opening, wanted, dt, _OPENING_LAG),
        )

    def values(self) -> Mapping[str, tuple[float, ...]]:
        """Give the true values by role."""
        return {
            "top.pressure": (self.pressure,),
            "top.pressure_set_point": (self.set_point,),
            "relief.set_point": (self.relief_at,),
            "blast.flow": (self.blast,),
            "equipment.producing": (1.0,),
        }

    def noise(self) -> Mapping[str, float]:
        """Give one deviation by role; set-points are numbers in a controller, so have none."""
        return {"top.pressure": _PRESSURE_NOISE, "blast.flow": _BLAST_NOISE * self.blast}

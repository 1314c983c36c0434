"""A gas main with its cut-off valve, and the combustion fan of what it feeds. Pure.

The line holds N = V p / p_atm of gas (its line pack), so dN/dt = q_in − q_out − q_vent. The
regulator lets in what brings the line to its set-point, q_in = g s max(0, p_reg − p), through a
supply that is open by s. The burners take q_out = q₀ p / p₀ past the open share of the cut-off
valve; a creep relief vents what a failed regulator lets past a tenth above the normal pressure,
q_vent = v max(0, p − 1.1 p₀). The fan's pressure goes with the square of its speed, with a lag.
All figures but the plant's own limits are ours [E].
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from plant.signal import Level
from simulators.design import Design
from simulators.faults import Kind
from simulators.process import AIR, GAS, Acts, follow

ATMOSPHERE = 101.325  # kPa
NORMAL = 20.0  # kPa of natural gas (standards 2.2), where a plant names no H
BLOWN = 4.0  # kPa of combustion air

_H_SHARE = 1.2  # H is 1.2 times the normal pressure (standards 2.2)
_TAKEN = 400 / 3600  # q₀ in m³/s
_PACK = 9.0  # s: the line pack at normal pressure divided by q₀
_STIFFNESS = 10.0  # g p₀ / q₀: how much more the regulator would let into an empty line
_VENT = 4.0  # v p₀ / q₀
_AIR_LAG = 1.0  # s
_RUNNING = 0.1  # speed at which the fan's starter says that it runs
_NOISE = 0.004  # of the normal pressure


@dataclass(frozen=True)
class GasLine:
    """The true state, in kPa; `fan` is the fan's speed, `open` the cut-off valve's open share."""

    normal: float
    pressure: float
    air: float = BLOWN
    fan: float = 1.0
    open: float = 1.0

    @classmethod
    def started(cls, design: Design) -> Self:
        """Give the line at its normal pressure, feeding what it feeds."""
        high = design.limit("gas_main.pressure", Level.H)
        normal = NORMAL if high is None else high / _H_SHARE
        return cls(normal, normal)

    @property
    def volume(self) -> float:
        """The space in the line, in m³."""
        return _PACK * _TAKEN * ATMOSPHERE / self.normal

    @property
    def pack(self) -> float:
        """The gas above atmosphere that the line holds, in m³ at atmospheric pressure."""
        return self.volume * self.pressure / ATMOSPHERE

    def flows(self, acts: Acts) -> tuple[float, float, float]:
        """Give what comes in, what is taken and what the creep relief vents, in m³/s."""
        # What the regulator must aim at so that the line stands at normal while all is taken.
        aimed = acts.fault(Kind.REGULATOR) * self.normal * (1 + 1 / _STIFFNESS)
        share = max(0.0, aimed - self.pressure) / self.normal
        come = _TAKEN * _STIFFNESS * share * acts.fault(Kind.SUPPLY)
        taken = _TAKEN * self.pressure / self.normal * (1 - acts.actuated("cutoff_valve.closed"))
        vented = _TAKEN * _VENT * max(0.0, self.pressure / self.normal - 1.1)
        return come, taken, vented

    def after(self, acts: Acts, dt: float) -> Self:
        """Give the line `dt` seconds later."""
        come, taken, vented = self.flows(acts)
        gained = (come - taken - vented) * dt * ATMOSPHERE / self.volume
        fan = acts.fault(Kind.COMBUSTION_FAN)
        return replace(
            self,
            pressure=max(0.0, self.pressure + gained),
            air=follow(self.air, BLOWN * fan**2, dt, _AIR_LAG),
            fan=fan,
            open=1 - acts.actuated("cutoff_valve.closed"),
        )

    def values(self) -> Mapping[str, tuple[float, ...]]:
        """Give the true values by role."""
        return {
            "gas_main.pressure": (self.pressure,),
            "combustion_air.pressure": (self.air,),
            "combustion_fan.running": (float(self.fan > _RUNNING),),
            "equipment.producing": (1.0,),
            GAS: (self.open * self.pressure / self.normal,),
            AIR: (self.air / BLOWN,),
        }

    def noise(self) -> Mapping[str, float]:
        """Give one deviation by role."""
        return {
            "gas_main.pressure": _NOISE * self.normal,
            "combustion_air.pressure": _NOISE * BLOWN,
        }

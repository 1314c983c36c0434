"""The air of a room, a gas that escapes into it, and the detectors that smell it. Pure.

Two zones of one volume each, near the source and away from it, mix with each other and are swept
by the ventilation: dA/dt = S − m (A − B) − n A and dB/dt = m (A − B) − n B above the background,
so that what escaped is in the air or has been carried off. A detector shows 90 % of a step after
its t90, a first-order lag of t90 / ln 10. Zones are the few cubic metres about the detectors,
swept in seconds so that a minute shows all of it; a whole room at its 12 air changes an hour
(standards 2.5 [M]) takes a quarter of an hour. The emergency fan's airflow follows it with a lag
and is proven at 0.85 of the design (standards 2.2 [E]). t90, mixing and sweeping are ours [E].
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from simulators.faults import Kind
from simulators.process import Acts, follow

NATURAL = 0.05  # n at rest, 1/s
FORCED = 0.25  # n that the emergency fan or people's ventilation add
MIXING = 0.4  # m, 1/s
T90 = 8.0  # s
PROVEN = 0.85

_DETECTOR_LAG = T90 / math.log(10)
_AIRFLOW_LAG = 1.5
_HCL = 2 * 36.46 / 64.06  # mg of HCl for each mg of SO2: SOCl2 + H2O → SO2 + 2 HCl
_BACKGROUND = {"co.concentration": 3.0, "so2.concentration": 0.4, "hcl.concentration": 0.3}
_NOISE = {"co.concentration": 0.25, "so2.concentration": 0.04, "hcl.concentration": 0.04}


@dataclass(frozen=True)
class RoomAir:
    """The true state: gas above the background `near` the source and `far` from it.

    `smelt_near` and `smelt_far` are what the detectors have made of it, all in the detectors'
    unit; `airflow` is the emergency fan's as a share of its design.
    """

    near: float = 0.0
    far: float = 0.0
    smelt_near: float = 0.0
    smelt_far: float = 0.0
    airflow: float = 0.0

    def sweeping(self, acts: Acts) -> float:
        """Give the air changes n of a zone, in 1/s."""
        return NATURAL + FORCED * (self.airflow + acts.fault(Kind.VENTILATION))

    def after(self, acts: Acts, dt: float) -> Self:
        """Give the room `dt` seconds later."""
        swept = self.sweeping(acts)
        mixed = MIXING * (self.near - self.far)
        near = self.near + (acts.fault(Kind.RELEASE) - mixed - swept * self.near) * dt
        far = self.far + (mixed - swept * self.far) * dt
        fan = acts.actuated("emergency_fan.running")
        return replace(
            self,
            near=near,
            far=far,
            smelt_near=follow(self.smelt_near, self.near, dt, _DETECTOR_LAG),
            smelt_far=follow(self.smelt_far, self.far, dt, _DETECTOR_LAG),
            airflow=follow(self.airflow, fan, dt, _AIRFLOW_LAG),
        )

    def values(self) -> Mapping[str, tuple[float, ...]]:
        """Give what the detectors show, near and far, by role."""
        both = (self.smelt_near, self.smelt_far)
        shares = {"hcl.concentration": _HCL}
        return {
            **{
                role: tuple(rest + shares.get(role, 1.0) * smelt for smelt in both)
                for role, rest in _BACKGROUND.items()
            },
            "emergency_airflow.proven": (float(self.airflow >= PROVEN),),
        }

    def noise(self) -> Mapping[str, float]:
        """Give one deviation by role."""
        return _NOISE

"""The cooling water of a furnace: flow, leak and heat, one step at a time. Pure.

Flow: a pump at speed s drives q_in = q₀ s o through passages that are open by o, with a lag.
Water does not vanish: what leaks into the furnace, q_leak = λ q_in, is missing at the outlet,
q_out = q_in − q_leak. Heat: the panels hold a well-mixed volume V, V ρ c dT/dt = Q − ρ c q_in
(T − T_in), and boil at 100 °C. The furnace's heat Q fades when its electrodes or its heating are
off. ρ c of water is 4.18 MJ/(m³ K) [M]; volume, lags, heat and temperatures are ours [E].
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from plant.signal import Level
from simulators.design import Design
from simulators.faults import Kind
from simulators.process import Acts, follow

HEAT_OF_WATER = 4.18e3  # ρ c in kJ/(m³ K)
INLET = 28.0  # degC
RISE = 12.0  # K from inlet to outlet at full heat and design flow
BOILING = 100.0  # degC

_FLOW_LAG = 0.8  # s
_LEAK_LAG = 0.5
_HEAT_LAG = 4.0  # the lining gives off its heat
_HOLD_UP = 6.0  # s of design flow that the panels hold
_FLOW_NOISE = 0.0004  # of the design flow: even at a fifth of it far below a leak of 2 %
_TEMPERATURE_NOISE = 0.05  # K
_OFF = ("electrode.off", "heating.off")


@dataclass(frozen=True)
class CoolingCircuit:
    """The true state: `design` flow and `flow` in m³/h, `leak` and `heat` as shares.

    `outlet` and `inlet` are temperatures in degC; a `heat` of 1 warms the design flow by RISE.
    """

    design: float
    inlet: float
    flow: float
    outlet: float
    leak: float = 0.0
    heat: float = 1.0
    powered: bool = True

    @classmethod
    def started(cls, design: Design) -> Self:
        """Give the circuit of a furnace at full heat."""
        flow = design.flow("cooling.inlet_flow", 120.0)
        inlet = INLET
        warmest = design.limit("cooling.outlet_temperature", Level.H)
        if warmest is not None:
            inlet = min(inlet, warmest - RISE - 8.0)
        return cls(flow, inlet, flow, inlet + RISE)

    @property
    def outlet_flow(self) -> float:
        """What comes back, in m³/h."""
        return self.flow - self.leak_flow

    @property
    def leak_flow(self) -> float:
        """What runs into the furnace, in m³/h."""
        return self.flow * self.leak

    @property
    def heat_kw(self) -> float:
        """What the furnace gives to its water, in kW."""
        return self.heat * HEAT_OF_WATER * self.design / 3600 * RISE

    @property
    def volume(self) -> float:
        """The water in the panels, in m³."""
        return self.design / 3600 * _HOLD_UP

    def after(self, acts: Acts, dt: float) -> Self:
        """Give the circuit `dt` seconds later."""
        off = max(acts.actuated(role) for role in _OFF)
        wanted = self.design * acts.fault(Kind.PUMP) * acts.fault(Kind.PASSAGES)
        flow = max(0.0, follow(self.flow, wanted, dt, _FLOW_LAG))
        carried = HEAT_OF_WATER * self.flow / 3600 * (self.outlet - self.inlet)
        warmed = (self.heat_kw - carried) * dt / (HEAT_OF_WATER * self.volume)
        return replace(
            self,
            flow=flow,
            outlet=min(BOILING, self.outlet + warmed),
            leak=min(1.0, follow(self.leak, acts.fault(Kind.LEAK), dt, _LEAK_LAG)),
            heat=follow(self.heat, 1.0 - off, dt, _HEAT_LAG),
            powered=off < 1.0,
        )

    def values(self) -> Mapping[str, tuple[float, ...]]:
        """Give the true values by role."""
        lost = self.leak_flow
        return {
            "cooling.inlet_flow": (self.flow,),
            "cooling.outlet_flow": (self.outlet_flow,),
            "cooling.flow_loss": (lost,),
            "cooling.flow_difference": (100 * self.leak,),
            "cooling.inlet_temperature": (self.inlet,),
            "cooling.outlet_temperature": (self.outlet,),
            "cooling.temperature_rise": (self.outlet - self.inlet,),
            "electrode.energised": (float(self.powered),),
            "equipment.producing": (1.0,),
        }

    def noise(self) -> Mapping[str, float]:
        """Give one deviation by role."""
        flow = self.design * _FLOW_NOISE
        return {
            "cooling.inlet_flow": flow,
            "cooling.outlet_flow": flow,
            "cooling.flow_loss": flow,
            "cooling.flow_difference": 100 * _FLOW_NOISE,
            "cooling.inlet_temperature": _TEMPERATURE_NOISE,
            "cooling.outlet_temperature": _TEMPERATURE_NOISE,
            "cooling.temperature_rise": _TEMPERATURE_NOISE,
        }

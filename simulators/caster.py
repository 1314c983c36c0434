"""A deep-well casting machine: the pit and its water, one process of the plant. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from simulators import casting_pit
from simulators.casting_pit import Inputs, Pit
from simulators.faults import Kind
from simulators.process import Acts

_RETURN = 12.0  # K by which the moulds warm their water
_STANDBY = 0.25  # MPa in the emergency water's tank


@dataclass(frozen=True)
class Caster:
    """One pit in casting; its transmitters are part of the pit, so nothing adds noise here."""

    pit: Pit

    @classmethod
    def started(cls, seed: int) -> Self:
        """Give the caster in steady casting."""
        return cls(casting_pit.started(seed))

    def after(self, acts: Acts, dt: float) -> Self:
        """Give the caster `dt` seconds later."""
        inputs = Inputs(
            pump=acts.fault(Kind.PUMP),
            moulds=acts.fault(Kind.PASSAGES),
            surge=acts.fault(Kind.SURGE),
            gate=1 - acts.actuated("fast_gate.closed"),
            drain=acts.actuated("emergency_drain.open"),
        )
        return type(self)(casting_pit.step(self.pit, inputs, dt))

    def values(self) -> Mapping[str, tuple[float, ...]]:
        """Give what the transmitters show, by role."""
        shown = self.pit.measured
        return {
            "mould.water_pressure": (shown.pressure,),
            "mould.water_flow": (shown.flow,),
            "mould.water_temperature": (shown.temperature,),
            "mould.water_outlet_temperature": (shown.temperature + _RETURN,),
            "furnace.outlet_level": (shown.outlet_level,),
            "launder.level": (shown.launder_level,),
            "emergency_water.pressure": (_STANDBY,),
            "mechanical_lock.locked": (1.0,),
            "equipment.producing": (1.0,),
        }

    def noise(self) -> Mapping[str, float]:
        """Give no noise: the pit's transmitters have their own."""
        return {}

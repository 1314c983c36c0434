"""What a safety controller drives: it takes its time from end to end. Pure.

Travel times are engineering defaults [E]: a burner's safety valve closes within 1 s (standards
2.5), a breaker in a tenth.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Place = tuple[str, str]  # equipment and role

_TRAVEL: Mapping[str, int] = {  # ms from end to end
    "fast_gate.closed": 600,
    "emergency_drain.open": 800,
    "launder.cut_off": 600,
    "emergency_water.running": 800,
    "electrode.off": 100,
    "electrode.raised": 1500,
    "tilt.blocked": 300,
    "lance.raised": 2000,
    "heating.off": 100,
    "transfer.stopped": 500,
    "relief_valve.open": 1000,
    "cutoff_valve.closed": 800,
    "emergency_fan.running": 500,
    "furnace.tilted_back": 4000,
}
_OTHER = 500


@dataclass(frozen=True)
class Actuator:
    """One actuator: which effect it is, the state its feedback shows at the end, its travel."""

    place: Place
    state: int
    travel: int

    @classmethod
    def of(cls, place: Place, state: int) -> "Actuator":
        """Give the actuator of an effect."""
        return cls(place, state, _TRAVEL.get(place[1], _OTHER))

    def moved(self, made: float, dt: float, *, tripped: bool, slow: float = 1.0) -> float:
        """Give the travel made (0 at rest to `travel`), `dt` ms later; `slow` stretches it."""
        step = dt / slow
        return min(self.travel, made + step) if tripped else max(0.0, made - step)

    def position(self, made: float) -> float:
        """Give the share of the travel made, 0 to 1."""
        return made / self.travel

    def feedback(self, made: float) -> float:
        """Give what the end switch shows: the effect's state in the end position only."""
        return float(self.state if made == self.travel else 1 - self.state)

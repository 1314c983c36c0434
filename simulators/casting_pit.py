"""A deep-well casting pit on a fixed furnace: mould water and metal, one step at a time. Pure.

Water: a pump at speed s gives the pressure P0 s² − a Q², the moulds let through Q = k √p, and the
flow follows with a first-order lag. Metal: the furnace feeds the outlet trough, the fast gate
lets it into the launder, casting takes it from there; floats at both places hold the level, and
the emergency drain empties the launder down to its sill. Levels are balanced in mm/s.
"""

import math
from dataclasses import dataclass

from simulators.chance import bell, seeded

PRESSURE = 0.30  # MPa, recipe
FLOW = 200.0  # m³/h, recipe
TEMPERATURE = 25.0  # degC
LEVEL = 150.0  # mm, set-point at furnace outlet and launder

_MOULDS = FLOW / math.sqrt(PRESSURE)  # k
_PIPE_SHARE = 0.2  # a k²: how much of the pump's head the pipes take at the recipe's flow
_SHUT_OFF = PRESSURE * (1 + _PIPE_SHARE)  # P0
_PRESSURE_LAG = 0.4  # s
_FLOW_LAG = 0.6
_TEMPERATURE_LAG = 30.0
_COLD_WELL = 20.0  # degC, the water before the moulds' return warms it
_CASTING = 6.0  # mm/s of launder level that casting takes
_CASTING_LAG = 0.5
_FEED_LAG = 0.3
_FLOAT = 0.5  # mm/s more metal for each mm too low
_SILL = 140.0  # mm: the drain cannot empty the launder below it
_DRAIN = 0.12  # mm/s for each mm above the sill
_MOST = 300.0


@dataclass(frozen=True)
class Inputs:
    """What acts on the pit from outside in one step.

    `pump` is the pump's speed (1 nominal), `moulds` how open the moulds' water passages are
    (1 clean), `surge` extra metal through the gate in mm/s; `gate` and `drain` are open shares.
    """

    pump: float = 1.0
    moulds: float = 1.0
    surge: float = 0.0
    gate: float = 1.0
    drain: float = 0.0


@dataclass(frozen=True)
class Measured:
    """What the transmitters show, in MPa, m³/h, degC, mm, mm."""

    pressure: float = PRESSURE
    flow: float = FLOW
    temperature: float = TEMPERATURE
    outlet_level: float = LEVEL
    launder_level: float = LEVEL


_NOISE = Measured(0.0008, 0.4, 0.03, 0.3, 0.3)  # one deviation of each transmitter


@dataclass(frozen=True)
class Pit:
    """The true state, what is measured of it, and the noise generator's state."""

    chance: int
    pressure: float = PRESSURE
    flow: float = FLOW
    temperature: float = TEMPERATURE
    outlet_level: float = LEVEL
    launder_level: float = LEVEL
    feed: float = _CASTING  # mm/s from the furnace into the outlet trough
    casting: float = _CASTING
    measured: Measured = Measured()


def started(seed: int) -> Pit:
    """Give the pit in steady casting."""
    return Pit(seeded(seed))


def step(pit: Pit, inputs: Inputs, dt: float) -> Pit:
    """Give the pit `dt` seconds later (keep `dt` below the shortest lag, 0.3 s)."""
    share = _PIPE_SHARE * inputs.moulds**2
    pressure = _follow(pit.pressure, _SHUT_OFF * inputs.pump**2 / (1 + share), dt / _PRESSURE_LAG)
    through = inputs.moulds * _MOULDS * math.sqrt(max(0.0, pressure))
    flow = _follow(pit.flow, through, dt / _FLOW_LAG)
    warmed = _COLD_WELL + (TEMPERATURE - _COLD_WELL) * FLOW / max(flow, FLOW / 10)
    temperature = _follow(pit.temperature, warmed, dt / _TEMPERATURE_LAG)

    wanted = _CASTING * max(0.0, inputs.gate - inputs.drain)  # a drained table is not cast from
    casting = _follow(pit.casting, wanted, dt / _CASTING_LAG)
    metered = max(0.0, casting + _FLOAT * (LEVEL - pit.launder_level))
    gated = inputs.gate * (metered + inputs.surge)
    drained = inputs.drain * _DRAIN * max(0.0, pit.launder_level - _SILL)
    needed = max(0.0, inputs.gate * metered + _FLOAT * (LEVEL - pit.outlet_level))
    feed = _follow(pit.feed, needed + inputs.gate * inputs.surge, dt / _FEED_LAG)
    outlet = pit.outlet_level + (feed - gated) * dt
    launder = pit.launder_level + (gated - casting - drained) * dt

    true = Pit(
        chance=pit.chance,
        pressure=pressure,
        flow=flow,
        temperature=temperature,
        outlet_level=min(_MOST, max(0.0, outlet)),
        launder_level=min(_MOST, max(0.0, launder)),
        feed=feed,
        casting=casting,
    )
    return _measure(true)


def _follow(value: float, goal: float, share: float) -> float:
    return value + (goal - value) * min(1.0, share)


def _measure(pit: Pit) -> Pit:
    one, chance = bell(pit.chance)
    two, chance = bell(chance)
    three, chance = bell(chance)
    four, chance = bell(chance)
    five, chance = bell(chance)
    measured = Measured(
        pressure=max(0.0, pit.pressure + one * _NOISE.pressure),
        flow=max(0.0, pit.flow + two * _NOISE.flow),
        temperature=pit.temperature + three * _NOISE.temperature,
        outlet_level=max(0.0, pit.outlet_level + four * _NOISE.outlet_level),
        launder_level=max(0.0, pit.launder_level + five * _NOISE.launder_level),
    )
    return Pit(
        chance=chance,
        pressure=pit.pressure,
        flow=pit.flow,
        temperature=pit.temperature,
        outlet_level=pit.outlet_level,
        launder_level=pit.launder_level,
        feed=pit.feed,
        casting=pit.casting,
        measured=measured,
    )

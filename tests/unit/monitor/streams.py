"""Random plants and random inputs for the laws of the engine."""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from monitor.inputs import Born, Died, Input, Started, Tick
from plant.moment import MILLISECOND, SECOND, seconds
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Limit, Signal
from tests.small_plant import (
    NODE,
    Point,
    analog,
    at,
    computed,
    limit,
    plant_of,
    samples,
    switch,
)

_REASONS = {
    Quality.GOOD: (Reason.NONE,),
    Quality.UNCERTAIN: (Reason.NONE,),
    Quality.BAD: (Reason.NO_ANSWER, Reason.OUT_OF_RANGE, Reason.SENSOR_FAULT),
    Quality.STALE: (Reason.NO_ANSWER,),
    Quality.MISSING: (Reason.NEVER_SEEN,),
}
# Mostly GOOD, or nothing ever happens.
TRUSTS = st.sampled_from(
    [Quality.GOOD] * 6 + [Quality.UNCERTAIN] * 2 + [Quality.BAD, Quality.STALE, Quality.MISSING]
)
DELAYS = st.sampled_from([0.0, 0.0, 0.5, 1.0, 2.5])


_SET_POINTS = {"LL": 20.0, "L": 30.0, "H": 70.0, "HH": 80.0}
_PERIODS = st.sampled_from([(0.5, 2.0), (1.0, 1.5), (2.0, 60.0)])
LIVES = st.sampled_from(["", "", "", "node"])


@st.composite
def limits(draw: st.DrawFn, name: str) -> list[Limit]:
    levels = draw(st.lists(st.sampled_from([*_SET_POINTS, "RATE"]), unique=True, max_size=4))
    deadband, on, off = draw(st.sampled_from([0.0, 2.0, 15.0])), draw(DELAYS), draw(DELAYS)
    found = [
        limit(name, level, set_point, deadband=deadband, on=on, off=off)
        for level, set_point in _SET_POINTS.items()
        if level in levels
    ]
    if "RATE" in levels:
        rise, window = draw(st.sampled_from([-20.0, 20.0])), draw(st.sampled_from([0.5, 2.0, 6.0]))
        small = min(deadband, 2.0)
        found.append(limit(name, "RATE", rise, deadband=small, on=on, off=off, window_s=window))
    return found


@st.composite
def signals(draw: st.DrawFn, name: str) -> Signal:
    period_s, max_age_s = draw(_PERIODS)
    device = draw(st.sampled_from(["plc", "drive"]))
    life = draw(LIVES)
    if draw(st.sampled_from([False, False, False, True])):
        state, on = draw(st.sampled_from([0, 1])), draw(DELAYS)
        found = limit(name, "STATE", state, on=on, off=draw(DELAYS))
        return switch(name, found, period_s=period_s, device=device, life=life)
    frozen_s = draw(st.sampled_from([0.0, 0.0, 0.0, 1.0]))
    return analog(
        name,
        *draw(limits(name)),
        period_s=period_s,
        max_age_s=max_age_s,
        device=device,
        frozen_s=frozen_s,
        life=life,
    )


@st.composite
def formulas(draw: st.DrawFn, name: str, before: list[Signal]) -> Signal:
    """Give a signal computed from those before it."""
    switches = [signal.id for signal in before if signal.discrete]
    functions = ["difference", "ratio", "percent", "sum", "mean", "median"]
    function = draw(st.sampled_from(functions + ["count"] * 3 * bool(switches)))
    count = {"sum": 3, "mean": 2, "median": 3, "count": 1}.get(function, 2)
    one = st.sampled_from(switches if function == "count" else [s.id for s in before])
    members = [draw(one) for _ in range(count)]
    parameter = None
    if function == "count":
        parameter = draw(st.sampled_from([1.0, 4.0]))
    elif function == "percent":
        parameter = draw(st.sampled_from([None, 60.0]))
    period_s, max_age_s = draw(_PERIODS)
    pair = draw(st.sampled_from([0.0, 0.5, 1.0, 30.0]))
    return computed(
        name,
        function,
        members,
        *draw(limits(name)),
        parameter=parameter,
        pair_within_s=pair,
        period_s=period_s,
        max_age_s=max_age_s,
    )


def in_group(signal: Signal, group: tuple[str, ...], on: float) -> Signal:
    """Let a signal be compared with the others of its group."""
    deviation = limit(signal.id, "DEVIATION", 20, deadband=2, on=on, group=group)
    return replace(signal, limits=(*signal.limits, deviation))


@st.composite
def plants(draw: st.DrawFn, *, apart: bool = False) -> Plant:
    """Give a plant; `apart`: no signal of it has to do with another."""
    count = draw(st.integers(1, 4))
    found = [draw(signals(f"s{index}")) for index in range(count)]
    if apart:
        # What a node proves hangs on the node's time, and so on all that it brings.
        return plant_of([replace(signal, life="") for signal in found])
    if count > 1 and draw(st.booleans()):
        # Heartbeats do not hang on others' heartbeats.
        found[0] = replace(found[0], life=found[1].id)
    for index in range(draw(st.integers(0, 2))):
        found.append(draw(formulas(f"x{index}", found)))
    if count > 1 and draw(st.booleans()):
        group = tuple(signal.id for signal in found[:3])
        on = draw(DELAYS)
        found = [in_group(s, group, on) if s.id in group else s for s in found]
    return plant_of(draw(st.permutations(found)))


def values_of(signal: Signal) -> st.SearchStrategy[float]:
    """Give values on and around what decides."""
    if signal.discrete:
        return st.sampled_from([0.0, 1.0])
    chosen = [50.0, 50.0, 0.0]
    for item in signal.limits:
        if not item.level.ordered:
            continue
        inward = -item.deadband if item.level.high else item.deadband
        edge = item.set_point + inward
        chosen += [item.set_point, edge, item.set_point - 0.5, item.set_point + 0.5]
        chosen += [edge - 0.5, edge + 0.5]
    return st.sampled_from(chosen)


@st.composite
def points(draw: st.DrawFn, plant: Plant, slot: int, time: int) -> Point:
    trust = draw(TRUSTS)
    reason = draw(st.sampled_from(_REASONS[trust]))
    source = 0
    if draw(st.sampled_from([False, False, True])):
        source = time - draw(st.sampled_from([0, 0, 500, 1900, 2000, 2001, -400])) * MILLISECOND
    return Point(slot, time, draw(values_of(plant.signals[slot])), trust, reason, source)


@dataclass
class Clock:
    """A clock that only this stream knows, and the time of the last sample."""

    now: int = field(default_factory=lambda: at(0))
    sampled: int = field(default_factory=lambda: at(-700))

    def go(self, by: int) -> int:
        self.now += by
        return self.now


_STEPS = st.sampled_from([0, 100, 250, 500, 500, 500, 1000, 1500, 4000])


@st.composite
def inputs(draw: st.DrawFn, plant: Plant, *, most: int = 40, steps: bool = True) -> list[Input]:
    """Give a stream; times may be equal, gaps occur, and the clock may be stepped back."""
    clock = Clock()
    stream: list[Input] = [Started(clock.now)] if draw(st.booleans()) else []
    kinds = ["samples"] * 7 + ["tick"] * 4 + ["born", "died", "device", "started"]
    kinds += ["step"] if steps else []
    for _ in range(draw(st.integers(3, most))):
        clock.go(draw(_STEPS) * MILLISECOND)
        match draw(st.sampled_from(kinds)):
            case "samples":
                stream.append(_message(draw, plant, clock))
            case "tick":
                stream.append(Tick(clock.now))
            case "born":
                stream.append(Born(NODE, "", clock.now))
            case "died":
                stream.append(Died(NODE, "", clock.now))
            case "device":
                born = draw(st.booleans())
                stream.append((Born if born else Died)(NODE, "plc", clock.now))
            case "started":
                stream.append(Started(clock.now))
            case _:
                step = seconds(draw(st.sampled_from([0.5, 3.0, 900.0])))
                clock.now -= step
                clock.sampled -= step
                stream.append(Tick(clock.now))
    return stream


def _message(draw: st.DrawFn, plant: Plant, clock: Clock) -> Input:
    historical = draw(st.sampled_from([False, False, False, True]))
    lag = draw(st.sampled_from([0, 100, 5000, 600_000])) if historical else 0
    time = max(clock.sampled, clock.now - lag * MILLISECOND)
    chosen = []
    measured = [slot for slot, signal in enumerate(plant.signals) if signal.formula is None]
    for _ in range(draw(st.integers(0, 5))):
        slot = draw(st.sampled_from(measured))
        chosen.append(draw(points(plant, slot, time)))
        time = max(time, min(time + draw(_STEPS) * MILLISECOND, clock.now + SECOND))
    clock.sampled = chosen[-1].time if chosen else clock.sampled
    return samples(chosen, clock.now, historical=historical)

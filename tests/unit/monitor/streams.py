"""Random plants and random inputs for the laws of the engine."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from monitor.inputs import Born, Died, Input, Started, Tick
from plant.moment import MILLISECOND, SECOND, seconds
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Signal
from tests.small_plant import NODE, Point, analog, at, limit, plant_of, samples

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


@st.composite
def signals(draw: st.DrawFn, name: str) -> Signal:
    levels = draw(
        st.lists(st.sampled_from(["LL", "L", "H", "HH"]), unique=True, min_size=0, max_size=4)
    )
    set_points = {"LL": 20.0, "L": 30.0, "H": 70.0, "HH": 80.0}
    deadband, on, off = draw(st.sampled_from([0.0, 2.0, 15.0])), draw(DELAYS), draw(DELAYS)
    limits = [
        limit(name, level, set_points[level], deadband=deadband, on=on, off=off)
        for level in ("LL", "L", "H", "HH")
        if level in levels
    ]
    period_s, max_age_s = draw(st.sampled_from([(0.5, 2.0), (1.0, 1.5), (2.0, 60.0)]))
    device = draw(st.sampled_from(["plc", "drive"]))
    return analog(name, *limits, period_s=period_s, max_age_s=max_age_s, device=device)


@st.composite
def plants(draw: st.DrawFn) -> Plant:
    count = draw(st.integers(1, 4))
    return plant_of([draw(signals(f"s{index}")) for index in range(count)])


def values_of(signal: Signal) -> st.SearchStrategy[float]:
    """Give values on and around what decides."""
    chosen = [50.0]
    for item in signal.limits:
        inward = -item.deadband if item.level.high else item.deadband
        edge = item.set_point + inward
        chosen += [item.set_point, edge, item.set_point - 0.5, item.set_point + 0.5]
        chosen += [edge - 0.5, edge + 0.5]
    return st.sampled_from(chosen)


@st.composite
def points(draw: st.DrawFn, plant: Plant, slot: int, time: int) -> Point:
    trust = draw(TRUSTS)
    reason = draw(st.sampled_from(_REASONS[trust]))
    return Point(slot, time, draw(values_of(plant.signals[slot])), trust, reason)


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
    for _ in range(draw(st.integers(0, 5))):
        slot = draw(st.integers(0, len(plant.signals) - 1))
        chosen.append(draw(points(plant, slot, time)))
        time = max(time, min(time + draw(_STEPS) * MILLISECOND, clock.now + SECOND))
    clock.sampled = chosen[-1].time if chosen else clock.sampled
    return samples(chosen, clock.now, historical=historical)

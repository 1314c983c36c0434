"""The plant's own safety controller, as the demonstration needs one. Pure.

Every 100 ms it compares the measured values with the limits of an interlock's causes and lets
them vote. A trip stays until the process has been well for a while: a real one waits for a
person with a key, the demonstration resets itself. A burner is lit again after its purge: its
flame cannot come before the gas does, so the flame is not looked at while it is being lit.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from plant.interlock import Cause, Interlock, OnBad
from plant.plant import Plant
from simulators.trip import Trip, trip_on

SCAN = 100  # ms
RESET_AFTER = 8_000  # ms of a healthy process
LIGHTING = 4_000  # ms in which a burner must show its flame


@dataclass(frozen=True)
class Voting:
    """Which of the controller's trips vote together (by their place), and how many it takes."""

    trips: tuple[int, ...]
    votes: int
    on_bad: OnBad

    def demands(self, passed: tuple[bool, ...], bad: tuple[bool, ...]) -> bool:
        """Say whether the votes demand the effects; `bad` channels are counted as declared."""
        faulty = sum(bad[place] for place in self.trips)
        count = sum(passed[place] for place in self.trips)
        if faulty == 0 or self.on_bad is OnBad.REMOVE:
            left = len(self.trips) - faulty
            return left > 0 and count >= min(self.votes, left)
        return self.on_bad is OnBad.TRIP or count + faulty >= self.votes


@dataclass(frozen=True)
class Controller:
    """What the controller of one interlock is made of; it never changes."""

    interlock: Interlock
    trips: tuple[Trip, ...]
    votings: tuple[Voting, ...]

    @classmethod
    def of(cls, plant: Plant, interlock: Interlock) -> "Controller":
        """Build the controller of one of the plant's interlocks."""
        places = {limit: place for place, limit in enumerate(interlock.cause_limits)}
        trips = tuple(trip_on(plant, plant.limit_by_id[limit]) for limit in places)
        return cls(interlock, trips, tuple(_voting(cause, places) for cause in interlock.causes))


def _voting(cause: Cause, places: Mapping[str, int]) -> Voting:
    return Voting(tuple(places[limit] for limit in cause.limits), cause.votes, cause.on_bad)


@dataclass(frozen=True)
class Latch:
    """The controller's memory.

    `passed_for` says for how many ms each trip has been passed, `well_for` for how long the
    process has been well since the trip, `lighting` for how much longer a flame may be missing.
    """

    tripped: bool = False
    well_for: int = 0
    passed_for: tuple[int, ...] = ()
    lighting: int = 0


def scanned(
    controller: Controller, latch: Latch, values: Mapping[str, float], *, ready: bool = True
) -> Latch:
    """Give the memory after one scan of the `values`, by signal id (NaN: a faulty channel).

    While a bypass signal shows 1, no limit trips; a trip that stands is not undone by it. There
    is no reset before the equipment is `ready` for it.
    """
    shown = tuple(values[trip.signal] for trip in controller.trips)
    bad = tuple(math.isnan(value) for value in shown)
    passed_for = _passed_for(controller.trips, latch, shown)
    counted = tuple(
        since > trip.filter_ms and not (trip.taken and latch.lighting > 0)
        for trip, since in zip(controller.trips, passed_for, strict=True)
    )
    bypassed = any(values.get(signal, 0.0) > 0.5 for signal in controller.interlock.bypass)
    demanded = any(voting.demands(counted, bad) for voting in controller.votings)
    latch = replace(latch, passed_for=passed_for, lighting=max(0, latch.lighting - SCAN))
    if demanded and not bypassed and not (latch.tripped and _only_taken(controller, counted)):
        return replace(latch, tripped=True, well_for=0)
    return _rested(controller, latch, shown, ready=ready) if latch.tripped else latch


def _rested(
    controller: Controller, latch: Latch, shown: tuple[float, ...], *, ready: bool
) -> Latch:
    """Wait for a process that is well, and reset."""
    waits = [pair for pair in zip(controller.trips, shown, strict=True) if not pair[0].taken]
    well = ready and all(trip.well(value) for trip, value in waits)
    well_for = latch.well_for + SCAN if well else 0
    if well_for < RESET_AFTER:
        return replace(latch, well_for=well_for)
    lighting = LIGHTING if len(waits) < len(shown) else 0
    return replace(latch, tripped=False, well_for=well_for, lighting=lighting)


def _only_taken(controller: Controller, counted: tuple[bool, ...]) -> bool:
    """Say that nothing stands but what the trip itself has taken away."""
    pairs = zip(controller.trips, counted, strict=True)
    return all(trip.taken for trip, counts in pairs if counts)


def _passed_for(
    trips: tuple[Trip, ...], latch: Latch, shown: tuple[float, ...]
) -> tuple[int, ...]:
    before = latch.passed_for or (0,) * len(trips)
    return tuple(
        since + SCAN if trip.passed(value) else 0
        for trip, value, since in zip(trips, shown, before, strict=True)
    )

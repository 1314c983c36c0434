import math
from itertools import product

import pytest

from plant.interlock import Cause, Interlock, OnBad
from plant.name import Name
from plant.signal import Level
from simulators.controller import (
    LIGHTING,
    RESET_AFTER,
    SCAN,
    Controller,
    Latch,
    Voting,
    scanned,
)
from simulators.trip import Trip
from tests.plant_files import caster_plant

FLOW = Trip("flow", Level.LL, set_point=160.0, healthy=180.0)
LEVEL = Trip("level", Level.HH, set_point=180.0, healthy=165.0)
FLAME = Trip("flame", Level.STATE, set_point=0.0, healthy=0.0, taken=True)
WELL = {"flow": 200.0, "level": 150.0, "bypass": 0.0}
INTERLOCK = Interlock(
    id="i",
    equipment="e",
    name=Name("联锁", "interlock"),
    causes=(Cause(("flow:LL",)), Cause(("level:HH",))),
    effects=(),
    bypass=("bypass",),
    proof_test_days=90,
)


def _alone(*trips: Trip) -> Controller:
    votings = tuple(Voting((place,), 1, OnBad.REMOVE) for place in range(len(trips)))
    return Controller(INTERLOCK, trips, votings)


CONTROLLER = _alone(FLOW, LEVEL)


def _after(
    latch: Latch,
    ms: int,
    values: dict[str, float],
    controller: Controller = CONTROLLER,
    *,
    ready: bool = True,
) -> Latch:
    for _ in range(ms // SCAN):
        latch = scanned(controller, latch, values, ready=ready)
    return latch


def test_a_value_at_the_limit_trips_at_the_next_scan() -> None:
    assert _after(Latch(), SCAN, {**WELL, "flow": 160.0}).tripped
    assert _after(Latch(), SCAN, {**WELL, "level": 180.0}).tripped


def test_values_inside_the_limits_never_trip() -> None:
    inside = {**WELL, "flow": 160.1, "level": 179.9}

    assert not _after(Latch(), 60_000, inside).tripped


def test_a_trip_stays_until_the_process_has_been_well_for_a_while() -> None:
    latch = _after(Latch(), SCAN, {**WELL, "level": 180.0})
    latch = _after(latch, 60_000, {**WELL, "flow": 170.0})  # no trip, but not well
    assert latch.tripped
    latch = _after(latch, RESET_AFTER - SCAN, WELL)
    assert latch.tripped
    latch = _after(latch, 2 * SCAN, {**WELL, "flow": 175.0})  # begins to count anew
    latch = _after(latch, RESET_AFTER - SCAN, WELL)
    assert latch.tripped

    assert not _after(latch, SCAN, WELL).tripped


def test_the_bypass_inhibits_a_trip_but_undoes_none() -> None:
    stopped = {**WELL, "flow": 0.0}
    bypassed = _after(Latch(), 5000, {**stopped, "bypass": 1.0})
    tripped = _after(bypassed, SCAN, stopped)

    assert (bypassed.tripped, tripped.tripped) == (False, True)
    assert _after(tripped, 5000, {**stopped, "bypass": 1.0}).tripped


def test_a_filter_lets_short_peaks_pass() -> None:
    filtered = _alone(Trip("level", Level.HH, 180.0, 165.0, filter_ms=1000))
    high = {"level": 190.0}

    peak = _after(Latch(), 1000, high, filtered)
    assert not peak.tripped
    assert not _after(_after(peak, SCAN, WELL, filtered), 1000, high, filtered).tripped
    assert _after(peak, SCAN, high, filtered).tripped


def test_no_value_is_no_trip_and_no_reset() -> None:
    lost = {**WELL, "flow": math.nan}

    assert not _after(Latch(), 5000, lost).tripped
    assert _after(Latch(tripped=True), 60_000, lost).tripped


@pytest.mark.parametrize(
    ("voting", "needed"), [("1oo1", 1), ("1oo2", 1), ("2oo2", 2), ("1oo3", 1), ("2oo3", 2)]
)
def test_every_voting_counts_its_members(voting: str, needed: int) -> None:
    size = int(voting[-1])
    vote = Voting(tuple(range(size)), int(voting[0]), OnBad.REMOVE)

    for passed in product((False, True), repeat=size):
        assert vote.demands(passed, (False,) * size) is (sum(passed) >= needed)


@pytest.mark.parametrize(
    ("voting", "on_bad", "bad", "passed", "trips"),
    [
        # standards 4.4: 2oo3 with one bad is 2oo2 when it is removed, 1oo2 when it votes
        ("2oo3", OnBad.REMOVE, 1, 1, False),
        ("2oo3", OnBad.REMOVE, 1, 2, True),
        ("2oo3", OnBad.VOTE, 1, 1, True),
        ("2oo3", OnBad.VOTE, 1, 0, False),
        ("2oo3", OnBad.TRIP, 1, 0, True),
        ("2oo3", OnBad.REMOVE, 2, 1, True),
        ("2oo3", OnBad.REMOVE, 3, 0, False),
        ("1oo2", OnBad.REMOVE, 1, 0, False),
        ("1oo2", OnBad.REMOVE, 1, 1, True),
        ("2oo2", OnBad.REMOVE, 1, 1, True),
        ("1oo1", OnBad.VOTE, 1, 0, True),
    ],
)
def test_a_faulty_channel_votes_as_the_plant_declares(
    voting: str, on_bad: OnBad, bad: int, passed: int, *, trips: bool
) -> None:
    size = int(voting[-1])
    faulty = tuple(place < bad for place in range(size))
    active = tuple(bad <= place < bad + passed for place in range(size))

    assert Voting(tuple(range(size)), int(voting[0]), on_bad).demands(active, faulty) is trips


def test_a_burner_is_lit_again_after_its_purge_and_trips_again_without_a_flame() -> None:
    burner = _alone(FLAME)
    dark, lit = {"flame": 0.0}, {"flame": 1.0}
    latch = _after(Latch(), SCAN, dark, burner)
    assert latch.tripped

    purged = _after(latch, RESET_AFTER, dark, burner)
    assert not purged.tripped
    assert not _after(_after(purged, 2000, dark, burner), 60_000, lit, burner).tripped
    assert not _after(purged, LIGHTING, dark, burner).tripped
    assert _after(purged, LIGHTING + SCAN, dark, burner).tripped


def test_a_burner_is_not_lit_before_its_gas_is_there() -> None:
    burner, dark = _alone(FLAME), {"flame": 0.0}
    latch = _after(Latch(tripped=True), 60_000, dark, burner, ready=False)

    assert latch.tripped
    assert not _after(latch, RESET_AFTER, dark, burner).tripped


def test_it_trips_on_the_plants_own_causes() -> None:
    plant = caster_plant()
    for interlock in plant.interlocks:
        controller = Controller.of(plant, interlock)
        assert [f"{t.signal}:{t.level}" for t in controller.trips] == list(interlock.cause_limits)
        assert len(controller.votings) == len(interlock.causes)
        for trip in controller.trips:
            limit = plant.limit_by_id[f"{trip.signal}:{trip.level}"]
            assert trip.set_point == limit.set_point

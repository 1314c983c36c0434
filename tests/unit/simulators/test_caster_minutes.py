"""The three minutes of a plant that has casters only, against the plant's own limits."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from plant.plant import Plant
from plant.signal import Limit
from simulators.simulated_plant import STEP, advanced, started
from tests.plant_files import caster_files, caster_plant, checked

CASTER = "caster-1"
FLOW, PRESSURE = f"{CASTER}.water_flow", f"{CASTER}.water_pressure"
LAUNDER = f"{CASTER}.launder_level"
GATE, DRAIN = f"{CASTER}.gate_closed", f"{CASTER}.drain_open"
SEEDS = [1, 2, 3]
POLL = 0.5
CYCLE = 180.0
GOLDEN = Path(__file__).with_name("caster_three_minutes.csv")


@pytest.fixture(scope="module")
def plant() -> Plant:
    return caster_plant()


def _run(plant: Plant, seed: int, seconds: float) -> Iterator[tuple[float, Mapping[str, float]]]:
    simulated = started(plant, seed)
    for elapsed in range(0, round(seconds * 1000), STEP):
        simulated, shown = advanced(simulated, elapsed)
        yield elapsed / 1000, shown.values


def _passed(limit: Limit, value: float) -> bool:
    return value >= limit.set_point if limit.level.high else value <= limit.set_point


def _spans(plant: Plant, seed: int, seconds: float) -> dict[str, list[float]]:
    """When each limit was first and last passed, minute by minute: `limit/minute` → times."""
    spans: dict[str, list[float]] = {}
    for time, values in _run(plant, seed, seconds):
        for limit in plant.limit_by_id.values():
            if _passed(limit, values[limit.signal]):
                key = f"{limit.id}/{int(time // 60) + 1}"
                spans.setdefault(key, [time, time])[1] = time
    return spans


def test_the_values_are_those_of_the_first_demonstration(plant: Plant) -> None:
    with GOLDEN.open() as lines:
        golden = {int(row.pop("elapsed_ms")): row for row in csv.DictReader(lines)}
    compared = 0
    for time, values in _run(plant, 1, CYCLE):
        row = golden.get(round(time * 1000))
        if row is not None:
            assert {name: repr(value) for name, value in values.items()} == row, time
            compared += 1

    assert compared == len(golden) == 90


@pytest.mark.parametrize("seed", SEEDS)
def test_each_minute_brings_its_alarms_and_no_other(plant: Plant, seed: int) -> None:
    spans = _spans(plant, seed, CYCLE)

    assert set(spans) == {
        f"{PRESSURE}:L/1",
        f"{PRESSURE}:LL/1",
        f"{FLOW}:L/1",
        f"{FLOW}:LL/1",
        f"{LAUNDER}:H/2",
        f"{LAUNDER}:HH/2",
        f"{FLOW}:L/3",
    }
    for key, (first, last) in spans.items():
        start = {"1": 12, "2": 72, "3": 138}[key[-1]]
        assert start < first
        assert last - first > 2 * POLL, f"{key} is too short to be seen in every poll"
        assert last < 60 * int(key[-1]) - 20  # time to return, even with an off-delay


@pytest.mark.parametrize("seed", SEEDS)
def test_the_controller_answers_each_demand_and_resets(plant: Plant, seed: int) -> None:
    tripped: list[tuple[float, float]] = []
    for time, values in _run(plant, seed, CYCLE):
        if values[GATE] and values[DRAIN]:
            if not tripped or time - tripped[-1][1] > 2 * STEP / 1000:
                tripped.append((time, time))
            tripped[-1] = (tripped[-1][0], time)
    spans = _spans(plant, seed, CYCLE)

    (water, metal) = tripped
    causes = min(spans[f"{PRESSURE}:LL/1"][0], spans[f"{FLOW}:LL/1"][0])
    assert 0.79 < water[0] - causes < 1.2
    assert 0.79 < metal[0] - spans[f"{LAUNDER}:HH/2"][0] < 1.2
    assert water[1] < 45
    assert metal[1] < 105


def test_metal_cuts_no_launder_and_starts_no_emergency_water(plant: Plant) -> None:
    times = {f"{CASTER}.launder_cut": set(), f"{CASTER}.emergency_water": set()}
    for time, values in _run(plant, 1, CYCLE):
        for name, minutes in times.items():
            if values[name]:
                minutes.add(int(time // 60))

    assert set(map(frozenset, times.values())) == {frozenset({0})}


def test_the_first_seconds_are_well(plant: Plant) -> None:
    assert not _spans(plant, 1, 11.0)


def test_the_second_cycle_is_like_the_first(plant: Plant) -> None:
    spans = _spans(plant, 1, 2 * CYCLE)

    first = {key[:-2]: round(at[0]) for key, at in spans.items() if key[-1] in "123"}
    second = {key[:-2]: round(at[0] - 180) for key, at in spans.items() if key[-1] in "456"}
    assert first.keys() == second.keys()
    assert all(abs(second[key] - first[key]) <= 1 for key in first)


def test_the_bypass_is_on_for_25_seconds_of_minute_three(plant: Plant) -> None:
    on = [time for time, values in _run(plant, 1, CYCLE) if values[f"{CASTER}.bypass"]]

    assert (min(on), max(on)) == (132.0, pytest.approx(156.95))
    assert len(on) == 25 * 1000 / STEP


def test_the_mechanical_lock_is_locked_throughout(plant: Plant) -> None:
    assert {values[f"{CASTER}.lock_locked"] for _, values in _run(plant, 1, 60)} == {1.0}


def test_same_seed_same_values(plant: Plant) -> None:
    assert list(_run(plant, 7, 100)) == list(_run(plant, 7, 100))
    assert list(_run(plant, 7, 1)) != list(_run(plant, 8, 1))


def test_a_signal_that_no_caster_has_stays_steady_and_trips_nothing() -> None:
    files = dict(caster_files())
    table = files["signals.csv"]
    files["signals.csv"] = table.replace("mould.water_flow", "cooling.inlet_flow")
    seen = [values[FLOW] for _, values in _run(checked(files), 1, 12.0)]

    assert 239 < min(seen) < max(seen) < 241  # the middle between L 180 and the range's 300
    assert len(set(seen)) > 100

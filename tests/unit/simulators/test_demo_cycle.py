"""The demonstration's three minutes, step by step, against the plant's own limits."""

from collections.abc import Iterator, Mapping

import pytest

from plant.plant import Plant
from plant.signal import Level, Limit
from simulators.line import STEP, advanced, started, trips_of
from simulators.schedule import CYCLE, CYCLE_SECONDS, disturbance_at
from tests.plant_files import checked, demo_files, demo_plant

CASTER = "caster-1"
FLOW, PRESSURE = f"{CASTER}.water_flow", f"{CASTER}.water_pressure"
LAUNDER = f"{CASTER}.launder_level"
SEEDS = [1, 2, 3]
POLL = 0.5


@pytest.fixture(scope="module")
def demo() -> Plant:
    return demo_plant()


def _run(plant: Plant, seed: int, seconds: float) -> Iterator[tuple[float, Mapping[str, float]]]:
    line = started(plant, CASTER, seed)
    for elapsed in range(0, round(seconds * 1000), STEP):
        line, values = advanced(line, elapsed)
        yield elapsed / 1000, values


def _passed(limit: Limit, value: float) -> bool:
    return value >= limit.set_point if limit.level.high else value <= limit.set_point


def _spans(plant: Plant, seed: int, seconds: float) -> dict[str, list[float]]:
    """When each limit was first and last passed, minute by minute: `limit/minute` → times."""
    spans: dict[str, list[float]] = {}
    for time, values in _run(plant, seed, seconds):
        for limit in plant.limit_by_id.values():
            if _passed(limit, values[plant.signal_by_id[limit.signal].role]):
                key = f"{limit.id}/{int(time // 60) + 1}"
                spans.setdefault(key, [time, time])[1] = time
    return spans


@pytest.mark.parametrize("seed", SEEDS)
def test_each_minute_brings_its_alarms_and_no_other(demo: Plant, seed: int) -> None:
    spans = _spans(demo, seed, CYCLE_SECONDS)

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
def test_the_controller_answers_each_demand_and_resets(demo: Plant, seed: int) -> None:
    tripped: list[tuple[float, float]] = []
    for time, values in _run(demo, seed, CYCLE_SECONDS):
        both = values["fast_gate.closed"] and values["emergency_drain.open"]
        if both:
            if not tripped or time - tripped[-1][1] > 2 * STEP / 1000:
                tripped.append((time, time))
            tripped[-1] = (tripped[-1][0], time)
    spans = _spans(demo, seed, CYCLE_SECONDS)

    (water, metal) = tripped
    causes = min(spans[f"{PRESSURE}:LL/1"][0], spans[f"{FLOW}:LL/1"][0])
    assert 0.79 < water[0] - causes < 1.2
    assert 0.79 < metal[0] - spans[f"{LAUNDER}:HH/2"][0] < 1.2
    assert water[1] < 45
    assert metal[1] < 105


def test_the_first_second_is_well(demo: Plant) -> None:
    assert not _spans(demo, 1, 11.0)


def test_the_second_cycle_is_like_the_first(demo: Plant) -> None:
    spans = _spans(demo, 1, 2 * CYCLE_SECONDS)

    first = {key[:-2]: round(at[0]) for key, at in spans.items() if key[-1] in "123"}
    second = {key[:-2]: round(at[0] - 180) for key, at in spans.items() if key[-1] in "456"}
    assert first.keys() == second.keys()
    assert all(abs(second[key] - first[key]) <= 1 for key in first)


def test_the_bypass_is_on_for_25_seconds_of_minute_three(demo: Plant) -> None:
    on = [time for time, values in _run(demo, 1, CYCLE_SECONDS) if values["interlock.bypass"]]

    assert (min(on), max(on)) == (132.0, pytest.approx(156.95))
    assert len(on) == 25 * 1000 / STEP


def test_the_mechanical_lock_is_locked_throughout(demo: Plant) -> None:
    assert {values["mechanical_lock.locked"] for _, values in _run(demo, 1, 60)} == {1.0}


def test_same_seed_same_values(demo: Plant) -> None:
    assert list(_run(demo, 7, 100)) == list(_run(demo, 7, 100))
    assert list(_run(demo, 7, 1)) != list(_run(demo, 8, 1))


def test_the_controller_trips_on_the_plants_own_causes(demo: Plant) -> None:
    causes = {limit for item in demo.interlocks for limit in item.cause_limits}
    trips = trips_of(demo, CASTER)

    assert len(trips) == len(causes)
    for limit in (demo.limit_by_id[cause] for cause in causes):
        role = demo.signal_by_id[limit.signal].role
        (trip,) = (
            trip for trip in trips if trip.role == role and trip.set_point == limit.set_point
        )
        assert trip.high is limit.level.high
        inner = Level.H if limit.level.high else Level.L
        assert trip.healthy == demo.limit_by_id[f"{limit.signal}:{inner}"].set_point


def test_faults_come_and_go_within_their_cycle() -> None:
    assert all(0 < fault.start < fault.end + fault.ramp < CYCLE_SECONDS for fault in CYCLE)
    quiet = disturbance_at(0.0)
    assert (quiet.pump, quiet.moulds, quiet.surge, quiet.bypassed) == (1.0, 1.0, 0.0, False)
    assert disturbance_at(16.0).pump == 0.75
    assert disturbance_at(180.0 + 16.0) == disturbance_at(16.0)


def test_an_interlock_on_what_no_caster_measures_trips_nothing() -> None:
    files = dict(demo_files())
    table = files["signals.csv"]
    files["signals.csv"] = table.replace("mould.water_flow", "cooling.inlet_flow")
    line = started(checked(files), CASTER, 1)

    for elapsed in range(0, 30_000, STEP):
        line, values = advanced(line, elapsed)

    assert "cooling.inlet_flow" not in {trip.role for trip in line.trips}
    assert "cooling.inlet_flow" not in values

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.faults import Kind
from simulators.process import Acts
from simulators.room_air import NATURAL, T90, RoomAir

DT = 0.05
STILL = Acts()


def _after(room: RoomAir, seconds: float, acts: Acts = STILL) -> RoomAir:
    for _ in range(round(seconds / DT)):
        room = room.after(acts, DT)
    return room


def test_clean_air_shows_the_background_in_both_places() -> None:
    near, far = _after(RoomAir(), 60).values()["co.concentration"]

    assert near == far == 3.0


@given(st.floats(0, 100), st.floats(0, 1), st.floats(0, 1))
def test_what_escaped_is_in_the_air_or_was_carried_off(
    release: float, fan: float, opened: float
) -> None:
    acts = Acts({Kind.RELEASE: release, Kind.VENTILATION: opened}, {"emergency_fan.running": fan})
    room, escaped, carried = RoomAir(), 0.0, 0.0
    for _ in range(400):
        escaped += release * DT
        carried += room.sweeping(acts) * (room.near + room.far) * DT
        room = room.after(acts, DT)
        assert room.near + room.far + carried == pytest.approx(escaped, abs=1e-6)
        assert room.near >= room.far >= 0


def test_a_detector_shows_90_percent_of_a_step_after_its_t90() -> None:
    room = RoomAir(near=100.0, far=100.0)
    seconds = 0.0
    while room.smelt_near < 90:
        room = RoomAir(100.0, 100.0, room.smelt_near, room.smelt_far).after(STILL, DT)
        seconds += DT

    assert seconds == pytest.approx(T90, abs=0.2)


def test_far_from_the_source_the_gas_comes_later() -> None:
    near, far = _after(RoomAir(), 5, Acts({Kind.RELEASE: 10.0})).values()["co.concentration"]

    assert near > far + 3


def test_still_air_clears_slowly_and_ventilated_air_quickly() -> None:
    filled = RoomAir(100.0, 100.0, 100.0, 100.0)
    fan = Acts(actuators={"emergency_fan.running": 1.0})

    assert _after(filled, 1 / NATURAL).near == pytest.approx(100 / 2.718, rel=0.02)
    assert _after(filled, 1 / NATURAL, fan).near < 1
    assert _after(filled, 1 / NATURAL, Acts({Kind.VENTILATION: 1.0})).near < 1


def test_airflow_is_proven_seconds_after_the_fan_runs_and_lost_after_it_stops() -> None:
    fan = Acts(actuators={"emergency_fan.running": 1.0})

    assert _after(RoomAir(), 1, fan).values()["emergency_airflow.proven"] == (0.0,)
    running = _after(RoomAir(), 5, fan)
    assert running.values()["emergency_airflow.proven"] == (1.0,)
    assert _after(running, 2).values()["emergency_airflow.proven"] == (0.0,)


def test_thionyl_chloride_gives_two_hcl_for_each_so2() -> None:
    values = RoomAir(smelt_near=64.06).values()

    so2, hcl = values["so2.concentration"][0] - 0.4, values["hcl.concentration"][0] - 0.3
    assert hcl / so2 == pytest.approx(2 * 36.46 / 64.06)

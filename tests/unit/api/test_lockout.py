from hypothesis import given
from hypothesis import strategies as st

from api.lockout import Lockout
from plant.moment import SECOND


def _fail(lockout: Lockout, login: str, address: str, now: int, times: int) -> None:
    for _ in range(times):
        assert lockout.begin(login, address, now) == 0


def test_wait_grows_and_is_bounded() -> None:
    lockout, now, waits = Lockout(), 0, []
    _fail(lockout, "li", "10.0.0.1", now, 5)
    for _ in range(8):
        waits.append(lockout.begin("li", "10.0.0.1", now) // SECOND)
        now += waits[-1] * SECOND
        _fail(lockout, "li", "10.0.0.1", now, 1)

    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_another_person_and_another_place_are_not_locked() -> None:
    lockout = Lockout()
    _fail(lockout, "li", "10.0.0.1", 0, 5)

    assert lockout.begin("wang", "10.0.0.1", 0) == 0
    assert lockout.begin("li", "10.0.0.2", 0) == 0


def test_one_place_that_tries_many_people_is_slowed() -> None:
    lockout = Lockout()
    for number in range(20):
        _fail(lockout, f"u{number}", "10.0.0.1", 0, 1)

    assert lockout.begin("u99", "10.0.0.1", 0) == 30 * SECOND


def test_one_person_tried_from_many_places_is_never_kept_away_long() -> None:
    lockout = Lockout()
    now = 0
    for number in range(200):
        wait = lockout.begin("li", f"10.0.{number}.1", now)
        now += wait
        if wait:
            lockout.begin("li", f"10.0.{number}.1", now)

    assert 0 < lockout.begin("li", "10.9.9.9", now) <= 30 * SECOND


def test_all_addresses_of_one_ipv6_network_are_one() -> None:
    lockout = Lockout()
    for number in range(5):
        _fail(lockout, "li", f"2001:db8::{number:x}", 0, 1)

    assert lockout.begin("li", "2001:db8::ffff", 0) > 0
    assert lockout.begin("li", "2001:db8:0:1::1", 0) == 0


def test_success_and_an_hour_forget() -> None:
    lockout = Lockout()
    _fail(lockout, "li", "10.0.0.1", 0, 5)
    assert lockout.begin("li", "10.0.0.1", 3601 * SECOND) == 0
    _fail(lockout, "wang", "10.0.0.2", 0, 4)
    lockout.succeeded("wang", "10.0.0.2")
    _fail(lockout, "wang", "10.0.0.2", 0, 5)


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=200))
def test_memory_is_bounded(attempts: list[tuple[str, str]]) -> None:
    lockout = Lockout(most=10)
    for now, (login, address) in enumerate(attempts):
        lockout.begin(login, address, now)

    assert len(lockout._counts) <= 10

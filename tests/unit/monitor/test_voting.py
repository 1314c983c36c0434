"""Voting and degradation: the table of standards 4.4, and when a vote came true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.changes import Voting
from monitor.voting import effective, still, vote
from plant.interlock import Cause, OnBad
from plant.quality import Quality, Reason

REMOVE, VOTE, TRIP = OnBad
SOUND = (Quality.GOOD, Reason.NONE)
FAULTY = (Quality.BAD, Reason.SENSOR_FAULT)
LOST = (Quality.STALE, Reason.AGED)


def cause(design: str, on_bad: OnBad = REMOVE) -> Cause:
    votes, total = design.split("oo")
    return Cause(tuple(f"{name}:H" for name in "abcd"[: int(total)]), int(votes), on_bad)


def by(trusts: list[tuple[Quality, Reason]], design: str, on_bad: OnBad = REMOVE) -> Voting:
    return effective(cause(design, on_bad), dict(zip("abcd", trusts, strict=False)).__getitem__)


@pytest.mark.parametrize(
    ("design", "on_bad", "after"),
    [
        # with 0, 1, 2, 3 channels bad: effective voting, and how many more may fail
        ("1oo1", REMOVE, ["1oo1 0", "failed 0"]),
        ("1oo1", VOTE, ["1oo1 0", "failed 0"]),
        ("1oo1", TRIP, ["1oo1 0", "failed 0"]),
        ("1oo2", REMOVE, ["1oo2 1", "1oo1 0", "failed 0"]),
        ("1oo2", VOTE, ["1oo2 1", "trip 0", "failed 0"]),
        ("1oo2", TRIP, ["1oo2 1", "trip 0", "failed 0"]),
        ("2oo2", REMOVE, ["2oo2 0", "1oo1 0", "failed 0"]),
        ("2oo2", VOTE, ["2oo2 0", "1oo1 0", "failed 0"]),
        ("2oo2", TRIP, ["2oo2 0", "trip 0", "failed 0"]),
        ("2oo3", REMOVE, ["2oo3 1", "2oo2 0", "1oo1 0", "failed 0"]),
        ("2oo3", VOTE, ["2oo3 1", "1oo2 1", "trip 0", "failed 0"]),
        ("2oo3", TRIP, ["2oo3 1", "trip 0", "trip 0", "failed 0"]),
    ],
)
def test_the_table_of_degradation(design: str, on_bad: OnBad, after: list[str]) -> None:
    total = len(cause(design).limits)
    found = [
        by([FAULTY] * bad + [SOUND] * (total - bad), design, on_bad) for bad in range(total + 1)
    ]

    assert [f"{item.effective} {item.tolerance}" for item in found] == after
    assert {item.designed for item in found} == {design}


@pytest.mark.parametrize(
    "trust",
    [
        LOST,
        (Quality.MISSING, Reason.NEVER_SEEN),
        (Quality.BAD, Reason.NO_ANSWER),
        (Quality.BAD, Reason.NOT_PAIRED),
        (Quality.STALE, Reason.SENSOR_FAULT),
    ],
)
def test_lost_data_make_it_unknown_not_degraded(trust: tuple[Quality, Reason]) -> None:
    found = by([trust, FAULTY, SOUND], "2oo3")

    assert (found.effective, found.tolerance) == ("unknown", None)


@pytest.mark.parametrize("reason", [Reason.OUT_OF_RANGE, Reason.SENSOR_FAULT, Reason.FROZEN])
def test_a_known_channel_fault_degrades(reason: Reason) -> None:
    assert by([(Quality.BAD, reason), SOUND, SOUND], "2oo3").effective == "2oo2"


def test_uncertain_channels_vote() -> None:
    assert by([(Quality.UNCERTAIN, Reason.CLOCK), SOUND, SOUND], "2oo3").effective == "2oo3"


@pytest.mark.parametrize(
    ("design", "passed", "expected"),
    [
        ("1oo3", {"a": (5, 10)}, ("a", 5, 10)),
        ("2oo3", {"a": (5, 10)}, None),
        ("2oo3", {"a": (5, 10), "c": (20, 30)}, ("ac", 20, 30)),
        # Each bound by itself: the second smallest of the earliest, and of the latest.
        ("2oo3", {"a": (0, 50), "b": (10, 20), "c": (15, 40)}, ("abc", 10, 40)),
        ("3oo3", {"a": (0, 50), "b": (10, 20), "c": (15, 40)}, ("abc", 15, 50)),
    ],
)
def test_a_vote_came_true_by_order_statistics(
    design: str, passed: dict[str, tuple[int, int]], expected: tuple[str, int, int] | None
) -> None:
    found = vote(cause(design), limits(passed), {})

    assert found is None if expected is None else found is not None
    if found and expected:
        members = tuple(f"{name}:H" for name in expected[0])
        assert (found.members, found.earliest, found.latest) == (members, *expected[1:])


def limits(passed: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    return {f"{name}:H": interval for name, interval in passed.items()}


@pytest.mark.parametrize(
    ("design", "on_bad", "passed", "faults", "expected"),
    [
        ("2oo3", REMOVE, {"a": (5, 10)}, {"b": (1, 2)}, None),
        ("2oo3", REMOVE, {"a": (5, 10), "c": (6, 11)}, {"b": (20, 21)}, (6, 11)),
        ("2oo3", REMOVE, {"a": (5, 10)}, {"b": (1, 2), "c": (3, 4)}, (5, 10)),
        # Enough only since the second was removed.
        ("2oo3", REMOVE, {"a": (5, 10)}, {"b": (1, 2), "c": (20, 22)}, (20, 22)),
        ("2oo3", REMOVE, {}, {"a": (0, 1), "b": (1, 2), "c": (3, 4)}, None),
        ("2oo3", REMOVE, {"b": (5, 10), "c": (6, 11)}, {"b": (20, 21)}, None),
        ("2oo3", VOTE, {"a": (5, 10)}, {"b": (1, 2)}, (5, 10)),
        ("2oo3", VOTE, {"a": (5, 10)}, {"b": (20, 22)}, (20, 22)),
        ("2oo3", VOTE, {}, {"b": (1, 2), "c": (3, 4)}, (3, 4)),
        ("2oo3", TRIP, {}, {"b": (1, 2), "c": (3, 4)}, (1, 2)),
        ("1oo1", TRIP, {}, {"a": (1, 2)}, (1, 2)),
    ],
)
def test_faulty_channels_in_the_vote(
    design: str,
    on_bad: OnBad,
    passed: dict[str, tuple[int, int]],
    faults: dict[str, tuple[int, int]],
    expected: tuple[int, int] | None,
) -> None:
    found = vote(cause(design, on_bad), limits(passed), faults)

    assert (found and (found.earliest, found.latest)) == expected


def test_a_channel_that_breaks_clears_nothing() -> None:
    both = limits({"b": (5, 10), "c": (6, 11)})
    broken = {"b": (20, 21), "c": (20, 21)}

    assert still(cause("2oo3"), both, broken)
    assert still(cause("1oo1"), limits({"a": (1, 2)}), {"a": (3, 4)})
    assert not still(cause("2oo3"), limits({"b": (5, 10)}), {})
    assert not still(cause("1oo1"), {}, {"a": (3, 4)})
    assert still(cause("2oo3", TRIP), {}, broken)
    assert not still(cause("2oo3", TRIP), {}, {})


TRUSTS = st.sampled_from([SOUND, (Quality.UNCERTAIN, Reason.NONE), FAULTY, LOST])
ORDER = [SOUND, (Quality.UNCERTAIN, Reason.NONE), FAULTY, LOST]


@given(
    st.data(), st.sampled_from(["1oo1", "1oo2", "2oo2", "2oo3", "3oo4"]), st.sampled_from(OnBad)
)
def test_worse_data_never_restore_the_designed_voting(
    data: st.DataObject, design: str, on_bad: OnBad
) -> None:
    trusts = data.draw(st.lists(TRUSTS, min_size=4, max_size=4))
    worse = [ORDER[data.draw(st.integers(ORDER.index(item), 3))] for item in trusts]

    if by(trusts, design, on_bad).effective != design:
        assert by(worse, design, on_bad).effective != design


@given(st.sampled_from(OnBad), st.integers(0, 50), st.integers(1, 50))
def test_a_vote_of_one_member_is_the_plain_cause(on_bad: OnBad, at: int, width: int) -> None:
    passed = {"a:H": (at, at + width)}
    found, plain = vote(Cause(("a:H",), 1, on_bad), passed, {}), vote(Cause(("a:H",)), passed, {})

    assert found == plain
    assert plain is not None
    assert (plain.earliest, plain.latest) == (at, at + width)

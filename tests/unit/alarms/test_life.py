"""The transition table of standards 3.2: trip, higher level, return, acknowledge."""

from dataclasses import replace

import pytest

from alarms import life
from alarms.alarm import Alarm, AlarmEventKind, AlarmKind, most_severe
from plant.errors import RequestError
from plant.name import Name
from plant.signal import Level, Priority

NORMAL = Alarm(
    id="s:high",
    kind=AlarmKind.HIGH,
    signal="s",
    equipment="caster",
    active=False,
    acknowledged=True,
    occurrence=0,
    priority=Priority.HIGH,
    message=Name("高", "high"),
    raised_at=0,
)
UNACKNOWLEDGED = replace(NORMAL, active=True, acknowledged=False, occurrence=1, raised_at=5)
ACKNOWLEDGED = replace(UNACKNOWLEDGED, acknowledged=True)
RETURNED = replace(UNACKNOWLEDGED, active=False)
LATCHED = replace(UNACKNOWLEDGED, latched=True)
LATCH_UNACK = replace(LATCHED, active=False)
LATCH_ACK = replace(LATCH_UNACK, acknowledged=True)

# state, event, expected (active, acknowledged, occurrence), in the rows' order of standards 3.2
TABLE = [
    ("trip from normal calls", NORMAL, "trip", (True, False, 1, False)),
    ("trip of a returned alarm calls again", RETURNED, "trip", (True, False, 2, False)),
    ("trip of a latched alarm calls and stays latched", LATCH_ACK, "trip", (True, False, 2, True)),
    ("trip of a latching limit latches", NORMAL, "trip latching", (True, False, 1, True)),
    ("a higher level is a new occurrence", ACKNOWLEDGED, "escalate", (True, False, 2, False)),
    (
        "a higher level before the acknowledgement too",
        UNACKNOWLEDGED,
        "escalate",
        (True, False, 2, False),
    ),
    ("a higher level that latches", ACKNOWLEDGED, "escalate latching", (True, False, 2, True)),
    ("a milder level does not call", ACKNOWLEDGED, "ease", (True, True, 1, False)),
    (
        "return of an acknowledged alarm is normal",
        ACKNOWLEDGED,
        "restore",
        (False, True, 1, False),
    ),
    (
        "return of an unacknowledged one stands",
        UNACKNOWLEDGED,
        "restore",
        (False, False, 1, False),
    ),
    ("return of a latched one stands (E)", LATCHED, "restore", (False, False, 1, True)),
    ("acknowledge while active", UNACKNOWLEDGED, "acknowledge", (True, True, 1, False)),
    ("acknowledge after the return is normal", RETURNED, "acknowledge", (False, True, 1, False)),
    ("acknowledge of a latched one goes to F", LATCH_UNACK, "acknowledge", (False, True, 1, True)),
    ("reset of F is normal", LATCH_ACK, "reset", (False, True, 1, False)),
    ("what is gone is settled", LATCHED, "remove", (False, True, 1, False)),
]


@pytest.mark.parametrize(
    ("before", "event", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_row_of_the_table(
    before: Alarm, event: str, expected: tuple[bool, bool, int, bool]
) -> None:
    name, _, latching = event.partition(" ")
    if name in ("acknowledge", "reset"):
        happened = getattr(life, name)(before, before.occurrence, "zhang", "seen", 9)
    else:
        how = {"latching": True} if latching else {}
        happened = getattr(life, name)(before, 9, **how)
    after = happened.alarm

    assert (after.active, after.acknowledged, after.occurrence, after.latched) == expected
    assert happened.time == 9
    assert after.raised_at == (9 if after.occurrence > before.occurrence else before.raised_at)


@pytest.mark.parametrize("before", [NORMAL, ACKNOWLEDGED, RETURNED, LATCHED, LATCH_ACK])
@pytest.mark.parametrize("name", ["acknowledge", "reset"])
def test_no_act_changes_the_condition(before: Alarm, name: str) -> None:
    try:
        after = getattr(life, name)(before, None, "zhang", "", 9).alarm
    except RequestError:
        return
    assert (after.active, after.levels, after.value) == (
        before.active,
        before.levels,
        before.value,
    )
    assert (after.occurrence, after.raised_at) == (before.occurrence, before.raised_at)


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (NORMAL, "not_latched"),
        (ACKNOWLEDGED, "not_latched"),
        (LATCHED, "still_active"),
        (LATCH_UNACK, "not_acknowledged"),
    ],
)
def test_what_cannot_be_reset(before: Alarm, code: str) -> None:
    with pytest.raises(RequestError) as refused:
        life.reset(before, None, "zhang", "", 9)
    assert refused.value.code == code


def test_events_are_named_as_the_journal_names_them() -> None:
    assert life.trip(NORMAL, 1).event is AlarmEventKind.TRIP
    assert life.escalate(ACKNOWLEDGED, 1).event is AlarmEventKind.LEVEL
    assert life.ease(ACKNOWLEDGED, 1).event is AlarmEventKind.LEVEL
    assert life.restore(ACKNOWLEDGED, 1).event is AlarmEventKind.RETURN
    assert life.reset(LATCH_ACK, 1, "zhang", "", 1).event is AlarmEventKind.RESET
    assert life.remove(ACKNOWLEDGED, 1).event is AlarmEventKind.REMOVE


def test_an_acknowledgement_says_who_and_what() -> None:
    happened = life.acknowledge(UNACKNOWLEDGED, None, "zhang", "pump checked", 9)
    assert (happened.actor, happened.comment) == ("zhang", "pump checked")
    assert life.trip(NORMAL, 1).actor is None


def test_what_is_acknowledged_cannot_be_again() -> None:
    for alarm in (NORMAL, ACKNOWLEDGED):
        with pytest.raises(RequestError) as refused:
            life.acknowledge(alarm, alarm.occurrence, "zhang", "", 9)
        assert refused.value.code == "already_acknowledged"


def test_what_was_not_looked_at_cannot_be_acknowledged() -> None:
    again = life.trip(RETURNED, 8).alarm
    with pytest.raises(RequestError) as refused:
        life.acknowledge(again, 1, "zhang", "", 9)
    assert refused.value.code == "occurrence_passed"
    assert "occurrence 2" in str(refused.value)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((), None),
        ((Level.H,), Level.H),
        ((Level.H, Level.HH), Level.HH),
        ((Level.HH, Level.H), Level.HH),
        ((Level.L, Level.LL), Level.LL),
    ],
)
def test_the_most_severe_level(levels: tuple[Level, ...], expected: Level | None) -> None:
    assert most_severe(levels) is expected

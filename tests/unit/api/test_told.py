"""What clients are told of signals: a client that follows always knows what is so."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.judging import Judged
from api.live import Changes, Seen
from api.models.journal import SignalsEvent
from api.reading import reading
from api.told import Told
from plant.moment import MILLISECOND, SECOND, from_text, to_text
from plant.quality import Quality, Reason
from tests.api_world import PLANT, START

FLOW = PLANT.signals[0].id
GOOD = Seen(5.0, Quality.GOOD, Reason.NONE, START)


def _judged(now: int, *, stale: bool) -> Judged:
    return Judged(now, now, stale=stale, catching_up=False, behind=stale)


ALIVE = _judged(START, stale=False)


def _content(sent: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sent.split(b"data: ")[1])
    assert SignalsEvent.model_validate_json(json.dumps(found)).model_dump(mode="json") == found
    return found


class Follower:
    """A client that knows nothing but the events."""

    def __init__(self, opening: bytes) -> None:
        self.values = _content(opening)["signals"]

    def take(self, sent: bytes) -> None:
        if not sent:
            return
        content = _content(sent)
        self.values |= content["signals"]
        for name, (value, age_ms) in content["fresh"].items():
            time = to_text(from_text(content["at"]) - age_ms * MILLISECOND)
            self.values[name] |= {"value": value, "last_value": value, "time": time}


def test_a_signal_that_goes_on_is_its_number_and_its_age() -> None:
    told = Told(PLANT)
    first = told.changes(Changes(START, {FLOW: GOOD}), ALIVE, START)
    later = START + SECOND
    again = Seen(5.0, Quality.GOOD, Reason.NONE, later - 40 * MILLISECOND)
    second = told.changes(Changes(later, {FLOW: again}), ALIVE, later)

    assert _content(first)["signals"][FLOW]["quality"] == "GOOD"
    assert _content(first)["fresh"] == {}
    assert _content(second)["signals"] == {}
    assert _content(second)["fresh"] == {FLOW: [5.0, 40]}


def test_another_reason_is_said_whole() -> None:
    told = Told(PLANT)
    told.changes(Changes(START, {FLOW: GOOD}), ALIVE, START)
    doubtful = Seen(5.0, Quality.UNCERTAIN, Reason.CLOCK, START)
    sent = _content(told.changes(Changes(START, {FLOW: doubtful}), ALIVE, START))

    assert sent["signals"][FLOW]["reason"] == "CLOCK"


def test_what_ages_unheard_is_said_once() -> None:
    told = Told(PLANT)
    told.changes(Changes(START, {FLOW: GOOD}), ALIVE, START)
    later = START + 5 * SECOND
    judged = _judged(later, stale=False)

    assert _content(told.aged(judged, later))["signals"][FLOW]["reason"] == "AGED"
    assert told.aged(judged, later) == b""


def test_a_silent_monitor_says_nothing() -> None:
    assert Told(PLANT).changes(Changes(None, {}), ALIVE, START) == b""


_MS = st.integers(-3000, 3000).map(lambda number: START + number * MILLISECOND)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from([FLOW, PLANT.signals[1].id]),
        st.builds(
            Seen,
            st.none() | st.sampled_from([0.0, 1.5]),
            st.sampled_from(Quality),
            st.sampled_from([Reason.NONE, Reason.SENSOR_FAULT]),
            st.none() | _MS,
        ),
        _MS,
        st.booleans(),
        st.sampled_from(["heard", "aged", "join"]),
    ),
    max_size=12,
)


@given(_STEPS)
def test_whoever_follows_knows_what_is_so(
    steps: list[tuple[str, Seen, int, bool, str]],
) -> None:
    told = Told(PLANT)
    followers, seen = [Follower(told.everything())], {}
    for name, value, now, stale, what in steps:
        judged = _judged(now, stale=stale)
        if what == "join":
            followers.append(Follower(told.everything()))
            continue
        sent = told.aged(judged, now)
        if what == "heard":
            seen[name] = value
            sent += b"\x00" + told.changes(Changes(now, {name: value}), judged, now)
        for follower in followers:
            for part in sent.split(b"\x00"):
                follower.take(part)
            assert follower.values == {
                signal.id: reading(signal, seen.get(signal.id), judged, now)
                for signal in PLANT.signals
            }

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.judging import Judged
from api.live import LiveStore, Seen
from api.models.plant import LiveValue
from api.reading import reading
from plant.moment import SECOND, to_text
from plant.quality import Quality, Reason
from tests.api_world import PLANT, START

FLOW = PLANT.signals[0]
ALIVE = Judged(START, START, stale=False, catching_up=False, behind=False)
DEAD = Judged(START, START, stale=True, catching_up=False, behind=True)


def _message(**changes: Any) -> bytes:
    content = {
        "epoch": "e",
        "seq": 1,
        "at": to_text(START),
        "judged_until": to_text(START),
        "catching_up": False,
        "signals": {
            FLOW.id: {"value": 5, "quality": "GOOD", "reason": "NONE", "time": to_text(START)}
        },
    }
    return json.dumps({**content, **changes}).encode()


def test_values_and_touched_are_told_apart() -> None:
    store = LiveStore.of(PLANT)
    store.update(_message())

    assert store.take().signals == {FLOW.id: Seen(5.0, Quality.GOOD, Reason.NONE, START)}
    assert store.take().signals == {}
    assert store.values().at == START
    assert list(store.values().signals) == [FLOW.id]


def test_news_of_the_journal_wake_the_reader() -> None:
    woken: list[int] = []
    store = LiveStore.of(PLANT)
    store.woken = lambda: woken.append(1)
    for seq, epoch in ((1, "e"), (1, "e"), (2, "e"), (2, "f")):
        store.update(_message(seq=seq, epoch=epoch))

    assert len(woken) == 3


def _signal(**changes: Any) -> dict[str, Any]:
    good = {"value": 5, "quality": "GOOD", "reason": "NONE", "time": to_text(START)}
    return {"signals": {FLOW.id: {**good, **changes}}}


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        _message(at="yesterday"),
        _message(seq="x"),
        _message(signals=[]),
        _message(**_signal(quality="FINE")),
        _message(**_signal(quality=0)),
        _message(**_signal(reason="BECAUSE")),
        _message(**_signal(value="5")),
        _message(**_signal(value=[5])),
        _message(**_signal(time=5)),
        _message(**_signal(time="2026-11-24T08:00:00")),
        _message(**_signal()).replace(b'"value": 5', b'"value": NaN'),
        _message(**_signal()).replace(b'"value": 5', b'"value": 1e999'),
        _message(**_signal()).replace(b'"value": 5', b'"value": 1' + b"0" * 400),
        b"[" * 100_000,
    ],
)
def test_a_broken_message_is_dropped_whole_and_counted(message: bytes) -> None:
    store = LiveStore.of(PLANT)
    store.update(message)

    assert store.dropped == 1
    assert store.values().signals == {}


@given(st.binary(max_size=200))
def test_no_bytes_break_the_store(message: bytes) -> None:
    LiveStore.of(PLANT).update(message)


def test_unknown_signals_are_not_believed() -> None:
    store = LiveStore.of(PLANT)
    store.update(_message(signals={"other": {"value": 1}}))

    assert store.values().signals == {}


@pytest.mark.parametrize(
    ("seen", "judged", "after_s", "quality", "reason", "value"),
    [
        (None, ALIVE, 0, "MISSING", "NEVER_SEEN", None),
        (None, DEAD, 0, "MISSING", "NEVER_SEEN", None),
        (Seen(5, Quality.GOOD, Reason.NONE, START), ALIVE, 2, "GOOD", "NONE", 5),
        (Seen(5, Quality.UNCERTAIN, Reason.NONE, START), ALIVE, 0, "UNCERTAIN", "NONE", 5),
        (Seen(5, Quality.GOOD, Reason.NONE, START), ALIVE, 2.1, "STALE", "AGED", None),
        (Seen(5, Quality.GOOD, Reason.NONE, START), ALIVE, -2.1, "STALE", "AGED", None),
        (Seen(5, Quality.GOOD, Reason.NONE, None), ALIVE, 0, "STALE", "AGED", None),
        (Seen(5, Quality.GOOD, Reason.NONE, START), DEAD, 0, "STALE", "NOT_JUDGED", None),
        (Seen(None, Quality.BAD, Reason.REFUSED, START), ALIVE, 0, "BAD", "REFUSED", None),
        (Seen(5, Quality.BAD, Reason.SENSOR_FAULT, START), ALIVE, 9, "BAD", "SENSOR_FAULT", None),
        (Seen(None, Quality.BAD, Reason.REFUSED, START), DEAD, 0, "STALE", "NOT_JUDGED", None),
        (
            Seen(None, Quality.MISSING, Reason.NEVER_SEEN, None),
            DEAD,
            0,
            "MISSING",
            "NEVER_SEEN",
            None,
        ),
        (Seen(None, Quality.GOOD, Reason.NONE, START), ALIVE, 0, "BAD", "NOT_DECODABLE", None),
    ],
)
def test_trust(
    seen: Seen | None,
    judged: Judged,
    after_s: float,
    quality: str,
    reason: str,
    value: float | None,
) -> None:
    found = reading(FLOW, seen, judged, START + round(after_s * SECOND))

    assert (found["quality"], found["reason"], found["value"]) == (quality, reason, value)
    assert LiveValue.model_validate(found).model_dump() == found


_SEEN = st.builds(
    Seen,
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(Quality),
    st.sampled_from(Reason),
    st.none() | st.integers(START - 10 * SECOND, START + 10 * SECOND),
)


@given(_SEEN)
def test_a_dead_monitor_never_shows_a_value(seen: Seen) -> None:
    assert reading(FLOW, seen, DEAD, START)["value"] is None


@given(_SEEN, st.integers(-10 * SECOND, 10 * SECOND))
def test_a_shown_value_is_always_fresh_and_usable(seen: Seen, later: int) -> None:
    found = reading(FLOW, seen, ALIVE, START + later)
    if found["value"] is not None:
        assert seen.quality in (Quality.GOOD, Quality.UNCERTAIN)
        assert seen.time is not None
        assert abs(START + later - seen.time) <= FLOW.max_age_s * SECOND

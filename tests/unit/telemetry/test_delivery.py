import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.errors import TelemetryError
from telemetry.delivery import (
    Accept,
    Committed,
    Duplicate,
    Gap,
    Intake,
    Position,
    committed_topic,
    decode_committed,
    encode_committed,
)


def test_records_are_taken_once_and_in_order() -> None:
    intake = Intake()

    assert intake.accept("s", 0, None) == Accept(Position("s", 0))
    assert intake.accept("s", 1, None) == Accept(Position("s", 1))
    assert intake.accept("s", 1, None) == Duplicate()
    assert intake.accept("s", 0, None) == Duplicate()
    assert intake.position == Position("s", 1)


def test_after_a_gap_everything_waits_for_what_is_missing() -> None:
    intake = Intake(Position("s", 4))

    assert intake.accept("s", 6, None) == Gap(5)
    assert intake.waiting
    assert intake.accept("s", 7, None) == Gap(5)
    assert intake.accept("s", 5, None) == Accept(Position("s", 5))
    assert not intake.waiting
    assert intake.accept("s", 6, None) == Accept(Position("s", 6))


def test_a_lost_range_is_skipped_and_reported() -> None:
    intake = Intake(Position("s", 4))

    assert intake.accept("s", 10, (5, 9)) == Accept(Position("s", 10), lost=(5, 9))


def test_only_what_was_not_taken_is_reported_as_lost() -> None:
    assert Intake(Position("s", 4)).accept("s", 10, (0, 9)) == Accept(Position("s", 10), (5, 9))
    assert Intake(Position("s", 9)).accept("s", 10, (0, 9)) == Accept(Position("s", 10))
    assert Intake(Position("s", 10)).accept("s", 10, (0, 9)) == Duplicate()


@pytest.mark.parametrize("lost", [None, (6, 9), (5, 8), (0, 3)])
def test_a_range_that_does_not_cover_the_gap_excuses_nothing(lost: tuple[int, int] | None) -> None:
    assert Intake(Position("s", 4)).accept("s", 10, lost) == Gap(5)


def test_a_new_spool_begins_at_its_beginning() -> None:
    intake = Intake(Position("old", 4000))

    assert intake.accept("new", 7, None) == Gap(0)
    assert intake.position == Position("old", 4000)
    assert intake.accept("new", 0, None) == Accept(Position("new", 0))


def test_a_new_spool_whose_beginning_is_gone_says_so() -> None:
    assert Intake().accept("s", 7, (0, 6)) == Accept(Position("s", 7), lost=(0, 6))


@given(st.lists(st.integers(0, 12), max_size=80), st.integers(0, 12))
def test_whatever_is_sent_each_offset_is_taken_once_in_order(sent: list[int], start: int) -> None:
    intake = Intake(Position("s", start - 1))
    taken = [n for n in sent if isinstance(intake.accept("s", n, None), Accept)]

    assert taken == list(range(start, start + len(taken)))


@given(st.text(max_size=9), st.integers(0, (1 << 63) - 1), st.booleans())
def test_a_committed_message_reads_back(spool: str, offset: int, rewind: bool) -> None:  # noqa: FBT001
    for position in (Position(spool, offset), Position()):
        payload = encode_committed(position, rewind=rewind)
        assert decode_committed(payload) == Committed(position, rewind)


@pytest.mark.parametrize(
    "payload",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"spool": 1, "offset": 0, "rewind": false}',
     b'{"spool": "s", "offset": 1.5, "rewind": false}',
     b'{"spool": "s", "offset": true, "rewind": false}',
     b'{"spool": "s", "offset": -2, "rewind": false}',
     b'{"spool": null, "offset": 5, "rewind": false}',
     b'{"spool": "s", "offset": 99999999999999999999, "rewind": false}',
     b'{"spool": "s", "offset": 0, "rewind": 1}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_committed_message_is_refused(payload: bytes) -> None:
    with pytest.raises(TelemetryError):
        decode_committed(payload)


def test_the_committed_topic_is_checked() -> None:
    assert committed_topic("demo", "gw1", "monitor") == "firstout/v1/committed/demo/gw1/monitor"
    with pytest.raises(TelemetryError):
        committed_topic("demo", "gw 1", "monitor")

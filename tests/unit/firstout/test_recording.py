"""Recorded inputs: what is written is what is read, and damage is named."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstout.judge import Act
from firstout.recording import Applied, Recorded, decode_all, encode
from monitor.inputs import Born, Died, Samples, Started, Tick
from plant.errors import JournalError

TIMES = st.integers(-(2**62), 2**62)
NAMES = st.text(max_size=20)


@st.composite
def all_samples(draw: st.DrawFn) -> Samples:
    count = draw(st.integers(0, 5))

    def array(elements: st.SearchStrategy[float], dtype: type) -> np.ndarray:  # type: ignore[type-arg]
        return np.array(draw(st.lists(elements, min_size=count, max_size=count)), dtype)

    return Samples(
        node=draw(NAMES),
        historical=draw(st.booleans()),
        slots=array(st.integers(0, 2**31 - 1), np.int32),
        times=array(TIMES, np.int64),
        values=array(st.floats(), np.float64),
        quality=array(st.integers(0, 4), np.uint8),
        reasons=array(st.integers(0, 8), np.uint8),
        known_at=draw(TIMES),
        sources=draw(st.just(None) | st.just(array(TIMES, np.int64))),
    )


BODIES = st.dictionaries(NAMES, st.none() | st.booleans() | st.integers() | NAMES, max_size=3)
INPUTS: st.SearchStrategy[Recorded] = st.one_of(
    all_samples(),
    st.builds(Tick, TIMES),
    st.builds(Started, TIMES),
    st.builds(Born, NAMES, NAMES, TIMES),
    st.builds(Died, NAMES, NAMES, TIMES),
    st.builds(Applied, NAMES, TIMES),
    st.builds(Applied, NAMES, TIMES, st.dictionaries(NAMES, NAMES), NAMES, NAMES, NAMES, NAMES),
    st.builds(Act, NAMES | st.just("acknowledge"), NAMES, BODIES, TIMES),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(INPUTS, max_size=6))
def test_what_is_written_is_what_is_read(inputs: list[Recorded]) -> None:
    data = b"".join(encode(item) for item in inputs)
    read = list(decode_all(data, "x"))

    assert [type(item) for item in read] == [type(item) for item in inputs]
    for before, after in zip(inputs, read, strict=True):
        assert same(before, after)
    assert b"".join(encode(item) for item in read) == data


def same(before: Recorded, after: Recorded) -> bool:
    if not isinstance(before, Samples) or not isinstance(after, Samples):
        return before == after
    arrays = ["slots", "times", "values", "quality", "reasons"]
    if (before.sources is None) is not (after.sources is None):
        return False
    if before.sources is not None:
        arrays.append("sources")
    return (before.node, before.historical, before.known_at) == (
        after.node,
        after.historical,
        after.known_at,
    ) and all(
        np.array_equal(getattr(before, name), getattr(after, name), equal_nan=name == "values")
        and getattr(before, name).dtype == getattr(after, name).dtype
        for name in arrays
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(INPUTS, min_size=1, max_size=3), st.data())
def test_a_cut_off_record_is_named_and_those_before_are_read(
    inputs: list[Recorded], data: st.DataObject
) -> None:
    whole = b"".join(encode(item) for item in inputs[:-1])
    last = encode(inputs[-1])
    cut = data.draw(st.integers(1, len(last) - 1))
    records = decode_all(whole + last[:cut], "hour")
    read = [next(records) for _ in inputs[:-1]]

    assert all(same(*pair) for pair in zip(inputs[:-1], read, strict=True))
    with pytest.raises(JournalError, match=f"hour: the record at byte {len(whole)} is cut off"):
        next(records)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(INPUTS, st.data())
def test_a_damaged_record_is_named(given_input: Recorded, data: st.DataObject) -> None:
    record = bytearray(encode(given_input))
    at = data.draw(st.integers(4, len(record) - 1))
    record[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(JournalError, match="at byte 0 is cut off or damaged"):
        list(decode_all(bytes(record), "hour"))


def test_zeros_left_by_a_crash_are_damage() -> None:
    data = encode(Tick(1)) + bytes(64)
    with pytest.raises(JournalError, match="damaged"):
        list(decode_all(data, "hour"))


def test_an_act_is_no_kind_of_record() -> None:
    act = Act("tick", "zhang", {"alarm": "a:high"}, 5)
    assert list(decode_all(encode(act), "x")) == [act]


def test_a_record_without_sources_is_as_it_always_was() -> None:
    none = np.zeros(0, np.uint8)
    empty = Samples(
        "gw", False, none.view(np.int32), none.view(np.int64), none.view(np.float64), none, none, 7
    )
    header = encode(empty)[8:]
    assert (
        header == b'{"record":"samples","node":"gw","historical":false,"known_at":7,"count":0}\n'
    )

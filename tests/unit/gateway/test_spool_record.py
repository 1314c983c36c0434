import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.spool_record import pack, unpack
from plant.quality import Quality, Reason
from plant.reading import Reading

readings = st.lists(
    st.builds(
        Reading,
        signal=st.text(max_size=40),
        value=st.floats(allow_nan=False),
        quality=st.sampled_from(Quality),
        reason=st.sampled_from(Reason),
    ),
    max_size=20,
).map(tuple)


@given(readings)
def test_unpacking_undoes_packing(some: tuple[Reading, ...]) -> None:
    assert unpack(pack(some)) == some


def test_a_bad_value_stays_nan() -> None:
    (reading,) = unpack(pack([Reading("s", math.nan, Quality.BAD, Reason.NO_ANSWER)]))

    assert math.isnan(reading.value)
    assert (reading.quality, reading.reason) == (Quality.BAD, Reason.NO_ANSWER)


def test_a_cut_record_is_refused() -> None:
    data = pack([Reading("signal", 1.0), Reading("other", 2.0)])
    whole = {len(data), len(pack([Reading("signal", 1.0)])), 0}

    for length in range(len(data)):
        if length not in whole:
            with pytest.raises(ValueError, match="ends inside"):
                unpack(data[:length])


@given(st.binary(max_size=100))
def test_any_bytes_are_readings_or_a_value_error(data: bytes) -> None:
    try:
        unpack(data)
    except ValueError:
        return

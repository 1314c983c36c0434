import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.spool_record import digest_of, pack, pack_ids, unpack, unpack_ids
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings

_some = st.lists(
    st.builds(
        Reading,
        signal=st.text(max_size=40),
        value=st.floats(allow_nan=False),
        quality=st.just(Quality.GOOD) | st.sampled_from(Quality),
        reason=st.just(Reason.NONE) | st.sampled_from(Reason),
        source=st.just(0) | st.integers(0, 2**63 - 1),
    ),
    max_size=20,
)
DIGEST = b"a digest"


def _no_layout(_: bytes) -> None:
    return None


def _former(readings: list[Reading]) -> bytes:
    """Pack as Firstout did before records had a mark."""
    return b"".join(
        struct.pack(">BBdH", r.quality, r.reason, r.value, len(r.signal.encode()))
        + r.signal.encode()
        for r in readings
    )


@given(_some, st.booleans())
def test_unpacking_undoes_packing(some: list[Reading], laid_out: bool) -> None:  # noqa: FBT001
    readings = Readings.of(some)
    data = pack(readings, DIGEST if laid_out else None)

    again = unpack(data, {DIGEST: readings.signals}.get if laid_out else _no_layout)

    assert list(again) == some
    assert (again.sources is None) == (readings.sources is None)


@given(_some)
def test_a_record_of_the_former_format_is_read(some: list[Reading]) -> None:
    unstamped = [Reading(r.signal, r.value, r.quality, r.reason) for r in some]

    assert list(unpack(_former(unstamped), _no_layout)) == unstamped


@given(st.lists(st.text(max_size=300)).map(tuple))
def test_ids_come_back_whatever_they_are_made_of(signals: tuple[str, ...]) -> None:
    assert unpack_ids(pack_ids(signals)) == signals


def test_a_bad_value_stays_nan() -> None:
    (reading,) = unpack(pack(Readings.bad(("s",), Reason.NO_ANSWER)), _no_layout)

    assert math.isnan(reading.value)
    assert (reading.quality, reading.reason) == (Quality.BAD, Reason.NO_ANSWER)


def test_an_ordinary_value_takes_eight_bytes() -> None:
    count = 1000
    signals = tuple(f"s{n}" for n in range(count))
    good = Readings(signals, np.ones(count), np.zeros(count, np.uint8), np.zeros(count, np.uint8))

    assert len(pack(good, DIGEST)) == 8 * count + 14


def test_a_record_whose_layout_is_lost_is_refused_by_its_name() -> None:
    readings = Readings.of([Reading("signal", 1.0)])
    digest = digest_of(pack_ids(readings.signals))

    with pytest.raises(ValueError, match=f"layout {digest.hex()} .* is lost"):
        unpack(pack(readings, digest), _no_layout)


@pytest.mark.parametrize("digest", [DIGEST, None])
def test_a_cut_record_is_refused(digest: bytes | None) -> None:
    readings = Readings.of([Reading("signal", 1.0), Reading("other", 2.0, Quality.UNCERTAIN)])
    data = pack(readings, digest)

    for length in range(1, len(data)):
        with pytest.raises(ValueError, match=r"spooled record|ids end"):
            unpack(data[:length], {DIGEST: readings.signals}.get)


def test_a_cut_record_of_the_former_format_is_refused() -> None:
    data = _former([Reading("signal", 1.0), Reading("other", 2.0)])
    whole = {len(data), len(_former([Reading("signal", 1.0)])), 0}

    for length in set(range(len(data))) - whole:
        with pytest.raises(ValueError, match="ends inside"):
            unpack(data[:length], _no_layout)


@given(st.binary(max_size=100), st.booleans(), st.integers(0, 7), st.integers(0, 9))
def test_any_bytes_are_readings_or_a_value_error(data, marked, flags, count) -> None:
    if marked:
        data = struct.pack("<BBI", 0xA2, flags, count) + data
    try:
        readings = unpack(data, lambda _: ("a", "b"))
    except ValueError:
        return
    assert len(list(readings)) == len(readings.values)

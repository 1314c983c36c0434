import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from historian.embedded.series import Series, joined
from historian.embedded.trend import buckets, cells
from plant.quality import Quality

# Huge and tiny ones, but no sum of them leaves the range of a float.
VALUES = st.floats(-1e300, 1e300, allow_nan=False)
QUALITY = st.sampled_from(Quality)
SAMPLES = st.lists(st.tuples(st.integers(-500, 500), VALUES, QUALITY), max_size=60)
WIDTHS = st.integers(1, 200)


def series(samples: list[tuple[int, float, Quality]]) -> Series:
    valued = [(t, v if q <= Quality.UNCERTAIN else math.nan, q) for t, v, q in samples]
    zeros = np.zeros(len(samples))
    return Series(
        np.array([time for time, _, _ in valued], np.int64),
        zeros.astype(np.int64),
        np.array([value for _, value, _ in valued], np.float64),
        np.array([quality for _, _, quality in valued], np.uint8),
        zeros.astype(np.uint8),
    ).settled()


def by_hand(samples: Series, width: int) -> list[tuple[object, ...]]:
    """What the docstring of `Buckets` says, sample by sample."""
    spans: dict[int, list[tuple[float, int]]] = {}
    for time, value, quality in zip(samples.times, samples.values, samples.quality, strict=True):
        spans.setdefault(int(time) // width * width, []).append((float(value), int(quality)))
    found = []
    for start, span in sorted(spans.items()):
        valued = [value for value, quality in span if quality <= Quality.UNCERTAIN]
        numbers: tuple[float, ...] = (math.nan,) * 4
        if valued:
            numbers = (min(valued), max(valued), valued[0], valued[-1])
        counts = [sum(q == wanted for _, q in span) for wanted in (0, 1)]
        found.append((start, len(span), *counts, *numbers))
    return found


@given(SAMPLES, WIDTHS, st.integers(-500, 500))
def test_buckets_are_what_their_words_say(samples, width: int, cut: int) -> None:
    """However the samples are cut into pieces on the way."""
    whole = series(samples)
    pieces = [whole.within(-1000, cut), whole.within(cut, 1000)]

    got = buckets([cells(piece, width) for piece in pieces])
    columns = (got.starts, got.samples, got.good, got.uncertain)
    columns += (got.minimum, got.maximum, got.first, got.last)
    rows = [tuple(column[row].item() for column in columns) for row in range(len(got.starts))]
    assert [str(row) for row in rows] == [str(row) for row in by_hand(whole, width)]


@given(SAMPLES, WIDTHS)
def test_the_mean_is_of_values_and_never_outside_them(samples, width: int) -> None:
    whole = series(samples)
    got = buckets([cells(whole, width)])

    for row, start in enumerate(got.starts):
        span = whole.within(int(start), int(start) + width)
        valued = span.values[span.quality <= Quality.UNCERTAIN]
        if not len(valued):
            assert math.isnan(got.mean[row])
            continue
        assert got.minimum[row] <= got.mean[row] <= got.maximum[row]
        exact = math.fsum(valued) / len(valued)
        assert abs(got.mean[row] - exact) <= 1e-12 * max(abs(valued).max(), 5e-324)


@given(SAMPLES, SAMPLES)
def test_of_two_samples_at_one_time_the_later_written_stays(old, new) -> None:
    model = {time: value for time, value, _ in old}
    model |= {time: value for time, value, _ in new}
    good = [[(t, v, Quality.GOOD) for t, v, _ in part] for part in (old, new)]

    got = joined([series(part) for part in good]).settled()
    assert dict(zip(got.times.tolist(), got.values.tolist(), strict=True)) == model
    assert list(got.times) == sorted(model)

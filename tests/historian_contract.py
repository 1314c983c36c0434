"""What every historian must do, over whatever store: `class TestMine(HistorianContract)`.

A subclass gives the fixture `opened`: a function that opens the same, at first empty, store again
and again, for writing or for reading.
"""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pytest

from historian.historian import Historian
from historian.points import Buckets, History, Points
from plant.moment import SECOND
from plant.quality import Quality, Reason

Opened = Callable[..., Historian]  # opened(writing=True) or opened(writing=False)

# A whole minute and hour, so that buckets begin there.
START = 1_795_478_400 * SECOND  # 2026-11-24T00:00:00Z
HOUR = 3600 * SECOND
GOOD, UNCERTAIN, BAD = Quality.GOOD, Quality.UNCERTAIN, Quality.BAD
STEP = 10


class Sample(NamedTuple):
    """One sample as a test writes it; `source` 0 means that the value was not stamped."""

    signal: str
    time: int
    value: float
    quality: Quality = GOOD
    reason: Reason = Reason.NONE
    source: int = 0


def points(samples: Sequence[Sample]) -> Points:
    """Put samples into arrays as the recorder does."""
    names = tuple(dict.fromkeys(sample.signal for sample in samples))
    return Points(
        names=names,
        which=np.array([names.index(sample.signal) for sample in samples], np.int32),
        times=np.array([sample.time for sample in samples], np.int64),
        sources=np.array([sample.source for sample in samples], np.int64),
        values=np.array([sample.value for sample in samples], np.float64),
        quality=np.array([sample.quality for sample in samples], np.uint8),
        reasons=np.array([sample.reason for sample in samples], np.uint8),
    )


def series(signal: str, count: int, first: int = START, step: int = SECOND) -> list[Sample]:
    """Give `count` GOOD samples 0.0, 1.0, 2.0 ... of a signal."""
    return [Sample(signal, first + number * step, float(number)) for number in range(count)]


def told(history: History, signal: str) -> list[Sample]:
    """Give what a historian answered in the form in which a test wrote it."""
    columns = (history.times, history.values, history.quality, history.reasons, history.sources)
    return [
        Sample(signal, int(time), float(value), Quality(quality), Reason(reason), int(source))
        for time, value, quality, reason, source in zip(*columns, strict=True)
    ]


def same(one: Sequence[Sample], other: Sequence[Sample]) -> None:
    """Compare with NaN equal to NaN; a plain `==` of floats would not."""
    assert [str(sample) for sample in one] == [str(sample) for sample in other]


def everything(historian: Historian, signal: str) -> list[Sample]:
    history = historian.samples(signal, 0, START + 1000 * HOUR, 100_000)
    assert not history.more
    return told(history, signal)


def rows(buckets: Buckets) -> list[tuple[int, int, int, int]]:
    """Give start (seconds after START), samples, good and uncertain of each bucket."""
    starts = (buckets.starts - START) // SECOND
    columns = (starts, buckets.samples, buckets.good, buckets.uncertain)
    return [tuple(int(number) for number in row) for row in zip(*columns, strict=True)]


class HistorianContract:
    """Inherit, give `opened`; each test begins with an empty store."""

    @pytest.fixture
    def opened(self) -> Opened:
        raise NotImplementedError

    # --- kept exactly ------------------------------------------------------------------------

    def test_what_was_written_is_read_back_exactly(self, opened: Opened) -> None:
        wrote = [
            Sample("a", START, 1.5, source=START - 7),
            Sample("a", START + 1, -0.0, UNCERTAIN, Reason.CLOCK, START + 123_456_789),
            Sample("a", START + 2, float("nan"), BAD, Reason.NO_ANSWER),
            Sample("a", START + SECOND, 1e300),
            Sample("a", START + 2 * SECOND, 5e-324),
            Sample("a", START + 3 * SECOND, 0.1 + 0.2),
            Sample("b", START, 2.0),
        ]
        opened(writing=True).write(points(wrote), {"gw": ("spool", 1)})

        same(everything(opened(writing=False), "a"), wrote[:-1])
        same(everything(opened(writing=False), "b"), wrote[-1:])

    def test_the_writer_reads_what_it_wrote(self, opened: Opened) -> None:
        writer = opened(writing=True)
        writer.write(points(series("a", 3)), {})

        same(everything(writer, "a"), series("a", 3))

    def test_what_was_written_outlives_the_writer(self, opened: Opened) -> None:
        first = opened(writing=True)
        first.write(points(series("a", 3)), {})
        first.close()
        second = opened(writing=True)
        second.write(points(series("a", 2, START + HOUR)), {})

        same(everything(second, "a"), series("a", 3) + series("a", 2, START + HOUR))

    def test_names_may_hold_whatever_a_signal_id_may(self, opened: Opened) -> None:
        names = ["电炉-1.出水温度", "it's", 'say "so"', "a,b=c d", "50%_x", "back\\slash", "x\n--"]
        wrote = [Sample(name, START, float(number)) for number, name in enumerate(names)]
        opened(writing=True).write(points(wrote), {})

        reader = opened(writing=False)
        assert [everything(reader, name) for name in names] == [[sample] for sample in wrote]

    def test_what_is_no_number_is_kept_as_not_decodable(self, opened: Opened) -> None:
        """`Points` rules it out; a trend that met one all the same would have no mean."""
        inf, nan = float("inf"), float("nan")
        wrote = [
            Sample("a", START, inf),
            Sample("a", START + SECOND, -inf, UNCERTAIN),
            Sample("a", START + 2 * SECOND, nan, reason=Reason.CLOCK),
            Sample("a", START + 3 * SECOND, 7.0, BAD, Reason.OUT_OF_RANGE),
            Sample("a", START + 4 * SECOND, 3.0),
        ]
        opened(writing=True).write(points(wrote), {})

        reader = opened(writing=False)
        kept = [
            *(Sample("a", START + n * SECOND, nan, BAD, Reason.NOT_DECODABLE) for n in range(3)),
            wrote[3]._replace(value=nan),
            wrote[4],
        ]
        same(everything(reader, "a"), kept)
        buckets = reader.buckets("a", START, START + HOUR, HOUR)
        assert rows(buckets) == [(0, 5, 1, 0)]
        assert (buckets.minimum[0], buckets.mean[0], buckets.maximum[0]) == (3.0, 3.0, 3.0)

    # --- order, late, doubled ----------------------------------------------------------------

    def test_samples_come_in_order_of_time_however_they_were_written(self, opened: Opened) -> None:
        wrote = series("a", 50)
        writer = opened(writing=True)
        for part in (wrote[30:], wrote[10:30][::-1], wrote[:10]):
            writer.write(points(part), {})

        same(everything(opened(writing=False), "a"), wrote)

    def test_late_samples_find_their_bucket(self, opened: Opened) -> None:
        writer = opened(writing=True)
        writer.write(points(series("a", 10, START + 2 * HOUR)), {})
        writer.write(points(series("a", 10, START - 24 * HOUR)), {})
        writer.write(points(series("a", 10, START + 2 * HOUR + 30 * SECOND)), {})

        buckets = opened(writing=False).buckets("a", START - 25 * HOUR, START + 3 * HOUR, HOUR)
        assert rows(buckets) == [(-24 * 3600, 10, 10, 0), (2 * 3600, 20, 20, 0)]
        assert list(buckets.last) == [9.0, 9.0]

    def test_the_same_batch_written_again_is_there_once(self, opened: Opened) -> None:
        """The answer to the first was lost, so the caller could not know."""
        batch, positions = points(series("a", 20)), {"gw": ("spool", 20)}
        writer = opened(writing=True)
        writer.write(batch, positions)
        writer.write(batch, positions)
        writer.close()
        opened(writing=True).write(batch, positions)

        reader = opened(writing=False)
        same(everything(reader, "a"), series("a", 20))
        assert rows(reader.buckets("a", START, START + HOUR, HOUR)) == [(0, 20, 20, 0)]

    def test_a_signal_has_one_sample_at_one_time_the_one_written_last(
        self, opened: Opened
    ) -> None:
        writer = opened(writing=True)
        writer.write(points(series("a", 5)), {})
        writer.write(points([Sample("a", START + 2 * SECOND, 9.0)]), {})

        reader = opened(writing=False)
        assert [sample.value for sample in everything(reader, "a")] == [0.0, 1.0, 9.0, 3.0, 4.0]
        buckets = reader.buckets("a", START, START + HOUR, HOUR)
        assert rows(buckets) == [(0, 5, 5, 0)]
        assert (buckets.maximum[0], buckets.last[0]) == (9.0, 4.0)

    def test_a_sample_that_is_written_again_as_bad_has_no_value_any_more(
        self, opened: Opened
    ) -> None:
        """A foreign node may say so; what is not known must not look as it did before."""
        bad = Sample("a", START + SECOND, float("nan"), BAD, Reason.SENSOR_FAULT)
        writer = opened(writing=True)
        writer.write(points(series("a", 3)), {})
        writer.write(points([bad]), {})

        reader = opened(writing=False)
        same(everything(reader, "a"), [*series("a", 3)[:1], bad, *series("a", 3)[2:]])
        buckets = reader.buckets("a", START, START + HOUR, SECOND)
        assert rows(buckets) == [(0, 1, 1, 0), (1, 1, 0, 0), (2, 1, 1, 0)]
        assert np.isnan(buckets.last).tolist() == [False, True, False]

    # --- positions ---------------------------------------------------------------------------

    def test_nothing_is_kept_at_first(self, opened: Opened) -> None:
        assert dict(opened(writing=False).positions()) == {}
        assert dict(opened(writing=True).positions()) == {}

    def test_positions_are_kept_for_each_node(self, opened: Opened) -> None:
        writer = opened(writing=True)
        writer.write(points(series("a", 1)), {"gw-1": ("s1", 5)})
        writer.write(points(series("b", 1)), {"gw-2": ("s2", 2**63)})
        writer.write(points(series("c", 1)), {"gw-1": ("s9", 0)})
        wanted = {"gw-1": ("s9", 0), "gw-2": ("s2", 2**63)}
        assert dict(writer.positions()) == wanted
        writer.close()

        assert dict(opened(writing=False).positions()) == wanted
        assert dict(opened(writing=True).positions()) == wanted

    def test_a_position_moves_without_samples(self, opened: Opened) -> None:
        """A record may hold nothing worth keeping."""
        opened(writing=True).write(points([]), {"gw": ("spool", 7)})

        assert dict(opened(writing=False).positions()) == {"gw": ("spool", 7)}

    # --- buckets -----------------------------------------------------------------------------

    def test_a_bucket_tells_of_its_values(self, opened: Opened) -> None:
        values = [4.0, -2.5, 7.0, 3.0]
        wrote = [Sample("a", START + n * SECOND, value) for n, value in enumerate(values)]
        opened(writing=True).write(points(wrote), {})

        buckets = opened(writing=False).buckets("a", START, START + HOUR, HOUR)
        assert rows(buckets) == [(0, 4, 4, 0)]
        assert (buckets.minimum[0], buckets.maximum[0]) == (-2.5, 7.0)
        assert (buckets.first[0], buckets.last[0]) == (4.0, 3.0)
        assert buckets.mean[0] == pytest.approx(11.5 / 4, rel=1e-12)

    def test_a_span_without_samples_is_absent(self, opened: Opened) -> None:
        wrote = series("a", 5) + series("a", 5, START + 60 * SECOND)
        opened(writing=True).write(points(wrote), {})

        buckets = opened(writing=False).buckets("a", START, START + HOUR, STEP * SECOND)
        assert rows(buckets) == [(0, 5, 5, 0), (60, 5, 5, 0)]

    def test_quality_is_counted_and_only_values_count_for_the_rest(self, opened: Opened) -> None:
        nan = float("nan")
        wrote = [
            Sample("a", START, nan, BAD, Reason.NO_ANSWER),
            Sample("a", START + SECOND, 5.0, UNCERTAIN, Reason.CLOCK),
            Sample("a", START + 2 * SECOND, 1.0),
            Sample("a", START + 3 * SECOND, nan, Quality.STALE, Reason.AGED),
            Sample("a", START + 4 * SECOND, nan, Quality.MISSING, Reason.NEVER_SEEN),
        ]
        opened(writing=True).write(points(wrote), {})

        buckets = opened(writing=False).buckets("a", START, START + HOUR, HOUR)
        assert rows(buckets) == [(0, 5, 1, 1)]
        numbers = (buckets.minimum, buckets.mean, buckets.maximum, buckets.first, buckets.last)
        assert [float(number[0]) for number in numbers] == [1.0, 3.0, 5.0, 5.0, 1.0]

    def test_a_bucket_of_bad_samples_is_no_gap_and_has_no_value(self, opened: Opened) -> None:
        nan = float("nan")
        wrote = [Sample("a", START + n * SECOND, nan, BAD, Reason.NO_ANSWER) for n in range(3)]
        opened(writing=True).write(points(wrote), {})

        buckets = opened(writing=False).buckets("a", START, START + HOUR, HOUR)
        assert rows(buckets) == [(0, 3, 0, 0)]
        numbers = (buckets.minimum, buckets.mean, buckets.maximum, buckets.first, buckets.last)
        assert all(np.isnan(number[0]) for number in numbers)

    def test_buckets_begin_at_multiples_of_the_width_and_keep_to_the_span(
        self, opened: Opened
    ) -> None:
        opened(writing=True).write(points(series("a", 60)), {})

        first, end = START + 5 * SECOND, START + 25 * SECOND
        buckets = opened(writing=False).buckets("a", first, end, STEP * SECOND)
        assert rows(buckets) == [(0, 5, 5, 0), (10, 10, 10, 0), (20, 5, 5, 0)]
        assert list(buckets.first) == [5.0, 10.0, 20.0]
        assert list(buckets.last) == [9.0, 19.0, 24.0]

    @pytest.mark.parametrize("width", [7 * SECOND, 60 * SECOND, 90 * SECOND, 420 * SECOND])
    def test_every_width_counts_every_sample_once(self, opened: Opened, width: int) -> None:
        opened(writing=True).write(points(series("a", 1000, START + 3)), {})

        buckets = opened(writing=False).buckets("a", START, START + HOUR, width)
        assert int(buckets.samples.sum()) == 1000
        assert all(start % width == 0 for start in buckets.starts)
        within = np.arange(1000) * SECOND + START + 3
        assert list(buckets.starts) == sorted({int(time) // width * width for time in within})

    # --- what is asked for -------------------------------------------------------------------

    def test_the_start_belongs_to_the_span_and_the_end_does_not(self, opened: Opened) -> None:
        wrote = series("a", 10)
        opened(writing=True).write(points(wrote), {})
        reader = opened(writing=False)

        first, end = START + 2 * SECOND, START + 5 * SECOND
        assert told(reader.samples("a", first, end, 100), "a") == wrote[2:5]
        assert int(reader.buckets("a", first, end, SECOND).samples.sum()) == 3
        assert told(reader.samples("a", first + 1, end + 1, 100), "a") == wrote[3:6]

    def test_a_limit_gives_the_first_and_says_that_there_are_more(self, opened: Opened) -> None:
        wrote = series("a", 10)
        opened(writing=True).write(points(wrote), {})
        reader = opened(writing=False)

        history = reader.samples("a", START, START + HOUR, 4)
        assert (told(history, "a"), history.more) == (wrote[:4], True)
        assert not reader.samples("a", START, START + HOUR, 10).more
        assert not reader.samples("a", START, START + 4 * SECOND, 4).more

    @pytest.mark.parametrize(
        ("signal", "start", "end"),
        [
            ("unknown", START, START + HOUR),
            ("' OR 1=1 --", START, START + HOUR),
            ("a", START + HOUR, START + 2 * HOUR),
            ("a", START, START),
            ("a", START + HOUR, START),
        ],
    )
    def test_what_is_not_there_is_empty(
        self, opened: Opened, signal: str, start: int, end: int
    ) -> None:
        opened(writing=True).write(points(series("a", 10)), {})
        reader = opened(writing=False)

        history, buckets = (
            reader.samples(signal, start, end, 10),
            reader.buckets(signal, start, end, HOUR),
        )
        assert (len(history.times), history.more, len(buckets.starts)) == (0, False, 0)
        assert (history.times.dtype, history.values.dtype) == (np.int64, np.float64)
        assert (buckets.starts.dtype, buckets.samples.dtype) == (np.int64, np.int64)

    # --- readers and closing -----------------------------------------------------------------

    def test_a_reader_opened_before_anything_was_written_sees_it_later(
        self, opened: Opened
    ) -> None:
        reader = opened(writing=False)
        assert everything(reader, "a") == []
        opened(writing=True).write(points(series("a", 3)), {"gw": ("spool", 1)})

        same(everything(reader, "a"), series("a", 3))
        assert dict(reader.positions()) == {"gw": ("spool", 1)}

    def test_a_reader_sees_a_growing_whole_while_another_writes(self, opened: Opened) -> None:
        wrote = series("a", 600)
        writer, reader = opened(writing=True), opened(writing=False)

        def write() -> None:
            for number in range(0, 600, STEP):
                writer.write(points(wrote[number : number + STEP]), {"gw": ("spool", number)})

        thread = threading.Thread(target=write)
        thread.start()
        seen = 0
        while thread.is_alive() or seen < 600:
            now = everything(reader, "a")
            same(now, wrote[: len(now)])
            assert len(now) >= seen
            assert len(now) % STEP == 0
            seen = len(now)
        thread.join()

    def test_closing_twice_is_harmless(self, opened: Opened) -> None:
        for historian in (opened(writing=True), opened(writing=False)):
            historian.close()
            historian.close()

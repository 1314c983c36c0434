"""Both historians give the same buckets and samples of the same plant, whatever it said."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from historian.embedded.store import Embedded
from historian.embedded.upkeep import Sealing
from historian.historian import Historian
from historian.influx.store import Influx
from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality, Reason
from tests.historian_contract import START, Sample, points, same, told
from tests.peers.influx_servers import Store

CASES = 300
DAY = 86_400 * SECOND
# Beside widths of every kind: 1 ns, such as divide no day, and more than what is asked for.
WIDTHS = (1, MILLISECOND, SECOND, 7 * SECOND, 97 * 60 * SECOND, DAY, 7 * DAY, 400 * DAY)
# Some hours around midnight, around 1970 (before it too) and in a year that nobody will see.
PLACES = (START, 0, 7_000_000_000 * SECOND)
VALUES = (0.0, -0.0, 1.0, -1.5, 0.1, 5e-324, -1e300, 1e17, 1e17 + 16)


def samples_of(chance: random.Random, signal: str) -> list[Sample]:
    place, step = chance.choice(PLACES), chance.choice((1, MILLISECOND, SECOND, 600 * SECOND))
    return [sample(chance, signal, place, step) for _ in range(chance.randint(0, 40))]


def sample(chance: random.Random, signal: str, place: int, step: int) -> Sample:
    quality = chance.choice((*[Quality.GOOD] * 3, *Quality))
    value = chance.choice(VALUES) if chance.random() < 0.3 else chance.gauss(0, 100)
    time = place + chance.randint(-60, 60) * step  # some twice: the one written last stays
    return Sample(
        signal,
        time,
        value if quality <= Quality.UNCERTAIN else float("nan"),
        quality,
        chance.choice(list(Reason)),
        time % 3 and time + 1,  # InfluxDB keeps the source of the one before where there is none
    )


@pytest.fixture
def both(
    tmp_path: Path, influx: Store, opened: Callable[..., Influx]
) -> Iterator[tuple[Historian, Historian]]:
    influx.ask("CREATE DATABASE history")
    embedded = Embedded.open(tmp_path / "h", writing=True, sealing=Sealing(size=50_000))
    yield embedded, opened(writing=True)
    embedded.close()


def test_two_stores_tell_the_same_of_the_same_samples(both: tuple[Historian, Historian]) -> None:
    chance = random.Random(20261124)  # noqa: S311 - the same cases each time
    signals = [f"s{number}" for number in range(CASES)]
    given = [one for signal in signals for one in samples_of(chance, signal)]
    chance.shuffle(given)
    for begin in range(0, len(given), 500):
        part = points(given[begin : begin + 500])
        for historian in both:
            historian.write(part, {"gw": ("spool", begin)})

    rows = 0
    for signal in signals:
        times = sorted(one.time for one in given if one.signal == signal) or [START]
        edge = (times[0] + chance.randint(-3, 3), times[-1] + chance.randint(-3, 3))
        inner = sorted(chance.choice(times) for _ in range(2))
        for start, end in (edge, inner):
            width = chance.choice(WIDTHS)
            mine, theirs = (one.buckets(signal, start, end, width) for one in both)
            for column in ("starts", "samples", "good", "uncertain", "first", "last"):
                np.testing.assert_array_equal(getattr(mine, column), getattr(theirs, column))
            np.testing.assert_array_equal(mine.minimum, theirs.minimum)
            np.testing.assert_array_equal(mine.maximum, theirs.maximum)
            scale = np.nanmax(np.abs([mine.minimum, mine.maximum]), initial=0.0)
            np.testing.assert_allclose(mine.mean, theirs.mean, rtol=1e-12, atol=1e-12 * scale)
            limit = chance.randint(1, 50)
            mine_raw, their_raw = (one.samples(signal, start, end, limit) for one in both)
            same(told(mine_raw, signal), told(their_raw, signal))
            assert mine_raw.more == their_raw.more
            rows += len(mine.starts)
    assert rows > 5 * CASES

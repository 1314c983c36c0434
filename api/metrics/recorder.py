"""Figures of the recorder and of its store."""

import math
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from api.metrics.families import Undescribed
from api.recorder import RecorderState
from plant.moment import SECOND


class RecorderFigures(Undescribed):
    """Tells what the recorder, which serves nobody itself, said last."""

    def __init__(
        self, recorder: Callable[[], RecorderState | None], now: Callable[[], int]
    ) -> None:
        self._recorder = recorder
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Give what it said; of one that never ran only that its word is infinitely old."""
        said, now = self._recorder(), self._now()
        age = math.inf if said is None else (now - said.said_at) / SECOND
        what = "Seconds since the recorder last said how it is"
        yield GaugeMetricFamily("firstout_recorder_age_seconds", what, value=age)
        if said is None:
            return
        what = "1 while the store takes what is written"
        yield GaugeMetricFamily("firstout_recorder_store_up", what, value=float(not said.fault))
        written = math.inf if said.written_at is None else (now - said.written_at) / SECOND
        what = "Seconds since samples were last written"
        yield GaugeMetricFamily("firstout_recorder_write_age_seconds", what, value=written)
        what = "Seconds since the latest sample that is kept was read"
        lag = GaugeMetricFamily("firstout_recorded_lag_seconds", what, labels=["node"])
        for node, until in said.until.items():
            lag.add_metric([node], (now - until) / SECOND)
        yield lag
        for name, what, value in (
            ("points", "Samples kept", said.points),
            ("failures", "Writes that the store did not take, tried again", said.failures),
            ("lost_records", "Records that a gateway no longer had", said.lost),
            ("dropped", "Samples of foreign nodes dropped while the store was away", said.dropped),
        ):
            yield CounterMetricFamily(f"firstout_recorder_{name}", what, value=value)
        if said.upkeep:
            what = (
                "What the store has done by itself since the recorder's start, failures included"
            )
            done = CounterMetricFamily("firstout_store_upkeep", what, labels=["what"])
            for name, count in said.upkeep.items():
                done.add_metric([name], count)
            yield done

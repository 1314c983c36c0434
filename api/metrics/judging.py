"""Figures of judging, of what stands, and of who listens."""

import math
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from api.judging import judged
from api.live import LiveStore
from api.metrics.families import Undescribed, by, quantiles
from api.monitor_said import MonitorSaid, monitor_said
from api.stream import Stream
from journal.read import Reader
from plant.errors import JournalError
from plant.moment import SECOND
from plant.plant import Plant

_PRIORITIES = ("critical", "high", "medium", "low")
_KINDS = ("fail", "suspect", "exceedance", "unknown")


class JudgingFigures(Undescribed):
    """Reads the journal when Prometheus asks, so that no number is older than the question."""

    def __init__(
        self,
        reader: Reader,
        live: LiveStore,
        stream: Stream,
        plant: Plant,
        now: Callable[[], int],
    ) -> None:
        self._reader = reader
        self._live = live
        self._stream = stream
        self._plant = plant
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Give the current state; without a journal only that there is none."""
        clients = "Open event streams"
        yield GaugeMetricFamily("firstout_event_clients", clients, value=self._stream.clients)
        most = "How many event streams may be open"
        yield GaugeMetricFamily(
            "firstout_event_clients_most", most, value=self._stream.most_clients
        )
        dropped = "Live messages that did not follow the contract"
        yield CounterMetricFamily("firstout_live_dropped", dropped, value=self._live.dropped)
        readable = "1 when the journal can be read"
        try:
            found = list(self._journal())
        except JournalError:
            yield GaugeMetricFamily("firstout_journal_readable", readable, value=0)
            return
        yield GaugeMetricFamily("firstout_journal_readable", readable, value=1)
        yield from found

    def _journal(self) -> Iterator[Metric]:
        now = self._now()
        heartbeat = self._reader.heartbeat()
        state = judged(heartbeat, self._plant, now)
        age = math.inf if state.heartbeat_at is None else (now - state.heartbeat_at) / SECOND
        lag = math.inf if state.judged_until is None else (now - state.judged_until) / SECOND
        what = "Seconds since the monitor's last heartbeat"
        yield GaugeMetricFamily("firstout_heartbeat_age_seconds", what, value=age)
        what = "Seconds by which judging lags behind"
        yield GaugeMetricFamily("firstout_judged_lag_seconds", what, value=lag)
        yield from _latencies(monitor_said(heartbeat), silent=state.stale)
        head = self._reader.head()
        what = "The journal's last entry"
        yield GaugeMetricFamily("firstout_journal_seq", what, value=head["seq"] if head else 0)
        alarms = self._reader.standing_alarm_counts()
        yield by("firstout_standing_alarms", "Alarms that stand", "priority", _PRIORITIES, alarms)
        violations = self._reader.violation_counts()
        yield by("firstout_violations", "Violations that stand", "kind", _KINDS, violations)


def _latencies(said: MonitorSaid, *, silent: bool) -> Iterator[Metric]:
    """Give what the monitor measured of itself; while it is silent there is nothing to measure."""
    judged_in = None if silent else said.judged
    what = "Seconds from reading a live sample to judging it, over the last minute"
    yield quantiles("firstout_judged_seconds", what, (), [([], judged_in)])
    commit_in = None if silent else said.commit
    what = "Seconds that the journal took to commit, over the last minute"
    yield quantiles("firstout_commit_seconds", what, (), [([], commit_in)])
    what = "Messages, or parts of them, that the monitor did not take, by why not"
    refused = CounterMetricFamily("firstout_monitor_refused", what, labels=["reason"])
    for reason, count in said.refused.items():
        refused.add_metric([reason], count)
    yield refused

"""How quickly the plant is judged: measured here, so that the engine need not know a clock."""

from collections.abc import Iterator
from contextlib import contextmanager

from firstout.clock import monotonic_s
from monitor.inputs import Samples
from plant.moment import SECOND
from telemetry.durations import Durations


class Latencies:
    """What the last minute of judging took, for the heartbeat.

    Only live samples of `gateway` count: a backlog is late by what has been mended, and the clock
    of a foreign node is not ours.
    """

    def __init__(self, gateway: str) -> None:
        self._gateway = gateway
        self._judged = Durations()
        self._commits = Durations()

    def follow(self, gateway: str) -> None:
        """Measure the samples of this gateway from now on."""
        self._gateway = gateway

    def note_judged(self, given: Samples, now: int) -> None:
        """Note that a record has been judged at `now` (ns since 1970)."""
        if given.historical or given.node != self._gateway or not len(given.times):
            return
        took = max(0, now - int(given.times.min())) / SECOND
        self._judged.add(monotonic_s(), took)

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Measure how long the enclosed commit takes; one that fails does not count."""
        began = monotonic_s()
        yield
        ended = monotonic_s()
        self._commits.add(ended, ended - began)

    def told(self) -> dict[str, object]:
        """Give both spreads as plain JSON: `judged` from reading to judging, and `commit`."""
        now = monotonic_s()
        spreads = {"judged": self._judged.spread(now), "commit": self._commits.spread(now)}
        return {what: spread and spread.body() for what, spread in spreads.items()}

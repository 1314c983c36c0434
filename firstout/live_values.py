"""What the monitor tells about values as they are now, on `firstout/v1/live/{plant}`."""

import json
import math

import numpy as np
from numpy.typing import NDArray

from monitor.compiled import Compiled
from monitor.state_view import StateView
from monitor.tables import NEVER
from plant.moment import MILLISECOND, SECOND, to_text
from plant.quality import Quality
from telemetry.sparkplug.message import Message

_EVERY = 100 * MILLISECOND
_ALL_EVERY = 5 * SECOND


class LiveValues:
    """Collects which signals were touched and puts them into one message each 100 ms.

    A message also goes out at once when the journal has grown, so that readers look.
    """

    Times = NDArray[np.int64]

    def __init__(self, compiled: Compiled, epoch: str) -> None:
        self._compiled = compiled
        self._topic = f"firstout/v1/live/{compiled.plant.id}"
        self._epoch = epoch
        self._touched = np.ones(len(compiled.plant.signals), bool)
        self._told_at = self._told_all_at = 0
        self._told_seq = -1

    def touch(self, slots: NDArray[np.int32]) -> None:
        """Note that these signals have a new sample."""
        self._touched[slots] = True
        self._touched[self._compiled.computed] = True

    def message(
        self, view: StateView, now: int, judged_until: int, seq: int, *, catching_up: bool
    ) -> Message | None:
        """Give the next message, or None when it is not yet time."""
        grown = seq != self._told_seq
        due = now - self._told_at >= _EVERY or now < self._told_at
        if not grown and not due:
            return None
        signals: dict[str, object] = {}
        if due:
            self._told_at = now
            if now - self._told_all_at >= _ALL_EVERY or now < self._told_all_at:
                self._told_all_at = now
                self._touched[:] = True
            ids = self._compiled.plant.signals
            signals = {
                ids[slot].id: _value(view, ids[slot].id) for slot in np.flatnonzero(self._touched)
            }
            self._touched[:] = False
        self._told_seq = seq
        content = {
            "epoch": self._epoch,
            "seq": seq,
            "at": to_text(now),
            "judged_until": to_text(judged_until),
            "catching_up": catching_up,
            "signals": signals,
        }
        return Message(self._topic, json.dumps(content, allow_nan=False).encode())


def _value(view: StateView, signal: str) -> dict[str, object]:
    quality, reason = view.trust(signal)
    value, _ = view.usable(signal)
    seen_at = view.seen_at(signal)
    known = math.isfinite(value) and quality is not Quality.BAD
    return {
        "value": value if known else None,
        "quality": quality.name,
        "reason": reason.name,
        "time": None if seen_at == NEVER else to_text(seen_at),
    }

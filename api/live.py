"""Live values in memory: what the monitor last said about each signal, and how old that is.

Messages come from the front door, which owns the broker connection; a message that does not
follow the contract is counted and dropped, never half applied.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Self

from plant.moment import from_text
from plant.plant import Plant
from plant.quality import Quality, Reason

_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True)
class Seen:
    """What the monitor said of one signal; `time` (ns since 1970) is when it was read."""

    value: float | None
    quality: Quality
    reason: Reason
    time: int | None


@dataclass(frozen=True)
class Changes:
    """Signals touched since the last look, and when the monitor said so (ns since 1970)."""

    at: int | None
    signals: Mapping[str, Seen]


class LiveStore:
    """The latest values; `update` may be called from any thread.

    `signals` are the ids that exist: a message about others is not believed.
    `woken` is called after each message that shows a journal entry not seen before.
    """

    def __init__(self, signals: frozenset[str]) -> None:
        self.woken: Callable[[], None] = _nobody
        self._known = signals
        self._lock = Lock()
        self._values: dict[str, Seen] = {}
        self._touched: dict[str, Seen] = {}
        self._at: int | None = None
        self._position: tuple[str, int] = ("", -1)
        self._dropped = 0

    @classmethod
    def of(cls, plant: Plant) -> Self:
        """Make an empty store for a plant's signals."""
        return cls(frozenset(plant.signal_by_id))

    def update(self, message: bytes) -> None:
        """Take in one message of `firstout/v1/live/{plant}`."""
        try:
            at, position, seen = _parsed(message, self._known)
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ):
            with self._lock:
                self._dropped += 1
            return
        with self._lock:
            news = position != self._position
            self._position = position
            self._at = at
            self._values.update(seen)
            self._touched.update(seen)
        if news:
            self.woken()

    def values(self) -> Changes:
        """Give every value the monitor has told so far."""
        with self._lock:
            return Changes(self._at, dict(self._values))

    def take(self) -> Changes:
        """Give what was touched since the last call."""
        with self._lock:
            touched, self._touched = self._touched, {}
            return Changes(self._at, touched)

    @property
    def dropped(self) -> int:
        """How many messages did not follow the contract."""
        with self._lock:
            return self._dropped


def _parsed(message: bytes, known: frozenset[str]) -> tuple[int, tuple[str, int], dict[str, Seen]]:
    if len(message) > _LARGEST:
        raise ValueError("the message is too large")
    content: Any = json.loads(message, parse_constant=_refuse)
    position = (str(content["epoch"]), int(content["seq"]))
    seen = {name: _seen(item) for name, item in content["signals"].items() if name in known}
    return from_text(content["at"]), position, seen


def _seen(item: Mapping[str, Any]) -> Seen:
    value, time = item["value"], item["time"]
    if value is not None and not math.isfinite(value):
        raise ValueError("a value is not finite")
    return Seen(
        value=None if value is None else float(value),
        quality=Quality[item["quality"]],
        reason=Reason[item["reason"]],
        time=None if time is None else from_text(time),
    )


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _nobody() -> None:
    """Nobody waits for news yet."""

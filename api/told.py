"""What every client of the event stream has been told of each signal, and what is news to them."""

from typing import Any

from api.judging import Judged
from api.live import Changes, Seen
from api.reading import USABLE, shown, trust
from api.sse import event
from plant.moment import MILLISECOND, to_text
from plant.plant import Plant
from plant.quality import Quality, Reason

_Trust = tuple[Quality, str]
_NEVER: _Trust = (Quality.MISSING, Reason.NEVER_SEEN.name)


class Told:
    """The signals as they were last told, the same to all: a client that joins is told that.

    So a signal that goes on as before needs no more than its new number and its age.
    """

    def __init__(self, plant: Plant) -> None:
        self._signals = plant.signal_by_id
        self._seen: dict[str, Seen] = {}
        self._trust: dict[str, _Trust] = dict.fromkeys(self._signals, _NEVER)
        self._at: int | None = None
        self._everything: bytes | None = None

    def changes(self, taken: Changes, judged: Judged, now: int) -> bytes:
        """Take in what the monitor said and write it as an event; empty when it said nothing."""
        if not taken.signals or taken.at is None:
            return b""
        self._at = taken.at
        whole: dict[str, dict[str, Any]] = {}
        fresh: dict[str, tuple[float, int]] = {}
        for name, seen in taken.signals.items():
            deserved = trust(self._signals[name], seen, judged, now)
            self._seen[name] = seen
            if deserved == self._trust[name] and deserved[0] in USABLE:
                fresh[name] = _fresh(seen, taken.at)
            else:
                self._trust[name] = deserved
                whole[name] = shown(seen, *deserved)
        return self._news(whole, fresh)

    def aged(self, judged: Judged, now: int) -> bytes:
        """Write the signals whose trust has changed though nobody said anything of them."""
        whole: dict[str, dict[str, Any]] = {}
        for name, seen in self._seen.items():
            deserved = trust(self._signals[name], seen, judged, now)
            if deserved != self._trust[name]:
                self._trust[name] = deserved
                whole[name] = shown(seen, *deserved)
        return self._news(whole, {}) if whole else b""

    def everything(self) -> bytes:
        """Write all signals as they were last told."""
        if self._everything is None:
            whole = {
                name: shown(self._seen.get(name), *deserved)
                for name, deserved in self._trust.items()
            }
            self._everything = _event(self._at, whole, {}, full=True)
        return self._everything

    def _news(
        self, whole: dict[str, dict[str, Any]], fresh: dict[str, tuple[float, int]]
    ) -> bytes:
        self._everything = None
        return _event(self._at, whole, fresh, full=False)


def _fresh(seen: Seen, at: int) -> tuple[float, int]:
    """Give the number and how many ms before `at` it was read; usable values have both."""
    if seen.value is None or seen.time is None:
        raise ValueError("a value without number or time cannot be usable")
    return seen.value, round((at - seen.time) / MILLISECOND)


def _event(
    at: int | None,
    whole: dict[str, dict[str, Any]],
    fresh: dict[str, tuple[float, int]],
    *,
    full: bool,
) -> bytes:
    stamp = None if at is None else to_text(at)
    return event("signals", {"at": stamp, "full": full, "signals": whole, "fresh": fresh})

"""Reads the folder that shall be taken in beside the judging: a large one takes some seconds."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

from compliance.criterion import Criterion
from firstout.applying import apply
from firstout.judge import Judge
from firstout.recording import Applied
from journal.inbox import Ask
from plant.plant import Plant


@dataclass(frozen=True)
class Ready:
    """A request that may be granted: what to record, and the judge of the new plant."""

    applied: Applied
    judge: Judge


class Requests:
    """Looks into one request at a time; those that come meanwhile wait for their turn."""

    def __init__(self, criteria: Iterable[Criterion]) -> None:
        self._criteria = tuple(criteria)
        self._reading: _Reading | None = None

    def look(self, ask: Ask, waiting: Iterable[Ask], in_force: Plant, now: int) -> Ready | None:
        """Give what is to be done; None while the folder is being read.

        `waiting` are all acts that wait: a request that was taken back is forgotten.

        Raises:
            RefusedError: it may not be done.
        """
        if self._reading is not None and self._reading.ask.id not in {item.id for item in waiting}:
            self._reading = None
        if self._reading is None:
            self._reading = _Reading(ask, in_force, now, self._criteria)
            self._reading.start()
        done = self._reading
        if done.ask.id != ask.id or done.is_alive():
            return None
        self._reading = None
        if isinstance(done.found, apply.RefusedError):
            raise done.found
        if done.found is None:
            raise apply.RefusedError("not_read")
        if done.found.applied.base != in_force.version:
            raise apply.RefusedError("stale_base")
        return replace(done.found, applied=replace(done.found.applied, known_at=now))


class _Reading(threading.Thread):
    """One request, looked into; `found` is None when that failed in an unforeseen way."""

    def __init__(
        self, ask: Ask, in_force: Plant, now: int, criteria: tuple[Criterion, ...]
    ) -> None:
        super().__init__(name="apply", daemon=True)
        self.ask = ask
        self.found: Ready | apply.RefusedError | None = None
        self._in_force = in_force
        self._now = now
        self._criteria = criteria

    def run(self) -> None:
        """Read the folder and lay it out for judging."""
        try:
            accepted = apply.accept(self._in_force, self.ask.actor, self.ask.body, self._now)
            self.found = Ready(accepted.applied, Judge(accepted.plant, self._criteria))
        except apply.RefusedError as refused:
            self.found = refused

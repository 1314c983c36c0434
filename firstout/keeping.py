"""Writing batches into a historian, each until it is kept, however long that takes."""

from dataclasses import replace

from api.recorder import RecorderState
from firstout.gathering import Batch
from historian.historian import Historian, HistorianError
from historian.influx.refusal import PointsRefusedError
from plant.moment import SECOND

BACK_OFF = (SECOND // 2, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND)


class Keeping:
    """Has one historian, and at most one batch that it has not taken yet, `waiting`.

    While there is one nothing else may be written: what is kept must be all up to a position.
    `state` is what the recorder says of itself; `refused` says that the store will refuse the
    waiting batch for ever, until a person changes something. Times are ns since 1970, passed in.
    """

    def __init__(self, store: Historian, state: RecorderState) -> None:
        self._store = store
        self.state = state
        self.waiting: Batch | None = None
        self.refused = False
        self._failures = 0
        self._again_at = 0

    @property
    def kept(self) -> bool:
        """True when everything that was given is kept."""
        return self.waiting is None

    def count(self, *, lost: int = 0, dropped: int = 0) -> None:
        """Add to what `state` says of records that are gone, and of samples that were dropped."""
        state = self.state
        self.state = replace(state, lost=state.lost + lost, dropped=state.dropped + dropped)

    def write(self, batch: Batch, now: int) -> bool:
        """Keep a batch; False when it is `waiting` now."""
        if self.waiting is not None:
            raise ValueError("a batch is waiting: nothing may overtake it")
        self.waiting = batch
        return self._try(now)

    def due(self, now: int) -> bool:
        """Say whether it is time to offer the waiting batch again; also when the clock stepped."""
        late = now >= self._again_at or self._again_at - now > BACK_OFF[-1]
        return self.waiting is not None and late

    def write_again(self, now: int) -> bool:
        """Offer the waiting batch again, as it was; True when there is none any more."""
        return self.waiting is None or self._try(now)

    def _try(self, now: int) -> bool:
        batch = self.waiting
        assert batch is not None  # noqa: S101 - the callers looked
        state = self.state
        try:
            self._store.write(batch.points, batch.positions)
        except HistorianError as error:
            self._again_at = now + BACK_OFF[min(self._failures, len(BACK_OFF) - 1)]
            self._failures += 1
            self.refused = isinstance(error, PointsRefusedError)
            self.state = replace(state, failures=state.failures + 1, fault=str(error))
            return False
        self.waiting, self.refused, self._failures = None, False, 0
        self.state = replace(
            state,
            until={**state.until, **batch.until},
            points=state.points + len(batch.points),
            written_at=now,
            fault="",
        )
        return True

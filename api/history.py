"""Reading the store of samples from many requests at once, without letting it hold them all."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from historian.historian import Historian, HistorianError

_AT_ONCE = 4
_WAIT_S = 5.0


class BusyError(HistorianError):
    """So many histories are being read already that this one was not begun."""


class HistoryReaders:
    """A few historians, opened when first needed; each serves one request at a time.

    A long trend takes its time; the other requests of the API must not wait behind many of them.
    """

    def __init__(
        self,
        open_store: Callable[[], Historian],
        at_once: int = _AT_ONCE,
        wait_s: float = _WAIT_S,
    ) -> None:
        self._open = open_store
        self._wait_s = wait_s
        self._free: queue.LifoQueue[Historian | None] = queue.LifoQueue()
        for _ in range(at_once):
            self._free.put(None)

    @contextmanager
    def reader(self) -> Iterator[Historian]:
        """Lend a historian; one that fails is closed, and the next request opens another.

        Raises:
            HistorianError: the store cannot be opened.
            BusyError: all are lent for longer than a request may wait.
        """
        try:
            store = self._free.get(timeout=self._wait_s)
        except queue.Empty as error:
            raise BusyError("too many histories are being read") from error
        try:
            store = store or self._open()
            yield store
        except HistorianError:
            if store is not None:
                store.close()
            store = None
            raise
        finally:
            self._free.put(store)

    def close(self) -> None:
        """Close the historians that are not lent."""
        while not self._free.empty():
            store = self._free.get()
            if store is not None:
                store.close()

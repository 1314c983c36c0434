"""The simulated plant's own record of what it showed, to judge what others made of it."""

from typing import TextIO

from plant.moment import to_text
from plant.signal import Signal

_EVERY = 100  # ms


class PlantLog:
    """CSV of time, signal and value: measured ones every 100 ms, discrete ones on change as well.

    A dropped-out instrument's value is `nan`. `out` None writes nowhere.
    """

    def __init__(self, out: TextIO | None) -> None:
        self._out = out
        self._last: dict[str, float] = {}
        if out is not None:
            out.write("time,signal,value\n")

    def write(self, time: int, elapsed: int, shown: list[tuple[Signal, float]]) -> None:
        """Write what the plant shows at `time` (ns since 1970), `elapsed` ms after its start."""
        if self._out is None:
            return
        due = elapsed % _EVERY == 0
        stamp = to_text(time)
        lines = []
        for signal, value in shown:
            if due or (signal.discrete and self._last.get(signal.id) != value):
                lines.append(f"{stamp},{signal.id},{value!r}\n")
                if signal.discrete:
                    self._last[signal.id] = value
        if lines:
            self._out.write("".join(lines))
            self._out.flush()

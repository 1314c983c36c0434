"""Lines as people read them: aligned, in the plant's local time."""

from datetime import datetime

from firstout.replaying.lines import Line, words
from plant.moment import MILLISECOND, SECOND
from plant.plant import Plant

_LATE_S = 1.0  # what was known so much later than it happened is told so


class AlignedText:
    """Lays lines out as aligned text, in the plant's local time."""

    def __init__(self, plant: Plant) -> None:
        self._zone = plant.zone
        ids = [
            *(limit.id for signal in plant.signals for limit in signal.limits),
            *(signal.id for signal in plant.signals),
            *(item.id for item in plant.interlocks),
        ]
        self._subject = min(max(map(len, ids), default=7), 40)

    @property
    def head(self) -> str:
        """Give the line that names the columns."""
        names = ("time", "kind", "subject", "from -> to", "value", "limit", "")
        return self._aligned(*names)

    def row(self, line: Line) -> str:
        """Give one line for people."""
        draft, unit = line.draft, f" {line.unit}" if line.unit else ""
        later = (draft.known_at - draft.time) / SECOND
        late = f"known {later:.1f} s later" if later >= _LATE_S else ""
        return self._aligned(
            self.time(draft.time),
            draft.kind,
            draft.subject,
            f"{line.before} -> {line.after}",
            "" if line.value is None else f"{line.value:.6g}{unit}",
            "" if line.limit is None else f"{line.limit:.6g}{unit}",
            words(line.more, late),
        )

    def time(self, moment: int) -> str:
        """Write a moment in the plant's time zone, to the millisecond."""
        stamp = datetime.fromtimestamp(moment // SECOND, tz=self._zone)
        offset = stamp.isoformat()[19:]
        millisecond = moment % SECOND // MILLISECOND
        return f"{stamp:%Y-%m-%d %H:%M:%S}.{millisecond:03d}{offset}"

    def _aligned(self, *cells: str) -> str:
        widths = (29, 11, self._subject, 32, 12, 12, 0)
        pairs = zip(cells, widths, strict=True)
        return "  ".join(cell.ljust(width) for cell, width in pairs).rstrip()

"""What interlocks, alarms and criteria may ask of the engine's state."""

from collections.abc import Mapping
from typing import Protocol

from plant.quality import Quality, Reason


class View(Protocol):
    """The engine's state as others may read it."""

    def trust(self, signal: str) -> tuple[Quality, Reason]:
        """Give the quality and reason that hold now, staleness and lag included."""

    def usable(self, signal: str) -> tuple[float, int]:
        """Give the last usable value and its time."""

    def active(self) -> Mapping[str, tuple[int, int]]:
        """Give the active limits, each with the interval in which it was passed."""

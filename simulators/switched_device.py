"""A device of the simulated plant that may be switched off for a while and come back."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from plant.signal import Signal
from simulators.device import SimulatedDevice

_RETRY = 250  # ms between two attempts of a device that returns to get its port back

_log = structlog.get_logger("simulators")


@dataclass
class SwitchedDevice:
    """One device, and whether it is there."""

    id: str
    signals: Sequence[Signal]
    device: SimulatedDevice
    there: bool = False
    retry_at: int = 0

    async def begin(self) -> None:
        """Switch the device on for the first time; OSError if its port cannot be had."""
        await self.device.start()
        self.there = True

    async def attend(self, elapsed: int, *, away: bool) -> None:
        """Switch the device off or on, `elapsed` ms after the plant's start.

        A port that somebody else took meanwhile is tried for again and again.
        """
        if self.there and away:
            await self.device.stop()
            self.there = False
        elif not self.there and not away and elapsed >= self.retry_at:
            try:
                await self.begin()
            except OSError as error:
                self.retry_at = elapsed + _RETRY
                _log.warning("device cannot return yet", device=self.id, error=str(error))

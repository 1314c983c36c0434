"""What serving the simulated plant asks of a device, whatever protocol it speaks."""

from collections.abc import Mapping
from typing import Protocol

from plant.signal import Signal

# The protocols that the simulators speak.
SPOKEN = frozenset({"modbus-tcp", "opcua"})


class SimulatedDevice(Protocol):
    """A simulated device: it shows values to whoever connects, and takes none."""

    @property
    def port(self) -> int:
        """The port that is listened on; from the first start on it stays the same."""
        ...

    async def prepare(self) -> None:
        """Make everything ready that takes time, once, before anything else.

        Raises:
            PlantError: a signal's address cannot be simulated.
        """
        ...

    async def start(self) -> None:
        """Listen; OSError with a sentence if the port cannot be had. May follow a `stop`."""
        ...

    async def stop(self) -> None:
        """Hang up on every client and stop listening; harmless when not started."""
        ...

    async def show(self, values: Mapping[str, float], time: int) -> Mapping[str, float]:
        """Show the values of `time` (ns since 1970 UTC), with or without anybody listening.

        `values` has a value for each of the device's signals by id, in the signal's unit; NaN
        while its instrument has dropped out. Gives what a reader will make of them.
        """
        ...


def raw(signal: Signal, value: float) -> float:
    """Give the number that a device must show for a reader to find `value`."""
    return (value - signal.offset) / signal.scale

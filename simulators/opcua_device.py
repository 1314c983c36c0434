"""A simulated device that speaks OPC UA: its signals in variables, behind a server."""

from collections.abc import Mapping, Sequence

from plant.moment import SECOND
from plant.plant import Device
from plant.signal import Signal
from simulators.device import raw
from simulators.opcua_address_space import SIMULATOR, address_space
from simulators.opcua_sampling import Sampled
from simulators.opcua_server import OpcUaServer


class OpcUaDevice:
    """One `simulators.device.SimulatedDevice`, at `host`:`port` (port 0: any free one)."""

    def __init__(self, device: Device, signals: Sequence[Signal], host: str, port: int) -> None:
        self._application = f"{SIMULATOR}:{device.id}"
        self._signals = signals
        self._variables = [Sampled(signal) for signal in signals]
        self._server = OpcUaServer(device, host, port)
        self._told = 0

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._server.port

    async def prepare(self) -> None:
        """Build the address space, which takes about a second.

        Raises:
            PlantError: a signal's address is a node that no simulator can make.
        """
        await self._server.build(address_space(self._application, self._signals))

    async def start(self) -> None:
        """Listen; OSError if the port cannot be had."""
        await self._server.start()

    async def stop(self) -> None:
        """Hang up on every client and stop listening; harmless when not started."""
        await self._server.stop()

    async def show(self, values: Mapping[str, float], time: int) -> Mapping[str, float]:
        """Show to those who read and those who subscribed what `Sampled` finds new.

        An instrument that has dropped out is BadSensorFailure.
        """
        for variable in self._variables:
            number = raw(variable.signal, values[variable.signal.id])
            if variable.takes(number, time):
                await self._server.put(variable.signal, number, time)
        if time - self._told >= SECOND:
            self._told = time
            await self._server.tell_time(time)
        return {signal.id: values[signal.id] for signal in self._signals}

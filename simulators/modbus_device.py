"""A simulated device that speaks Modbus TCP: its signals in registers, behind a server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

from plant.modbus_address import Address, parse
from plant.plant import Device
from plant.signal import Signal
from simulators.device import raw
from simulators.modbus_server import ModbusServer
from simulators.registers import Registers

_BROKEN_WIRE = 0.0  # mA in a loop that is open


@dataclass(frozen=True)
class _Point:
    signal: Signal
    address: Address


class ModbusDevice:
    """One `simulators.device.SimulatedDevice`, at `host`:`port` (port 0: any free one)."""

    def __init__(self, device: Device, signals: Sequence[Signal], host: str, port: int) -> None:
        self._points = [_Point(signal, parse(signal.address)) for signal in signals]
        addresses = (point.address for point in self._points)
        self._registers = Registers(addresses, device.word_order, device.byte_order)
        self._server = ModbusServer(host, port, device.unit_id, self._registers)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._server.port

    async def prepare(self) -> None:
        """Do nothing: registers are there at once."""

    async def start(self) -> None:
        """Listen; OSError if the port cannot be had."""
        await self._server.start()

    async def stop(self) -> None:
        """Hang up on every client and stop listening; harmless when not started."""
        await self._server.stop()

    async def show(self, values: Mapping[str, float], _time: int) -> Mapping[str, float]:
        """Put the values into the registers.

        An instrument that has dropped out shows a broken wire if it is a current loop, else what
        `Registers.put_nothing` says.
        """
        return {
            point.signal.id: self._put(point, values[point.signal.id]) for point in self._points
        }

    def _put(self, point: _Point, value: float) -> float:
        signal = point.signal
        if isnan(value):
            return self._put_dropped_out(point)
        shown = self._registers.put(point.address, raw(signal, value))
        return shown * signal.scale + signal.offset

    def _put_dropped_out(self, point: _Point) -> float:
        signal = point.signal
        if signal.current_loop:
            self._registers.put(point.address, raw(signal, signal.at_current(_BROKEN_WIRE)))
            return nan
        shown = self._registers.put_nothing(point.address)
        return shown * signal.scale + signal.offset if signal.discrete else nan

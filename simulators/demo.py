"""The demonstration: casting pits and their controllers, served as the plant's own devices."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TextIO

from plant.modbus_address import Address, parse
from plant.moment import to_text
from plant.plant import Device, Plant
from plant.signal import Signal
from simulators.line import STEP, Line, advanced, started
from simulators.modbus_server import ModbusServer
from simulators.registers import Registers

LOG_EVERY = 100  # ms


@dataclass(frozen=True)
class Point:
    """One signal, where it is, and whose."""

    signal: Signal
    address: Address
    registers: Registers


async def serve(
    plant: Plant,
    seed: int,
    endpoints: Mapping[str, tuple[str, int]],
    log: TextIO | None,
    now: Callable[[], int],
    ready: Callable[[Mapping[str, int]], object] = lambda _ports: None,
) -> None:
    """Run the demonstration until cancelled.

    Args:
        plant: whose signals to serve; each signal at its own device and address.
        seed: same seed, same values.
        endpoints: host and port for each device to serve (port 0: any free one).
        log: where to write what the plant really did, as CSV; None for nowhere.
        now: nanoseconds since 1970, for the log.
        ready: told the listening port of each device, once all listen.

    Raises:
        OSError: when a port cannot be had.
    """
    devices = [device for device in plant.devices if device.id in endpoints]
    memories = {device.id: _memory(plant, device) for device in devices}
    points = [
        Point(signal, parse(signal.address), memories[signal.device])
        for signal in plant.signals
        if signal.device in memories
    ]
    lines = {
        item: started(plant, item, seed + place)
        for place, item in enumerate(dict.fromkeys(point.signal.equipment for point in points))
    }
    journal = _Log(log)
    lines = _advance_all(lines, points, 0, journal, now())
    async with AsyncExitStack() as stack:
        ports: dict[str, int] = {}
        for device in devices:
            host, port = endpoints[device.id]
            server = ModbusServer(host, port, device.unit_id, memories[device.id])
            await server.start()
            stack.push_async_callback(server.stop)
            ports[device.id] = server.port
        ready(ports)
        clock = asyncio.get_running_loop().time
        start, elapsed = clock(), 0
        while True:
            elapsed += STEP
            wait = start + elapsed / 1000 - clock()
            if wait < -1.0:  # the machine slept: go on from here instead of rushing after it
                start -= wait
            await asyncio.sleep(max(0.0, wait))
            lines = _advance_all(lines, points, elapsed, journal, now())


def _advance_all(
    lines: Mapping[str, Line], points: Sequence[Point], elapsed: int, log: "_Log", time: int
) -> dict[str, Line]:
    moved = {item: advanced(line, elapsed) for item, line in lines.items()}
    for point in points:
        value = moved[point.signal.equipment][1].get(point.signal.role)
        if value is not None:
            raw = (value - point.signal.offset) / point.signal.scale
            shown = point.registers.put(point.address, raw)
            shown = shown * point.signal.scale + point.signal.offset
            log.write(time, elapsed, point.signal, shown)
    log.flush()
    return {item: line for item, (line, _) in moved.items()}


class _Log:
    """The plant's own record: measured values every 100 ms, discrete ones on change as well."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out
        self._last: dict[str, float] = {}
        if out is not None:
            out.write("time,signal,value\n")

    def write(self, time: int, elapsed: int, signal: Signal, value: float) -> None:
        changed = signal.discrete and self._last.get(signal.id) != value
        if self._out is not None and (changed or elapsed % LOG_EVERY == 0):
            self._out.write(f"{to_text(time)},{signal.id},{value!r}\n")
            self._last[signal.id] = value

    def flush(self) -> None:
        if self._out is not None:
            self._out.flush()


def _memory(plant: Plant, device: Device) -> Registers:
    addresses = (parse(signal.address) for signal in plant.signals if signal.device == device.id)
    return Registers(addresses, device.word_order)

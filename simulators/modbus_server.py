"""Serves a simulated device's memory as Modbus TCP, through pymodbus; nobody can write to it."""

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from plant.modbus_address import Table
from simulators.registers import Registers

_READS = frozenset(table.function for table in Table)

# What pymodbus logs of a client's mistakes, the client learns by the answer.
logging.getLogger("pymodbus").propagate = False
logging.getLogger("pymodbus").addHandler(logging.NullHandler())


class ModbusServer:
    """A Modbus TCP server for one unit at `host`:`port` (port 0: any free one).

    Requests for items that no signal names are answered with exception 2 (illegal address),
    requests to write to one that exists with exception 1 (illegal function).
    """

    def __init__(self, host: str, port: int, unit: int, registers: Registers) -> None:
        self._host = host
        self._port = port
        self._unit = unit
        self._registers = registers
        self._server: ModbusTcpServer | None = None

    @property
    def port(self) -> int:
        """The port that is listened on; from the first start on it stays the same."""
        return self._port

    async def start(self) -> None:
        """Listen; OSError if the port cannot be had."""
        device = SimDevice(
            id=self._unit,
            simdata=(
                self._bits(Table.COIL),
                self._bits(Table.DISCRETE),
                self._words(Table.HOLDING),
                self._words(Table.INPUT),
            ),
            action=self._refresh,
        )
        server = ModbusTcpServer(device, address=(self._host, self._port))
        if not await server.listen():
            raise OSError(f"the simulator cannot listen on {self._host}:{self._port}")
        self._server = server
        self._port = int(server.transport.sockets[0].getsockname()[1])  # type: ignore[attr-defined]

    async def stop(self) -> None:
        """Hang up on every client and stop listening; harmless when not started."""
        if self._server is not None:
            await self._server.shutdown()  # type: ignore[no-untyped-call]
            self._server = None

    async def _refresh(
        self,
        function: int,
        start: int,
        address: int,
        count: int,
        current: list[int],
        _new: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        """Bring what is about to be read up to date; refuse everything else.

        pymodbus keeps bits sixteen to a register: `start` and `count` are in registers, `address`
        is the request's own.
        """
        if function not in _READS:
            return ExcCodes.ILLEGAL_FUNCTION
        table = Table(function)
        first, value = (address // 16, self._packed_bits) if table.bits else (address, self._word)
        for place in range(first, first + count):
            current[place - start] = value(table, place)
        return None

    def _word(self, table: Table, number: int) -> int:
        try:
            return self._registers.item(table, number)
        except KeyError:
            return 0

    def _packed_bits(self, table: Table, group: int) -> int:
        bits = (self._word(table, 16 * group + place) << place for place in range(16))
        return sum(bits)

    def _words(self, table: Table) -> list[SimData]:
        return self._blocks(
            table, lambda first, count: SimData(first, count, datatype=DataType.REGISTERS)
        )

    def _bits(self, table: Table) -> list[SimData]:
        return self._blocks(
            table,
            lambda first, count: SimData(first, values=[False] * count, datatype=DataType.BITS),
        )

    def _blocks(self, table: Table, block: Callable[[int, int], SimData]) -> list[SimData]:
        # pymodbus wants something in each table; item 65535 is nobody's.
        numbers = self._registers.numbers(table) or (65535,)
        return [block(first, count) for first, count in _runs(numbers)]


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give the first number and the length of each unbroken run of ascending numbers."""
    for _, run in groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        members = [number for _, number in run]
        yield members[0], len(members)

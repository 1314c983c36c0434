"""A Modbus TCP device made of bare sockets: it records what it is asked and misbehaves on request.

It knows nothing of pymodbus, so the two cannot share a misunderstanding.
"""

import asyncio
import struct
from enum import Enum, auto


class Manner(Enum):
    """How the device answers."""

    HONEST = auto()
    WRONG_UNIT = auto()
    WRONG_FUNCTION = auto()
    WRONG_TRANSACTION = auto()
    ZERO_TRANSACTION = auto()
    SHORT_FRAME = auto()  # less than announced, then nothing
    SHORT_DATA = auto()  # a whole frame with a register too few
    EXCEPTION = auto()
    TARGET_AWAY = auto()  # a gateway in between says that its device does not answer
    SILENCE = auto()
    GARBAGE = auto()
    TRICKLE = auto()  # the right answer, one byte at a time
    TWICE = auto()  # the right answer, two times
    HANG_UP = auto()
    NOISE = auto()  # `noise`
    NO_DATA = auto()  # an answer without even a byte count


class BareModbusDevice:
    """Registers read as their own number, bits as its lowest bit, unless `registers` says else."""

    def __init__(self) -> None:
        self.manner = Manner.HONEST
        self.functions: list[int] = []
        self.requests: list[tuple[int, int, int]] = []
        self.registers: dict[int, int] = {}
        self.missing: set[int] = set()
        self.noise = b""
        self.connections = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in self._writers:
                writer.transport.abort()
            self._server = None
        await asyncio.sleep(0.01)

    async def say_unasked(self) -> None:
        for writer in self._writers:
            writer.write(self.noise)
            await writer.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while True:
                head = await reader.readexactly(7)
                transaction, _, length, unit = struct.unpack(">HHHB", head)
                pdu = await reader.readexactly(length - 1)
                self.functions.append(pdu[0])
                self.requests.append(struct.unpack(">BHH", pdu[:5]))
                await self._answer(writer, transaction, unit, pdu)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(
        self, writer: asyncio.StreamWriter, transaction: int, unit: int, pdu: bytes
    ) -> None:
        if self.manner is Manner.SILENCE:
            return
        if self.manner is Manner.HANG_UP:
            writer.close()
            return
        function, start, count = struct.unpack(">BHH", pdu[:5])
        answer = self._pdu(function, start, count)
        match self.manner:
            case Manner.WRONG_UNIT:
                unit += 1
            case Manner.WRONG_TRANSACTION:
                transaction += 1000
            case Manner.ZERO_TRANSACTION:
                transaction = 0
        frame = struct.pack(">HHHB", transaction, 0, len(answer) + 1, unit) + answer
        await self._send(writer, frame)

    def _pdu(self, function: int, start: int, count: int) -> bytes:
        data = self._data(function, start, count)
        answer = bytes([function, len(data)]) + data
        if self.missing & set(range(start, start + count)):
            answer = bytes([function | 0x80, 2])
        match self.manner:
            case Manner.WRONG_FUNCTION:
                answer = bytes([function % 4 + 1]) + answer[1:]
            case Manner.SHORT_DATA:
                answer = bytes([function, len(data) - 1]) + data[:-1]
            case Manner.NO_DATA:
                answer = bytes([function])
            case Manner.EXCEPTION:
                answer = bytes([function | 0x80, 4])
            case Manner.TARGET_AWAY:
                answer = bytes([function | 0x80, 0x0B])
        return answer

    async def _send(self, writer: asyncio.StreamWriter, frame: bytes) -> None:
        match self.manner:
            case Manner.SHORT_FRAME:
                writer.write(frame[:-2])
            case Manner.GARBAGE:
                writer.write(b"HTTP/1.1 400 Bad Request\r\nServer: none\r\n\r\n")
            case Manner.NOISE:
                writer.write(self.noise)
            case Manner.TRICKLE:
                for byte in frame:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(0.001)
            case Manner.TWICE:
                writer.write(frame + frame)
            case _:
                writer.write(frame)
        await writer.drain()

    def _data(self, function: int, start: int, count: int) -> bytes:
        values = [self.registers.get(number, number) for number in range(start, start + count)]
        if function in (3, 4):
            return b"".join(value.to_bytes(2, "big") for value in values)
        packed = bytearray((count + 7) // 8)
        for place, value in enumerate(values):
            packed[place // 8] |= (value & 1) << place % 8
        return bytes(packed)

"""The one place in the gateway that speaks through pymodbus, and it only reads.

pymodbus answers three questions poorly: whether an answer belongs to the question, what kind of
failure a failure is, and when the other end has hung up. So its bytes are judged here first
(`gateway.modbus.frame`), its exceptions become ReadError, and a hang-up ends the wait at once.
"""

import asyncio
import logging
import math
from collections.abc import Sequence

from pymodbus import exceptions as modbus
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.pdu import ModbusPDU

from gateway.modbus.decode import Answer, Decoder
from gateway.modbus.frame import READ_FUNCTIONS, FrameError, Request, Verdict, data_of, judge
from gateway.modbus.pieces import put_together
from gateway.modbus.plan import Read, plan, split
from gateway.source import Group, ReadError
from gateway.wanted import still_wanted
from plant.modbus_address import ByteOrder, Table
from plant.plant import Device
from plant.quality import Reason
from plant.reading import Readings
from plant.signal import Signal

REASONS: dict[type[modbus.ModbusException], Reason] = {
    modbus.ConnectionException: Reason.NO_ANSWER,
    modbus.ModbusIOException: Reason.NO_ANSWER,  # pymodbus' word for a time-out
    modbus.NoSuchIdException: Reason.NO_ANSWER,
    modbus.ParameterException: Reason.NOT_DECODABLE,
    modbus.NotImplementedException: Reason.NOT_DECODABLE,
    modbus.MessageRegisterException: Reason.NOT_DECODABLE,
    modbus.ModbusException: Reason.NOT_DECODABLE,
}

# What pymodbus logs, ReadError says too, once and without a dump of the last twenty frames.
logging.getLogger("pymodbus").propagate = False
logging.getLogger("pymodbus").addHandler(logging.NullHandler())

# pymodbus throws away what has come when it is longer than one frame, unseen: a late answer and
# the right one together would be lost, and noise would look like silence.
_BUFFER = 4096

_LEAST_PATIENCE_S = 0.05

_ILLEGAL_ADDRESS = 2
_TARGET_AWAY = frozenset({0x0A, 0x0B})  # a gateway in between cannot reach the device


class ModbusSource:
    """One Modbus TCP device: `connect`, then `read` one request at a time, then `close`."""

    def __init__(self, device: Device, signals: Sequence[Signal]) -> None:
        self.groups: tuple[Group[Read], ...] = plan(signals)
        self._device = device
        self._patience_s = _patience_s(device, signals)
        self._client: AsyncModbusTcpClient | None = None
        self._order = ByteOrder.of(device.word_order, device.byte_order)
        self._decoders: dict[tuple[Read, int], Decoder] = {}
        self._refused_whole: dict[Read, tuple[Read, ...]] = {}
        self._request: Request | None = None
        self._data = b""
        self._answered = False
        self._asking: AsyncModbusTcpClient | None = None

    async def connect(self) -> None:
        """Open a new connection, giving up a former one.

        Raises:
            ReadError: NO_ANSWER when the device cannot be reached in its time-out.
        """
        await self.close()
        client = AsyncModbusTcpClient(
            self._device.host,
            port=self._device.port,
            timeout=self._patience_s,
            retries=0,
            reconnect_delay=0,  # when to try again is the poller's decision
            trace_packet=self._on_bytes,
            trace_connect=self._on_connection,
        )
        client.ctx.max_buffer_size = _BUFFER
        try:
            connected = await client.connect()
        except modbus.ModbusException as error:
            raise translated(error) from error
        if not connected:
            where = f"{self._device.host}:{self._device.port}"
            raise ReadError(Reason.NO_ANSWER, f"{self._device.id}: no connection to {where}")
        self._client = client
        self._refused_whole.clear()

    async def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()
            self._client = None

    async def read(self, part: Read) -> Answer:
        """Ask for one request's signals.

        A block that the device refuses as a whole is read in pieces from then on, until the next
        connection, so that one missing register does not blind its neighbours.

        Raises:
            ReadError: no answer, a refusal, or bytes that are no answer. After all but a refusal
                the connection is closed, so that a late answer cannot be taken for another's.
        """
        pieces = self._refused_whole.get(part)
        if pieces is None:
            try:
                return Answer(await self._ask(part))
            except _IllegalAddressError:
                pieces = split(part)
                if len(pieces) == 1:
                    raise
                self._refused_whole[part] = pieces
        answers: list[Answer | None] = []
        for piece in pieces:
            try:
                answers.append(await self.read(piece))
            except ReadError as error:
                if error.reason is not Reason.REFUSED:
                    raise
                answers.append(None)
        return put_together(part, pieces, answers)

    def readings(self, parts: Sequence[Read], answers: Sequence[Answer | Reason]) -> Readings:
        """Give the readings of neighbouring parts from their answers."""
        key = parts[0], len(parts)
        decoder = self._decoders.get(key)
        if decoder is None:
            decoder = self._decoders[key] = Decoder(parts, self._order)
        return decoder.readings(answers)

    async def _ask(self, read: Read) -> bytes:
        """Give the data bytes of the answer."""
        client = await self._connected()
        self._request, self._answered, self._data = None, False, b""
        self._asking = client
        try:
            answer = await self._send(client, read)
            still_wanted()
            self._check(read, answer)
        except BaseException as error:
            if not (isinstance(error, ReadError) and error.reason is Reason.REFUSED):
                await self.close()
            if isinstance(error, modbus.ModbusException):
                raise self._named(error) from error
            raise
        finally:
            self._asking = None
        return self._data

    async def _connected(self) -> AsyncModbusTcpClient:
        if self._client is not None and not self._client.connected:
            # The device hung up while nobody was asking, as some do; that says nothing yet.
            await self.connect()
        if self._client is None:
            raise ReadError(Reason.NO_ANSWER, f"{self._device.id}: not connected")
        return self._client

    def _named(self, error: modbus.ModbusException) -> ReadError:
        if self._answered:
            message = f"{self._device.id}: what came was no answer to the request"
            return ReadError(Reason.NOT_DECODABLE, message)
        return translated(error)

    async def _send(self, client: AsyncModbusTcpClient, read: Read) -> ModbusPDU:
        unit, start, count = self._device.unit_id, read.start, read.count
        match read.table:
            case Table.COIL:
                return await client.read_coils(start, count=count, device_id=unit)
            case Table.DISCRETE:
                return await client.read_discrete_inputs(start, count=count, device_id=unit)
            case Table.HOLDING:
                return await client.read_holding_registers(start, count=count, device_id=unit)
            case Table.INPUT:
                return await client.read_input_registers(start, count=count, device_id=unit)

    def _check(self, read: Read, answer: ModbusPDU) -> None:
        if answer.isError():
            code = answer.exception_code
            message = f"{self._device.id}: exception {code} to {read.table.name} {read.start}"
            if code == _ILLEGAL_ADDRESS:
                raise _IllegalAddressError(Reason.REFUSED, message)
            raise ReadError(Reason.NO_ANSWER if code in _TARGET_AWAY else Reason.REFUSED, message)
        belongs = (
            answer.function_code == read.table.function
            and answer.dev_id == self._device.unit_id
            and self._request is not None
            and answer.transaction_id == self._request.transaction
            and self._data
        )
        if not belongs:
            raise ReadError(Reason.NOT_DECODABLE, f"{self._device.id}: {answer} answers nothing")

    def _on_bytes(self, sending: bool, data: bytes) -> bytes:  # noqa: FBT001 - pymodbus' shape
        """See every packet before it leaves and before pymodbus decodes it."""
        if sending:
            self._request = Request.of(data)
            if self._request.function not in READ_FUNCTIONS:
                raise AssertionError(f"function {self._request.function} must never be sent")
            return data
        self._answered = True
        if self._request is None or self._waiting() is None:
            return b""  # nobody asked for it
        try:
            verdict = judge(self._request, data)
        except FrameError as error:
            self._fail(Reason.NOT_DECODABLE, str(error))
            return b""
        if verdict is Verdict.OURS:
            self._data = data_of(self._request, data)
        return b"" if verdict is Verdict.PARTIAL else data

    def _on_connection(self, connected: bool) -> None:  # noqa: FBT001 - pymodbus' shape
        if not connected:
            self._fail(Reason.NO_ANSWER, "the device closed the connection")

    def _fail(self, reason: Reason, message: str) -> None:
        waiting = self._waiting()
        if waiting is not None:
            waiting.set_exception(ReadError(reason, f"{self._device.id}: {message}"))

    def _waiting(self) -> "asyncio.Future[ModbusPDU] | None":
        """Give what pymodbus waits on for the answer to our request; None when it does not."""
        if self._asking is None or self._asking.ctx.response_future.done():
            return None
        waiting: asyncio.Future[ModbusPDU] = self._asking.ctx.response_future
        return waiting


def _patience_s(device: Device, signals: Sequence[Signal]) -> float:
    """Give how long to wait for an answer: the time-out, and never so long that values grow old.

    `firstout check` refuses such a time-out; should one be in force all the same, a dead device
    is still BAD within the max age of its signals.
    """
    left = min((signal.max_age_s - signal.period_s for signal in signals), default=math.inf)
    return min(device.timeout_s, max(left, _LEAST_PATIENCE_S))


class _IllegalAddressError(ReadError):
    """The device has not got all that was asked for; less of it may be there."""


def translated(error: modbus.ModbusException) -> ReadError:
    """Give our error for one of pymodbus' own."""
    return ReadError(REASONS[type(error)], str(error))

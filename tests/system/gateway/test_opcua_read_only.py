"""Nothing that changes the plant leaves towards an OPC UA server, though it would be obeyed."""

from collections.abc import AsyncIterator

import pytest
from asyncua import Client, ua

from gateway.opcua.session import guard
from gateway.opcua.session.session import Session
from tests.patience import until
from tests.peers.asyncua_server import PlcProcess, analog
from tests.subscribing import reading

pytestmark = pytest.mark.system

NODE = ua.NodeId("T", 2)


@pytest.fixture
async def plc() -> AsyncIterator[PlcProcess]:
    server = PlcProcess({"T": ("Double", 20.5)})
    await server.start()
    yield server
    await server.kill()


@pytest.fixture
async def session(plc: PlcProcess) -> AsyncIterator[Session]:
    opened = Session(plc.device(), None, 30.0)
    await opened.open()
    yield opened
    await opened.close(polite=True)


async def _write(client: Client) -> None:
    await client.get_node(NODE).write_value(99.0)


async def _call(client: Client) -> None:
    await client.get_node(ua.NodeId("Furnace", 2)).call_method(ua.NodeId("Stop", 2))


async def _delete(client: Client) -> None:
    await client.delete_nodes([client.get_node(NODE)])


async def _add(client: Client) -> None:
    await client.get_node(ua.NodeId("Furnace", 2)).add_variable(2, "new", 1.0)


async def _rewrite_history(client: Client) -> None:
    await client.uaclient.session.history_update(ua.HistoryUpdateParameters())


ACTS = [_write, _call, _delete, _add, _rewrite_history]


@pytest.mark.parametrize("act", ACTS)
async def test_an_act_is_stopped_before_a_byte_leaves(plc: PlcProcess, session, act) -> None:
    client = session._connection._client
    transport = session._connection.protocol.transport
    sent: list[bytes] = []
    write, transport.write = transport.write, lambda data: (sent.append(data), write(data))

    with pytest.raises(AssertionError, match="must never be sent"):
        await act(client)

    assert sent == []
    assert await plc.do(get="T") == 20.5
    assert await plc.do(count="calls") == 0
    assert len(await session.presence([NODE])) == 1  # it still reads
    assert len(sent) == 1


async def test_the_server_would_have_obeyed_so_the_test_above_means_something(
    plc: PlcProcess,
) -> None:
    async with Client(f"opc.tcp://127.0.0.1:{plc.port}/plc") as client:
        await _write(client)
        await _call(client)

    assert await plc.do(get="T") == 99.0
    assert await plc.do(count="calls") == 1


async def test_a_whole_run_sends_only_what_may_be_sent(
    plc: PlcProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[int] = set()
    made = guard.ReadingConnection.message_to_binary

    def watched(self, message, *rest, **more):
        seen.add(int.from_bytes(message[2:4], "little"))
        return made(self, message, *rest, **more)

    monkeypatch.setattr(guard.ReadingConnection, "message_to_binary", watched)
    signals = [analog("T"), analog("Later"), analog("P", address="/Objects/2:Furnace/2:T")]
    async with reading(plc.device(), signals, review_s=0.3) as (_, records):
        await until(lambda: records.value("P") == 20.5)
        await plc.do(remove="T")
        await plc.do(add="Later", kind="Double", value=1.0)
        await until(lambda: records.value("Later") == 1.0)

    assert {"Publish", "Read", "DeleteMonitoredItems"} <= {guard.READ_REQUESTS[n] for n in seen}
    assert set(guard.READ_REQUESTS) - seen == {428}  # certificates are not asked for here

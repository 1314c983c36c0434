"""A simulated OPC UA device as a client finds it."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asyncua import Client, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from cryptography.x509.oid import ExtendedKeyUsageOID

from plant.errors import PlantError
from plant.moment import MILLISECOND, SECOND
from plant.plant import Device
from plant.read import read_plant
from simulators import simulated_plant
from simulators.opcua_device import OpcUaDevice
from tests.patience import until
from tests.plant_files import DEMO, texts
from tests.signals import signal

pytestmark = pytest.mark.system

START = 1_700_000_000 * SECOND
SIGNALS = [
    signal("flow", "nsu=urn:works:plc;s=Flow", range_low=0.0, range_high=100.0, scale=0.5),
    signal("level", "/Objects/2:Pit/2:Level", range_low=0.0, range_high=100.0, offset=10.0),
    signal("gate", "ns=2;i=7", unit=None),
    replace(signal("open", "/Objects/2:Pit/2:Closed", unit=None), scale=-1.0, offset=1.0),
]
VALUES = {"flow": 20.0, "level": 30.0, "gate": 1.0, "open": 0.0}


def _server(security: str = "none", port: int = 0) -> OpcUaDevice:
    device = Device("ua", "opcua", path="/works", security=security)
    return OpcUaDevice(device, SIGNALS, "127.0.0.1", port)


@asynccontextmanager
async def _served(security: str = "none") -> AsyncIterator[OpcUaDevice]:
    server = _server(security)
    await server.prepare()
    await server.show(VALUES, START)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@pytest.fixture
async def server() -> AsyncIterator[OpcUaDevice]:
    async with _served() as server:
        yield server


@pytest.fixture
async def client(server: OpcUaDevice) -> AsyncIterator[Client]:
    async with _client(server) as client:
        yield client


def _client(server: OpcUaDevice) -> Client:
    return Client(f"opc.tcp://127.0.0.1:{server.port}/works", timeout=4)


async def _data(client: Client, name: str) -> ua.DataValue:
    index = await client.get_namespace_index("urn:works:plc")
    match name:
        case "flow":
            node = client.get_node(ua.NodeId("Flow", index))
        case "gate":
            node = client.get_node("ns=2;i=7")
        case _:
            node = await client.nodes.root.get_child(
                ["0:Objects", "2:Pit", {"level": "2:Level", "open": "2:Closed"}[name]]
            )
    return await node.read_data_value(raise_on_bad_status=False)


async def _raw(client: Client) -> dict[str, object]:
    return {name: (await _data(client, name)).Value.Value for name in VALUES}


async def test_every_address_is_where_it_says_and_shows_the_raw_number(client: Client) -> None:
    assert await _raw(client) == {"flow": 40.0, "level": 20.0, "gate": True, "open": True}


async def test_values_are_stamped_with_the_time_at_which_they_were_so(
    server: OpcUaDevice, client: Client
) -> None:
    changed = START + 600 * MILLISECOND
    await server.show(VALUES | {"level": 31.0}, changed)

    for name, moment in (("level", changed), ("gate", changed)):
        data = await _data(client, name)
        assert data.SourceTimestamp == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
            microseconds=moment // 1000
        )
    await server.show(VALUES | {"level": 31.0}, changed + 50 * MILLISECOND)
    assert (await _data(client, "level")).SourceTimestamp == data.SourceTimestamp


async def test_a_dropped_out_instrument_is_a_sensor_failure(
    server: OpcUaDevice, client: Client
) -> None:
    await server.show(VALUES | {"flow": math.nan, "gate": math.nan}, START + MILLISECOND)
    for name in ("flow", "gate"):
        data = await _data(client, name)
        assert data.StatusCode.value == ua.StatusCodes.BadSensorFailure
        assert data.Value.Value is None
    await server.show(VALUES, START + 2 * MILLISECOND)
    assert await _raw(client) == {"flow": 40.0, "level": 20.0, "gate": True, "open": True}


@pytest.mark.parametrize("user", [None, "admin"])
async def test_nobody_can_write_call_or_build(server: OpcUaDevice, user: str | None) -> None:
    client = _client(server)
    if user is not None:
        client.set_user(user)
        client.set_password("admin")
    async with client:
        node = client.get_node("ns=2;i=7")
        attempts = (
            node.write_value(ua.DataValue(ua.Variant(False))),
            client.nodes.objects.add_folder(2, "ours"),
            client.delete_nodes([node]),
            client.nodes.server.call_method(
                "0:GetMonitoredItems", ua.Variant(1, ua.VariantType.UInt32)
            ),
        )
        for attempt in attempts:
            with pytest.raises(ua.UaError, match="BadUserAccessDenied"):
                await attempt
        level = (await node.read_attribute(ua.AttributeIds.UserAccessLevel)).Value.Value
        assert level == ua.AccessLevel.CurrentRead.mask
        assert (await node.read_value()) is True


async def test_subscribers_are_told_changes_and_drop_outs(
    server: OpcUaDevice, client: Client
) -> None:
    told: list[tuple[object, int]] = []

    class Handler:
        def datachange_notification(self, _node: object, value: object, data: object) -> None:
            told.append((value, data.monitored_item.Value.StatusCode.value))

    subscription = await client.create_subscription(20, Handler())
    await subscription.subscribe_data_change(client.get_node("ns=2;i=7"))
    await until(lambda: len(told) == 1)
    for at, gate in enumerate((0.0, math.nan, 1.0), 1):
        await server.show(VALUES | {"gate": gate}, START + at * SECOND)
        await until(lambda: len(told) == at + 1)  # noqa: B023 - awaited in this turn

    good, failed = ua.StatusCodes.Good, ua.StatusCodes.BadSensorFailure
    assert told == [(True, good), (False, good), (None, failed), (True, good)]


async def test_a_device_that_goes_away_forgets_its_clients_and_comes_back_at_its_port(
    server: OpcUaDevice,
) -> None:
    port = server.port
    for _ in range(5):
        client = _client(server)
        await client.connect()
        await client.create_subscription(50, None)
        await server.stop()
        await server.stop()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        assert server._server._server.iserver.subscription_service.subscriptions == {}
        await server.start()
        assert server.port == port
        with pytest.raises((ConnectionError, ua.UaError, TimeoutError)):
            await client.get_node("ns=2;i=7").read_value()
        await _gone(client)
        async with _client(server) as another:
            assert await another.get_node("ns=2;i=7").read_value() is True
    await server.stop()
    await until(lambda: not _at_work("server"))


def _at_work(side: str) -> list[object]:
    """Give the tasks that asyncua has left running on one side of the wire."""
    return [
        task
        for task in asyncio.all_tasks()
        if f"asyncua/{side}/" in str(getattr(task.get_coro(), "cr_code", ""))
    ]


async def _gone(client: Client) -> None:
    client.disconnect_socket()
    await client.disconnect_sessionless()


async def test_a_server_that_was_never_asked_stops_as_well() -> None:
    async with _served():
        assert _at_work("server")
    await until(lambda: not _at_work("server"))
    await _server().stop()


@pytest.mark.parametrize(
    ("security", "mode"), [("sign", "Sign"), ("sign_and_encrypt", "SignAndEncrypt")]
)
async def test_a_secure_device_offers_nothing_else(security: str, mode: str) -> None:
    async with _served(security) as server:
        (endpoint,) = await _client(server).connect_and_get_server_endpoints()

        assert endpoint.SecurityPolicyUri.endswith("#Basic256Sha256")
        assert endpoint.SecurityMode is getattr(ua.MessageSecurityMode, mode)
        with pytest.raises((ua.UaError, ConnectionError, TimeoutError)):
            async with _client(server):
                pass


async def test_a_client_with_a_certificate_reads_a_secure_device(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.der"
    await setup_self_signed_certificate(
        key, certificate, "urn:client", "client", [ExtendedKeyUsageOID.CLIENT_AUTH], {}
    )
    async with _served("sign_and_encrypt") as server:
        client = _client(server)
        client.application_uri = "urn:client"
        await client.set_security(
            SecurityPolicyBasic256Sha256, str(certificate), str(key),
            mode=ua.MessageSecurityMode.SignAndEncrypt,
        )  # fmt: skip
        async with client:
            assert await _raw(client) == {
                "flow": 40.0, "level": 20.0, "gate": True, "open": True,
            }  # fmt: skip


async def test_it_tells_who_it_is_and_not_where_it_runs(
    server: OpcUaDevice, client: Client
) -> None:
    (endpoint,) = await client.get_endpoints()
    build = await client.get_node(ua.ObjectIds.Server_ServerStatus_BuildInfo).read_value()

    assert endpoint.EndpointUrl == f"opc.tcp://127.0.0.1:{server.port}/works"
    assert endpoint.Server.ApplicationName.Text == build.ProductName == "Firstout simulator"
    assert endpoint.Server.ApplicationUri == "urn:firstout:simulator:ua"
    assert endpoint.Server.ProductUri == build.ProductUri == "urn:firstout:simulator"


async def test_an_address_that_every_server_has_is_refused() -> None:
    signals = [signal("clock", "i=2258")]
    server = OpcUaDevice(Device("ua", "opcua"), signals, "127.0.0.1", 0)

    with pytest.raises(PlantError, match=r"signal clock, address: .* ns=0;i=2258"):
        await server.prepare()


@pytest.mark.parametrize("device_id", ["foundry-ua", "battery-ua"])
async def test_every_signal_of_the_demonstration_reads_back(device_id: str) -> None:
    plant = read_plant(texts(DEMO))
    (device,) = (device for device in plant.devices if device.id == device_id)
    _, shown = simulated_plant.advanced(simulated_plant.started(plant, 1), 0)
    signals = plant.signals_of(device_id)
    server = OpcUaDevice(device, signals, "127.0.0.1", 0)
    await server.prepare()
    given = await server.show(shown.values, START)
    await server.start()
    async with Client(f"opc.tcp://127.0.0.1:{server.port}") as client:
        for item in signals:
            if item.address.startswith("/"):
                node = await client.nodes.root.get_child(item.address[1:].split("/"))
            else:
                uri, _, rest = item.address.removeprefix("nsu=").partition(";")
                node = client.get_node(f"ns={await client.get_namespace_index(uri)};{rest}")
            number = float(await node.read_value())
            assert number * item.scale + item.offset == pytest.approx(shown.values[item.id])
            assert given[item.id] == shown.values[item.id]
    await server.stop()

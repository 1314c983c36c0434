"""Serves an address space over OPC UA, through asyncua; nobody can write to it or call it.

The address space is built once. A device that goes away closes its door and forgets its sessions
and subscriptions, as one that was switched off; it need not take a second to build everything
again when it comes back.
"""

import asyncio
import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime, timedelta
from math import isnan

from asyncua import Server, ua
from asyncua.common.node import Node
from asyncua.crypto import cert_gen
from asyncua.crypto.permission_rules import PermissionRuleset, User, UserRole
from asyncua.crypto.uacrypto import x509
from asyncua.server.binary_server_asyncio import BinaryServer
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession

from plant.errors import Fault, PlantError
from plant.plant import Device
from plant.signal import Signal
from simulators import opcua_address_space
from simulators.opcua_address_space import SIMULATOR, AddressSpace, Steps

NAME = "Firstout simulator"

_POLICIES = {
    "none": ua.SecurityPolicyType.NoSecurity,
    "sign": ua.SecurityPolicyType.Basic256Sha256_Sign,
    "sign_and_encrypt": ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
}
_CLIENTS = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# A refusal or a hang-up is an error to asyncua; who connects learns of it by the answer.
logging.getLogger("asyncua").setLevel(logging.CRITICAL)


class OpcUaServer:
    """An OPC UA server for one device at `host`:`port` (port 0: any free one).

    Clients sign in as they like, and are met with the device's `security`; the certificate is
    made for this run and signed by nobody else.
    """

    def __init__(self, device: Device, host: str, port: int) -> None:
        self._device = device
        self._host = host
        self._port = port
        self._sessions = _Sessions()
        self._server = Server(self._sessions)
        self._variables: dict[str, ua.NodeId] = {}
        self._listening = False

    @property
    def port(self) -> int:
        """The port that is listened on; from the first start on it stays the same."""
        return self._port

    async def build(self, plan: AddressSpace) -> None:
        """Build the address space, once, before anything else.

        Raises:
            PlantError: a node cannot be made; one in namespace 0 every server has already.
        """
        server, application = self._server, plan.namespaces[1]
        server.name, server.manufacturer_name, server.product_uri = NAME, "Firstout", SIMULATOR
        server.application_type = ua.ApplicationType.Server
        server.disable_clock()  # the time that it tells is the one that it is given
        with _uncollected():
            await server.init()
            await server.set_application_uri(application)
            self._variables = await _build_nodes(server, plan)
        server.set_endpoint(f"opc.tcp://{self._host}:{self._port}{self._device.path}")
        server.set_identity_tokens([ua.AnonymousIdentityToken, ua.UserNameIdentityToken])
        server.set_security_policy([_POLICIES[self._device.security]], _ReadOnly())
        if self._device.security != "none":
            _certify(self._sessions, application)

    async def start(self) -> None:
        """Listen; OSError if the port cannot be had."""
        server, self._sessions.max_connections = self._server, _CLIENTS
        try:
            if server.bserver is None:
                await server.start()
            else:
                await server.bserver.start()
        except OSError as error:
            where = f"{self._host}:{self._port}"
            raise OSError(f"the simulator cannot listen on {where}: {error}") from error
        self._listening = True
        self._port = int(server.bserver.port)

    async def stop(self) -> None:
        """Hang up on every client, forget them, and stop listening; harmless when not started."""
        if not self._listening:
            return
        self._listening = False
        door: BinaryServer = self._server.bserver
        self._sessions.max_connections = 0  # who still knocks is refused at once
        self._sessions.hang_up()
        await door.stop()
        await asyncio.sleep(0)  # for the ends of connections that came in meanwhile
        await asyncio.gather(*door.closing_tasks)
        door.closing_tasks.clear()
        await self._sessions.forget()

    async def put(self, signal: Signal, number: float, time: int) -> None:
        """Let a signal's variable show a raw number, stamped with `time` (ns since 1970 UTC).

        NaN is no value, with the status BadSensorFailure.
        """
        node, shown = self._variables[signal.id], _shown(signal, number, _moment(time))
        await _put(self._server, node, shown)

    async def tell_time(self, time: int) -> None:
        """Let the server's own clock show `time`; it is a life sign to those who look at it."""
        moment = _moment(time)
        node = self._server.get_node(ua.ObjectIds.Server_ServerStatus)
        status = copy(await node.read_value())
        status.CurrentTime = moment
        await node.write_value(status)
        current = self._server.get_node(ua.ObjectIds.Server_ServerStatus_CurrentTime)
        await current.write_value(moment)


class _Sessions(InternalServer):  # type: ignore[misc]
    """What asyncua does behind the door, and who is there."""

    def __init__(self) -> None:
        super().__init__(user_manager=_Anybody())
        self._there: set[InternalSession] = set()

    def register_external_session(self, session: InternalSession) -> None:
        super().register_external_session(session)
        self._there.add(session)

    def unregister_external_session(self, session: InternalSession) -> None:
        super().unregister_external_session(session)
        self._there.discard(session)

    def hang_up(self) -> None:
        """End every connection, whatever the other end is doing."""
        for transport in tuple(self.asyncio_transports):
            transport.abort()

    async def forget(self) -> None:
        """Close all sessions, also those whose client is away, with their subscriptions."""
        for session in tuple(self._there):
            await session.close_session(delete_subs=True)


class _Anybody:
    """Everybody may look, nobody is more than a looker."""

    def get_user(self, _server: InternalServer, **_who: object) -> User:
        return User(role=UserRole.User)


class _ReadOnly(PermissionRuleset):  # type: ignore[misc]
    """Refuses all services that change anything but the client's own subscriptions.

    To write is refused node by node, as every node allows reading only.
    """

    _REFUSED = frozenset(
        ua.NodeId(service)
        for service in (
            ua.ObjectIds.CallRequest_Encoding_DefaultBinary,
            ua.ObjectIds.HistoryUpdateRequest_Encoding_DefaultBinary,
            ua.ObjectIds.AddNodesRequest_Encoding_DefaultBinary,
            ua.ObjectIds.DeleteNodesRequest_Encoding_DefaultBinary,
            ua.ObjectIds.AddReferencesRequest_Encoding_DefaultBinary,
            ua.ObjectIds.DeleteReferencesRequest_Encoding_DefaultBinary,
        )
    )

    def check_validity(self, _user: User, service: ua.NodeId, _body: object) -> bool:
        return service not in self._REFUSED


def _certify(sessions: InternalServer, application: str) -> None:
    """Make the server a key and a certificate that names it and no machine."""
    key = cert_gen.generate_private_key()
    names = [x509.UniformResourceIdentifier(application)]
    sessions.private_key = key
    sessions.certificate = cert_gen.generate_self_signed_app_certificate(
        key, NAME, {}, names, [x509.ExtendedKeyUsageOID.SERVER_AUTH]
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the garbage alone: looking for it while 6,000 nodes are made doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


async def _build_nodes(server: Server, plan: AddressSpace) -> dict[str, ua.NodeId]:
    """Build the nodes, and give each signal's by its id."""
    for uri in plan.namespaces[2:]:
        await server.register_namespace(uri)
    built: dict[Steps, Node] = {(): server.get_root_node()}
    variables: dict[str, ua.NodeId] = {}
    for node in plan.nodes:
        holder = built[node.steps[:-1]]
        name = ua.QualifiedName(node.steps[-1][1], node.steps[-1][0])
        text = f"ns={node.namespace};{node.kind}={node.identifier}"
        try:
            if not node.signals:
                built[node.steps] = await _object(holder, text, name)
                continue
            kind = ua.VariantType.Boolean if node.signals[0].discrete else ua.VariantType.Double
            variable = await holder.add_variable(text, name, 0, kind, ua.NodeId(kind))
        except ua.UaError as error:
            raise _unmade(node, text) from error
        waiting = ua.DataValue(None, ua.StatusCode(ua.StatusCodes.BadWaitingForInitialData))
        await _put(server, variable.nodeid, waiting)
        built[node.steps] = variable
        variables |= {signal.id: variable.nodeid for signal in node.signals}
    return variables


def _unmade(node: opcua_address_space.Node, text: str) -> PlantError:
    where = f"signal {node.signals[0].id}, address" if node.signals else "address"
    problem = f"the simulator cannot make the node {text}"
    return PlantError([Fault("signals.csv", where, problem, "a node in another namespace than 0")])


async def _object(holder: Node, text: str, name: ua.QualifiedName) -> Node:
    """Give an object that holds others: of namespace 0 the one that is there."""
    if name.NamespaceIndex == 0:
        return await holder.get_child(name)
    return await holder.add_folder(text, name)


async def _put(server: Server, node: ua.NodeId, shown: ua.DataValue) -> None:
    space = server.iserver.aspace
    (await space.write_attribute_value(node, ua.AttributeIds.Value, shown)).check()


def _moment(time: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time // 1000)


def _shown(signal: Signal, number: float, moment: datetime) -> ua.DataValue:
    if isnan(number):
        failed = ua.StatusCode(ua.StatusCodes.BadSensorFailure)
        return ua.DataValue(None, failed, SourceTimestamp=moment, ServerTimestamp=moment)
    value = (
        ua.Variant(number >= 0.5, ua.VariantType.Boolean)
        if signal.discrete
        else ua.Variant(number, ua.VariantType.Double)
    )
    return ua.DataValue(value, SourceTimestamp=moment, ServerTimestamp=moment)

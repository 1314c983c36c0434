"""What we ask of an OPC UA server: to find nodes, to watch them, and to tell what they do.

asyncua's own publishing loop keeps one request under way, swallows errors and tries again for
ever, and its supervisors would decide what is ours to decide; so only its messages are used.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from asyncua import ua

from gateway.opcua.credentials import Credentials
from gateway.opcua.notification import Publication, read
from gateway.opcua.session.connection import Connection
from gateway.opcua.session.errors import translated
from gateway.opcua.session.paths import browse_path, target
from gateway.opcua.status import BAD_NO_MATCH, BAD_NODE_ID_UNKNOWN, is_bad
from plant.opcua_address import NodeAddress, PathAddress
from plant.plant import Device

_AT_ONCE = 100  # nodes in one request; a server that allows fewer is asked in smaller pieces
_MOST_PUBLISHES = 10  # requests for news under way

Node = Any  # ua.NodeId; asyncua is untyped
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Watched:
    """A node to be watched; `handle` comes back with its values."""

    node: Node
    handle: int
    sampling_s: float
    queue: int


@dataclass(frozen=True)
class Subscribed:
    """A subscription as the server granted it.

    It reports each `publishing_s`; `proof_s` is how seldom it may say that it lives.
    """

    id: int
    publishing_s: float
    proof_s: float


@dataclass(frozen=True)
class Item:
    """What became of the wish to have a node watched.

    `status` is the server's answer, `id` its name of the item, and `sampling_s` how often it looks
    at the value, which may be more seldom than was asked for.
    """

    status: int
    id: int
    sampling_s: float


class Session:
    """One session with one server: `open`, subscribe, `publication` again and again, `close`.

    Everything that asks the server raises ReadError; then the session is of no use any more.
    """

    def __init__(
        self,
        device: Device,
        credentials: Credentials | None,
        idle_s: float,
        channel_s: float = 3600.0,
    ) -> None:
        self._device = device.id
        self._connection = Connection(device, credentials, idle_s, channel_s)
        self._namespaces: list[str] = []
        self._publishes: deque[asyncio.Task[Any]] = deque()
        self._wanted = 1
        self._heard: list[ua.SubscriptionAcknowledgement] = []

    async def open(self) -> None:
        """Connect, sign in, and learn how the server numbers its namespaces.

        Raises:
            ReadError: NO_ANSWER when the server cannot be reached in the device's time-out,
                REFUSED when one of the two sides does not accept the other.
        """
        with translated(self._device):
            await self._connection.open()
            self._namespaces = await self._read_namespaces()

    async def close(self, *, polite: bool) -> None:
        """Hang up; harmless when there is no connection. If `polite`, the server is told."""
        publishes = [*self._publishes]
        self._publishes.clear()
        for task in publishes:
            task.cancel()
        await asyncio.gather(*publishes, return_exceptions=True)
        await self._connection.close(polite=polite)

    async def resolve(self, addresses: Sequence[NodeAddress | PathAddress]) -> list[Node | int]:
        """Give each address's node on this server, or the status code that says why not."""
        named = (a.namespace for a in addresses if isinstance(a, NodeAddress))
        if not {uri for uri in named if isinstance(uri, str)} <= {*self._namespaces}:
            with translated(self._device):  # a server that starts may not have them all yet
                self._namespaces = await self._read_namespaces()
        nodes: list[Node | int] = []
        paths: list[PathAddress] = []
        for address in addresses:
            if isinstance(address, PathAddress):
                paths.append(address)
                nodes.append(BAD_NO_MATCH)
            else:
                nodes.append(self._node(address))
        with translated(self._device):
            found = iter(await _in_pieces(self._translate, paths))
        of_path = (isinstance(address, PathAddress) for address in addresses)
        return [next(found) if path else node for node, path in zip(nodes, of_path, strict=True)]

    async def subscribe(self, publishing_s: float, keep_alive: int, life_s: float) -> Subscribed:
        """Ask for a subscription that lives `life_s` without us; its rhythm the server grants."""
        request = ua.CreateSubscriptionRequest()
        request.Parameters.RequestedPublishingInterval = publishing_s * 1000
        request.Parameters.RequestedMaxKeepAliveCount = keep_alive
        lifetime = max(3 * keep_alive, round(life_s / publishing_s))
        request.Parameters.RequestedLifetimeCount = lifetime
        request.Parameters.PublishingEnabled = True
        with translated(self._device):
            answer = await self._connection.ask(request, ua.CreateSubscriptionResponse)
        granted = answer.Parameters
        self._wanted = min(self._wanted + 1, _MOST_PUBLISHES)
        publishing_s = granted.RevisedPublishingInterval / 1000
        proof_s = publishing_s * granted.RevisedMaxKeepAliveCount
        return Subscribed(granted.SubscriptionId, publishing_s, proof_s)

    async def watch(self, subscription: int, nodes: Sequence[Watched]) -> list[Item]:
        """Have nodes watched; give for each what the server granted."""

        async def create(some: Sequence[Watched]) -> list[Item]:
            request = ua.CreateMonitoredItemsRequest()
            request.Parameters.SubscriptionId = subscription
            request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Source
            request.Parameters.ItemsToCreate = [_wish(node) for node in some]
            answer = await self._connection.ask(request, ua.CreateMonitoredItemsResponse)
            return [
                Item(r.StatusCode.value, r.MonitoredItemId, r.RevisedSamplingInterval / 1000)
                for r in answer.Results
            ]

        with translated(self._device):
            return await _in_pieces(create, nodes)

    async def unwatch(self, subscription: int, items: Sequence[int]) -> None:
        """Have items (the server's ids) watched no more; unknown ones do not matter."""

        async def delete(some: Sequence[int]) -> list[int]:
            request = ua.DeleteMonitoredItemsRequest()
            request.Parameters.SubscriptionId = subscription
            request.Parameters.MonitoredItemIds = list(some)
            answer = await self._connection.ask(request, ua.DeleteMonitoredItemsResponse)
            return [result.value for result in answer.Results]

        with translated(self._device):
            await _in_pieces(delete, items)

    async def presence(self, nodes: Sequence[Node]) -> list[int]:
        """Ask whether nodes are still there; give for each the status code of the answer."""

        async def look(some: Sequence[Node]) -> list[int]:
            request = ua.ReadRequest()
            request.Parameters.NodesToRead = [
                ua.ReadValueId(node, ua.AttributeIds.NodeId) for node in some
            ]
            answer = await self._connection.ask(request, ua.ReadResponse)
            return [result.StatusCode.value for result in answer.Results]

        with translated(self._device):
            return await _in_pieces(look, nodes)

    async def publication(self, within_s: float) -> Publication | None:
        """Give what any subscription says next, or None if none does within `within_s`.

        The channel is renewed in passing: subscriptions speak often enough for that.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + within_s
        with translated(self._device):
            await self._connection.renew_if_due()
            while True:
                self._ask_for_news()
                oldest = self._publishes[0]
                await asyncio.wait({oldest}, timeout=max(0.0, deadline - clock()))
                if not oldest.done():
                    return None
                self._publishes.popleft()
                try:
                    return self._taken(oldest.result())
                except ua.uaerrors.BadTooManyPublishRequests:
                    self._wanted = max(1, len(self._publishes))
                except ua.uaerrors.BadTimeout:
                    continue  # the server gives requests back that it had no use for

    def _ask_for_news(self) -> None:
        """Keep enough Publish requests under way; the first of them says what has been heard."""
        protocol = self._connection.protocol
        while len(self._publishes) < self._wanted:
            request = ua.PublishRequest()
            request.Parameters.SubscriptionAcknowledgements, self._heard = self._heard, []
            self._publishes.append(asyncio.create_task(protocol.send_request(request, 0)))

    def _taken(self, answer: Any) -> Publication:
        publication = read(bytes(answer.read(len(answer))))
        if is_bad(publication.result):
            raise ua.UaStatusCodeError(publication.result)
        if publication.carries:
            heard = ua.SubscriptionAcknowledgement(publication.subscription, publication.sequence)
            self._heard.append(heard)
        return publication

    async def _read_namespaces(self) -> list[str]:
        node = ua.NodeId(ua.ObjectIds.Server_NamespaceArray)
        request = ua.ReadRequest()
        request.Parameters.NodesToRead = [ua.ReadValueId(node, ua.AttributeIds.Value)]
        (answer,) = (await self._connection.ask(request, ua.ReadResponse)).Results
        if not isinstance(getattr(answer.Value, "Value", None), list):
            return []  # as a server may answer that is not ready
        return [str(uri) for uri in answer.Value.Value]

    def _node(self, address: NodeAddress) -> Node | int:
        namespace = address.namespace
        if isinstance(namespace, str):
            if namespace not in self._namespaces:
                return BAD_NODE_ID_UNKNOWN
            namespace = self._namespaces.index(namespace)
        return ua.NodeId.from_string(f"ns={namespace};{address.kind}={address.identifier}")

    async def _translate(self, paths: Sequence[PathAddress]) -> list[Node | int]:
        request = ua.TranslateBrowsePathsToNodeIdsRequest()
        request.Parameters.BrowsePaths = [browse_path(path) for path in paths]
        answer = await self._connection.ask(request, ua.TranslateBrowsePathsToNodeIdsResponse)
        return [target(result, self._namespaces) for result in answer.Results]


async def _in_pieces(
    ask: Callable[[Sequence[T]], Awaitable[list[R]]], things: Sequence[T], size: int = _AT_ONCE
) -> list[R]:
    """Ask for many things in requests that the server does not find too large."""
    answers: list[R] = []
    for start in range(0, len(things), size):
        piece = things[start : start + size]
        try:
            answers += await ask(piece)
        except ua.uaerrors.BadTooManyOperations:
            if len(piece) == 1:
                raise
            answers += await _in_pieces(ask, piece, len(piece) // 2)
    return answers


def _wish(watched: Watched) -> ua.MonitoredItemCreateRequest:
    request = ua.MonitoredItemCreateRequest()
    request.ItemToMonitor = ua.ReadValueId(watched.node, ua.AttributeIds.Value)
    request.MonitoringMode = ua.MonitoringMode.Reporting
    request.RequestedParameters.ClientHandle = watched.handle
    request.RequestedParameters.SamplingInterval = watched.sampling_s * 1000
    request.RequestedParameters.QueueSize = watched.queue
    request.RequestedParameters.DiscardOldest = True
    return request

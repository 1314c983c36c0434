"""What gateways say of themselves, and how far their consumers say they are, as last heard.

Messages come from the front door, which owns the broker connection; one that does not follow the
contract is counted and dropped, never half taken.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from plant.errors import TelemetryError
from plant.moment import SECOND
from plant.plant import Plant
from telemetry import delivery, gateway_state
from telemetry.delivery import Position
from telemetry.gateway_state import GatewayState, SpoolState

SILENT = 5 * SECOND
"""A gateway or consumer that has said nothing for this long, saying so each second, is silent."""

AWAITED = ("monitor", "recorder")
"""The consumers that our gateway waits for; one that has said nothing is missing, not absent."""

_MOST_CONSUMERS = 16


@dataclass(frozen=True)
class Consumer:
    """How far a consumer has committed a node's spool.

    `heard_at` (ns since 1970) is when it last said so itself; None when what is known may have
    been kept by the broker from long ago.
    """

    name: str
    position: Position | None = None
    heard_at: int | None = None

    def silent(self, now: int) -> bool:
        """Say whether it has not been heard lately."""
        return _silent(self.heard_at, now)

    def behind(self, spool: SpoolState) -> int:
        """Give how many records of the spool it has yet to commit, the dropped ones left out."""
        place = self.position
        following = place.offset + 1 if place is not None and place.spool == spool.id else 0
        return max(0, spool.next - max(following, spool.first))


@dataclass(frozen=True)
class Gateway:
    """A node that has a spool: what it said last, heard at `heard_at` (ns since 1970)."""

    id: str
    state: GatewayState | None = None
    heard_at: int | None = None
    consumers: Mapping[str, Consumer] = field(default_factory=dict)

    def silent(self, now: int) -> bool:
        """Say whether it has not been heard lately: then nothing it said holds any more."""
        return _silent(self.heard_at, now)


class GatewayStore:
    """What was heard last; `update` and `note_link` may be called from any thread.

    `plant` says which nodes there are: a message about others is not believed. `now` gives
    nanoseconds since 1970.
    """

    def __init__(self, plant: Plant, now: Callable[[], int]) -> None:
        self._plant = plant
        self._now = now
        nodes = dict.fromkeys((plant.gateway, *(device.node for device in plant.devices)))
        self._gateways = {node: Gateway(node) for node in nodes if node}
        self._gateways[plant.gateway] = Gateway(
            plant.gateway, consumers={name: Consumer(name) for name in AWAITED}
        )
        # What the broker has kept of a consumer comes first after each connection, however old
        # it is; only what follows shows that the consumer lives.
        self._fresh: set[tuple[str, str]] = set()
        self._lock = Lock()
        self._dropped = 0
        self._linked_since: int | None = None

    @property
    def dropped(self) -> int:
        """How many messages of gateways did not follow the contract."""
        with self._lock:
            return self._dropped

    @property
    def linked_since(self) -> int | None:
        """When the broker was reached, None while it is not: then nobody can be heard."""
        with self._lock:
            return self._linked_since

    def note_link(self, *, up: bool) -> None:
        """Note that the connection to the broker has come or gone."""
        with self._lock:
            self._linked_since = self._now() if up else None
            if not up:
                self._fresh.clear()

    def update(self, topic: str, payload: bytes) -> None:
        """Take in one message of a gateway's state, or of a consumer's commits."""
        root, _, rest = topic.partition(f"/{self._plant.id}/")
        match root, rest.split("/"):
            case gateway_state.ROOT, [node]:
                self._take_state(node, payload)
            case delivery.ROOT, [node, consumer]:
                self._take_commit(node, consumer, payload)
            case _:
                return  # not what was asked for

    def gateways(self) -> tuple[Gateway, ...]:
        """Give every node as last heard: our gateway first, then the foreign ones."""
        with self._lock:
            return tuple(self._gateways.values())

    def _take_state(self, node: str, payload: bytes) -> None:
        try:
            state = gateway_state.decode_state(payload)
        except TelemetryError:
            with self._lock:
                self._dropped += 1
            return
        with self._lock:
            before = self._gateways.get(node)
            if before is not None:
                heard = Gateway(node, state, self._now(), before.consumers)
                self._gateways[node] = heard

    def _take_commit(self, node: str, name: str, payload: bytes) -> None:
        try:
            position = delivery.decode_committed(payload).position
        except TelemetryError:
            return  # `firstout run` tries the broker out on such a topic
        with self._lock:
            before = self._gateways.get(node)
            if before is None:
                return
            known = before.consumers.get(name)
            if known is None and len(before.consumers) >= _MOST_CONSUMERS:
                self._dropped += 1
                return
            heard_at = known.heard_at if known is not None else None
            if (node, name) in self._fresh:
                heard_at = self._now()
            self._fresh.add((node, name))
            consumers = {**before.consumers, name: Consumer(name, position, heard_at)}
            self._gateways[node] = Gateway(node, before.state, before.heard_at, consumers)


def _silent(heard_at: int | None, now: int) -> bool:
    # A word from the future is as little proof as an old one: the clock has stepped.
    return heard_at is None or abs(now - heard_at) > SILENT

"""How the gateway tells the other parts about itself: a message each second, for views only."""

import asyncio
from collections.abc import Sequence

from firstout.clock import Clock, monotonic_s
from gateway.device_state import device_state
from gateway.source import Reader
from gateway.spool import Spool
from plant.moment import SECOND
from plant.plant import Plant
from telemetry.durations import Durations
from telemetry.edge_link import EdgeLink
from telemetry.gateway_state import GatewayState, SpoolState, state_message

_EVERY_S = 1.0


class GatewayTeller:
    """Knows what the gateway's parts count, and says it on the link each second."""

    def __init__(self, spool: Spool, clock: Clock) -> None:
        self._spool = spool
        self._clock = clock
        self._plant: Plant | None = None
        self._readers: tuple[Reader, ...] = ()
        self._spooled: dict[str, Durations] = {}
        self._linked_since: int | None = None

    def follow(self, plant: Plant, readers: Sequence[Reader]) -> None:
        """Tell of these readers of the plant's devices from now on."""
        self._plant, self._readers = plant, tuple(readers)
        self._spooled = {reader.device: Durations() for reader in readers}

    def note_spooled(self, device: str, read_time: int) -> None:
        """Note that a record read at `read_time` (ns since 1970) has just been spooled."""
        if device in self._spooled:
            took = max(0, self._clock.now() - read_time) / SECOND
            self._spooled[device].add(monotonic_s(), took)

    def note_link(self, *, up: bool) -> None:
        """Note that the connection to the broker has come or gone."""
        self._linked_since = self._clock.now() if up else None

    async def run(self, link: EdgeLink) -> None:
        """Say how things are until cancelled; without a connection nothing is said."""
        while True:
            await asyncio.sleep(_EVERY_S)
            if self._plant is not None and link.connected:
                state = self._state(self._plant, link)
                link.tell(state_message(self._plant.id, self._plant.gateway, state))

    def _state(self, plant: Plant, link: EdgeLink) -> GatewayState:
        loop_s, now_s = asyncio.get_running_loop().time(), monotonic_s()
        return GatewayState(
            at=self._clock.now(),
            version=plant.version,
            devices=tuple(
                device_state(
                    plant.device_by_id[reader.device],
                    reader,
                    loop_s,
                    self._spooled[reader.device].spread(now_s),
                )
                for reader in self._readers
            ),
            spool=self._spool_state(link),
            sent=link.counters["sent"],
            rewinds=link.counters["rewind"],
            linked_since=self._linked_since,
        )

    def _spool_state(self, link: EdgeLink) -> SpoolState:
        spool = self._spool
        oldest, following = spool.oldest(), spool.next_offset()
        return SpoolState(
            id=spool.spool_id,
            first=following if oldest is None else oldest,
            next=following,
            size=spool.size,
            max_bytes=spool.max_bytes,
            dropped=spool.dropped,
            lost=link.counters["lost"],
        )

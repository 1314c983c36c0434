"""How Firstout's own parts are: who speaks, who is silent, and how far each has come."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from api.identity import ByReader
from api.judging import Judged, judged
from api.models.system import (
    BrokerOut,
    JournalState,
    MonitorOut,
    StreamsOut,
    System,
    VersionOut,
)
from api.monitor_said import monitor_said
from api.services import Injected, Services
from api.system import Look, gateways_out, recorder_out, spread_out
from plant.moment import to_text

router = APIRouter(prefix="/api/v1", tags=["system"])


@router.get("/system", operation_id="getSystem")
def get_system(_: ByReader, services: Injected) -> System:
    """Give the state of gateways, devices, spools, recorder, monitor, journal and streams."""
    position, now = services.position(), services.now()
    nodes = {row["id"]: row for row in services.reader.nodes()}
    seen = services.live.values().signals
    heartbeat = services.reader.heartbeat()
    look = Look(services.plant, judged(heartbeat, services.plant, now), seen, nodes, now)
    linked_since = services.gateways.linked_since
    return System(
        at=to_text(now),
        plant=VersionOut(version=services.plant.version, since=_applied_at(services)),
        broker=BrokerOut(
            linked=linked_since is not None,
            since=None if linked_since is None else to_text(linked_since),
        ),
        gateways=gateways_out(look, services.gateways.gateways()),
        recorder=recorder_out(services.recorder(), services.plant, now),
        monitor=_monitor(heartbeat, look.judged),
        journal=_journal(services),
        streams=StreamsOut(clients=services.stream.clients, most=services.stream.most_clients),
        judging=look.judged.as_model(),
        position=position,
    )


def _monitor(heartbeat: Mapping[str, Any] | None, state: Judged) -> MonitorOut:
    said = monitor_said(heartbeat)
    return MonitorOut(
        linked=None if state.stale else state.linked,
        judged=None if state.stale else spread_out(said.judged),
        commit=None if state.stale else spread_out(said.commit),
        refused=dict(said.refused),
        last_fault=said.last_fault or None,
        folder_differs=said.folder_differs,
    )


def _journal(services: Services) -> JournalState:
    identity, head = services.reader.identity(), services.reader.head()
    return JournalState(
        epoch=None if identity is None else identity[1],
        seq=head["seq"] if head else 0,
        time=head["time"] if head else None,
        hash=head["hash"] if head else None,
    )


def _applied_at(services: Services) -> str | None:
    entries = services.reader.entries(kind="plant", subject=services.plant.version, limit=1)
    return str(entries[0]["time"]) if entries else None

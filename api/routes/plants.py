"""Plants and their signals."""

from fastapi import APIRouter

from api.identity import ByReader
from api.judging import Judged
from api.live import Seen
from api.models.document import Text
from api.models.plant import (
    EquipmentOut,
    GuidanceOut,
    LimitOut,
    NodeOut,
    PlantOut,
    Plants,
    SignalOut,
    Signals,
    SubjectOut,
)
from api.parameters import Identifier
from api.problem import not_found
from api.reading import age_s, reading
from api.services import Injected
from plant.name import Name
from plant.plant import Plant
from plant.signal import NO_GUIDANCE, Guidance, Limit, Signal

router = APIRouter(prefix="/api/v1", tags=["plants"])


@router.get("/plants", operation_id="listPlants")
def list_plants(_: ByReader, services: Injected) -> Plants:
    """List the plants this server answers for."""
    nodes = [
        NodeOut(id=row["id"], state=row["state"], since=row["since"])
        for row in services.reader.nodes()
    ]
    state = services.judged()
    if state.stale:
        nodes = [item.model_copy(update={"state": "unknown"}) for item in nodes]
    return Plants(items=[_plant(services.plant, nodes)], judging=state.as_model())


@router.get("/plants/{plant}/signals", operation_id="listSignals")
def list_signals(plant: Identifier, _: ByReader, services: Injected) -> Signals:
    """List every signal with its value, and how far that can be trusted now."""
    if plant != services.plant.id:
        raise not_found(Name("装置", "plant"))
    position, state = services.position(), services.judged()
    seen, now = services.live.values().signals, services.now()
    items = [_signal(item, seen.get(item.id), state, now) for item in services.plant.signals]
    return Signals(items=items, judging=state.as_model(), position=position)


def _plant(plant: Plant, nodes: list[NodeOut]) -> PlantOut:
    equipment = [
        EquipmentOut(
            id=item.id, kind=item.kind, name=text(item.name), attributes=dict(item.attributes)
        )
        for item in plant.equipment
    ]
    return PlantOut(
        id=plant.id,
        version=plant.version,
        name=text(plant.name),
        enterprise=text(plant.enterprise),
        district=text(plant.district),
        industries=list(plant.industries),
        time_zone=plant.time_zone,
        simulated=plant.simulated,
        equipment=equipment,
        subjects=[
            SubjectOut(id=item.id, kind=item.kind.value, name=text(item.name))
            for item in plant.subjects
        ],
        nodes=nodes,
    )


def _signal(signal: Signal, seen: Seen | None, state: Judged, now: int) -> SignalOut:
    return SignalOut(
        id=signal.id,
        equipment=signal.equipment,
        role=signal.role,
        name=text(signal.name),
        unit=signal.unit,
        range_low=signal.range_low,
        range_high=signal.range_high,
        period_s=signal.period_s,
        max_age_s=signal.max_age_s,
        age_s=age_s(seen, now),
        limits=[_limit(limit) for limit in signal.limits],
        **reading(signal, seen, state, now),
    )


def _limit(limit: Limit) -> LimitOut:
    return LimitOut(
        id=limit.id,
        level=limit.level.value,
        set_point=limit.set_point,
        deadband=limit.deadband,
        on_delay_s=limit.on_delay_s,
        off_delay_s=limit.off_delay_s,
        priority=limit.priority.value,
        source=limit.source.value,
        basis=limit.basis,
        latching=limit.latching,
        window_s=limit.window_s,
        group=list(limit.group),
        indicates=limit.indicates.value,
        guidance=None if limit.guidance == NO_GUIDANCE else _guidance(limit.guidance),
    )


def _guidance(guidance: Guidance) -> GuidanceOut:
    return GuidanceOut(
        consequence=_text_or_none(guidance.consequence),
        cause=_text_or_none(guidance.cause),
        action=_text_or_none(guidance.action),
        respond_s=guidance.respond_s,
    )


def _text_or_none(name: Name | None) -> Text | None:
    return None if name is None else text(name)


def text(name: Name) -> Text:
    """Give a name as answers carry it."""
    return Text(zh=name.zh, en=name.en)

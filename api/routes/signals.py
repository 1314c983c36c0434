"""The signals of a plant, live."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query

from api.cursor import pack, refused, unpack
from api.identity import ByReader
from api.judging import Judged
from api.live import Seen
from api.models.document import Quality, Text
from api.models.plant import (
    AddressKind,
    FormulaOut,
    GuidanceOut,
    LimitOut,
    SignalNow,
    SignalOut,
    Signals,
)
from api.parameters import Cursor, Filters, Identifier
from api.problem import not_found
from api.reading import age_s, reading
from api.routes.plants import demand_plant, text
from api.services import Injected
from plant import modbus_address, opcua_address
from plant.formula import Formula
from plant.name import Name
from plant.plant import Plant
from plant.role import ROLES
from plant.signal import NO_GUIDANCE, Guidance, Limit, Signal

router = APIRouter(prefix="/api/v1", tags=["plants"])


@router.get("/plants/{plant}/signals", operation_id="listSignals")
def list_signals(
    plant: Identifier,
    _: ByReader,
    services: Injected,
    *,
    equipment: Filters = None,
    area: Filters = None,
    role: Filters = None,
    device: Filters = None,
    quality: Annotated[
        list[Quality] | None, Query(max_length=5, description="As it is judged now")
    ] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Items a page has at most")] = 1000,
) -> Signals:
    """List the signals with their values, and how far those can be trusted now.

    They come in the order of the plant's files, whatever their values do. A filter given more
    than once keeps what fits any of its values. 404 when one names what the plant has not.
    """
    demand_plant(plant, services)
    kept = _kept(services.plant, equipment, area, role, device)
    position, state = services.position(), services.judged()
    seen, now = services.live.values().signals, services.now()
    items: list[SignalOut] = []
    more = False
    for signal in _after(services.plant, cursor):
        if signal.id not in kept:
            continue
        found = _signal(signal, seen.get(signal.id), state, now)
        if quality is not None and found.quality not in quality:
            continue
        if more := len(items) == limit:
            break
        items.append(found)
    return Signals(
        items=items,
        next=pack(items[-1].id) if more else None,
        judging=state.as_model(),
        position=position,
    )


@router.get("/plants/{plant}/signals/{signal}", operation_id="getSignal")
def get_signal(
    plant: Identifier, signal: Identifier, _: ByReader, services: Injected
) -> SignalNow:
    """Give one signal with its value, its limits, and where its values come from."""
    demand_plant(plant, services)
    one = services.plant.signal_by_id.get(signal)
    if one is None:
        raise not_found(Name("测点", "signal"))
    position, state = services.position(), services.judged()
    seen = services.live.values().signals.get(signal)
    device = services.plant.device_by_id.get(one.device)
    protocol = device.protocol if device else None
    return SignalNow.model_validate(
        {
            **dict(_signal(one, seen, state, services.now())),
            "protocol": protocol,
            "address_kind": _address_kind(one, protocol),
            "formula": None if one.formula is None else _formula(one.formula),
            "frozen_s": one.frozen_s,
            "life": one.life,
            "judging": state.as_model(),
            "position": position,
        }
    )


def _after(plant: Plant, cursor: str | None) -> tuple[Signal, ...]:
    """Give what follows the signal that a page ended with."""
    if cursor is None:
        return plant.signals
    last = plant.signal_by_id.get(str(unpack(cursor, str)[0]))
    if last is None:  # of a plant version that had it
        raise refused()
    return plant.signals[plant.signals.index(last) + 1 :]


def _kept(
    plant: Plant,
    equipment: list[str] | None,
    area: list[str] | None,
    role: list[str] | None,
    device: list[str] | None,
) -> set[str]:
    """Give the ids of the signals that pass the filters; 404 for a filter that names nothing."""
    at = {item.id: item.area for item in plant.equipment}
    filters = (
        (equipment, at, Name("设备", "equipment"), lambda s: s.equipment),
        (area, plant.area_by_id, Name("区域", "area"), lambda s: at.get(s.equipment)),
        (role, ROLES, Name("测点角色", "role"), lambda s: s.role),
        (device, plant.device_by_id, Name("控制器", "device"), lambda s: s.device),
    )
    signals: Iterable[Signal] = plant.signals
    for wanted, known, what, of in filters:
        if wanted is None:
            continue
        if any(name not in known for name in wanted):
            raise not_found(what)
        signals = [signal for signal in signals if of(signal) in wanted]
    return {signal.id for signal in signals}


def _address_kind(signal: Signal, protocol: str | None) -> AddressKind:
    if protocol is None:
        return "formula"
    if protocol == "sparkplug":
        return "metric"
    if protocol == "opcua":
        found = opcua_address.parse(signal.address)
        return "browse_path" if isinstance(found, opcua_address.PathAddress) else "node_id"
    tables: dict[modbus_address.Table, AddressKind] = {
        modbus_address.Table.COIL: "coil",
        modbus_address.Table.DISCRETE: "discrete",
        modbus_address.Table.HOLDING: "holding",
        modbus_address.Table.INPUT: "input",
    }
    return tables[modbus_address.parse(signal.address).table]


def _formula(formula: Formula) -> FormulaOut:
    return FormulaOut(
        function=formula.function.value,
        signals=list(formula.signals),
        parameter=formula.parameter,
        pair_within_s=formula.pair_within_s,
    )


def _signal(signal: Signal, seen: Seen | None, state: Judged, now: int) -> SignalOut:
    return SignalOut(
        id=signal.id,
        equipment=signal.equipment,
        device=signal.device or None,
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

"""What alarms say to a person, in both languages."""

from monitor.changes import DemandChange, Response
from plant.interlock import Interlock
from plant.name import Name
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Level, Signal

_LEVELS = {
    Level.LL: Name("低低限", "low-low limit"),
    Level.L: Name("低限", "low limit"),
    Level.H: Name("高限", "high limit"),
    Level.HH: Name("高高限", "high-high limit"),
}

_REASONS = {
    Reason.NONE: Name("数据质量差", "bad quality"),
    Reason.NO_ANSWER: Name("控制器无应答", "the controller does not answer"),
    Reason.REFUSED: Name("控制器拒绝读取", "the controller refuses the read"),
    Reason.NOT_DECODABLE: Name("数值无法解码", "the value cannot be decoded"),
    Reason.OUT_OF_RANGE: Name("超出仪表量程（仪表故障）", "outside the instrument range (fault)"),
    Reason.SENSOR_FAULT: Name("仪表故障", "the instrument reports a fault"),
    Reason.NODE_OFFLINE: Name("采集网关离线", "the gateway is offline"),
    Reason.AGED: Name("数据超时", "the data are stale"),
    Reason.NEVER_SEEN: Name("从未收到数据", "no data have ever come"),
}

_RESULTS = {
    Response.SLOW: Name("动作超时", "answered too slowly"),
    Response.PARTIAL: Name("部分动作未执行", "did only part of its work"),
    Response.FAILED: Name("未动作", "did not act"),
    Response.UNDETERMINED: Name("动作情况无法判定", "cannot be shown to have acted in time"),
}


def level_name(level: Level) -> Name:
    """Name a limit level."""
    return _LEVELS[level]


def reason_name(reason: Reason) -> Name:
    """Say why a value cannot be trusted."""
    return _REASONS[reason]


def limit_message(signal: Signal, level: Level) -> Name:
    """Say that a signal has passed a limit."""
    name, which = signal.name, _LEVELS[level]
    direction = Name("高于", "above") if level.high else Name("低于", "below")
    return Name(f"{name.zh}{direction.zh}{which.zh}", f"{name.en} {direction.en} its {which.en}")


def quality_message(signal: Signal, quality: Quality, reason: Reason) -> Name:
    """Say that a signal's value cannot be trusted, and why."""
    name, why = signal.name, _REASONS[reason]
    state = Name("无可用数据", "has no usable data")
    if quality is Quality.BAD:
        state = Name("测点故障", "is faulty")
    return Name(f"{name.zh}{state.zh}：{why.zh}", f"{name.en} {state.en}: {why.en}")


def device_message(device: str) -> Name:
    """Say that nothing comes from a controller."""
    return Name(f"控制器 {device} 无数据", f"No data come from controller {device}")


def node_message(node: str) -> Name:
    """Say that an edge node is not heard; it, the broker or our link to it may be the cause."""
    return Name(f"采集网关 {node} 失联", f"Gateway {node} is not heard")


def bypass_message(interlock: Interlock) -> Name:
    """Say that an interlock is bypassed."""
    name = interlock.name
    return Name(f"{name.zh}已被旁路", f"{name.en} is bypassed")


def demand_message(plant: Plant, change: DemandChange) -> Name:
    """Say how an interlock failed its demand."""
    name, result = plant.interlock_by_id[change.interlock].name, _RESULTS[change.result]
    return Name(f"{name.zh}{result.zh}", f"{name.en} {result.en}")

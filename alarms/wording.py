"""What alarms say to a person, in both languages."""

from collections.abc import Iterable

from monitor.changes import DemandChange, Response, Voting
from plant.interlock import Interlock
from plant.name import Name
from plant.quality import Quality, Reason
from plant.signal import Indicates, Level, Limit, Signal

_LEVELS = {
    Level.LL: Name("低低限", "low-low limit"),
    Level.L: Name("低限", "low limit"),
    Level.H: Name("高限", "high limit"),
    Level.HH: Name("高高限", "high-high limit"),
    Level.RATE: Name("变化速率限", "rate limit"),
    Level.DEVIATION: Name("偏差限", "deviation limit"),
    Level.STATE: Name("状态报警", "state alarm"),
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
    Reason.FROZEN: Name("数值冻结不变", "the value is frozen"),
    Reason.CLOCK: Name("数据源时钟不准", "its source's clock is wrong"),
    Reason.NOT_PAIRED: Name(
        "计算所需数据不齐或不同时", "what it is computed from does not go together"
    ),
    Reason.IMPLAUSIBLE: Name("数值不可信（仪表误差）", "the value is implausible"),
}

_RESULTS = {
    Response.SLOW: Name("动作超时", "answered too slowly"),
    Response.PARTIAL: Name("部分动作未执行", "did only part of its work"),
    Response.FAILED: Name("未动作", "did not act"),
    Response.UNDETERMINED: Name("动作情况无法判定", "cannot be shown to have acted in time"),
    Response.SPURIOUS: Name("无触发条件而动作（误动）", "acted without a cause (spurious trip)"),
}


def level_name(level: Level) -> Name:
    """Name a limit level."""
    return _LEVELS[level]


def reason_name(reason: Reason) -> Name:
    """Say why a value cannot be trusted."""
    return _REASONS[reason]


def limit_message(signal: Signal, limit: Limit) -> Name:
    """Say that a signal has passed a limit, or that its instrument must be wrong for it."""
    name, what = signal.name, _passed(limit)
    if limit.indicates is Indicates.INSTRUMENT:
        return Name(f"{name.zh}仪表误差：{what.zh}", f"{name.en} instrument error: {what.en}")
    colon = limit.level is Level.STATE
    zh, en = ("：", ": ") if colon else ("", " ")
    return Name(f"{name.zh}{zh}{what.zh}", f"{name.en}{en}{what.en}")


def _passed(limit: Limit) -> Name:
    upwards = limit.passed_upwards
    match limit.level:
        case Level.RATE:
            how = Name("上升过快", "rises too fast")
            return how if upwards else Name("下降过快", "falls too fast")
        case Level.DEVIATION:
            return Name("与同组测点偏差过大", "differs from its group")
        case Level.STATE:
            return Name("是", "yes") if upwards else Name("否", "no")
        case Level.LL | Level.L | Level.H | Level.HH:
            direction = Name("高于", "above") if upwards else Name("低于", "below")
            which = _LEVELS[limit.level]
            return Name(f"{direction.zh}{which.zh}", f"{direction.en} its {which.en}")


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


def clock_message(device: str, offset_s: float) -> Name:
    """Say that a controller's own clock is wrong, and by how many seconds it was found off."""
    off = f"{abs(offset_s):.1f}"
    return Name(
        f"控制器 {device} 时钟不准（偏差 {off} 秒）",
        f"The clock of controller {device} is wrong ({off} s off)",
    )


def node_message(node: str) -> Name:
    """Say that an edge node is not heard; it, the broker or our link to it may be the cause."""
    return Name(f"采集网关 {node} 失联", f"Gateway {node} is not heard")


def bypass_message(interlock: Interlock) -> Name:
    """Say that an interlock is bypassed."""
    name = interlock.name
    return Name(f"{name.zh}已被旁路", f"{name.en} is bypassed")


def demand_message(interlock: Interlock, change: DemandChange) -> Name:
    """Say how an interlock failed its demand, or that it acted without one."""
    name, result = interlock.name, _RESULTS[change.result]
    if not change.causes and change.result is Response.UNDETERMINED:
        result = Name("动作原因无法判定", "acted, and its cause cannot be seen")
    return Name(f"{name.zh}{result.zh}", f"{name.en} {result.en}")


def degraded_message(interlock: Interlock, votings: Iterable[Voting]) -> Name:
    """Say that an interlock has lost channels, and how it votes now."""
    lost = [item for item in votings if item.effective != item.designed]
    ways = ", ".join(f"{item.designed} → {item.effective}" for item in lost)
    zh, en = (f"（{ways}）", f" ({ways})") if ways else ("", "")
    name = interlock.name
    return Name(f"{name.zh}已降级{zh}", f"{name.en} is degraded{en}")


def disarmed_message(interlock: Interlock) -> Name:
    """Say that an interlock is not in service."""
    name = interlock.name
    return Name(f"{name.zh}未投入", f"{name.en} is not in service")
